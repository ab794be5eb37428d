//! The bounded append-only log of one job: a deque of events, bounded in number and in bytes.
//!
//! Forgetting is told, never hidden: who asks for what is gone gets the gap with both its bounds.

use std::collections::VecDeque;
use std::sync::Arc;

use super::event::{Data, Event, Kind};
use crate::pace::Micros;

/// How much a log keeps. The newest event is always kept, however large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// At most this many events.
    pub events: usize,
    /// At most this many bytes, by [`Event::weight`].
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { events: 10_000, bytes: 64 << 20 }
    }
}

/// What stands after a given number.
#[derive(Debug)]
pub enum Since {
    /// The next event.
    Event(Arc<Event>),
    /// These are forgotten, both included; go on after `to`.
    Gap {
        /// The first missing number.
        from: u64,
        /// The last missing number.
        to: u64,
    },
    /// Nothing yet.
    UpToDate,
}

/// The events of one job that are still kept.
#[derive(Debug)]
pub struct Log {
    events: VecDeque<Arc<Event>>,
    head: u64,
    bytes: usize,
    bounds: Bounds,
    payload_bytes: u64,
}

impl Log {
    /// An empty log.
    pub fn new(bounds: Bounds) -> Self {
        Self { events: VecDeque::new(), head: 0, bytes: 0, bounds, payload_bytes: 0 }
    }

    /// Appends an event and forgets what no longer fits.
    pub fn append(&mut self, time: Micros, kind: Kind, data: Data) -> Arc<Event> {
        self.head += 1;
        let event = Arc::new(Event::new(self.head, time, kind, data));
        self.bytes += event.weight();
        self.payload_bytes += event.json.len() as u64;
        self.events.push_back(event.clone());
        while self.events.len() > 1
            && (self.events.len() > self.bounds.events || self.bytes > self.bounds.bytes)
        {
            if let Some(old) = self.events.pop_front() {
                self.bytes -= old.weight();
            }
        }
        event
    }

    /// What stands after `seq`. A `seq` at or beyond the head is up to date.
    pub fn since(&self, seq: u64) -> Since {
        if seq >= self.head {
            return Since::UpToDate;
        }
        let earliest = self.earliest();
        if seq + 1 < earliest {
            return Since::Gap { from: seq + 1, to: earliest - 1 };
        }
        let index = usize::try_from(seq + 1 - earliest).unwrap_or(usize::MAX);
        self.events.get(index).map_or(Since::UpToDate, |event| Since::Event(event.clone()))
    }

    /// The number of the newest event, 0 if there was none.
    pub fn head(&self) -> u64 {
        self.head
    }

    /// The number of the earliest event kept; one past the head if none is.
    pub fn earliest(&self) -> u64 {
        self.events.front().map_or(self.head + 1, |event| event.seq)
    }

    /// The end event, once the job has ended.
    pub fn end(&self) -> Option<&Arc<Event>> {
        self.events.back().filter(|event| event.kind.is_end())
    }

    /// How much it keeps.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// What the envelopes of all events ever appended sum to.
    pub fn payload_bytes(&self) -> u64 {
        self.payload_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(events: usize, bytes: usize, appended: u64) -> Log {
        let mut log = Log::new(Bounds { events, bytes });
        for n in 0..appended {
            log.append(Micros(n), Kind::Progress, Data::Json("{}".into()));
        }
        log
    }

    #[test]
    fn a_full_log_forgets_the_oldest_and_says_which() {
        let log = log(3, usize::MAX, 10);
        assert_eq!((log.earliest(), log.head()), (8, 10));
        assert!(matches!(log.since(2), Since::Gap { from: 3, to: 7 }));
        assert!(matches!(log.since(7), Since::Event(event) if event.seq == 8));
        assert!(matches!(log.since(10), Since::UpToDate));
    }

    #[test]
    fn the_bound_on_bytes_holds_and_keeps_at_least_one() {
        let one = log(100, 1, 1).events[0].weight();
        // Numbers above nine take a byte more each.
        assert_eq!(log(100, one * 4 + 8, 20).events.len(), 4);
        assert_eq!(log(100, 1, 20).events.len(), 1);
    }

    #[test]
    fn an_empty_log_is_up_to_date_and_its_earliest_is_yet_to_come() {
        let log = log(3, 3, 0);
        assert_eq!((log.earliest(), log.head()), (1, 0));
        assert!(matches!(log.since(0), Since::UpToDate));
        assert!(log.end().is_none());
    }
}
