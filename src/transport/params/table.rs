//! The table of parameters: what each is called and what it may be. It reads requests and is told by
//! `GET /api/transports`, so the two cannot differ.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::pace::format_span;

/// One parameter of a request for a feed.
#[derive(Debug)]
pub struct Param {
    /// Its name in URLs and bodies.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it switches off what a good server does unasked.
    pub courtesy: bool,
}

/// What a parameter may be.
#[derive(Debug)]
pub enum Kind {
    /// One of these; the first is the default.
    Choice(&'static [&'static str]),
    /// `on`, the default, or `off`.
    Switch,
    /// A duration with its unit.
    Duration {
        /// The shortest.
        min: Duration,
        /// The longest.
        max: Duration,
        /// Whether it may be `off`.
        off: bool,
        /// What it is if nothing is said.
        default: Usual,
    },
    /// A whole number.
    Number {
        /// The least.
        min: usize,
        /// The greatest.
        max: usize,
        /// What it is if nothing is said.
        default: usize,
    },
    /// A name: letters, digits and these, from one to so many characters.
    Text {
        /// Which characters beside letters and digits. A `-` stands last, as it must in the pattern that is told.
        besides: &'static str,
        /// How many at the most.
        longest: usize,
    },
    /// A cursor, or one of these words, of which the first is the default.
    Cursor(&'static [&'static str]),
}

/// A duration if nothing is said.
#[derive(Clone, Copy, Debug)]
pub enum Usual {
    /// None.
    Nothing,
    /// This.
    Is(Duration),
    /// As the server was started.
    Heartbeat,
    /// Four times the heartbeat; `off` with it.
    FourHeartbeats,
}

const SHORT: Duration = Duration::from_millis(100);
const TEN_MINUTES: Duration = Duration::from_secs(600);
const DAY: Duration = Duration::from_secs(86_400);

pub(in crate::transport) const AFTER: Param = plain("after", Kind::Cursor(&["earliest", "latest"]));
pub(in crate::transport) const LANE: Param = plain("lane", Kind::Text { besides: "_-", longest: 40 });
pub(in crate::transport) const CLIENT: Param = plain("client", Kind::Text { besides: "_.-", longest: 64 });
pub(in crate::transport) const ENCODING: Param =
    plain("encoding", Kind::Choice(&["json", "cbor", "raw", "binary"]));
pub(in crate::transport) const LAST_EVENT_ID: Param = plain("lastEventId", Kind::Cursor(&[]));
pub(in crate::transport) const MODE: Param = plain("mode", Kind::Choice(&["log", "last"]));
pub(in crate::transport) const LIMIT: Param =
    plain("limit", Kind::Number { min: 1, max: 10_000, default: 1000 });
pub(in crate::transport) const WAIT: Param =
    plain("wait", span(SHORT, TEN_MINUTES, false, Usual::Is(Duration::from_secs(25))));
pub(in crate::transport) const FANOUT: Param = plain("fanout", Kind::Choice(&["shared", "stock"]));
pub(in crate::transport) const COMPRESSION: Param = plain("compression", Kind::Choice(&["off", "gzip"]));
pub(in crate::transport) const FLUSH: Param = plain("flush", Kind::Switch);
pub(in crate::transport) const HEARTBEAT: Param =
    plain("heartbeat", span(SHORT, TEN_MINUTES, true, Usual::Heartbeat));
/// Of an event stream, whose hidden heartbeat is a comment.
pub(in crate::transport) const COMMENT_OR_EVENT: Param =
    plain("heartbeat-as", Kind::Choice(&["comment", "event"]));
/// Of a WebSocket, whose hidden heartbeat is a ping.
pub(in crate::transport) const PING_OR_EVENT: Param = plain("heartbeat-as", Kind::Choice(&["ping", "event"]));
pub(in crate::transport) const DEAD_AFTER: Param =
    plain("dead-after", span(SHORT, DAY, true, Usual::FourHeartbeats));
pub(in crate::transport) const RETRY: Param =
    plain("retry", span(Duration::ZERO, DAY, false, Usual::Nothing));
pub(in crate::transport) const SENTINEL: Param = plain("sentinel", Kind::Switch);
pub(in crate::transport) const IDS: Param = courtesy("ids");
pub(in crate::transport) const FIRST_BYTES: Param = courtesy("first-bytes");
pub(in crate::transport) const UNBUFFERED: Param = courtesy("unbuffered");
pub(in crate::transport) const NODELAY: Param = courtesy("nodelay");
pub(in crate::transport) const RESUME: Param = courtesy("resume");
pub(in crate::transport) const KEEP_ALIVE: Param = courtesy("keep-alive");

/// What every transport takes.
pub(in crate::transport) const COMMON: &[Param] = &[AFTER, LANE, CLIENT, ENCODING, NODELAY, RESUME];

const fn plain(name: &'static str, kind: Kind) -> Param {
    Param { name, kind, courtesy: false }
}

const fn courtesy(name: &'static str) -> Param {
    Param { name, kind: Kind::Switch, courtesy: true }
}

const fn span(min: Duration, max: Duration, off: bool, default: Usual) -> Kind {
    Kind::Duration { min, max, off, default }
}

/// A parameter as it is told.
#[derive(Debug, Serialize)]
pub struct Told {
    name: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<&'static [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    off: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    courtesy: Option<bool>,
}

impl Param {
    /// As it is told by a server of this heartbeat.
    pub fn told(&self, heartbeat: Duration) -> Told {
        let none = Told {
            name: self.name,
            kind: self.kind.name(),
            values: None,
            min: None,
            max: None,
            off: None,
            pattern: None,
            default: None,
            courtesy: self.courtesy.then_some(true),
        };
        let first = |values: &[&str]| values.first().map(|&value| value.to_owned());
        match &self.kind {
            Kind::Choice(values) => Told { values: Some(values), default: first(values), ..none },
            Kind::Switch => Told { values: Some(&["on", "off"]), default: Some("on".to_owned()), ..none },
            Kind::Duration { min, max, off, default } => Told {
                min: Some(format_span(*min).into()),
                max: Some(format_span(*max).into()),
                off: off.then_some(true),
                default: default.after(Some(heartbeat)).map(format_span),
                ..none
            },
            Kind::Number { min, max, default } => Told {
                min: Some((*min).into()),
                max: Some((*max).into()),
                default: Some(default.to_string()),
                ..none
            },
            Kind::Text { besides, longest } => {
                Told { pattern: Some(format!("^[A-Za-z0-9{besides}]{{1,{longest}}}$")), ..none }
            }
            Kind::Cursor(words) => {
                Told { values: (!words.is_empty()).then_some(words), default: first(words), ..none }
            }
        }
    }
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Choice(_) => "choice",
            Self::Switch => "switch",
            Self::Duration { .. } => "duration",
            Self::Number { .. } => "number",
            Self::Text { .. } => "text",
            Self::Cursor(_) => "cursor",
        }
    }
}

impl Usual {
    /// The duration, where the heartbeat is this one, or off.
    pub fn after(self, heartbeat: Option<Duration>) -> Option<Duration> {
        match self {
            Self::Nothing => None,
            Self::Is(duration) => Some(duration),
            Self::Heartbeat => heartbeat,
            Self::FourHeartbeats => heartbeat.map(|heartbeat| heartbeat * 4),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_kind_is_told_as_the_reference_says() {
        let told = |param: &Param| serde_json::to_value(param.told(Duration::from_secs(15))).expect("JSON");
        let switch =
            json!({"name":"ids","kind":"switch","values":["on","off"],"default":"on","courtesy":true});
        assert_eq!(told(&IDS), switch);
        let choice = json!({"name":"encoding","kind":"choice","values":["json","cbor","raw","binary"],"default":"json"});
        assert_eq!(told(&ENCODING), choice);
        let span = json!({"name":"heartbeat","kind":"duration","min":"100ms","max":"10m","off":true,"default":"15s"});
        assert_eq!(told(&HEARTBEAT), span);
        let number = json!({"name":"limit","kind":"number","min":1,"max":10000,"default":"1000"});
        assert_eq!(told(&LIMIT), number);
        let text = json!({"name":"lane","kind":"text","pattern":"^[A-Za-z0-9_-]{1,40}$"});
        assert_eq!(told(&LANE), text);
        let cursor =
            json!({"name":"after","kind":"cursor","values":["earliest","latest"],"default":"earliest"});
        assert_eq!(told(&AFTER), cursor);
        assert_eq!(told(&RETRY)["default"], Value::Null);
        assert_eq!(told(&DEAD_AFTER)["default"], "1m");
    }
}
