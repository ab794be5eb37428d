//! What a record says, counted: facts about each lane and the whole run, and the list of measures that expectations are held
//! against.
//!
//! Facts are folds of observations, a pure function of them: no clock, no running system. A measure is a line in [`ALL`]; the
//! scenario reader, its schema, the judge, the reports and the reference walk that list.

mod caveats;
mod facts;
mod instants;
mod lane;
mod ledger;
mod list;
mod log;
mod machine;
mod of_lane;
mod of_run;
mod read;
mod recovery;
mod run;
mod served;
mod tallies;
mod tally;
mod throws;
mod unscripted;

use std::time::Duration;

pub use caveats::Caveat;
pub use facts::{End, Facts};
pub use lane::{Lane, Mark, Offset, Sign, Span};
pub use list::{ALL, named, why_nothing};
pub use machine::{Machine, State};
pub use read::BadLine;
pub use recovery::{PARTS, Recovery};
pub use tally::KEPT;
pub use throws::Throw;

/// One thing that can be measured.
#[derive(Debug)]
pub struct Measure {
    /// Its name in scenario files and reports.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub means: &'static str,
    /// What values it has.
    pub kind: Kind,
    /// Of what it is a measure.
    pub of: Of,
    /// How it is read from the facts.
    pub(crate) read: Read,
}

/// How a measure is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Read {
    /// From a lane's.
    Lane(fn(&Facts, &Lane) -> Observed),
    /// From the whole run's.
    Run(fn(&Facts) -> Observed),
}

/// What values a measure has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Count,
    /// A number of bytes.
    Bytes,
    /// A duration.
    Time,
    /// Yes or no.
    Flag,
    /// A word.
    Text,
    /// Words or numbers in their order.
    List,
}

/// Of what it is a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// One lane.
    Lane,
    /// The whole run.
    Run,
}

/// A value that was observed, and the lines of the record (counted from 1) that say so.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// The value; none where there was nothing to measure. A time with several (each wait) has its least and greatest.
    pub value: Option<Value>,
    /// The lines, at most some.
    pub lines: Vec<usize>,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of a count or bytes.
    Number(u64),
    /// Of a time: the least and the greatest of those observed.
    Times(Duration, Duration),
    /// Of a flag.
    Flag(bool),
    /// Of a text.
    Text(String),
    /// Of a list.
    List(Vec<String>),
}
