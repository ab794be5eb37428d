//! A member of a class, and what its page says of its lanes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Why, Wrong};
use crate::measure::State;
use crate::pace::Micros;

/// The longest name, in characters.
pub const MAX_NAME: usize = 40;
/// The most lanes that a page can tell of.
pub const MAX_LANES: usize = 6;
/// The longest name of a transport.
const MAX_TRANSPORT: usize = 20;

/// What a page says of one of its lanes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LaneTold {
    /// By which transport it reads.
    pub transport: String,
    /// How it stands.
    pub state: State,
    /// Events it has, each counted once.
    pub delivered: u64,
    /// Events that will not come any more.
    pub missed: u64,
    /// Events that came again.
    pub repeated: u64,
    /// Connections it has tried.
    pub attempts: u64,
    /// The newest event it has.
    pub last: u64,
    /// How often it lost its connection.
    pub lost: u64,
    /// After how long it was back the last time, ms; null while it is away, or was never lost.
    pub back_after: Option<u64>,
}

/// Checks what was told of lanes that read so many events.
pub(super) fn check(lanes: &[LaneTold], events: u64) -> Result<(), Wrong> {
    let wrong = |place: &str, wanted: String, found: String| {
        Err(Wrong::new(Why::Malformed, place, wanted, found, "see docs/reference/api.md, \"A class\""))
    };
    if lanes.len() > MAX_LANES {
        return wrong("body, member lanes", format!("at most {MAX_LANES} lanes"), lanes.len().to_string());
    }
    for (at, LaneTold { transport, delivered, missed, last, .. }) in lanes.iter().enumerate() {
        let most = *delivered.max(missed).max(last);
        if most > events {
            return wrong(
                "body, member lanes",
                format!("at most the {events} events of the job"),
                most.to_string(),
            );
        }
        let plain = transport.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        if !plain || !(1..=MAX_TRANSPORT).contains(&transport.len()) {
            let found: String = transport.chars().take(MAX_TRANSPORT).collect();
            return wrong(
                "body, member transport",
                "the name of a transport".to_owned(),
                format!("{found:?}"),
            );
        }
        if lanes[..at].iter().any(|other| other.transport == *transport) {
            return wrong(
                "body, member lanes",
                "one lane a transport".to_owned(),
                format!("{transport} twice"),
            );
        }
    }
    Ok(())
}

/// A member.
#[derive(Debug)]
pub(super) struct Member {
    pub name: String,
    secret: String,
    /// What it bet, by the bet's name.
    pub bets: BTreeMap<String, String>,
    pub lanes: Vec<LaneTold>,
    /// When its page last said how its lanes are.
    pub told: Option<Micros>,
    /// Whether that was its last word.
    pub stands: bool,
    /// How many of its pages listen.
    pub pages: u32,
    /// Whether the last of them does so no more, and nothing was said since.
    pub gone: bool,
}

impl Member {
    pub(super) fn new(name: String, secret: String) -> Self {
        Self {
            name,
            secret,
            bets: BTreeMap::new(),
            lanes: Vec::new(),
            told: None,
            stands: false,
            pages: 0,
            gone: false,
        }
    }

    /// Whether this is its secret. How long it takes says nothing of where they differ.
    pub(super) fn has(&self, secret: &str) -> bool {
        same(&self.secret, secret)
    }
}

/// Whether two secrets are the same, looked at to their end.
fn same(one: &str, other: &str) -> bool {
    let differ = one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
    one.len() == other.len() && differ == 0
}

/// A name as it will be shown: without space around it, nor anything that turns the text of others. What joins letters, or keeps
/// them apart, is part of many names (U+200C, U+200D).
pub(super) fn name_of(name: &str) -> Result<String, Wrong> {
    let name = name.trim();
    let length = name.chars().count();
    let wanted = format!("1 to {MAX_NAME} characters, none of them a control character");
    let wrong = |found: String| {
        Err(Wrong::new(Why::Malformed, "body, member name", wanted.clone(), found, "choose another name"))
    };
    if !(1..=MAX_NAME).contains(&length) {
        return wrong(format!("{length} characters"));
    }
    let turns = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    match name.chars().find(|c| turns(*c)) {
        Some(c) => wrong(format!("U+{:04X}", u32::from(c))),
        None => Ok(name.to_owned()),
    }
}
