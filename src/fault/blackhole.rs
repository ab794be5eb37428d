//! `blackhole`: a half-open line. The kernel drops what comes in before it acknowledges it, and what goes out is withheld.

use bytes::Bytes;
use tokio::time::Instant;

use super::stall::Stall;
use super::{Fault, MayLast, ScopeKind, Strike, Struck};
use crate::wire::{Effect, Ending, Given, Line, Passage, Queue, Way};

/// What is withheld before the sender is held back, as by a send buffer that nobody empties.
const WITHHELD: usize = 64 << 10;

pub(super) const FAULT: Fault = Fault {
    name: "blackhole",
    title: "Blackhole",
    params: &[],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |_| Ok(Strike::Wires(Box::new(|line, hit| strike(line, hit.throw)))),
};

fn strike(line: &Line, throw: u64) -> Struck {
    if let Err(refused) = line.deafen(throw) {
        line.strike(throw, Way::Down, Box::new(Stall));
        line.strike(throw, Way::Up, Box::new(Stall));
        let got = format!("a stall both ways: the socket filter was refused ({refused})");
        return Struck { weaker: Some(("nothing the peer sends is acknowledged", got)), ..Struck::AT_WORK };
    }
    line.strike(throw, Way::Down, Box::new(Withhold::default()));
    if !line.has_socket() {
        line.strike(throw, Way::Up, Box::new(Stall));
    }
    Struck::AT_WORK
}

#[derive(Debug, Default)]
struct Withhold {
    queue: Queue,
    since: Option<Instant>,
}

impl Effect for Withhold {
    fn room(&mut self, _now: Instant) -> usize {
        WITHHELD.saturating_sub(self.queue.len())
    }

    fn take(&mut self, bytes: Bytes, now: Instant) {
        self.since.get_or_insert(now);
        self.queue.push(bytes);
    }

    fn give(&mut self, _now: Instant) -> Given {
        Given::Nothing(None)
    }

    fn held(&self) -> usize {
        self.queue.len()
    }

    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>) {
        (self.queue.drain(), None)
    }

    fn passage(&mut self, _now: Instant) -> Passage {
        Passage::Shut(None)
    }

    fn withheld_since(&self) -> Option<Instant> {
        self.since
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn bytes_are_withheld_since_the_first_of_them_and_given_in_order_when_it_heals() {
        let start = Instant::now();
        let mut hole = Withhold::default();
        assert_eq!((hole.withheld_since(), hole.room(start)), (None, WITHHELD));
        hole.take(Bytes::from_static(b"a"), start);
        hole.take(Bytes::from_static(b"b"), start + Duration::from_secs(1));
        assert_eq!((hole.withheld_since(), hole.room(start)), (Some(start), WITHHELD - 2));
        assert_eq!(hole.give(start + Duration::from_secs(2)), Given::Nothing(None));
        assert_eq!(hole.heal().0, [Bytes::from_static(b"a"), Bytes::from_static(b"b")]);
    }
}
