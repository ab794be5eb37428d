//! A body with what frames it: a length, chunks (RFC 9112 §7.1), or the end of the connection.

use super::body::Content;
use super::facts::LENGTH_LIMIT;
use super::tray::{Label, NONE, Tray};
use super::{Kind, Mistake, Role};

/// Bytes that a chunk-size line may have, and the trailers.
pub(super) const LINE_LIMIT: usize = 8192;

/// Where in a body the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// So many bytes are left.
    Counted(u64),
    UntilClose,
    ChunkSize,
    /// So many bytes are left of the chunk.
    Chunk(u64),
    /// Whether the CR has come.
    ChunkEnd(bool),
    Trailers,
    Complete,
}

/// Reads one body.
#[derive(Debug)]
pub(super) struct Body {
    at: At,
    content: Content,
    line: Vec<u8>,
    trailers: usize,
}

impl Body {
    pub fn new(at: At, content: Content) -> Self {
        let at = if at == At::Counted(0) { At::Complete } else { at };
        Self { at, content, line: Vec::new(), trailers: 0 }
    }

    pub fn is_complete(&self) -> bool {
        self.at == At::Complete
    }

    /// Puts some of the next bytes, and says how many it took. After a mistake, [`Self::unput`] of those taken before are
    /// not put.
    pub fn feed(&mut self, bytes: &[u8], tray: &mut Tray) -> Result<usize, Mistake> {
        match self.at {
            At::Complete => Ok(0),
            At::UntilClose => {
                self.content.feed(bytes, tray);
                Ok(bytes.len())
            }
            At::Counted(left) => {
                let (taken, left) = self.take(left, bytes, tray);
                self.at = if left == 0 { At::Complete } else { At::Counted(left) };
                Ok(taken)
            }
            At::Chunk(left) => {
                let (taken, left) = self.take(left, bytes, tray);
                self.at = if left == 0 { At::ChunkEnd(false) } else { At::Chunk(left) };
                Ok(taken)
            }
            At::ChunkEnd(has_cr) => {
                if bytes.first() != Some(if has_cr { &b'\n' } else { &b'\r' }) {
                    return Err(Mistake::ChunkEnd);
                }
                let place = self.content.behind(tray);
                tray.put(1, Label::new(Kind::ChunkEnd, Role::Framing).of(place).more(has_cr));
                self.at = if has_cr { At::ChunkSize } else { At::ChunkEnd(true) };
                Ok(1)
            }
            At::ChunkSize | At::Trailers => self.line(bytes, tray),
        }
    }

    /// Bytes of a line that was not put.
    pub fn unput(&self) -> usize {
        self.line.len()
    }

    fn take(&mut self, left: u64, bytes: &[u8], tray: &mut Tray) -> (usize, u64) {
        let taken = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        self.content.feed(&bytes[..taken], tray);
        (taken, left - taken as u64)
    }

    fn line(&mut self, bytes: &[u8], tray: &mut Tray) -> Result<usize, Mistake> {
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let most = LINE_LIMIT.saturating_sub(self.line.len() + self.trailers);
        let wanted = end.map_or(bytes.len(), |end| end + 1);
        if wanted > most {
            return Err(Mistake::LongLine);
        }
        self.line.extend_from_slice(&bytes[..wanted]);
        if end.is_some() {
            let line = std::mem::take(&mut self.line);
            if let Err(mistake) = self.whole(&line, tray) {
                // So that it is counted.
                self.line = line;
                self.line.truncate(self.line.len() - wanted);
                return Err(mistake);
            }
        }
        Ok(wanted)
    }

    fn whole(&mut self, line: &[u8], tray: &mut Tray) -> Result<(), Mistake> {
        if self.at == At::ChunkSize {
            return self.size(line, tray);
        }
        let text = line.strip_suffix(b"\r\n").ok_or(Mistake::FieldLine)?;
        self.trailers += line.len();
        let kind = if text.is_empty() { Kind::TrailersEnd } else { Kind::Trailer };
        tray.put(line.len(), Label::new(kind, Role::Framing));
        if text.is_empty() {
            self.at = At::Complete;
        }
        Ok(())
    }

    /// The size, an extension perhaps, and the line end. No sign, no `0x`.
    fn size(&mut self, line: &[u8], tray: &mut Tray) -> Result<(), Mistake> {
        let text = line.strip_suffix(b"\r\n").ok_or(Mistake::ChunkSize)?;
        let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let (hexadecimal, extension) = text.split_at(digits);
        let before = extension.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if digits == 0 || !matches!(extension.get(before), None | Some(b';')) {
            return Err(Mistake::ChunkSize);
        }
        let mut size = 0_u64;
        for digit in hexadecimal {
            let digit = char::from(*digit).to_digit(16).unwrap_or_default();
            size = (size << 4) + u64::from(digit);
            if size >= LENGTH_LIMIT {
                return Err(Mistake::TooLong);
            }
        }
        let kind = if size == 0 { Kind::LastChunk } else { Kind::ChunkSize };
        let place = if size == 0 { NONE } else { self.content.before(tray) };
        if size == 0 {
            tray.settle(None);
        }
        let label = |kind| Label::new(kind, Role::Framing).of(place);
        tray.put(digits, label(kind));
        tray.put(extension.len(), label(Kind::ChunkExtension));
        tray.put(2, label(Kind::ChunkLineEnd));
        self.at = if size == 0 { At::Trailers } else { At::Chunk(size) };
        Ok(())
    }
}
