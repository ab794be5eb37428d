//! Parameters: what each is called, what it may be, and how that is told.
//!
//! The transports' table and the faults' are made of these rows. One table reads what is given, is told to pages and
//! programs, and describes itself in `OpenAPI`, so these cannot differ.

mod nearest;
mod value;

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

pub use nearest::{near, nearest};

use crate::pace::format_span;

/// One parameter.
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
    /// A whole number, or none if nothing is said.
    Count {
        /// The least.
        min: usize,
        /// The greatest.
        max: usize,
    },
    /// Any text of at most so many bytes; empty if nothing is said.
    Free {
        /// How many bytes at the most.
        longest: usize,
    },
    /// One line of visible ASCII, as a header field may be; none if nothing is said.
    Line {
        /// How many at the most.
        longest: usize,
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
    /// A parameter that is no courtesy.
    pub const fn plain(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, courtesy: false }
    }

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
            Kind::Count { min, max } => Told { min: Some((*min).into()), max: Some((*max).into()), ..none },
            Kind::Free { longest } => Told { max: Some((*longest).into()), ..none },
            Kind::Line { longest } => Told {
                max: Some((*longest).into()),
                pattern: Some("^[!-~]([ -~]*[!-~])?$".to_owned()),
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
            Self::Number { .. } | Self::Count { .. } => "number",
            Self::Text { .. } | Self::Free { .. } | Self::Line { .. } => "text",
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
