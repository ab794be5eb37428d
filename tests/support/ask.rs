//! What a reader asks for, and what it comes to: the words that all transports share.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

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

    /// The value of a query parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// In which encoding elements are asked for.
    pub fn encoding(&self) -> Encoding {
        Encoding::ALL
            .into_iter()
            .find(|encoding| self.get("encoding") == Some(encoding.name()))
            .unwrap_or(Encoding::Json)
    }

    /// The query as the body of a POST.
    pub fn body(&self) -> String {
        let member = |(name, value): &(String, String)| (name.clone(), Value::String(percent_decoded(value)));
        Value::Object(self.query.iter().map(member).collect()).to_string()
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

pub use super::element::Element;

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// How elements are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Json,
    Cbor,
    Raw,
    Binary,
}

impl Encoding {
    pub const ALL: [Self; 4] = [Self::Json, Self::Cbor, Self::Raw, Self::Binary];

    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Cbor => "cbor",
            Self::Raw => "raw",
            Self::Binary => "binary",
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
