//! The source `push`: events that any program posts, in batches of which all is appended or nothing.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::cursor::Cursor;
use super::event::Kind;
use super::given::{Given, Wrong, given, kind_of, offset, read, read_object};
use super::job::{Job, State};
use super::keys::{Key, OtherBody};
use super::source::Settings;
use crate::pace;

/// The most events in one batch.
pub const BATCH: usize = 10_000;

/// What may be pushed. Four of them say nothing by themselves: they have the names of what happens to an `EventSource`, for who wants to
/// see them collide.
const KINDS: &[Kind] = &[
    Kind::Progress,
    Kind::Text,
    Kind::Bytes,
    Kind::Message,
    Kind::Open,
    Kind::Error,
    Kind::Close,
    Kind::Done,
    Kind::Failed,
];

/// How a batch is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One event, or an array of them.
    Json,
    /// One event a line.
    Lines,
}

/// Why a body is no batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where the mistake stands, such as `events[3].data.percent` or `line 2, column 17`.
    pub place: String,
    /// What would have been right.
    pub wanted: String,
    /// What stands there.
    pub found: String,
    /// There are too many.
    pub too_many: bool,
}

/// The answer to a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pushed {
    /// The number of its first event.
    pub first: u64,
    /// The number of its last event.
    pub last: u64,
    /// The newest number of the log right then.
    pub head: u64,
    /// Where a reader stands that has all of it.
    pub cursor: String,
    /// Whether it had been appended before, under the same key.
    pub repeated: bool,
    /// Where it is kept now: it lives as long as the process.
    pub kept: &'static str,
}

/// Why a batch was not appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPushed {
    /// The job has another source.
    Source,
    /// The job's state takes no events.
    State(State),
    /// The key was used for another body.
    OtherBody,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Posted<'a> {
    #[serde(borrow, rename = "type")]
    kind: &'a RawValue,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// Reads a body.
///
/// # Errors
/// The first mistake, with its place.
pub fn read_batch(form: Form, body: &[u8]) -> Result<Vec<Given>, Malformed> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let place = format!("byte {}", error.valid_up_to() + 1);
        malformed(place, "UTF-8", error)
    })?;
    match form {
        Form::Json => read_json(text),
        Form::Lines => read_lines(text),
    }
}

fn read_json(text: &str) -> Result<Vec<Given>, Malformed> {
    let (mut batch, start) = (Batch::default(), text.trim_start());
    if !start.starts_with('[') {
        let whole: &RawValue = read(text, text, "").map_err(|wrong| by_line(text, &wrong))?;
        batch.add(text, whole.get(), |wrong| by_name(text, "event", &wrong))?;
        return Ok(batch.events);
    }
    let parts: Vec<&RawValue> = read(text, text, "").map_err(|wrong| by_line(text, &wrong))?;
    for (index, part) in parts.into_iter().enumerate() {
        batch.add(text, part.get(), |wrong| by_name(text, &format!("events[{index}]"), &wrong))?;
    }
    batch.finish()
}

fn read_lines(text: &str) -> Result<Vec<Given>, Malformed> {
    let mut batch = Batch::default();
    for line in text.split('\n').map(str::trim).filter(|line| !line.is_empty()) {
        batch.add(text, line, |wrong| by_line(text, &wrong))?;
    }
    batch.finish()
}

#[derive(Default)]
struct Batch {
    events: Vec<Given>,
    ended: bool,
}

impl Batch {
    /// Adds the event that `part` of `text` is.
    fn add(&mut self, text: &str, part: &str, told: impl Fn(Wrong) -> Malformed) -> Result<(), Malformed> {
        if self.events.len() >= BATCH {
            let wrong = Wrong::at(offset(text, part), "", "at most 10000 events in one batch", "one more");
            return Err(Malformed { too_many: true, ..told(wrong) });
        }
        if self.ended {
            let wanted = "no event behind the one that ends the job";
            return Err(told(Wrong::at(offset(text, part), "", wanted, part)));
        }
        let read = || {
            let Posted { kind, data } = read_object(text, part)?;
            given(text, kind_of(text, kind, KINDS)?, data)
        };
        let event = read().map_err(told)?;
        self.ended = event.kind.is_end();
        self.events.push(event);
        Ok(())
    }

    fn finish(self) -> Result<Vec<Given>, Malformed> {
        if self.events.is_empty() {
            return Err(malformed("body".to_owned(), "at least one event", "none"));
        }
        Ok(self.events)
    }
}

fn by_name(text: &str, name: &str, wrong: &Wrong) -> Malformed {
    let (line, column) = wrong.line_and_column(text);
    let found = format!("{} (line {line}, column {column})", wrong.found);
    malformed(format!("{name}{}", wrong.member), &wrong.wanted, found)
}

fn by_line(text: &str, wrong: &Wrong) -> Malformed {
    let (line, column) = wrong.line_and_column(text);
    let member = wrong.member.trim_start_matches('.');
    let member = if member.is_empty() { String::new() } else { format!(" ({member})") };
    malformed(format!("line {line}, column {column}{member}"), &wrong.wanted, &wrong.found)
}

fn malformed(place: String, wanted: &str, found: impl fmt::Display) -> Malformed {
    Malformed { place, wanted: wanted.to_owned(), found: found.to_string(), too_many: false }
}

impl Job {
    /// Appends a batch, side by side and all of it; a repeat of one that was appended under the same key is told what
    /// the first was told.
    ///
    /// # Errors
    /// Says why nothing was appended.
    pub fn push(&self, key: Option<Key>, events: Vec<Given>) -> Result<Pushed, NotPushed> {
        if !matches!(self.settings(), Settings::Push) {
            return Err(NotPushed::Source);
        }
        // Held until the key is remembered, so that of two repeats at once one is the second.
        let mut keys = self.keys();
        let known = key.as_ref().map_or(Ok(None), |key| keys.find(key));
        if let Some(numbers) = known.map_err(|OtherBody| NotPushed::OtherBody)? {
            return Ok(self.pushed(numbers, true));
        }
        let numbers = self.append_all(events, pace::now()).map_err(|_| NotPushed::State(self.state()))?;
        if let Some(key) = key {
            keys.remember(key, numbers);
        }
        Ok(self.pushed(numbers, false))
    }

    fn pushed(&self, (first, last): (u64, u64), repeated: bool) -> Pushed {
        let cursor = Cursor { epoch: self.epoch(), seq: last }.to_string();
        Pushed { first, last, head: last, cursor, repeated, kept: "memory" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::Data;

    fn json(body: &str) -> Result<Vec<Given>, Malformed> {
        read_batch(Form::Json, body.as_bytes())
    }

    #[test]
    fn one_event_an_array_and_lines_are_read_alike() {
        let event = r#"{"data": {"percent": 7}, "type": "progress"}"#;
        let one = json(event).expect("one");
        assert_eq!(one, [Given { kind: Kind::Progress, data: Data::Json(r#"{"percent":7}"#.into()) }]);
        assert_eq!(json(&format!(" [{event} ,{event}]\n")).expect("two").len(), 2);
        let lines = format!("{event}\r\n\n{event}");
        assert_eq!(read_batch(Form::Lines, lines.as_bytes()).expect("two").len(), 2);
    }

    #[test]
    fn a_mistake_is_named_by_its_place() {
        let good = r#"{"type":"text","data":"a"}"#;
        let cases = [
            (r#"{"type":"progress","data":{"percent":101}}"#, "event.data.percent"),
            (r#"{"type":"progress","data":{"percent":"7"}}"#, "event.data.percent"),
            (r#"{"type":"progress"}"#, "event.data"),
            (r#"{"type":"paused","data":{}}"#, "event.type"),
            (r#"{"typ":"text","data":"a"}"#, "event"),
            (r#"{"type":"text"}{"#, "line 1, column 16"),
            (r#"["text","a"]"#, "events[0]"),
            (r#"[["text","a"]]"#, "events[0]"),
            ("", "line 1, column 1"),
            ("[]", "body"),
            (r#"{"type":"failed","data":{}}"#, "event.data.reason"),
            (r#"{"type":"bytes","data":"a"}"#, "event.data"),
            (r#"{"type":"text","data":"\ud800"}"#, "event.data"),
        ];
        for (body, place) in cases {
            let found = json(body).expect_err(body);
            assert_eq!(found.place, place, "{body}: {found:?}");
        }
        let nested =
            json(&format!(r#"[{good},{good},{{"type":"text","data":5}}]"#)).expect_err("not a string");
        assert_eq!(nested.place, "events[2].data");
        let end = json(&format!(r#"[{{"type":"done"}},{good}]"#)).expect_err("an event behind the end");
        assert_eq!(end.place, "events[1]");
        let lines = format!("{good}\n{{\"type\":\"progress\",\"data\":{{\"percent\":-1}}}}\n");
        let found = read_batch(Form::Lines, lines.as_bytes()).expect_err("below 0");
        assert_eq!(found.place, "line 2, column 38 (data.percent)");
        assert_eq!(read_batch(Form::Json, b"\"\xff\"").expect_err("no UTF-8").place, "byte 2");
    }

    #[test]
    fn ten_thousand_events_are_taken_and_one_more_is_not() {
        let line = "{\"type\":\"done\"}\n".replace("done", "text").replace('}', ",\"data\":\"\"}");
        let lines = |count| read_batch(Form::Lines, line.repeat(count).as_bytes());
        assert_eq!(lines(BATCH).expect("as many as may be").len(), BATCH);
        assert!(
            lines(BATCH + 1).is_err_and(|found| found.too_many && found.place.starts_with("line 10001,"))
        );
    }
}
