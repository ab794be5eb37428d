//! `cut`: the connection ends, in order or by RST: at once, after so many bytes, or at an event.

use bytes::Bytes;
use tokio::time::Instant;

use super::ways::count;
use super::{Fault, Instead, MayLast, ScopeKind, Strike, Struck};
use crate::param::{Kind, Param};
use crate::wire::{Cut, Effect, Ending, Given, Handed, Queue, Way};

const HOW: Param = Param::plain("how", Kind::Choice(&["rst", "fin"]));
const AT: Param = Param::plain("at", Kind::Choice(&["now", "event", "bytes", "events", "request"]));
const COUNT: Param = count("count", 1_000_000_000, 1);

/// The cause that is told.
const CAUSE: &str = "fault: cut";

/// What is taken while it waits.
const ROOM: usize = 64 << 10;

pub(super) const FAULT: Fault = Fault {
    name: "cut",
    title: "Cut",
    params: &[HOW, AT, COUNT],
    lasts: MayLast::ONCE,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[],
    strike: |values| {
        let how = if values.is(&HOW, "rst") { Cut::Rst } else { Cut::Fin };
        let count = values.number(&COUNT);
        let at = match values.text(&AT) {
            Some("request") => return Ok(Strike::Requests(Instead::Cut(how))),
            Some("bytes") => At::Bytes(count),
            Some("event") => At::Event { more: 1, half: true },
            Some("events") => At::Event { more: count, half: false },
            _ => {
                return Ok(Strike::Wires(Box::new(move |line, _| {
                    line.cut(how, CAUSE);
                    Struck { what: if how == Cut::Rst { "reset" } else { "ended" }, weaker: None }
                })));
            }
        };
        Ok(Strike::Wires(Box::new(move |line, hit| {
            let stage = CutAt { how, at, queue: Queue::default() };
            line.strike(hit.throw, Way::Down, Box::new(stage));
            Struck::AT_WORK
        })))
    },
};

/// When it cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// When it has given so many bytes more.
    Bytes(usize),
    /// At the last of so many events that are handed over from now on: in the middle of it, or behind it.
    Event { more: usize, half: bool },
    /// At this event, once it is known where it ends.
    Handed { event: Handed, half: bool },
}

#[derive(Debug)]
struct CutAt {
    how: Cut,
    at: At,
    queue: Queue,
}

impl Effect for CutAt {
    fn room(&mut self, _now: Instant) -> usize {
        ROOM.saturating_sub(self.queue.len())
    }

    fn take(&mut self, bytes: Bytes, _now: Instant) {
        self.queue.push(bytes);
    }

    fn give(&mut self, _now: Instant) -> Given {
        let At::Bytes(left) = &mut self.at else { return self.queue.given(usize::MAX) };
        if *left == 0 {
            return Given::Cut((self.how, CAUSE));
        }
        let given = self.queue.pop(*left);
        *left -= given.as_ref().map_or(0, Bytes::len);
        given.map_or(Given::Nothing(None), Given::Bytes)
    }

    fn held(&self) -> usize {
        self.queue.len()
    }

    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>) {
        (self.queue.drain(), None)
    }

    fn event(&mut self, event: Handed) -> bool {
        let At::Event { more, half } = &mut self.at else { return false };
        *more = more.saturating_sub(1);
        if *more > 0 {
            return false;
        }
        self.at = At::Handed { event, half: *half };
        true
    }

    fn handed_ends(&mut self, in_bytes: usize) {
        let At::Handed { event, half } = self.at else { return };
        let end = self.queue.len() + in_bytes;
        let back = event.after + if half { event.bytes / 2 } else { 0 };
        // Compressed it is shorter than it says, and somewhere among these bytes.
        self.at = At::Bytes(if back < end { end - back } else { end / 2 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_at(at: At) -> CutAt {
        CutAt { how: Cut::Fin, at, queue: Queue::default() }
    }

    /// Gives the stage so many bytes, numbered, and says how many came out before it cut, if it did.
    fn passed(stage: &mut CutAt, bytes: usize) -> (usize, bool) {
        let now = Instant::now();
        stage.take(Bytes::from(vec![7; bytes]), now);
        let mut passed = 0;
        loop {
            match stage.give(now) {
                Given::Bytes(bytes) => passed += bytes.len(),
                Given::Nothing(_) => return (passed, false),
                Given::Cut(ending) => {
                    assert_eq!(ending, (Cut::Fin, "fault: cut"));
                    return (passed, true);
                }
            }
        }
    }

    #[test]
    fn it_cuts_behind_so_many_bytes_exactly() {
        let mut stage = cut_at(At::Bytes(10));
        assert_eq!(passed(&mut stage, 9), (9, false));
        assert_eq!(passed(&mut stage, 9), (1, true));
        assert_eq!(stage.heal().0, [Bytes::from(vec![7; 8])], "what was not cut off is still there");
    }

    #[test]
    fn it_cuts_in_the_middle_of_an_event_or_behind_the_last_of_several() {
        for (at, before, after, passes) in [
            (At::Event { more: 1, half: true }, 0, 0, 50),
            (At::Event { more: 1, half: true }, 30, 0, 80),
            (At::Event { more: 1, half: true }, 0, 45, 50),
            (At::Event { more: 1, half: false }, 30, 2, 130),
        ] {
            let mut stage = cut_at(at);
            assert_eq!(passed(&mut stage, 20), (20, false));
            assert!(stage.event(Handed { bytes: 100, after }), "it is the last");
            assert!(!stage.event(Handed { bytes: 100, after: 0 }), "there can be no other");
            let buffer = before + 100 + after;
            stage.handed_ends(buffer);
            assert_eq!(passed(&mut stage, buffer), (passes, true), "{at:?}");
        }
        let mut third = cut_at(At::Event { more: 3, half: false });
        let handed = Handed { bytes: 10, after: 0 };
        assert_eq!([(); 3].map(|()| third.event(handed)), [false, false, true]);
    }

    #[test]
    fn an_event_shorter_than_it_was_said_to_be_is_cut_all_the_same() {
        let mut stage = cut_at(At::Event { more: 1, half: true });
        stage.event(Handed { bytes: 1000, after: 0 });
        stage.handed_ends(60);
        assert_eq!(passed(&mut stage, 60), (30, true));
        let mut kept_back = cut_at(At::Event { more: 1, half: true });
        kept_back.event(Handed { bytes: 1000, after: 0 });
        kept_back.handed_ends(0);
        assert_eq!(kept_back.give(Instant::now()), Given::Cut((Cut::Fin, CAUSE)));
    }
}
