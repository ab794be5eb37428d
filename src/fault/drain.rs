//! `drain`: somebody on the way reads and drops. A stream that misses bytes cannot be mended, so clearing it resets the
//! connection if any were dropped.

use bytes::Bytes;
use tokio::time::Instant;

use super::ways::{DOWN_FIRST, ways};
use super::{Fault, MayLast, ScopeKind, Strike, Struck};
use crate::wire::{Cut, Effect, Ending, Given, Passage};

pub(super) const FAULT: Fault = Fault {
    name: "drain",
    title: "Drain",
    params: &[DOWN_FIRST],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |values| {
        let ways = ways(values, &DOWN_FIRST);
        Ok(Strike::Wires(Box::new(move |line, hit| {
            for way in ways {
                line.strike(hit.throw, *way, Box::new(Drain::default()));
            }
            Struck::AT_WORK
        })))
    },
};

#[derive(Debug, Default)]
struct Drain {
    // Something was: bytes, or the end of the direction.
    dropped: bool,
}

impl Effect for Drain {
    fn room(&mut self, _now: Instant) -> usize {
        usize::MAX
    }

    fn take(&mut self, _bytes: Bytes, _now: Instant) {
        self.dropped = true;
    }

    fn give(&mut self, _now: Instant) -> Given {
        Given::Nothing(None)
    }

    fn held(&self) -> usize {
        0
    }

    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>) {
        (Vec::new(), self.dropped.then_some((Cut::Rst, "fault: drain")))
    }

    fn passage(&mut self, _now: Instant) -> Passage {
        Passage::Shut(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_taken_nothing_is_given_and_healing_resets_only_if_something_was_dropped() {
        let now = Instant::now();
        let mut drain = Drain::default();
        assert_eq!(drain.heal(), (vec![], None));
        assert!(drain.room(now) > 1 << 30);
        drain.take(Bytes::from_static(b"gone"), now);
        assert_eq!((drain.give(now), drain.held()), (Given::Nothing(None), 0));
        assert_eq!(drain.heal(), (vec![], Some((Cut::Rst, "fault: drain"))));
    }
}
