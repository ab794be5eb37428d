//! One numbered thing that happened, with its JSON envelope made once.
//!
//! The envelope is the same bytes on every transport. What a transport wraps around it is its own affair: an event
//! only keeps those encodings for them, by number, so that each of them too is made once and shared.

use std::fmt::Write as _;
use std::sync::OnceLock;

use bytes::Bytes;
use serde::Serialize;

use crate::pace::Micros;

/// What kind of thing happened. The names are those of the envelope's `type` and of SSE's `event` field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// How far the job is.
    Progress,
    /// A text payload.
    Text,
    /// A binary payload.
    Bytes,
    /// Pushed under the name that an `EventSource` gives to what has none.
    Message,
    /// Pushed under the name of an `EventSource`'s own `open`.
    Open,
    /// Pushed under the name of an `EventSource`'s own `error`.
    Error,
    /// Pushed under a name that looks like an `EventSource`'s own, and is none.
    Close,
    /// The job was paused by a command.
    Paused,
    /// The job goes on.
    Resumed,
    /// The job's speed was changed.
    Speed,
    /// The end: all done.
    Done,
    /// The end: it failed; data has the reason.
    Failed,
    /// The end: a command cancelled it.
    Cancelled,
}

/// What happened, before it has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// JSON text, one line.
    Json(String),
    /// Raw bytes; base64 in the JSON envelope.
    Raw(Bytes),
}

/// One event of a feed.
#[derive(Debug)]
pub struct Event {
    /// Its number; the first is 1 and none is left out.
    pub seq: u64,
    /// When it was appended.
    pub time: Micros,
    /// What kind it is.
    pub kind: Kind,
    /// The envelope: `{"seq","time","type","data"}`.
    pub json: Bytes,
    /// The payload alone, where it is binary.
    pub raw: Option<Bytes>,
    data_at: usize,
    kept: Kept,
}

/// The encodings made so far, one behind the other: an event that nobody has read keeps room for none, and most are read
/// in one or two of the many ways there are.
#[derive(Debug, Default)]
struct Kept(OnceLock<Box<(u8, Bytes, Kept)>>);

impl Kind {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Progress => "progress",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Message => "message",
            Self::Open => "open",
            Self::Error => "error",
            Self::Close => "close",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Speed => "speed",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing can come after it.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

impl Event {
    /// Gives `data` its number and makes its envelope.
    pub fn new(seq: u64, time: Micros, kind: Kind, data: Data) -> Self {
        let (data, raw) = match data {
            Data::Json(json) => (json, None),
            Data::Raw(raw) => (quoted_base64(&raw), Some(raw)),
        };
        let mut json = String::with_capacity(data.len() + 80);
        let Micros(micros) = time;
        let (millis, rest) = (micros / 1000, micros % 1000);
        // Writing to a String cannot fail.
        let _ = write!(
            json,
            r#"{{"seq":{seq},"time":{millis}.{rest:03},"type":"{}","data":{data}}}"#,
            kind.name()
        );
        let data_at = json.len() - 1 - data.len();
        Self { seq, time, kind, json: Bytes::from(json), raw, data_at, kept: Kept::default() }
    }

    /// The `data` of the envelope, as JSON text.
    pub fn data(&self) -> &[u8] {
        &self.json[self.data_at..self.json.len() - 1]
    }

    /// The encoding kept as number `slot`, made by `encode` the first time it is asked for.
    pub fn encoded(&self, slot: u8, encode: impl Fn(&Self) -> Bytes) -> Bytes {
        let mut kept = &self.kept;
        loop {
            // Who makes another encoding at the same time may come first; then ours comes behind it.
            let (known, bytes, next) =
                &**kept.0.get_or_init(|| Box::new((slot, encode(self), Kept::default())));
            if *known == slot {
                return bytes.clone();
            }
            kept = next;
        }
    }

    /// What it counts for against the log's bound on bytes: the envelope and a raw payload beside it.
    pub fn weight(&self) -> usize {
        self.json.len() + self.raw.as_ref().map_or(0, Bytes::len)
    }
}

fn quoted_base64(raw: &[u8]) -> String {
    use base64::Engine as _;
    let mut text = String::with_capacity(raw.len() / 3 * 4 + 6);
    text.push('"');
    base64::engine::general_purpose::STANDARD.encode_string(raw, &mut text);
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_one_line_of_json_with_the_four_fields() {
        let data = Data::Json(serde_json::json!("a\r\nb\u{0}\u{2028}🙂").to_string());
        let event = Event::new(5, Micros(1_764_000_000_000_007), Kind::Text, data);
        let text = std::str::from_utf8(&event.json).expect("UTF-8");
        assert!(!text.contains(['\r', '\n', '\0']), "{text}");
        let value: serde_json::Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(value["seq"], 5);
        assert_eq!(value["type"], "text");
        assert_eq!(value["data"], "a\r\nb\u{0}\u{2028}🙂");
        assert!(text.contains(r#""time":1764000000000.007,"#), "{text}");
    }

    #[test]
    fn an_encoding_is_made_once() {
        let event = Event::new(1, Micros(0), Kind::Progress, Data::Json("{}".into()));
        let first = event.encoded(0, |e| e.json.clone());
        let second = event.encoded(9, |_| Bytes::from_static(b"nine"));
        let again = event.encoded(0, |_| panic!("made twice"));
        assert_eq!((first, second.as_ref()), (again, &b"nine"[..]));
        assert_eq!(event.encoded(9, |_| panic!("made twice")), second);
    }

    #[test]
    fn an_event_that_nobody_reads_is_small() {
        assert!(size_of::<Event>() <= 120, "{}", size_of::<Event>());
    }

    #[test]
    fn the_data_is_the_end_of_the_envelope() {
        let event = Event::new(1, Micros(0), Kind::Bytes, Data::Raw(Bytes::from_static(b"abc")));
        assert_eq!(event.data(), br#""YWJj""#);
        let event = Event::new(1, Micros(0), Kind::Progress, Data::Json(r#"{"data":1}"#.into()));
        assert_eq!(event.data(), br#"{"data":1}"#);
    }
}
