//! `stall`: nothing passes and nothing is lost. The sender is held back as by a peer that does not read.

use bytes::Bytes;
use tokio::time::Instant;

use super::ways::{DOWN_FIRST, ways};
use super::{Fault, MayLast, ScopeKind, Strike, Struck};
use crate::wire::{Effect, Ending, Given, Passage};

pub(super) const FAULT: Fault = Fault {
    name: "stall",
    title: "Stall",
    params: &[DOWN_FIRST],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |values| {
        let ways = ways(values, &DOWN_FIRST);
        Ok(Strike::Wires(Box::new(move |line, hit| {
            for way in ways {
                line.strike(hit.throw, *way, Box::new(Stall));
            }
            Struck::AT_WORK
        })))
    },
};

/// Takes nothing.
#[derive(Debug)]
pub(super) struct Stall;

impl Effect for Stall {
    fn room(&mut self, _now: Instant) -> usize {
        0
    }

    fn take(&mut self, _bytes: Bytes, _now: Instant) {}

    fn give(&mut self, _now: Instant) -> Given {
        Given::Nothing(None)
    }

    fn held(&self) -> usize {
        0
    }

    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>) {
        (Vec::new(), None)
    }

    fn passage(&mut self, _now: Instant) -> Passage {
        Passage::Shut(None)
    }
}
