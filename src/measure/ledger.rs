//! The account of one reader: which events came, which came twice, which came after a later one, and which never came. What
//! came is kept as runs of numbers, so that a reader that gets all of it costs a few bytes.

use std::ops::RangeInclusive;

/// One log, as far as a reader has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    /// Ascending, never touching each other.
    runs: Vec<(u64, u64)>,
    /// Everything up to here is before what this reader ever asked for.
    base: Option<u64>,
    pub delivered: u64,
    pub repeated: u64,
    pub reordered: u64,
    pub highest: u64,
}

/// What an entry was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    New,
    Repeated,
    Reordered,
}

impl Ledger {
    /// This reader asked for what comes after `base`; only the first to say so counts.
    pub(super) fn begin_after(&mut self, base: u64) {
        if self.base.is_none() {
            self.base = Some(base);
            self.highest = base;
        }
    }

    /// Enters one event.
    pub(super) fn enter(&mut self, seq: u64) -> Entry {
        self.reach_down(seq);
        let next = self.runs.partition_point(|run| run.0 <= seq);
        if next > 0 && self.runs[next - 1].1 >= seq {
            self.repeated += 1;
            return Entry::Repeated;
        }
        self.insert(next, seq);
        self.delivered += 1;
        if seq < self.highest {
            self.reordered += 1;
            return Entry::Reordered;
        }
        self.highest = seq;
        Entry::New
    }

    /// The log said that it no longer has these: they are missed unless they came before.
    pub(super) fn gap(&mut self, from: u64, to: u64) {
        self.reach_down(from);
        self.highest = self.highest.max(to);
    }

    /// What never came of the events up to `head`; none where nobody knows where it began.
    pub(super) fn holes(&self, head: u64) -> Option<Vec<RangeInclusive<u64>>> {
        let mut next = self.base? + 1;
        let mut holes = Vec::new();
        for (from, to) in &self.runs {
            if *from > next {
                holes.push(next..=(*from - 1).min(head));
            }
            next = next.max(to + 1);
        }
        if next <= head {
            holes.push(next..=head);
        }
        holes.retain(|hole| !hole.is_empty());
        Some(holes)
    }

    /// Whatever comes first is where an account begins that said nothing before.
    fn reach_down(&mut self, seq: u64) {
        match self.base {
            None => self.begin_after(seq.saturating_sub(1)),
            Some(base) if seq <= base => self.base = Some(seq.saturating_sub(1)),
            Some(_) => {}
        }
    }

    fn insert(&mut self, next: usize, seq: u64) {
        let before = next > 0 && self.runs[next - 1].1 + 1 == seq;
        let after = self.runs.get(next).is_some_and(|run| run.0 == seq + 1);
        match (before, after) {
            (true, true) => {
                self.runs[next - 1].1 = self.runs[next].1;
                self.runs.remove(next);
            }
            (true, false) => self.runs[next - 1].1 = seq,
            (false, true) => self.runs[next].0 = seq,
            (false, false) => self.runs.insert(next, (seq, seq)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seqs: &[u64]) -> Ledger {
        let mut ledger = Ledger::default();
        for seq in seqs {
            ledger.enter(*seq);
        }
        ledger
    }

    #[test]
    fn what_comes_twice_late_or_never_is_told_apart() {
        let ledger = after(&[1, 2, 5, 4, 4, 9]);
        assert_eq!((ledger.delivered, ledger.repeated, ledger.reordered), (5, 1, 1));
        assert_eq!(ledger.holes(10), Some(vec![3..=3, 6..=8, 10..=10]));
    }

    #[test]
    fn an_account_begins_where_the_reader_asked_or_with_what_came_first() {
        assert_eq!(after(&[41, 42]).holes(42), Some(vec![]));
        let mut asked = Ledger::default();
        asked.begin_after(39);
        asked.enter(41);
        assert_eq!(asked.holes(41), Some(vec![40..=40]));
        assert_eq!(Ledger::default().holes(7), None);
    }

    #[test]
    fn any_order_of_the_same_events_leaves_the_same_account() {
        let mut order = fastrand::Rng::with_seed(7);
        for _ in 0..50 {
            let mut seqs: Vec<u64> = (1..=60).filter(|seq| seq % 7 != 0).collect();
            order.shuffle(&mut seqs);
            let mut ledger = after(&seqs);
            ledger.begin_after(0);
            let holes: Vec<u64> = ledger.holes(60).expect("known").into_iter().flatten().collect();
            assert_eq!(holes, vec![7, 14, 21, 28, 35, 42, 49, 56], "{seqs:?}");
        }
    }
}
