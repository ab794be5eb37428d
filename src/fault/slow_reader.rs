//! `slow-reader`: the peer takes so many bytes per second and nothing is kept on the way, so the server is held back at once.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::ways::{count, takes};
use super::{Fault, MayLast, ScopeKind, Strike, Struck};
use crate::param::Param;
use crate::wire::{Effect, Ending, Given, Queue, Start, Way};

const RATE: Param = count("rate", 1_000_000_000, 1000);

/// How often it reads.
const EVERY: Duration = Duration::from_millis(50);

pub(super) const FAULT: Fault = Fault {
    name: "slow-reader",
    title: "Slow reader",
    params: &[RATE],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |values| {
        let rate = values.number(&RATE);
        Ok(Strike::Wires(Box::new(move |line, hit| {
            line.strike(hit.throw, Way::Down, Box::new(SlowReader::new(rate)));
            Struck::AT_WORK
        })))
    },
};

#[derive(Debug)]
struct SlowReader {
    rate: usize,
    // As many as it takes at a time.
    piece: usize,
    next: Option<Instant>,
    room: usize,
    queue: Queue,
}

impl SlowReader {
    fn new(rate: usize) -> Self {
        let times = usize::try_from(1000 / EVERY.as_millis()).unwrap_or(1);
        Self { rate, piece: (rate / times).max(1), next: None, room: 0, queue: Queue::default() }
    }
}

impl Effect for SlowReader {
    fn start(&mut self, _start: Start, now: Instant) {
        self.next = Some(now);
    }

    fn room(&mut self, now: Instant) -> usize {
        let next = self.next.unwrap_or(now);
        if self.room == 0 && next <= now {
            self.room = self.piece;
            // A time in which nothing came is not made up for, but one timer that was late is.
            let earliest = now.checked_sub(EVERY).unwrap_or(now);
            self.next = Some(next.max(earliest) + takes(self.piece, self.rate));
        }
        self.room
    }

    fn take(&mut self, bytes: Bytes, _now: Instant) {
        self.room -= bytes.len().min(self.room);
        self.queue.push(bytes);
    }

    fn give(&mut self, now: Instant) -> Given {
        match self.queue.pop(usize::MAX) {
            Some(bytes) => Given::Bytes(bytes),
            None if self.room(now) > 0 => Given::Nothing(None),
            None => Given::Nothing(self.next),
        }
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

    #[test]
    fn it_takes_its_rate_and_keeps_nothing() {
        for rate in [1, 19, 1000, 1_000_000] {
            let start = Instant::now();
            let (mut slow, mut now, mut taken) = (SlowReader::new(rate), start, 0);
            slow.start(Start::default(), now);
            while now < start + Duration::from_secs(10) {
                let room = slow.room(now);
                if room > 0 {
                    slow.take(Bytes::from(vec![0; room]), now);
                    taken += room;
                    assert_eq!(slow.give(now), Given::Bytes(Bytes::from(vec![0; room])));
                }
                match slow.give(now) {
                    Given::Nothing(Some(next)) if next > now => now = next,
                    other => panic!("{rate}: {other:?}"),
                }
            }
            assert!((10 * rate..=10 * rate + rate / 10 + 1).contains(&taken), "{rate}: {taken}");
        }
    }
}
