//! How many bytes crossed one wire, and how many of those that came in had come before the last that went out.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What a client may send behind an open response, in bytes; a browser sends nothing.
const PILE: u64 = 64 << 10;

/// Counted by whoever moves the bytes, read by anybody.
#[derive(Debug, Default)]
pub(super) struct Count {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    answered: AtomicU64,
    // Looked at only while a bound was asked for.
    most_in: AtomicU64,
}

impl Count {
    /// So many more came in.
    pub fn came_in(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Relaxed);
    }

    /// So many more went out.
    #[inline]
    pub fn went_out(&self, bytes: usize) {
        self.bytes_out.fetch_add(bytes as u64, Relaxed);
        self.answered.store(self.bytes_in.load(Relaxed), Relaxed);
    }

    /// No more than a pile may come in from here on.
    pub fn bound(&self) {
        self.most_in.store(self.totals().0 + PILE, Relaxed);
    }

    /// Whether more came in than that.
    pub fn is_piled_up(&self) -> bool {
        self.totals().0 > self.most_in.load(Relaxed)
    }

    /// In and out.
    pub fn totals(&self) -> (u64, u64) {
        (self.bytes_in.load(Relaxed), self.bytes_out.load(Relaxed))
    }

    /// Those that had come in when the last went out: what comes behind them may be of the next request.
    pub fn answered(&self) -> u64 {
        self.answered.load(Relaxed)
    }
}
