//! What is counted of one lane while its lines are folded.

use super::tally::{Tally, Times};

/// Its counts.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    pub repeated: Tally,
    pub reordered: Tally,
    pub events: Tally,
    pub skipped: Tally,
    pub gaps: Tally,
    pub forgotten: Tally,
    pub unknown_epochs: Tally,
    pub errors: Tally,
    pub opens: Tally,
    pub attempts: Tally,
    pub full: Tally,
    pub replaced: Tally,
    pub commands: Tally,
    pub acks: Tally,
    pub refused: Tally,
    pub stopped: Tally,
    pub payload: Tally,
    pub percent: Option<(f64, usize)>,
    pub ready: Option<(u8, usize)>,
    pub code: Option<(u16, usize)>,
    pub clean: Option<(bool, usize)>,
    pub reason: Option<(String, usize)>,
    pub end: Option<usize>,
    pub last: usize,
    pub types: Vec<(String, usize)>,
    pub texts: Vec<(String, usize)>,
    pub seqs: Vec<u64>,
    pub delay: Times,
    /// The last reason to distrust its own timer: late by how many ms.
    pub late_timer: Option<(f64, usize)>,
}
