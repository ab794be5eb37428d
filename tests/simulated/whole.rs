//! What a lane has received of a feed, repeats left out as its cursor tells them.

use wirebench::record::{Observation, What};

/// How whole that is.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Whole {
    /// The newest event it has.
    pub last: u64,
    /// Events that were passed over.
    pub missed: Vec<u64>,
    /// Events that came again, or late: they are at or before its cursor, and left out.
    pub left_out: usize,
    /// Events that its cursor lets in a second time.
    pub repeated: Vec<u64>,
}

impl Whole {
    /// Walks what a lane has seen.
    pub fn of(seen: &[Observation]) -> Self {
        let mut whole = Self::default();
        let mut had = std::collections::BTreeSet::new();
        for seen in seen {
            let What::Event(event) = &seen.what else { continue };
            let seq = event.seq;
            if seq <= whole.last {
                whole.left_out += 1;
                continue;
            }
            if !had.insert(seq) {
                whole.repeated.push(seq);
            }
            whole.missed.extend(whole.last + 1..seq);
            whole.last = seq;
        }
        whole
    }

    /// All there was, once each.
    pub fn assert(&self, total: u64, lane: &str) {
        assert_eq!((self.last, &self.missed[..], &self.repeated[..]), (total, &[][..], &[][..]), "{lane}");
    }
}
