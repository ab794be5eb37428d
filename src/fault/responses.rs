//! Where responses and frames begin and end in what goes down. Bytes are followed in pieces of any size.

use crate::proto::http1::{Body, Framing, parse_response_head};
use crate::proto::websocket::parse_header;
use crate::wire::{Speech, Start};

/// A longer head is not followed.
const HEAD_LIMIT: usize = 64 << 10;
/// The longest header of a frame (RFC 6455 §5.2).
const FRAME_HEADER: usize = 14;

/// What has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A head; whether the response asks proxies not to hold it.
    Head { unbuffered: bool },
    /// A head that has no body, or a body, and with it a response.
    Response,
    /// The head of a 101, or a frame.
    Frame,
}

/// Follows what goes down one wire.
#[derive(Debug)]
pub(super) struct Responses {
    ahead: usize,
    at: At,
    scratch: Vec<u8>,
}

#[derive(Debug)]
enum At {
    Head(Vec<u8>),
    Body(Body),
    FrameHeader(Vec<u8>),
    Payload(u64),
    /// Something that is none of these: nothing more will end.
    Lost,
}

impl Responses {
    /// From where a stage begins.
    pub(super) fn new(start: Start) -> Self {
        let at = match start.speech {
            Speech::Heads => At::Head(Vec::new()),
            Speech::Stream { .. } => At::Body(Body::new(Framing::Chunked)),
            Speech::Frames => At::FrameHeader(Vec::new()),
        };
        Self { ahead: start.ahead, at, scratch: Vec::new() }
    }

    /// Whether a frame may be put in here.
    pub(super) fn is_between_frames(&self) -> bool {
        self.ahead == 0 && matches!(&self.at, At::FrameHeader(header) if header.is_empty())
    }

    /// Whether what was on its way at the start has passed.
    pub(super) fn is_behind_start(&self) -> bool {
        self.ahead == 0
    }

    /// Whether what comes next is content, and not a head.
    pub(super) fn is_in_body(&self) -> bool {
        self.ahead == 0 && matches!(self.at, At::Body(_) | At::Lost)
    }

    /// Follows bytes, at least one, up to where something ends: how many, and what.
    pub(super) fn follow(&mut self, bytes: &[u8]) -> (usize, Option<End>) {
        if self.ahead > 0 {
            let passed = self.ahead.min(bytes.len());
            self.ahead -= passed;
            return (passed, None);
        }
        match &mut self.at {
            At::Head(_) => self.head(bytes),
            At::Body(body) => {
                let followed = body.decode(bytes, &mut self.scratch);
                self.scratch.clear();
                match followed {
                    Ok(used) if body.is_complete() => {
                        self.at = At::Head(Vec::new());
                        (used, Some(End::Response))
                    }
                    // Not chunked after all: it runs until the connection ends.
                    Err(_) => self.lose(bytes),
                    Ok(used) => (used, None),
                }
            }
            At::FrameHeader(_) => self.frame(bytes),
            At::Payload(left) => {
                let passed = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *left -= passed as u64;
                (passed, if *left == 0 { self.frame_ended() } else { None })
            }
            At::Lost => (bytes.len(), None),
        }
    }

    fn head(&mut self, bytes: &[u8]) -> (usize, Option<End>) {
        let At::Head(seen) = &mut self.at else { return (0, None) };
        let before = seen.len();
        seen.extend_from_slice(bytes);
        let (head, size) = match parse_response_head(seen, HEAD_LIMIT) {
            Ok(Some(parsed)) => parsed,
            Ok(None) => return (bytes.len(), None),
            Err(_) => return self.lose(bytes),
        };
        let used = size.saturating_sub(before);
        if head.status == 101 {
            return (used, self.frame_ended());
        }
        let Ok(framing) = Framing::of(&head, false) else { return self.lose(bytes) };
        let body = Body::new(framing);
        if body.is_complete() {
            self.at = At::Head(Vec::new());
            return (used, Some(End::Response));
        }
        self.at = At::Body(body);
        let unbuffered = head.headers.get("x-accel-buffering").is_some_and(|value| value.trim() == "no");
        (used, Some(End::Head { unbuffered }))
    }

    fn frame(&mut self, bytes: &[u8]) -> (usize, Option<End>) {
        let At::FrameHeader(held) = &mut self.at else { return (0, None) };
        let before = held.len();
        held.extend_from_slice(&bytes[..bytes.len().min(FRAME_HEADER - before)]);
        match parse_header(held) {
            Ok(Some(header)) => {
                let used = header.size - before;
                let ended = if header.length == 0 {
                    self.frame_ended()
                } else {
                    self.at = At::Payload(header.length);
                    None
                };
                (used, ended)
            }
            Ok(None) => (held.len() - before, None),
            Err(_) => self.lose(bytes),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as it is answered")]
    fn frame_ended(&mut self) -> Option<End> {
        self.at = At::FrameHeader(Vec::new());
        Some(End::Frame)
    }

    fn lose(&mut self, bytes: &[u8]) -> (usize, Option<End>) {
        self.at = At::Lost;
        (bytes.len(), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::websocket::{Opcode, encode_frame};

    /// Where things end, counted from the start, when the bytes come in pieces of this size.
    fn ends(start: Start, bytes: &[u8], size: usize) -> Vec<(usize, End)> {
        let (mut responses, mut ends, mut passed) = (Responses::new(start), Vec::new(), 0);
        for mut piece in bytes.chunks(size) {
            while !piece.is_empty() {
                let (used, end) = responses.follow(piece);
                assert!(used > 0, "it goes on");
                passed += used;
                ends.extend(end.map(|end| (passed, end)));
                piece = &piece[used..];
            }
        }
        ends
    }

    #[test]
    fn ends_are_found_however_the_bytes_are_cut() {
        let counted = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc";
        let nothing = b"HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n";
        let chunked =
            b"HTTP/1.1 200 OK\r\nx-accel-buffering: no\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
        let upgrade = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";
        let frames =
            [0, 3, 200, 70_000].map(|size| encode_frame(Opcode::Binary, true, &vec![b'H'; size], None));
        let mut bytes = b"rest".to_vec();
        let mut wanted = Vec::new();
        for (part, ending) in [
            (&counted[..counted.len() - 3], End::Head { unbuffered: false }),
            (b"abc", End::Response),
            (nothing, End::Response),
            (&chunked[..chunked.len() - 12], End::Head { unbuffered: true }),
            (&chunked[chunked.len() - 12..], End::Response),
            (upgrade, End::Frame),
        ]
        .into_iter()
        .chain(frames.iter().map(|frame| (&frame[..], End::Frame)))
        {
            bytes.extend_from_slice(part);
            wanted.push((bytes.len(), ending));
        }
        let start = Start { ahead: 4, speech: Speech::Heads };
        for size in [1, 2, 3, 7, 100, bytes.len()] {
            assert_eq!(ends(start, &bytes, size), wanted, "pieces of {size}");
        }
    }

    #[test]
    fn a_stream_is_followed_from_the_middle_and_what_is_none_is_let_be() {
        let start = Start { ahead: 2, speech: Speech::Stream { unbuffered: false } };
        assert_eq!(ends(start, b"\r\n3\r\nabc\r\n0\r\n\r\n", 1), [(15, End::Response)]);
        assert_eq!(ends(start, b"\r\ndata: not chunked\n\n", 5), []);
        assert_eq!(ends(Start::default(), b"SSH-2.0-whatever\r\n\r\n", 5), []);
    }
}
