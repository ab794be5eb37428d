//! A cursor that walks a job's feed: all a connection holds of it. Every transport reads through this.

use std::sync::Arc;
use std::task::{Context, Poll};

use thiserror::Error;

use super::cursor::{After, Cursor, Epoch};
use super::event::Event;
use super::job::Job;
use super::log::Since;
use super::readers::{Bell, Subscription};

/// One reader of one job.
#[derive(Debug)]
pub struct Reader {
    job: Arc<Job>,
    seq: u64,
    subscription: Subscription,
}

/// A reader that has just taken its place, and what it must be told first.
#[derive(Debug)]
pub struct Opening {
    /// The reader.
    pub reader: Reader,
    /// It came with a cursor of this other log.
    pub unknown_epoch: Option<Epoch>,
    /// It already has the end event: there is nothing to come.
    pub has_the_end: bool,
}

/// What a reader comes to next.
#[derive(Debug)]
pub enum Next {
    /// An event.
    Event(Arc<Event>),
    /// Numbers the log has forgotten, both included.
    Gap {
        /// The first missing.
        from: u64,
        /// The last missing.
        to: u64,
    },
    /// The end event was the last one given.
    End,
}

/// A cursor this log never wrote.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the feed has only {head} events")]
pub struct BeyondHead {
    /// The newest number.
    pub head: u64,
}

impl Reader {
    /// Takes a place behind `after`.
    ///
    /// # Errors
    /// If the cursor is of this log but beyond its head.
    pub fn open(job: Arc<Job>, after: After) -> Result<Opening, BeyondHead> {
        // Subscribe before looking, so that nothing falls between replay and live.
        let subscription = job.readers().subscribe();
        let (head, earliest, end) = job.extent();
        let (seq, unknown_epoch) = match after {
            After::Earliest => (earliest - 1, None),
            After::Latest => (head, None),
            After::Cursor(Cursor { epoch, seq }) if epoch == job.epoch() => (seq, None),
            After::Cursor(Cursor { epoch, .. }) => (earliest - 1, Some(epoch)),
        };
        if seq > head {
            return Err(BeyondHead { head });
        }
        let has_the_end = end.is_some_and(|end| seq >= end);
        Ok(Opening { reader: Self { job, seq, subscription }, unknown_epoch, has_the_end })
    }

    /// The next thing, now or when there is one.
    pub fn poll_next(&mut self, cx: &Context<'_>) -> Poll<Next> {
        if let Some(next) = self.next_now() {
            return Poll::Ready(next);
        }
        self.subscription.register(cx);
        self.next_now().map_or(Poll::Pending, Poll::Ready)
    }

    /// The next thing if it is there already.
    pub fn next_now(&mut self) -> Option<Next> {
        match self.job.since(self.seq) {
            Since::Event(event) => {
                self.seq = event.seq;
                Some(Next::Event(event))
            }
            Since::Gap { from, to } => {
                self.seq = to;
                Some(Next::Gap { from, to })
            }
            Since::UpToDate => {
                let has_the_end = || self.job.extent().2.is_some_and(|end| self.seq >= end);
                (self.job.is_retired() || has_the_end()).then_some(Next::End)
            }
        }
    }

    /// Ready once the log has an event beyond `head`.
    pub fn poll_beyond(&self, cx: &Context<'_>, head: u64) -> Poll<()> {
        let is_beyond = || self.job.extent().0 > head;
        if !is_beyond() {
            self.subscription.register(cx);
            if !is_beyond() {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }

    /// Goes back, or on, to `seq`.
    pub fn stand_at(&mut self, seq: u64) {
        self.seq = seq;
    }

    /// Where it stands.
    pub fn cursor(&self) -> Cursor {
        Cursor { epoch: self.job.epoch(), seq: self.seq }
    }

    /// What wakes it alone, to look at something beside the log.
    pub fn bell(&self) -> Bell {
        self.subscription.bell()
    }

    /// What it reads.
    pub fn job(&self) -> &Arc<Job> {
        &self.job
    }
}
