//! `idle-timeout`: a connection on which nothing has passed either way for a time is cut, as proxies do.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::ways::span;
use super::{Fault, MayLast, ScopeKind, Strike, Struck};
use crate::param::{Kind, Param};
use crate::wire::{Cut, Effect, Ending, Given, Line, Queue, Way};

const AFTER: Param = span("after", 1, 3000);
const HOW: Param = Param::plain("how", Kind::Choice(&["fin", "rst"]));

/// What is taken before it has been passed on.
const ROOM: usize = 64 << 10;

pub(super) const FAULT: Fault = Fault {
    name: "idle-timeout",
    title: "Idle timeout",
    params: &[AFTER, HOW],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |values| {
        let after = values.span(&AFTER);
        let how = if values.is(&HOW, "rst") { Cut::Rst } else { Cut::Fin };
        Ok(Strike::Wires(Box::new(move |line, hit| {
            strike(line, hit.throw, after, how);
            Struck::AT_WORK
        })))
    },
};

/// Both ways have one clock.
fn strike(line: &Line, throw: u64, after: Duration, how: Cut) {
    let last = Arc::new(Mutex::new(Instant::now()));
    for way in [Way::Down, Way::Up] {
        line.strike(throw, way, Box::new(Idle { after, how, last: last.clone(), queue: Queue::default() }));
    }
}

#[derive(Debug)]
struct Idle {
    after: Duration,
    how: Cut,
    last: Arc<Mutex<Instant>>,
    queue: Queue,
}

impl Effect for Idle {
    fn room(&mut self, _now: Instant) -> usize {
        ROOM.saturating_sub(self.queue.len())
    }

    fn take(&mut self, bytes: Bytes, _now: Instant) {
        self.queue.push(bytes);
    }

    fn give(&mut self, now: Instant) -> Given {
        let given = self.queue.given(usize::MAX);
        if matches!(given, Given::Bytes(_)) {
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
        given
    }

    fn held(&self) -> usize {
        self.queue.len()
    }

    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>) {
        (self.queue.drain(), None)
    }

    fn deadline(&self) -> Option<(Instant, Ending)> {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        Some((last + self.after, (self.how, "fault: idle-timeout")))
    }
}
