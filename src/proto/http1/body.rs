//! The body of a response: how long it is (RFC 9112 §6.3) and its content, fed in pieces of any size.

use super::ResponseHead;

/// A chunk-size line, or the trailer section, longer than this is refused: extensions and trailers are passed over, and
/// nothing that is passed over may grow without bound.
const MAX_LINE: usize = 8192;

/// How the end of a body is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// No body at all, or exactly this many bytes.
    Length(u64),
    /// The chunked transfer coding (§7.1).
    Chunked,
    /// Everything until the connection ends.
    UntilClose,
}

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// A `Content-Length` that is no number, or several that disagree (§6.3).
    #[error("the content length {0:?} is not one number")]
    Length(String),
    /// A transfer coding other than `chunked`.
    #[error("the transfer coding {0:?} is not known")]
    Coding(String),
    /// A chunk size that is no hexadecimal number, or a chunk that is not followed by CRLF.
    #[error("the chunked coding is broken: {0}")]
    Chunk(&'static str),
    /// The connection ended before the body did.
    #[error("the connection ended in the middle of the body")]
    Truncated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Bytes left of a body of known length.
    Counted(u64),
    UntilClose,
    ChunkSize,
    /// Bytes left of this chunk.
    Chunk(u64),
    /// The CRLF after a chunk: how many of its two bytes have come.
    ChunkEnd(u8),
    Trailers,
    Complete,
}

impl Framing {
    /// How the body of `response` ends (§6.3); `to_head` says that the request was a HEAD.
    ///
    /// # Errors
    /// [`BodyError::Length`] or [`BodyError::Coding`].
    pub fn of(response: &ResponseHead, to_head: bool) -> Result<Self, BodyError> {
        if to_head || matches!(response.status, 100..=199 | 204 | 304) {
            return Ok(Self::Length(0));
        }
        let codings: Vec<&str> = response.headers.all("transfer-encoding").collect();
        match codings.as_slice() {
            [] => {}
            [one] if one.trim().eq_ignore_ascii_case("chunked") => return Ok(Self::Chunked),
            other => return Err(BodyError::Coding(other.join(", "))),
        }
        let mut lengths = response.headers.all("content-length");
        let Some(first) = lengths.next() else { return Ok(Self::UntilClose) };
        let digits = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
        match first.parse() {
            Ok(length) if digits && lengths.all(|other| other == first) => Ok(Self::Length(length)),
            _ => Err(BodyError::Length(first.to_owned())),
        }
    }
}

/// An incremental decoder of one body.
#[derive(Debug)]
pub struct Body {
    state: State,
    line: Vec<u8>,
    trailer_bytes: usize,
}

impl Body {
    /// A decoder for a body of this framing.
    pub fn new(framing: Framing) -> Self {
        let state = match framing {
            Framing::Length(0) => State::Complete,
            Framing::Length(length) => State::Counted(length),
            Framing::Chunked => State::ChunkSize,
            Framing::UntilClose => State::UntilClose,
        };
        Self { state, line: Vec::new(), trailer_bytes: 0 }
    }

    /// Whether the last byte of the body has been taken. Never true of one that runs until the connection ends.
    pub fn is_complete(&self) -> bool {
        self.state == State::Complete
    }

    /// The connection has ended: was that the end of the body?
    ///
    /// # Errors
    /// [`BodyError::Truncated`] when more was to come (§8).
    pub fn end_of_stream(&self) -> Result<(), BodyError> {
        match self.state {
            State::Complete | State::UntilClose => Ok(()),
            _ => Err(BodyError::Truncated),
        }
    }

    /// Takes the next bytes, appends the content in them to `out` and says how many belonged to this body; the rest is
    /// the next message's.
    ///
    /// # Errors
    /// [`BodyError::Chunk`] where the chunked coding is broken; content before it is in `out`.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, BodyError> {
        let mut used = 0;
        while used < input.len() && !self.is_complete() {
            used += self.step(&input[used..], out)?;
        }
        Ok(used)
    }

    fn step(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, BodyError> {
        match self.state {
            State::UntilClose => {
                out.extend_from_slice(input);
                Ok(input.len())
            }
            State::Counted(left) => {
                let (taken, left) = take(left, input, out);
                self.state = if left == 0 { State::Complete } else { State::Counted(left) };
                Ok(taken)
            }
            State::Chunk(left) => {
                let (taken, left) = take(left, input, out);
                self.state = if left == 0 { State::ChunkEnd(0) } else { State::Chunk(left) };
                Ok(taken)
            }
            State::ChunkEnd(seen) => {
                if input[0] != b"\r\n"[usize::from(seen)] {
                    return Err(BodyError::Chunk("no CRLF after the chunk"));
                }
                self.state = if seen == 0 { State::ChunkEnd(1) } else { State::ChunkSize };
                Ok(1)
            }
            State::ChunkSize | State::Trailers => self.line(input),
            State::Complete => Ok(0),
        }
    }

    fn line(&mut self, input: &[u8]) -> Result<usize, BodyError> {
        let end = input.iter().position(|&byte| byte == b'\n');
        let taken = end.map_or(input.len(), |end| end + 1);
        if self.line.len() + self.trailer_bytes + taken > MAX_LINE {
            return Err(BodyError::Chunk("a chunk-size line or the trailers exceed 8192 bytes"));
        }
        self.line.extend_from_slice(&input[..taken]);
        if end.is_none() {
            return Ok(taken);
        }
        let line = std::mem::take(&mut self.line);
        let Some(line) = line.strip_suffix(b"\r\n") else {
            return Err(BodyError::Chunk("a line does not end with CRLF"));
        };
        if self.state == State::Trailers {
            self.trailer_bytes += line.len();
            self.state = if line.is_empty() { State::Complete } else { State::Trailers };
        } else {
            self.state = match chunk_size(line)? {
                0 => State::Trailers,
                size => State::Chunk(size),
            };
        }
        Ok(taken)
    }
}

fn take(left: u64, input: &[u8], out: &mut Vec<u8>) -> (usize, u64) {
    let taken = usize::try_from(left).map_or(input.len(), |left| left.min(input.len()));
    out.extend_from_slice(&input[..taken]);
    (taken, left - taken as u64)
}

/// The size before an extension, which is passed over (§7.1.1: unknown ones must be). No sign, no `0x`, no space
/// before: `from_str_radix` alone would take a `+`.
fn chunk_size(line: &[u8]) -> Result<u64, BodyError> {
    let broken = BodyError::Chunk("the chunk size is not a hexadecimal number");
    let size = line.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii_end();
    if size.is_empty() || !size.iter().all(u8::is_ascii_hexdigit) {
        return Err(broken);
    }
    let size = std::str::from_utf8(size).map_err(|_| broken.clone())?;
    u64::from_str_radix(size, 16).map_err(|_| broken)
}
