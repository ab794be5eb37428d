//! `bandwidth`: so many bytes per second, through a queue as in a router. Who is faster first fills the queue, so delay
//! grows, and is then held back.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::ways::{DOWN_FIRST, count, takes, ways};
use super::{Fault, MayLast, ScopeKind, Strike, Struck};
use crate::param::Param;
use crate::wire::{Effect, Ending, Given, Queue};

const RATE: Param = count("rate", 1_000_000_000, 10_000);
const QUEUE: Param = count("queue", 16 << 20, 65_536);

/// What passes at once, in time.
const PIECE: Duration = Duration::from_millis(10);
/// What is made up for after an idle time, or a timer that came late.
const BURST: Duration = Duration::from_millis(50);

pub(super) const FAULT: Fault = Fault {
    name: "bandwidth",
    title: "Bandwidth",
    params: &[RATE, QUEUE, DOWN_FIRST],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |values| {
        let (rate, queue) = (values.number(&RATE), values.number(&QUEUE));
        let ways = ways(values, &DOWN_FIRST);
        Ok(Strike::Wires(Box::new(move |line, hit| {
            for way in ways {
                line.strike(hit.throw, *way, Box::new(Bandwidth::new(rate, queue)));
            }
            Struck::AT_WORK
        })))
    },
};

#[derive(Debug)]
struct Bandwidth {
    rate: usize,
    longest: usize,
    queue: Queue,
    // From when on the next piece may pass.
    free: Option<Instant>,
}

impl Bandwidth {
    fn new(rate: usize, longest: usize) -> Self {
        Self { rate, longest, queue: Queue::default(), free: None }
    }
}

impl Effect for Bandwidth {
    fn room(&mut self, _now: Instant) -> usize {
        self.longest.saturating_sub(self.queue.len())
    }

    fn take(&mut self, bytes: Bytes, _now: Instant) {
        self.queue.push(bytes);
    }

    fn give(&mut self, now: Instant) -> Given {
        if self.queue.is_empty() {
            return Given::Nothing(None);
        }
        let free = self.free.unwrap_or(now);
        if free > now {
            return Given::Nothing(Some(free));
        }
        let piece = self.rate / usize::try_from(1000 / PIECE.as_millis()).unwrap_or(1);
        let given = self.queue.pop(piece.max(1));
        let passed = given.as_ref().map_or(0, Bytes::len);
        let earliest = now.checked_sub(BURST).unwrap_or(now);
        self.free = Some(free.max(earliest) + takes(passed, self.rate));
        given.map_or(Given::Nothing(None), Given::Bytes)
    }

    fn held(&self) -> usize {
        self.queue.len()
    }

    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>) {
        (self.queue.drain(), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What passes in so many seconds, asked when it says so.
    fn passes(bandwidth: &mut Bandwidth, start: Instant, seconds: u64) -> usize {
        let (mut now, mut passed) = (start, 0);
        let end = start + Duration::from_secs(seconds);
        loop {
            match bandwidth.give(now) {
                Given::Bytes(bytes) => passed += bytes.len(),
                Given::Nothing(Some(due)) if due <= end => {
                    assert!(due > now, "it would be asked at once, and again");
                    now = due;
                }
                Given::Nothing(_) => return passed,
                Given::Cut(_) => unreachable!("it never cuts"),
            }
        }
    }

    #[test]
    fn the_rate_is_held_whatever_it_is() {
        for rate in [1, 7, 1000, 10_000, 3_000_000] {
            let start = Instant::now();
            let mut bandwidth = Bandwidth::new(rate, 100 << 20);
            bandwidth.take(Bytes::from(vec![0; 11 * rate]), start);
            let passed = passes(&mut bandwidth, start, 10);
            assert!((10 * rate..=10 * rate + rate / 10 + 1).contains(&passed), "{rate}: {passed}");
        }
    }

    #[test]
    fn the_queue_fills_and_then_holds_back_and_an_idle_line_saves_up_only_a_burst() {
        let start = Instant::now();
        let mut bandwidth = Bandwidth::new(1000, 500);
        assert_eq!(bandwidth.room(start), 500);
        bandwidth.take(Bytes::from(vec![0; 500]), start);
        assert_eq!((bandwidth.room(start), passes(&mut bandwidth, start, 60)), (0, 500));
        let later = start + Duration::from_secs(3600);
        bandwidth.take(Bytes::from(vec![0; 500]), later);
        let mut at_once = 0;
        while let Given::Bytes(bytes) = bandwidth.give(later) {
            at_once += bytes.len();
        }
        assert_eq!(at_once, 60, "50 ms of it, and the piece that it may always begin");
        assert_eq!(bandwidth.heal().0.iter().map(Bytes::len).sum::<usize>(), 440);
    }
}
