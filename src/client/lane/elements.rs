//! Notes one element of the feed, whichever transport carried it and in whichever encoding: events, and what the server says
//! about the stream. Moves the reader's cursor.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::desk::{Desk, parse_cursor};
use crate::proto::envelope;
use crate::record::{Carried, Direction, Seen, What};

/// What is said about the stream, and so is no event.
const REMARKS: [&str; 8] =
    ["hello", "gap", "unknown-epoch", "heartbeat", "ack", "replaced", "removed", "full"];
/// The types of the one event that is the last of its job.
const ENDS: [&str; 3] = ["done", "failed", "cancelled"];
/// How much of a line of text is noted.
const LINE: usize = 160;

/// When an element came, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    pub(super) at: f64,
    pub(super) bytes: usize,
    pub(super) encoding: Carried,
}

/// What the transport says of an element beside its bytes; raw has nowhere else to say it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beside<'a> {
    pub(super) kind: Option<&'a str>,
    pub(super) seq: Option<u64>,
}

pub(super) fn is_remark(kind: &str) -> bool {
    REMARKS.contains(&kind)
}

impl Desk {
    /// Text that an event stream carried in `data`: JSON and raw text as they are, all else as base64.
    pub(super) fn data(&mut self, data: &str, at: f64, bytes: usize, beside: Beside<'_>) {
        let text = match self.encoding.as_str() {
            "raw" => beside.kind != Some("bytes"),
            "json" => true,
            _ => data.starts_with('{'),
        };
        if text {
            return self.text(data, How { at, bytes, encoding: Carried::Text }, beside);
        }
        if let Ok(body) = STANDARD.decode(data) {
            self.binary(&body, How { at, bytes, encoding: Carried::Base64 }, beside);
        }
    }

    /// One message of text.
    pub(super) fn text(&mut self, text: &str, how: How, beside: Beside<'_>) {
        let remark = beside.kind.map_or_else(|| looks_like_remark(text), is_remark);
        if self.encoding != "raw" || remark {
            return self.json(text, how);
        }
        let data = serde_json::from_str(text).ok().filter(Value::is_object);
        let kind = beside.kind.unwrap_or("raw");
        let seq = beside.seq.unwrap_or_else(|| self.next_seq());
        let event = json!({"seq": seq, "type": kind, "data": data.unwrap_or_else(|| text.into())});
        self.event(&event, text.len(), how);
    }

    /// One message, or one answer, of bytes.
    pub(super) fn binary(&mut self, body: &[u8], how: How, beside: Beside<'_>) {
        match self.encoding.as_str() {
            "raw" => {
                let seq = beside.seq.unwrap_or_else(|| self.next_seq());
                let kind = beside.kind.unwrap_or("bytes");
                self.event(&json!({"seq": seq, "type": kind}), body.len(), how);
            }
            "cbor" => {
                if let Ok(value) = ciborium::from_reader::<ciborium::Value, _>(body) {
                    self.parsed(&as_json(value), body.len(), how);
                }
            }
            _ => self.envelopes(body, how, false),
        }
    }

    /// Envelopes one behind the other; `each` says that each is an element of its own, and not one message.
    pub(super) fn envelopes(&mut self, body: &[u8], how: How, each: bool) {
        let mut found = Vec::new();
        if envelope::Decoder::new(u32::MAX).decode(body, &mut found).is_err() {
            return;
        }
        for one in found {
            // The header of an envelope: docs/reference/feed.md, "Binary".
            let how = How { bytes: if each { one.bytes.len() + 12 } else { how.bytes }, ..how };
            if !one.json {
                self.event(&json!({"seq": one.seq, "type": "bytes"}), one.bytes.len(), how);
            } else if let Ok(text) = std::str::from_utf8(&one.bytes) {
                self.json(text, how);
            }
        }
    }

    /// A CBOR sequence (RFC 8742).
    pub(super) fn cbor_sequence(&mut self, body: &[u8], at: f64) {
        let mut rest = body;
        while !rest.is_empty() {
            let before = rest.len();
            let Ok(value) = ciborium::from_reader::<ciborium::Value, _>(&mut rest) else { return };
            let bytes = before - rest.len();
            self.parsed(&as_json(value), bytes, How { at, bytes, encoding: Carried::Binary });
        }
    }

    /// An element in JSON.
    pub(super) fn json(&mut self, text: &str, how: How) {
        // What is no JSON is no element; a page would throw there, and its listener with it.
        if let Ok(value) = serde_json::from_str::<Value>(text) {
            self.parsed(&value, text.len(), how);
        }
    }

    fn parsed(&mut self, element: &Value, payload: usize, how: How) {
        if element["seq"].is_u64() {
            self.event(element, payload, how);
        } else if let Some(remark) = element.as_object() {
            self.remark(remark, how);
        }
    }

    fn event(&mut self, event: &Value, payload: usize, how: How) {
        let kind = event["type"].as_str().unwrap_or("event");
        let seq = event["seq"].as_u64().unwrap_or_default();
        self.reader.ended |= ENDS.contains(&kind);
        // The cursor never goes back: a repeated event must not make the next request ask for more repeats.
        if let Some(epoch) = &self.reader.epoch {
            self.stand(&format!("{epoch}.{seq}"));
        }
        let data = &event["data"];
        let line = data.as_str().or_else(|| data["line"].as_str());
        self.note_at(
            how.at,
            What::Event(Seen {
                dir: Direction::Down,
                job: Some(self.job.clone()),
                seq,
                kind: kind.to_owned(),
                time: event["time"].as_f64(),
                due: None,
                payload: payload as u64,
                bytes: how.bytes as u64,
                encoding: how.encoding,
                percent: data["percent"].as_f64(),
                text: line.map(|line| line.chars().take(LINE).collect()),
            }),
        );
    }

    fn remark(&mut self, remark: &Map<String, Value>, how: How) {
        let text = |name: &str| remark.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |name: &str| remark.get(name).and_then(Value::as_u64);
        let dir = Direction::Down;
        let kind = text("type");
        let what = match kind.as_str() {
            "hello" => {
                let (epoch, after) = (text("epoch"), text("after"));
                self.reader.epoch = Some(epoch.clone());
                if parse_cursor(&after).is_some() {
                    // Who asked for "latest" stands at the head from now on, even before the first event.
                    self.reader.cursor = Some(after.clone());
                }
                let (head, earliest) =
                    (number("head").unwrap_or_default(), number("earliest").unwrap_or_default());
                What::Hello { epoch, head, earliest, after }
            }
            "gap" => {
                let (from, to) = (number("from").unwrap_or_default(), number("to").unwrap_or_default());
                self.reader.cursor = self.reader.epoch.as_ref().map(|epoch| format!("{epoch}.{to}"));
                What::Gap { dir, from, to }
            }
            "unknown-epoch" => {
                let epoch = text("epoch");
                self.reader.cursor = Some(format!("{epoch}.0"));
                self.reader.epoch = Some(epoch.clone());
                What::UnknownEpoch { asked: text("asked"), epoch }
            }
            "replaced" | "removed" => {
                let by = remark.get("by").and_then(Value::as_str).map(str::to_owned);
                return self.sent_away(&kind, text("client"), by, how.at);
            }
            "full" => {
                What::Full { dir, max: number("max"), retry: number("retry"), status: None, code: None }
            }
            "heartbeat" => What::Heartbeat { dir, bytes: how.bytes as u64, form: "event".to_owned() },
            "ack" => {
                let id = text("id");
                let took = self.asked.remove(&id).map(|asked| how.at - asked);
                ack(remark, (!id.is_empty()).then_some(id), how.bytes, took)
            }
            _ => return,
        };
        self.note_at(how.at, what);
    }

    pub(super) fn sent_away(&mut self, kind: &str, client: String, by: Option<String>, at: f64) {
        self.reader.away = Some(kind.to_owned());
        let dir = Direction::Down;
        let removed = kind == "removed";
        self.note_at(
            at,
            if removed { What::Removed { dir, client, by } } else { What::Replaced { dir, client, by } },
        );
    }

    /// A raw message says no number: it is the next after what `hello` and `gap` have said.
    fn next_seq(&self) -> u64 {
        self.reader.cursor.as_deref().and_then(parse_cursor).map_or(0, |(_, seq)| seq) + 1
    }
}

/// The answer to a command.
pub(super) fn ack(remark: &Map<String, Value>, id: Option<String>, bytes: usize, took: Option<f64>) -> What {
    let text = |name: &str| remark.get(name).and_then(Value::as_str).map(str::to_owned);
    What::Ack {
        dir: Direction::Down,
        command: text("command").unwrap_or_default(),
        ok: remark.get("ok").and_then(Value::as_bool).unwrap_or(false),
        bytes: bytes as u64,
        id,
        took,
        error: text("error"),
    }
}

/// A raw text could imitate this: the contract says so, and raw is chosen knowingly.
fn looks_like_remark(text: &str) -> bool {
    let kind = text.strip_prefix("{\"type\":\"").and_then(|rest| rest.split_once('"'));
    kind.is_some_and(|(kind, _)| is_remark(kind))
}

/// The JSON of a CBOR item; a byte string, which JSON has not, becomes null.
fn as_json(value: ciborium::Value) -> Value {
    use ciborium::Value as Cbor;
    match value {
        Cbor::Integer(number) => {
            u64::try_from(number).map_or_else(|_| json!(i64::try_from(number).ok()), Value::from)
        }
        Cbor::Float(number) => number.into(),
        Cbor::Text(text) => text.into(),
        Cbor::Bool(bool) => bool.into(),
        Cbor::Array(items) => items.into_iter().map(as_json).collect(),
        Cbor::Map(members) => members
            .into_iter()
            .filter_map(|(name, value)| Some((name.as_text()?.to_owned(), as_json(value))))
            .collect::<Map<_, _>>()
            .into(),
        _ => Value::Null,
    }
}
