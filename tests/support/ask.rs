//! What a reader asks for, and what it comes to: the words that all transports share.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use wirebench::proto::envelope::Envelope;

/// A request for a feed, whatever the transport.
#[derive(Clone, Debug)]
pub struct Ask {
    pub job: String,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
}

impl Ask {
    /// Everything from the earliest event, without saying so.
    pub fn of(job: &str) -> Self {
        Self { job: job.to_owned(), query: Vec::new(), headers: Vec::new() }
    }

    /// After this cursor, `earliest` or `latest`.
    pub fn after(self, after: &str) -> Self {
        self.with("after", after)
    }

    /// With a query parameter, replacing one of that name. The value is put into the URL as it is.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.query.retain(|(known, _)| known != name);
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn is_binary(&self) -> bool {
        self.query.iter().any(|(name, value)| name == "encoding" && value == "binary")
    }

    /// Path and query on `transport`.
    pub fn path(&self, transport: &str) -> String {
        let query: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/jobs/{}/{transport}{mark}{}", self.job, query.join("&"))
    }

    pub fn header_pairs(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }
}

/// One element as a transport carried it.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// The JSON, byte for byte; empty where only a raw payload was carried.
    pub text: String,
    /// The JSON, read.
    pub value: Value,
    /// The raw payload of a `bytes` event in the binary encoding.
    pub raw: Option<Vec<u8>>,
    /// The number, of an event.
    pub seq: Option<u64>,
    /// Its `type`.
    pub kind: String,
}

impl Element {
    pub fn of_json(text: &str) -> Self {
        let value: Value =
            serde_json::from_str(text).unwrap_or_else(|e| panic!("an element in JSON: {e}: {text}"));
        let kind =
            value["type"].as_str().unwrap_or_else(|| panic!("an element has a type: {text}")).to_owned();
        Self { text: text.to_owned(), seq: value["seq"].as_u64(), value, raw: None, kind }
    }

    pub fn of_envelope(envelope: Envelope) -> Self {
        if envelope.json {
            let element = Self::of_json(std::str::from_utf8(&envelope.bytes).expect("JSON is UTF-8"));
            assert_eq!(element.seq.unwrap_or(0), envelope.seq, "the envelope has the number of its element");
            return element;
        }
        let (seq, kind) = (Some(envelope.seq), "bytes".to_owned());
        Self { text: String::new(), value: Value::Null, raw: Some(envelope.bytes), seq, kind }
    }

    /// The payload of a `bytes` event in either encoding.
    pub fn payload(&self) -> Vec<u8> {
        self.raw.clone().unwrap_or_else(|| unbase64(self.value["data"].as_str().expect("base64")))
    }

    /// Whether it is the last event of its job.
    pub fn is_end(&self) -> bool {
        ["done", "failed", "cancelled"].contains(&self.kind.as_str())
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

pub fn unbase64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_else(|e| panic!("base64: {e}: {text}"))
}

/// What a reader comes to next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// An element.
    Element(Element),
    /// The feed ended here, after its end event.
    Ended,
    /// There is no more: 204, or 1000 with nothing before it.
    Stop(u16),
    /// A Close frame with another code.
    Closed(u16, String),
    /// The line was cut.
    Cut,
}

/// Why a reader was not let in: an HTTP status, or a close code after the 101.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub code: u16,
    /// The body, or the close reason.
    pub reason: String,
}
