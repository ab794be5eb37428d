//! `latency`: each chunk passes later, and none overtakes another. Each has a time of its own, so delays do not pile up.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use fastrand::Rng;
use tokio::time::Instant;

use super::ways::{BOTH_FIRST, span, ways};
use super::{Fault, Hit, MayLast, ScopeKind, Strike, Struck};
use crate::param::{Kind, Param};
use crate::wire::{Effect, Ending, Given, Passage, Way};

const DELAY: Param = span("delay", 0, 300);
const JITTER: Param = span("jitter", 0, 0);
const SEED: Param = Param::plain("seed", Kind::Number { min: 0, max: u32::MAX as usize, default: 1 });

/// What may be on its way at once. A sender that is faster than this is held back, as by a full window.
const UNDER_WAY: usize = 1 << 20;

pub(super) const FAULT: Fault = Fault {
    name: "latency",
    title: "Latency",
    params: &[DELAY, JITTER, BOTH_FIRST, SEED],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |values| {
        let (delay, jitter) = (values.span(&DELAY), values.span(&JITTER));
        let (ways, seed) = (ways(values, &BOTH_FIRST), values.number(&SEED) as u64);
        Ok(Strike::Wires(Box::new(move |line, hit| {
            for way in ways {
                line.strike(hit.throw, *way, Box::new(Latency::new(delay, jitter, seed, hit, *way)));
            }
            Struck::AT_WORK
        })))
    },
};

#[derive(Debug)]
struct Latency {
    delay: Duration,
    jitter: Duration,
    chance: Rng,
    chunks: VecDeque<(Instant, Bytes)>,
    held: usize,
    // When the latest chunk is due: no later one is earlier.
    latest: Option<Instant>,
    end: Option<Instant>,
}

impl Latency {
    fn new(delay: Duration, jitter: Duration, seed: u64, hit: Hit, way: Way) -> Self {
        let mut chance = Rng::with_seed(seed);
        // Each wire and each way has a row of its own, the same at each run.
        let row = chance.u64(..).wrapping_add(hit.nth * 2 + u64::from(way == Way::Up));
        let chance = Rng::with_seed(row);
        Self { delay, jitter, chance, chunks: VecDeque::new(), held: 0, latest: None, end: None }
    }

    fn due(&mut self, now: Instant) -> Instant {
        let spread = u64::try_from(self.jitter.as_nanos()).unwrap_or(u64::MAX).saturating_mul(2);
        let drawn = Duration::from_nanos(self.chance.u64(0..=spread));
        let due = now + (self.delay + drawn).saturating_sub(self.jitter);
        let due = self.latest.map_or(due, |latest| latest.max(due));
        self.latest = Some(due);
        due
    }
}

impl Effect for Latency {
    fn room(&mut self, _now: Instant) -> usize {
        UNDER_WAY.saturating_sub(self.held)
    }

    fn take(&mut self, bytes: Bytes, now: Instant) {
        self.held += bytes.len();
        let due = self.due(now);
        self.chunks.push_back((due, bytes));
    }

    fn give(&mut self, now: Instant) -> Given {
        match self.chunks.front() {
            Some((due, _)) if *due > now => Given::Nothing(Some(*due)),
            _ => self.chunks.pop_front().map_or(Given::Nothing(None), |(_, bytes)| {
                self.held -= bytes.len();
                Given::Bytes(bytes)
            }),
        }
    }

    fn held(&self) -> usize {
        self.held
    }

    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>) {
        self.held = 0;
        (self.chunks.drain(..).map(|(_, bytes)| bytes).collect(), None)
    }

    fn end(&mut self, now: Instant) {
        self.end = Some(self.due(now));
    }

    fn passage(&mut self, now: Instant) -> Passage {
        match self.end {
            // They are due before it, and held back by somebody else.
            _ if self.held > 0 => Passage::Shut(None),
            Some(due) if due > now => Passage::Shut(Some(due)),
            _ => Passage::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIT: Hit = Hit { throw: 1, nth: 0 };

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    fn chunk(byte: u8) -> Bytes {
        Bytes::copy_from_slice(&[byte])
    }

    #[test]
    fn each_chunk_is_due_its_own_delay_after_it_came() {
        let start = Instant::now();
        let mut latency = Latency::new(ms(300), ms(0), 1, HIT, Way::Down);
        latency.take(chunk(1), start);
        latency.take(chunk(2), start + ms(100));
        for (at, given) in [
            (299, Given::Nothing(Some(start + ms(300)))),
            (300, Given::Bytes(chunk(1))),
            (301, Given::Nothing(Some(start + ms(400)))),
            (400, Given::Bytes(chunk(2))),
            (401, Given::Nothing(None)),
        ] {
            assert_eq!(latency.give(start + ms(at)), given, "after {at} ms");
        }
        latency.end(start + ms(500));
        assert_eq!(latency.passage(start + ms(799)), Passage::Shut(Some(start + ms(800))));
        assert_eq!(latency.passage(start + ms(800)), Passage::Open);
    }

    #[test]
    fn jitter_keeps_the_order_stays_in_its_bounds_and_is_drawn_alike_again() {
        let start = Instant::now();
        let drawn = |nth| {
            let mut latency = Latency::new(ms(10), ms(40), 7, Hit { throw: 1, nth }, Way::Up);
            (0..200).map(|_| latency.due(start)).collect::<Vec<_>>()
        };
        let dues = drawn(3);
        assert!(dues.is_sorted() && dues.iter().all(|due| *due <= start + ms(50)), "{dues:?}");
        assert!(dues[0] < dues[199], "it varies");
        assert_eq!(dues, drawn(3));
        assert_ne!(dues, drawn(4), "another wire has another row");
    }

    #[test]
    fn healing_gives_all_in_order_and_a_full_line_takes_no_more() {
        let now = Instant::now();
        let mut latency = Latency::new(ms(300), ms(0), 1, HIT, Way::Down);
        latency.take(Bytes::from(vec![0; UNDER_WAY - 1]), now);
        assert_eq!(latency.room(now), 1);
        latency.take(chunk(9), now);
        assert_eq!(latency.room(now), 0);
        let (held, end) = latency.heal();
        assert_eq!((held.len(), &held[1], end), (2, &chunk(9), None));
        assert_eq!(latency.held(), 0);
    }
}
