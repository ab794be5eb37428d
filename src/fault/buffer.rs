//! `buffer`: the helpful proxy, which holds response bodies and passes them on in large pieces, or when they are over.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::time::Instant;

use super::responses::{End, Responses};
use super::ways::{count, span};
use super::{Fault, MayLast, ScopeKind, Strike, Struck};
use crate::param::{Kind, Param};
use crate::wire::{Effect, Ending, Given, Queue, Speech, Start, Way};

const UNTIL: Param = Param::plain("until", Kind::Choice(&["end", "bytes", "time"]));
const SIZE: Param = count("size", 4 << 20, 4096);
const TIME: Param = span("time", 1, 1000);
const OBEY: Param = Param::plain("obey", Kind::Switch);

/// What is held at the most; a proxy passes on what it has no room for. Above the longest answer to a poll.
const MOST: usize = 8 << 20;

pub(super) const FAULT: Fault = Fault {
    name: "buffer",
    title: "Buffer",
    params: &[UNTIL, SIZE, TIME, OBEY],
    lasts: MayLast::LASTING,
    scopes: ScopeKind::EVERY,
    nothing: &[("websocket", "a 101 and what follows are no response body")],
    loses: &[],
    strike: |values| {
        let until = match values.text(&UNTIL) {
            Some("bytes") => Until::Bytes(values.number(&SIZE)),
            Some("time") => Until::Time(values.span(&TIME)),
            _ => Until::End,
        };
        let obeys = values.is(&OBEY, "on");
        Ok(Strike::Wires(Box::new(move |line, hit| {
            line.strike(hit.throw, Way::Down, Box::new(Buffer::new(until, obeys)));
            Struck::AT_WORK
        })))
    },
};

#[derive(Clone, Copy, Debug)]
enum Until {
    End,
    Bytes(usize),
    Time(Duration),
}

#[derive(Debug)]
struct Buffer {
    until: Until,
    obeys: bool,
    responses: Responses,
    // What is being said is not held.
    passes: bool,
    holding: BytesMut,
    // Of these, how many are content; and when the first of them came.
    content: usize,
    since: Option<Instant>,
    ready: Queue,
}

impl Buffer {
    fn new(until: Until, obeys: bool) -> Self {
        Self {
            until,
            obeys,
            responses: Responses::new(Start::default()),
            passes: false,
            holding: BytesMut::new(),
            content: 0,
            since: None,
            ready: Queue::default(),
        }
    }

    /// What is held passes, as one piece.
    fn release(&mut self) {
        (self.content, self.since) = (0, None);
        self.ready.push(self.holding.split().freeze());
    }

    fn piece(&mut self, bytes: &[u8], in_body: bool, end: Option<End>, now: Instant) {
        self.holding.extend_from_slice(bytes);
        if in_body {
            self.content += bytes.len();
            self.since.get_or_insert(now);
        }
        match end {
            Some(End::Head { unbuffered }) => self.passes = self.obeys && unbuffered,
            Some(End::Frame) => self.passes = true,
            Some(End::Response) => {
                self.release();
                self.passes = false;
            }
            None => {}
        }
        let is_enough = matches!(self.until, Until::Bytes(size) if self.content >= size);
        if self.passes || is_enough || self.holding.len() >= MOST {
            self.release();
        }
    }
}

impl Effect for Buffer {
    fn start(&mut self, start: Start, _now: Instant) {
        self.responses = Responses::new(start);
        self.passes = match start.speech {
            Speech::Heads => false,
            Speech::Stream { unbuffered } => self.obeys && unbuffered,
            Speech::Frames => true,
        };
    }

    fn room(&mut self, _now: Instant) -> usize {
        (2 * MOST).saturating_sub(self.held())
    }

    fn take(&mut self, bytes: Bytes, now: Instant) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let in_body = self.responses.is_in_body();
            let begun = self.responses.is_behind_start();
            let (used, end) = self.responses.follow(&rest);
            let piece = rest.split_to(used);
            if begun {
                self.piece(&piece, in_body, end, now);
            } else {
                // Of what was on its way already.
                self.ready.push(piece);
            }
        }
    }

    fn give(&mut self, now: Instant) -> Given {
        if let Until::Time(time) = self.until
            && let Some(since) = self.since
        {
            if since + time <= now {
                self.release();
            } else if self.ready.is_empty() {
                return Given::Nothing(Some(since + time));
            }
        }
        self.ready.given(usize::MAX)
    }

    fn held(&self) -> usize {
        self.ready.len() + self.holding.len()
    }

    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>) {
        self.release();
        (self.ready.drain(), None)
    }

    fn end(&mut self, _now: Instant) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    const UNBUFFERED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-accel-buffering: no\r\n\r\n";

    fn taken(buffer: &mut Buffer, text: &str, now: Instant) {
        buffer.take(Bytes::copy_from_slice(text.as_bytes()), now);
    }

    fn piece(text: &str) -> Given {
        Given::Bytes(Bytes::copy_from_slice(text.as_bytes()))
    }

    #[test]
    fn a_body_is_held_with_its_head_until_its_end() {
        let now = Instant::now();
        let mut buffer = Buffer::new(Until::End, true);
        taken(&mut buffer, HEAD, now);
        taken(&mut buffer, "2\r\nab\r\n", now);
        assert_eq!(buffer.give(now), Given::Nothing(None));
        taken(&mut buffer, "0\r\n\r\n", now);
        assert_eq!(buffer.give(now), piece(&format!("{HEAD}2\r\nab\r\n0\r\n\r\n")));
        taken(&mut buffer, "HTTP/1.1 204 No Content\r\n\r\n", now);
        assert_eq!(buffer.give(now), piece("HTTP/1.1 204 No Content\r\n\r\n"));
    }

    #[test]
    fn it_passes_on_what_has_come_after_so_many_bytes_or_so_much_time() {
        let now = Instant::now();
        let mut buffer = Buffer::new(Until::Bytes(10), true);
        taken(&mut buffer, HEAD, now);
        taken(&mut buffer, "2\r\nab\r\n", now);
        assert_eq!(buffer.give(now), Given::Nothing(None));
        taken(&mut buffer, "2\r\ncd\r\n", now);
        assert_eq!(buffer.give(now), piece(&format!("{HEAD}2\r\nab\r\n2\r\ncd\r\n")));
        taken(&mut buffer, "2\r\nef\r\n", now);
        assert_eq!(buffer.give(now), Given::Nothing(None));

        let later = now + Duration::from_secs(1);
        let mut buffer = Buffer::new(Until::Time(Duration::from_secs(1)), true);
        taken(&mut buffer, HEAD, now);
        assert_eq!(buffer.give(later), Given::Nothing(None), "a head has no time");
        taken(&mut buffer, "2\r\nab\r\n", now);
        assert_eq!(buffer.give(now), Given::Nothing(Some(later)));
        assert_eq!(buffer.give(later), piece(&format!("{HEAD}2\r\nab\r\n")));
        assert_eq!(buffer.give(later), Given::Nothing(None));
    }

    #[test]
    fn frames_pass_and_so_does_who_asks_for_it_where_that_is_obeyed() {
        let now = Instant::now();
        for (obeys, given) in [(true, piece(UNBUFFERED)), (false, Given::Nothing(None))] {
            let mut buffer = Buffer::new(Until::End, obeys);
            taken(&mut buffer, UNBUFFERED, now);
            assert_eq!(buffer.give(now), given);
        }
        let mut buffer = Buffer::new(Until::End, true);
        let upgrade = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
        taken(&mut buffer, upgrade, now);
        taken(&mut buffer, "\u{1}\u{1}x", now);
        assert_eq!(buffer.heal().0.concat(), format!("{upgrade}\u{1}\u{1}x").into_bytes());
    }

    #[test]
    fn a_stream_that_is_open_is_held_from_its_next_chunk_on_and_given_when_it_heals() {
        let now = Instant::now();
        let mut buffer = Buffer::new(Until::End, true);
        buffer.start(Start { ahead: 3, speech: Speech::Stream { unbuffered: false } }, now);
        taken(&mut buffer, "a\r\n2\r\nab\r\n", now);
        assert_eq!((buffer.give(now), buffer.give(now)), (piece("a\r\n"), Given::Nothing(None)));
        assert_eq!(buffer.heal().0, [Bytes::from_static(b"2\r\nab\r\n")]);
    }
}
