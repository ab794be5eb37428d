//! The log of a job over time, as the server's lines tell it: which event stood in it when. A job whose log is lost begins
//! another, and its numbers begin again.

/// One event in the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stood {
    pub at: f64,
    pub seq: u64,
    pub line: usize,
}

/// The logs of one job, the first first.
#[derive(Debug, Default)]
pub(super) struct Log(Vec<Vec<Stood>>);

impl Log {
    /// The server appended this.
    pub(super) fn append(&mut self, one: Stood) {
        match self.0.last_mut() {
            Some(last) if last.last().is_none_or(|before| before.seq < one.seq) => last.push(one),
            _ => self.0.push(vec![one]),
        }
    }

    /// Somebody saw this event, and nobody said when it was appended: it stood in the log by then.
    pub(super) fn seen(&mut self, one: Stood) {
        if self.0.last().and_then(|last| last.last()).is_none_or(|before| before.seq < one.seq) {
            self.append(one);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of the newest event of the `nth` log at that time.
    pub(super) fn head_at(&self, nth: usize, at: f64) -> u64 {
        let Some(log) = self.nth(nth) else { return 0 };
        let next = log.partition_point(|one| one.at <= at);
        next.checked_sub(1).map_or(0, |last| log[last].seq)
    }

    /// The newest event of the last log.
    pub(super) fn newest(&self) -> Option<Stood> {
        self.0.last().and_then(|last| last.last()).copied()
    }

    /// The line that says that this event was appended.
    pub(super) fn line_of(&self, nth: usize, seq: u64) -> Option<usize> {
        let log = self.nth(nth)?;
        log.binary_search_by_key(&seq, |one| one.seq).ok().map(|index| log[index].line)
    }

    fn nth(&self, nth: usize) -> Option<&Vec<Stood>> {
        self.0.get(nth.min(self.0.len().checked_sub(1)?))
    }
}
