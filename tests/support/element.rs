//! One element as a transport carried it, whatever the encoding.

use ciborium::Value as Cbor;
use serde_json::{Map, Value};
use wirebench::proto::envelope;

use super::ask::{Encoding, unbase64};

/// What is said about a stream, as against what happened in the job.
const TOLD: [&str; 8] = ["hello", "gap", "unknown-epoch", "heartbeat", "ack", "replaced", "removed", "full"];

#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The JSON, byte for byte; empty where another encoding was carried.
    pub text: String,
    /// The JSON or CBOR, read; null where a raw payload was carried.
    pub value: Value,
    /// The payload where it was carried as bytes, or alone.
    pub raw: Option<Vec<u8>>,
    /// The number, of an event.
    pub seq: Option<u64>,
    /// Its `type`; `raw` where that is not said.
    pub kind: String,
}

/// The payload of an event, in words that all encodings have.
#[derive(Clone, Debug, PartialEq)]
pub enum Payload {
    Bytes(Vec<u8>),
    Json(Value),
}

impl Element {
    /// The element in the bytes that a transport carried for it. In raw it has no number, and a type where `kind` says so.
    pub fn of(encoding: Encoding, bytes: &[u8], is_text: bool, kind: Option<&str>) -> Self {
        match encoding {
            Encoding::Json => Self::of_json(std::str::from_utf8(bytes).expect("JSON is UTF-8")),
            Encoding::Cbor => {
                let mut all = Self::of_cbor(bytes);
                assert_eq!(all.len(), 1, "one element, and nothing after it");
                all.remove(0)
            }
            Encoding::Raw => Self::of_raw(bytes, is_text, kind),
            Encoding::Binary => {
                let mut all = Self::of_envelopes(bytes);
                assert_eq!(all.len(), 1, "one envelope, and nothing after it");
                all.remove(0)
            }
        }
    }

    pub fn of_json(text: &str) -> Self {
        let value: Value =
            serde_json::from_str(text).unwrap_or_else(|e| panic!("an element in JSON: {e}: {text}"));
        Self { text: text.to_owned(), ..Self::of_value(value) }
    }

    /// Elements in CBOR, one after the other (RFC 8742).
    pub fn of_cbor(mut bytes: &[u8]) -> Vec<Self> {
        let mut all = Vec::new();
        while !bytes.is_empty() {
            let read: Cbor = ciborium::from_reader(&mut bytes).expect("CBOR");
            let mut raw = None;
            let value = json_of(read, &mut raw);
            assert!(value["time"].is_f64() || value["seq"].is_null(), "the time is a float: {value}");
            all.push(Self { raw, ..Self::of_value(value) });
        }
        all
    }

    /// Elements in the binary envelope, one after the other.
    pub fn of_envelopes(bytes: &[u8]) -> Vec<Self> {
        let mut envelopes = Vec::new();
        let mut decoder = envelope::Decoder::new(u32::MAX);
        decoder.decode(bytes, &mut envelopes).expect("envelopes");
        assert_eq!(decoder.pending(), 0, "no envelope is cut");
        envelopes.into_iter().map(Self::of_envelope).collect()
    }

    fn of_envelope(envelope: envelope::Envelope) -> Self {
        if envelope.json {
            let element = Self::of_json(std::str::from_utf8(&envelope.bytes).expect("JSON is UTF-8"));
            assert_eq!(element.seq.unwrap_or(0), envelope.seq, "the envelope has the number of its element");
            return element;
        }
        let (seq, kind) = (Some(envelope.seq), "bytes".to_owned());
        Self { text: String::new(), value: Value::Null, raw: Some(envelope.bytes), seq, kind }
    }

    fn of_raw(bytes: &[u8], is_text: bool, kind: Option<&str>) -> Self {
        let text = if is_text { std::str::from_utf8(bytes).expect("UTF-8") } else { "" };
        let read: Option<Value> = serde_json::from_str(text).ok();
        let told = read.as_ref().and_then(|value| value["type"].as_str()).filter(|kind| TOLD.contains(kind));
        if let Some(told) = told
            && kind.is_none_or(|kind| kind == told)
        {
            return Self::of_json(text);
        }
        let kind = kind.unwrap_or(if is_text { "raw" } else { "bytes" }).to_owned();
        Self { text: String::new(), value: Value::Null, raw: Some(bytes.to_vec()), seq: None, kind }
    }

    fn of_value(value: Value) -> Self {
        let kind =
            value["type"].as_str().unwrap_or_else(|| panic!("an element has a type: {value}")).to_owned();
        Self { text: String::new(), seq: value["seq"].as_u64(), value, raw: None, kind }
    }

    /// The payload of a `bytes` event in whatever encoding.
    pub fn payload(&self) -> Vec<u8> {
        self.raw.clone().unwrap_or_else(|| unbase64(self.value["data"].as_str().expect("base64")))
    }

    /// The payload of any event, as `kind` means it.
    pub fn data(&self, kind: &str) -> Payload {
        match (&self.raw, kind) {
            (_, "bytes") => Payload::Bytes(self.payload()),
            (None, _) => Payload::Json(self.value["data"].clone()),
            (Some(raw), kind) => {
                let text = std::str::from_utf8(raw).expect("UTF-8");
                let json = || serde_json::from_str(text).expect("JSON");
                Payload::Json(if kind == "text" { Value::String(text.to_owned()) } else { json() })
            }
        }
    }

    /// Whether it is the last event of its job.
    pub fn is_end(&self) -> bool {
        ["done", "failed", "cancelled"].contains(&self.kind.as_str())
    }

    /// Whether it is said about the stream.
    pub fn is_told(&self) -> bool {
        TOLD.contains(&self.kind.as_str())
    }

    /// Where a reader stands in `epoch` after it; heartbeats and acks move nobody.
    pub fn cursor(&self, epoch: &str) -> Option<String> {
        let at = |seq: &Value| format!("{epoch}.{}", seq.as_u64().expect("a number"));
        match self.kind.as_str() {
            "gap" => Some(at(&self.value["to"])),
            "unknown-epoch" => Some(format!("{epoch}.0")),
            "hello" => self.value["after"].as_str().map(str::to_owned),
            _ => self.seq.map(|seq| format!("{epoch}.{seq}")),
        }
    }
}

/// As JSON has it; the one byte string that an element may have goes into `raw` instead.
fn json_of(value: Cbor, raw: &mut Option<Vec<u8>>) -> Value {
    match value {
        Cbor::Bytes(bytes) => {
            *raw = Some(bytes);
            Value::Null
        }
        Cbor::Map(members) => {
            let member = |(name, value): (Cbor, Cbor)| {
                (name.into_text().expect("names are text"), json_of(value, raw))
            };
            Value::Object(members.into_iter().map(member).collect::<Map<_, _>>())
        }
        Cbor::Array(items) => items.into_iter().map(|item| json_of(item, raw)).collect(),
        Cbor::Integer(number) => i64::try_from(number).expect("below 2^63").into(),
        other => other.deserialized().expect("what JSON has too"),
    }
}
