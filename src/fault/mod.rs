//! The faults: what can be done to the wires of readers. Each is one file and one line in [`ALL`].
//!
//! The API, the page's panel, the reference and the tests walk that list; nobody else enumerates, and the faults never
//! meet each other. What they share stands here: [`Fault`], their [`Values`], the [`Scope`] of a throw.

mod answer;
mod bandwidth;
mod blackhole;
mod buffer;
mod close;
mod cut;
mod drain;
mod idle_timeout;
mod latency;
mod ledger;
mod nagle;
mod news;
mod readers;
mod refuse;
mod responses;
mod restart;
mod scope;
mod sent_on;
mod slice;
mod slow_reader;
mod stall;
mod throw;
mod values;
mod wanted;
mod ways;

use std::sync::Arc;

pub use answer::{Answer, Location, Then};
pub use ledger::{Begun, Full, MAX_THROWS, Met, Throws};
pub use news::{Happened, News, Whose, Why};
pub use readers::Told as ReaderTold;
pub use scope::{Reader, Scope, ScopeKind};
pub use sent_on::SentOn;
pub use throw::Hold;
pub use values::{BadValue, Values};
pub use wanted::{Lasts, Malformed, Wanted};

use crate::param::Param;
use crate::wire::{Cut, Line};

/// One kind of fault.
pub struct Fault {
    /// Its name in files, URLs and records.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its parameters.
    pub params: &'static [Param],
    /// How long it may last.
    pub lasts: MayLast,
    /// What a throw of it may be aimed at.
    pub scopes: &'static [ScopeKind],
    /// The transports on which it means nothing, and why.
    pub nothing: &'static [(&'static str, &'static str)],
    /// When a reader that reconnects and resumes does not get everything all the same, once it is over.
    pub loses: &'static [Loss],
    /// What a throw does, its parameters being known.
    pub strike: fn(&Values) -> Result<Strike, BadValue>,
}

/// What not even a reader that reconnects and resumes gets over.
pub struct Loss {
    /// The transports by which it reads; none means all.
    pub transports: &'static [&'static str],
    /// Of which throws, in words.
    pub when: &'static str,
    /// Whether a throw with these parameters is one of them.
    pub holds: fn(&Values) -> bool,
    /// Why.
    pub why: &'static str,
}

/// How long a fault may last.
#[derive(Clone, Copy, Debug)]
pub struct MayLast {
    /// Strikes what is open, or the next request, and is over.
    pub once: bool,
    /// For a time.
    pub time: bool,
    /// Until cleared.
    pub until_cleared: bool,
    /// What it does if nothing is said, as it would be written.
    pub usual: &'static str,
}

/// What is done to one wire. Called on the thread that polls it, between two polls.
pub type Blow = Box<dyn Fn(&Arc<Line>, Hit) -> Struck + Send + Sync>;

/// What a throw does.
pub enum Strike {
    /// It is done to each wire in the scope.
    Wires(Blow),
    /// It is done to the next request for a feed.
    Requests(Instead),
    /// Listeners are closed.
    Listeners,
    /// The stage stops and starts again.
    Stage {
        /// Whether the jobs' logs are lost.
        log_lost: bool,
    },
}

/// One wire that is struck.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// The throw. [`Line::heal`] takes back by this number whatever was done.
    pub throw: u64,
    /// How many this throw had struck before: with the seed, the source of chance.
    pub nth: u64,
}

/// What a strike did to a wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Struck {
    /// As the record says it: `at-work`, `reset`, `ended`, `closing`.
    pub what: &'static str,
    /// What was done where the system did not give what was wanted: both in words.
    pub weaker: Option<(&'static str, String)>,
}

/// What a request gets instead of its transport's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// The connection is cut before a byte of an answer.
    Cut(Cut),
    /// This answer.
    Answer(Arc<Answer>),
}

/// Every fault there is.
pub static ALL: &[Fault] = &[
    cut::FAULT,
    refuse::FAULT,
    restart::FAULT,
    stall::FAULT,
    blackhole::FAULT,
    drain::FAULT,
    latency::FAULT,
    bandwidth::FAULT,
    slice::FAULT,
    buffer::FAULT,
    idle_timeout::FAULT,
    nagle::FAULT,
    answer::FAULT,
    close::FAULT,
    slow_reader::FAULT,
];

impl Struck {
    /// It stays at work on this wire.
    pub const AT_WORK: Self = Self { what: "at-work", weaker: None };
}

impl Fault {
    /// Whether a reader by `transport` that reconnects and resumes has everything in the end, a throw with these parameters being
    /// over.
    pub fn is_survived(&self, values: &Values, transport: &str) -> bool {
        let strikes = |loss: &&Loss| loss.transports.is_empty() || loss.transports.contains(&transport);
        !self.loses.iter().filter(strikes).any(|loss| (loss.holds)(values))
    }
}

impl MayLast {
    /// Once, for a time, or until cleared; once if nothing is said.
    pub const ONCE: Self = Self { once: true, time: true, until_cleared: true, usual: "once" };
    /// For a time or until cleared.
    pub const LASTING: Self = Self { once: false, time: true, until_cleared: true, usual: "until-cleared" };
}

/// Looks up a fault.
pub fn named(name: &str) -> Option<&'static Fault> {
    ALL.iter().find(|fault| fault.name == name)
}
