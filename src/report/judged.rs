//! Verdicts: what an expectation wanted and what was observed.

use std::ops::Range;

/// What came of an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// It was met.
    Met,
    /// It was missed.
    Missed,
    /// It was not held against anything, and why.
    NotJudged(String),
}

/// One expectation of one lane, or of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The measure.
    pub measure: String,
    /// The lane as people call it; none of the whole run. Many lanes that are alike are one ("1,000 lanes").
    pub lane: Option<String>,
    /// Where it stands in the scenario's text, in bytes.
    pub span: Range<usize>,
    /// What was wanted.
    pub expected: String,
    /// What was observed.
    pub observed: String,
    /// The lines of the record that say so.
    pub lines: Vec<usize>,
    /// What came of it.
    pub met: Met,
    /// Why it is expected.
    pub because: Option<String>,
}
