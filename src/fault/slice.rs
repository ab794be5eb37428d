//! `slice`: pieces of a size, a pause apart, each written to the socket by itself.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::ways::{DOWN_FIRST, count, span, ways};
use super::{Fault, MayLast, ScopeKind, Strike, Struck};
use crate::param::Param;
use crate::wire::{Effect, Ending, Given, Queue};

const SIZE: Param = count("size", 65_536, 8);
const PAUSE: Param = span("pause", 0, 10);

/// What waits to be sliced; beyond it the sender is held back.
const WAITING: usize = 64 << 10;

pub(super) const FAULT: Fault = Fault {
    name: "slice",
    title: "Slice",
    params: &[SIZE, PAUSE, DOWN_FIRST],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |values| {
        let (size, pause) = (values.number(&SIZE), values.span(&PAUSE));
        let ways = ways(values, &DOWN_FIRST);
        Ok(Strike::Wires(Box::new(move |line, hit| {
            for way in ways {
                let slice = Slice { size, pause, queue: Queue::default(), next: None };
                line.strike(hit.throw, *way, Box::new(slice));
            }
            Struck::AT_WORK
        })))
    },
};

#[derive(Debug)]
struct Slice {
    size: usize,
    pause: Duration,
    queue: Queue,
    next: Option<Instant>,
}

impl Effect for Slice {
    fn room(&mut self, _now: Instant) -> usize {
        WAITING.saturating_sub(self.queue.len())
    }

    fn take(&mut self, bytes: Bytes, _now: Instant) {
        self.queue.push(bytes);
    }

    fn give(&mut self, now: Instant) -> Given {
        if let Some(next) = self.next.filter(|next| *next > now && !self.queue.is_empty()) {
            return Given::Nothing(Some(next));
        }
        let given = self.queue.given(self.size);
        if matches!(given, Given::Bytes(_)) {
            self.next = Some(now + self.pause);
        }
        given
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
    fn pieces_of_the_size_come_a_pause_apart() {
        let start = Instant::now();
        let ms = |millis| start + Duration::from_millis(millis);
        let pause = Duration::from_millis(10);
        let mut slice = Slice { size: 4, pause, queue: Queue::default(), next: None };
        slice.take(Bytes::from_static(b"123456"), start);
        let piece = |bytes: &'static [u8]| Given::Bytes(Bytes::from_static(bytes));
        for (at, given) in [
            (0, piece(b"1234")),
            (0, Given::Nothing(Some(ms(10)))),
            (9, Given::Nothing(Some(ms(10)))),
            (10, piece(b"56")),
            (10, Given::Nothing(None)),
        ] {
            assert_eq!(slice.give(ms(at)), given, "after {at} ms");
        }
        slice.take(Bytes::from_static(b"7"), ms(12));
        assert_eq!(slice.give(ms(12)), Given::Nothing(Some(ms(20))));
        assert_eq!(slice.heal().0, [Bytes::from_static(b"7")]);
    }
}
