//! A feed file below the directory the operator opened, played again at its own times, faster or slower.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::confined::Confined;
use super::obey::Obedient;
use crate::feed::command::SPEEDS;
use crate::feed::event::{Data, Kind};
use crate::feed::given::{Given, Wrong, given, kind_of, offset, read_object};
use crate::feed::job::Job;

/// The largest file.
const BYTES: u64 = 64 << 20;
/// The most lines.
const LINES: usize = 1_000_000;

const KINDS: &[Kind] = &[Kind::Progress, Kind::Text, Kind::Bytes, Kind::Done, Kind::Failed, Kind::Cancelled];
/// What a feed has besides: commands whose effect is in the times, and what was said about the stream.
const PASSED_OVER: [&str; 7] = ["paused", "resumed", "speed", "gap", "unknown-epoch", "hello", "heartbeat"];

/// Settings of the source.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Replay {
    /// The file, relative to the operator's directory.
    pub path: PathBuf,
    /// How many times as fast as it was.
    #[serde(default = "as_it_was")]
    #[schemars(range(min = 0.01, max = 1000.0))]
    pub speed: f64,
    #[serde(skip)]
    total: u64,
    // Taken by the job when it runs, so that it is not kept twice.
    #[serde(skip)]
    feed: Arc<Mutex<Vec<Line>>>,
}

fn as_it_was() -> f64 {
    1.0
}

/// One event and when it is due in job time.
#[derive(Debug)]
struct Line {
    due: Duration,
    event: Given,
}

#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow, rename = "type")]
    kind: &'a RawValue,
    #[serde(borrow, default)]
    time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

impl Replay {
    pub(super) fn read(rest: Map<String, Value>, root: Option<&Path>) -> Result<Self, String> {
        let mut read = Self::settings(rest)?;
        let root = root.ok_or("replay needs a directory the operator opened: start with --replay-dir DIR")?;
        let file = Confined::find(root, &read.path, "--replay-dir")?.open(&read.path)?;
        let name = read.path.display();
        let mut bytes = Vec::new();
        file.take(BYTES + 1).read_to_end(&mut bytes).map_err(|e| format!("{name}: {e}"))?;
        if bytes.len() as u64 > BYTES {
            return Err(format!("{name} has more than {BYTES} bytes"));
        }
        let text = String::from_utf8(bytes)
            .map_err(|e| format!("{name} is not UTF-8 from byte {} on", e.utf8_error().valid_up_to() + 1))?;
        let lines = lines(&text, read.speed).map_err(|wrong| {
            let (line, column) = wrong.line_and_column(&text);
            let member = wrong.member.trim_start_matches('.');
            let space = if member.is_empty() { "" } else { " " };
            let Wrong { wanted, found, .. } = &wrong;
            format!("{name}, line {line}, column {column}:{space}{member} wanted {wanted}, found {found}")
        })?;
        read.total = lines.len() as u64;
        read.feed = Arc::new(Mutex::new(lines));
        Ok(read)
    }

    /// Without the file.
    pub(super) fn settings(rest: Map<String, Value>) -> Result<Self, String> {
        let read: Self = serde_json::from_value(Value::Object(rest)).map_err(|e| e.to_string())?;
        if !SPEEDS.contains(&read.speed) {
            return Err(format!("speed is {}, and may be 0.01 to 1000", read.speed));
        }
        Ok(read)
    }

    /// How many events there will be.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) async fn run(&self, job: Arc<Job>) {
        let lines = std::mem::take(&mut *self.feed.lock().unwrap_or_else(PoisonError::into_inner));
        let Some(mut obedient) = Obedient::start(job.control()).await else { return };
        let job = Arc::downgrade(&job);
        for (n, Line { due, event: Given { kind, data } }) in lines.into_iter().enumerate() {
            if obedient.append(&job, due, || (kind, data.clone())).await.is_none() {
                return;
            }
            if n % 64 == 63 {
                // Many at one time must not starve the other jobs of this thread.
                tokio::task::yield_now().await;
            }
        }
    }
}

/// Reads a feed file: each event, due as long after the first as its time says, and always an end.
fn lines(text: &str, speed: f64) -> Result<Vec<Line>, Wrong> {
    let mut lines: Vec<Line> = Vec::new();
    let (mut first, mut last) = (None, 0.0);
    let written = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
    for (number, line) in written.enumerate() {
        if number == LINES {
            return Err(Wrong::at(offset(text, line), "", "at most 1000000 lines", "one more"));
        }
        let Written { kind, time, data } = read_object(text, line)?;
        if lines.last().is_some_and(|line| line.event.kind.is_end()) {
            let wanted = "no event behind the one that ends the job";
            return Err(Wrong::at(offset(text, line), "", wanted, line));
        }
        if PASSED_OVER.iter().any(|name| kind.get().trim_matches('"') == *name) {
            continue;
        }
        let kind = kind_of(text, kind, KINDS)?;
        let time = millis(text, line, time, last)?;
        (first, last) = (first.or(Some(time)), time);
        let after = (time - first.unwrap_or_default()) / 1000.0 / speed;
        let due = Duration::try_from_secs_f64(after).unwrap_or(Duration::MAX);
        lines.push(Line { due, event: given(text, kind, data)? });
    }
    let Some(Line { due, event }) = lines.last() else {
        return Err(Wrong::at(text.len(), "", "at least one event", "none"));
    };
    if !event.kind.is_end() {
        let due = *due;
        lines.push(Line { due, event: Given { kind: Kind::Done, data: Data::Json("{}".to_owned()) } });
    }
    Ok(lines)
}

/// The time of a line, which is not below `last`.
fn millis(text: &str, line: &str, time: Option<&RawValue>, last: f64) -> Result<f64, Wrong> {
    // Beyond it JavaScript could not count whole milliseconds (2^53).
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    let Some(time) = time else {
        return Err(Wrong::at(offset(text, line), ".time", "the time in milliseconds", "nothing"));
    };
    let wrong = |wanted: &str| Wrong::at(offset(text, time.get()), ".time", wanted, time.get());
    let found: f64 = serde_json::from_str(time.get()).map_err(|_| wrong("a number of milliseconds"))?;
    if !(0.0..LIMIT).contains(&found) {
        return Err(wrong("0 or more milliseconds, below 2^53"));
    }
    if found < last {
        return Err(wrong(&format!("{last} or later, as the event before it has")));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u128, Kind)> {
        let lines = lines(text, 2.0).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        lines.iter().map(|line| (line.due.as_millis(), line.event.kind)).collect()
    }

    #[test]
    fn events_are_due_as_long_after_the_first_as_their_times_say() {
        let text = concat!(
            r#"{"type":"hello","job":"a"}"#,
            "\n",
            r#"{"seq":1,"time":1764000000000.5,"type":"progress","data":{"percent":1}}"#,
            "\r\n\n",
            r#"{"seq":2,"time":1764000000100.5,"type":"paused","data":{}}"#,
            "\n",
            r#"{"time":1764000001000.5,"type":"text","data":"a"}"#
        );
        assert_eq!(read(text), [(0, Kind::Progress), (500, Kind::Text), (500, Kind::Done)]);
        assert_eq!(read(r#"{"time":7,"type":"cancelled","data":{}}"#), [(0, Kind::Cancelled)]);
    }

    #[test]
    fn a_mistake_is_told_with_line_column_and_member() {
        let good = r#"{"time":5,"type":"text","data":"a"}"#;
        let cases = [
            ("", (1, 1), ""),
            ("x", (1, 1), ""),
            (r#"{"time":5,"type":"text","data":5}"#, (1, 32), ".data"),
            (r#"{"time":4,"type":"text","data":"a"}"#, (2, 9), ".time"),
            (r#"{"time":"5","type":"text","data":"a"}"#, (2, 9), ".time"),
            (r#"{"type":"text","data":"a"}"#, (2, 1), ".time"),
            (r#"{"time":1e300,"type":"text","data":"a"}"#, (2, 9), ".time"),
            (r#"{"time":6,"type":"noise","data":"a"}"#, (2, 18), ".type"),
            (r#"{"time":6,"type":"progress","data":{"percent":300}}"#, (2, 47), ".data.percent"),
        ];
        for (line, place, member) in cases {
            let text = if place.0 == 1 { line.to_owned() } else { format!("{good}\n{line}\n{good}") };
            let wrong = lines(&text, 1.0).expect_err(line);
            assert_eq!((wrong.line_and_column(&text), wrong.member), (place, member), "{line}: {wrong:?}");
        }
        let behind = format!("{}\n{good}", good.replace("text", "failed"));
        assert_eq!(lines(&behind, 1.0).expect_err("behind").line_and_column(&behind), (2, 1));
    }
}
