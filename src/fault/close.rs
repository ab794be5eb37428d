//! `close`: a Close frame between two of the server's, and nothing of the server's after it (RFC 6455 §5.5.1).

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::responses::Responses;
use super::ways::span;
use super::{Fault, Loss, MayLast, ScopeKind, Strike, Struck};
use crate::param::{Kind, Param};
use crate::proto::websocket::{Opcode, encode_frame};
use crate::wire::{Cut, Effect, Ending, Given, Queue, Speech, Start, Way};

const CODE: Param = Param::plain("code", Kind::Number { min: 0, max: 65_535, default: 1012 });
const REASON: Param = Param::plain("reason", Kind::Free { longest: 123 });
const THEN: Param = Param::plain("then", Kind::Choice(&["wait", "fin", "rst", "again"]));
const AFTER: Param = span("after", 0, 0);

/// The cause that is told.
const CAUSE: &str = "fault: close";
/// Why it means nothing to the others.
const NO_FRAMES: &str = "there are no frames, so there is no Close";

/// What is taken at once.
const ROOM: usize = 64 << 10;

pub(super) const FAULT: Fault = Fault {
    name: "close",
    title: "Close",
    params: &[CODE, REASON, THEN, AFTER],
    lasts: MayLast::ONCE,
    scopes: ScopeKind::EVERY,
    nothing: &[
        ("polling", NO_FRAMES),
        ("long-polling", NO_FRAMES),
        ("sse", NO_FRAMES),
        ("fetch-stream", NO_FRAMES),
    ],
    loses: &[Loss {
        transports: &["websocket"],
        when: "code is 1000, 4400, 4404, 4409 or 4410",
        holds: |values| matches!(values.number(&CODE), 1000 | 4400 | 4404 | 4409 | 4410),
        why: "these codes tell a client that it is not to come back",
    }],
    strike: |values| {
        let code = u16::try_from(values.number(&CODE)).unwrap_or(u16::MAX);
        let frame = frame(code, values.text(&REASON).unwrap_or_default());
        let after = values.span(&AFTER);
        let then = match values.text(&THEN) {
            Some("fin") => Then::Cut(Cut::Fin, after),
            Some("rst") => Then::Cut(Cut::Rst, after),
            Some("again") => Then::Again,
            _ => Then::Wait,
        };
        Ok(Strike::Wires(Box::new(move |line, hit| {
            let what = if line.speech() == Speech::Frames { "closing" } else { "at-work" };
            line.strike(hit.throw, Way::Down, Box::new(Close::new(frame.clone(), then)));
            Struck { what, weaker: None }
        })))
    },
};

/// A Close with whatever code is asked for, or with none.
fn frame(code: u16, reason: &str) -> Bytes {
    let mut payload = Vec::new();
    if code != 0 {
        payload.extend_from_slice(&code.to_be_bytes());
        payload.extend_from_slice(reason.as_bytes());
    }
    encode_frame(Opcode::Close, true, &payload, None).into()
}

#[derive(Clone, Copy, Debug)]
enum Then {
    /// The server sees the peer's Close, answers it in vain, and ends the connection as it should.
    Wait,
    Cut(Cut, Duration),
    /// As `Wait`, with another Close before the end.
    Again,
}

#[derive(Debug)]
struct Close {
    frame: Bytes,
    then: Then,
    responses: Responses,
    queue: Queue,
    // When the Close was said.
    said: Option<Instant>,
}

impl Close {
    fn new(frame: Bytes, then: Then) -> Self {
        let responses = Responses::new(Start::default());
        Self { frame, then, responses, queue: Queue::default(), said: None }
    }

    fn say_if_between_frames(&mut self, now: Instant) {
        if self.said.is_none() && self.responses.is_between_frames() {
            self.said = Some(now);
            self.queue.push(self.frame.clone());
        }
    }
}

impl Effect for Close {
    fn start(&mut self, start: Start, now: Instant) {
        self.responses = Responses::new(start);
        self.say_if_between_frames(now);
    }

    fn room(&mut self, _now: Instant) -> usize {
        ROOM.saturating_sub(self.queue.len())
    }

    fn take(&mut self, bytes: Bytes, now: Instant) {
        let mut rest = bytes;
        while self.said.is_none() && !rest.is_empty() {
            let (used, _) = self.responses.follow(&rest);
            self.queue.push(rest.split_to(used));
            self.say_if_between_frames(now);
        }
    }

    fn give(&mut self, now: Instant) -> Given {
        if let Some(bytes) = self.queue.pop(usize::MAX) {
            return Given::Bytes(bytes);
        }
        match (self.said, self.then) {
            (Some(said), Then::Cut(how, after)) if said + after <= now => Given::Cut((how, CAUSE)),
            (Some(said), Then::Cut(_, after)) => Given::Nothing(Some(said + after)),
            _ => Given::Nothing(None),
        }
    }

    fn held(&self) -> usize {
        self.queue.len()
    }

    /// After a Close the server's frames are no use to the peer, and the server does not know.
    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>) {
        (self.queue.drain(), self.said.map(|_| (Cut::Fin, CAUSE)))
    }

    /// The server ends the connection when the peer has answered.
    fn end(&mut self, _now: Instant) {
        if self.said.is_some() && matches!(self.then, Then::Again) {
            self.queue.push(self.frame.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMES: Start = Start { ahead: 0, speech: Speech::Frames };

    fn all(close: &mut Close, now: Instant) -> (Vec<u8>, Given) {
        let mut all = Vec::new();
        loop {
            match close.give(now) {
                Given::Bytes(bytes) => all.extend_from_slice(&bytes),
                other => return (all, other),
            }
        }
    }

    #[test]
    fn the_frame_has_what_was_asked_for_and_code_0_is_no_code() {
        for (code, reason, bytes) in [
            (1012, "", &[0x88, 2, 0x03, 0xF4][..]),
            (1006, "no", &[0x88, 4, 0x03, 0xEE, b'n', b'o']),
            (0, "unsaid", &[0x88, 0]),
        ] {
            assert_eq!(frame(code, reason), bytes, "{code}");
        }
    }

    #[test]
    fn it_is_said_between_two_frames_and_nothing_comes_after_it() {
        let now = Instant::now();
        let text = encode_frame(Opcode::Text, true, b"event", None);
        for cut in 0..text.len() {
            let mut close = Close::new(frame(1012, ""), Then::Wait);
            close.start(Start { ahead: cut, ..FRAMES }, now);
            let stream = [&text[text.len() - cut..], &text, &text].concat();
            for byte in stream {
                close.take(Bytes::copy_from_slice(&[byte]), now);
            }
            let wanted = [&text[text.len() - cut..], &[0x88, 2, 0x03, 0xF4]].concat();
            assert_eq!(all(&mut close, now), (wanted, Given::Nothing(None)), "{cut} bytes were left");
        }
    }

    #[test]
    fn it_waits_for_a_handshake_and_lets_other_responses_be() {
        let now = Instant::now();
        let mut close = Close::new(frame(0, ""), Then::Wait);
        let poll = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        let upgrade = b"HTTP/1.1 101 Switching Protocols\r\n\r\n";
        close.start(Start::default(), now);
        close.take(Bytes::from([&poll[..], upgrade, &[0x81, 0]].concat()), now);
        assert_eq!(all(&mut close, now).0, [&poll[..], upgrade, &[0x88, 0]].concat());
    }

    #[test]
    fn then_it_cuts_or_says_it_again_at_the_end() {
        let now = Instant::now();
        let after = Duration::from_millis(40);
        let mut cutting = Close::new(frame(0, ""), Then::Cut(Cut::Rst, after));
        cutting.start(FRAMES, now);
        assert_eq!(all(&mut cutting, now), (vec![0x88, 0], Given::Nothing(Some(now + after))));
        assert_eq!(cutting.give(now + after), Given::Cut((Cut::Rst, CAUSE)));
        let mut again = Close::new(frame(0, ""), Then::Again);
        again.start(FRAMES, now);
        again.end(now);
        assert_eq!(all(&mut again, now).0, [0x88, 0, 0x88, 0]);
        assert_eq!(again.heal(), (vec![], Some((Cut::Fin, CAUSE))));
    }
}
