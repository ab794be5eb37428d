//! Reading frames, with every rule a receiver can judge from the frame and the one before it (RFC 6455 §5.1 to §5.5).
//!
//! The limit is held against the *declared* length, as soon as the header is there: who waits for the payload first
//! lets a peer that declares 1 GiB fill the memory.

use super::{Opcode, Sender, apply_mask};

/// A frame as it came, its payload unmasked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The last frame of its message.
    pub fin: bool,
    /// What it carries.
    pub opcode: Opcode,
    /// Whether it was masked.
    pub masked: bool,
    /// The payload, unmasked.
    pub payload: Vec<u8>,
    /// Bytes of the whole frame on the wire, header included.
    pub bytes: usize,
}

/// The header of a frame (§5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The last frame of its message.
    pub fin: bool,
    /// What it carries.
    pub opcode: Opcode,
    /// The masking key, if masked.
    pub mask: Option<[u8; 4]>,
    /// Declared bytes of payload.
    pub length: u64,
    /// Bytes of the header itself: 2, 4 or 10, and 4 more when masked.
    pub size: usize,
}

/// A rule of RFC 6455 that a frame breaks. [`close_code`](Self::close_code) says what to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A reserved bit is set though no extension was agreed (§5.2).
    #[error("a reserved bit is set and no extension was negotiated")]
    ReservedBit,
    /// An opcode without meaning (§5.2).
    #[error("the opcode {0:#x} is reserved")]
    ReservedOpcode(u8),
    /// A length not in its shortest form, or with the highest bit set (§5.2).
    #[error("the payload length is not in its shortest form")]
    Length,
    /// A control frame of more than 125 bytes (§5.5).
    #[error("a control frame carries more than 125 bytes")]
    LongControl,
    /// A control frame without FIN (§5.5).
    #[error("a control frame is fragmented")]
    FragmentedControl,
    /// A client's frame without mask (§5.1).
    #[error("a client's frame is not masked")]
    Unmasked,
    /// A server's frame with mask (§5.1).
    #[error("a server's frame is masked")]
    Masked,
    /// A continuation of nothing (§5.4).
    #[error("a continuation frame without a message to continue")]
    NothingToContinue,
    /// A new message inside an unfinished one (§5.4).
    #[error("a new message begins before the last one is finished")]
    Interleaved,
    /// The declared length exceeds the limit.
    #[error("a frame declares {declared} bytes, more than the {limit} allowed")]
    TooLong {
        /// What the header says.
        declared: u64,
        /// What the decoder was made with.
        limit: u64,
    },
}

impl FrameError {
    /// The close code that tells the peer: 1009 for too long, 1002 for everything else (§7.4.1).
    pub fn close_code(self) -> u16 {
        if matches!(self, Self::TooLong { .. }) { 1009 } else { 1002 }
    }
}

/// Reads the header at the start of `bytes`: `None` while it is incomplete.
///
/// # Errors
/// The rules that a header alone can break; mask direction, order of fragments and limits are the [`Decoder`]'s.
pub fn parse_header(bytes: &[u8]) -> Result<Option<Header>, FrameError> {
    let Some((&[first, second], rest)) = bytes.split_first_chunk::<2>() else { return Ok(None) };
    if first & 0x70 != 0 {
        return Err(FrameError::ReservedBit);
    }
    let opcode = Opcode::from_bits(first & 0x0F).ok_or(FrameError::ReservedOpcode(first & 0x0F))?;
    let fin = first & 0x80 != 0;
    if opcode.is_control() && !fin {
        return Err(FrameError::FragmentedControl);
    }
    if opcode.is_control() && second & 0x7F > 125 {
        return Err(FrameError::LongControl);
    }
    let Some((length, rest)) = parse_length(second & 0x7F, rest)? else { return Ok(None) };
    let mut mask = None;
    let mut end = rest;
    if second & 0x80 != 0 {
        let Some((key, after)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        (mask, end) = (Some(*key), after);
    }
    Ok(Some(Header { fin, opcode, mask, length, size: bytes.len() - end.len() }))
}

fn parse_length(short: u8, rest: &[u8]) -> Result<Option<(u64, &[u8])>, FrameError> {
    let (length, rest, least) = match short {
        126 => {
            let Some((length, rest)) = rest.split_first_chunk::<2>() else { return Ok(None) };
            (u64::from(u16::from_be_bytes(*length)), rest, 126)
        }
        127 => {
            let Some((length, rest)) = rest.split_first_chunk::<8>() else { return Ok(None) };
            (u64::from_be_bytes(*length), rest, 0x1_0000)
        }
        short => (u64::from(short), rest, 0),
    };
    if length < least || length >> 63 != 0 {
        return Err(FrameError::Length);
    }
    Ok(Some((length, rest)))
}

/// An incremental decoder of one direction of a WebSocket.
#[derive(Debug)]
pub struct Decoder {
    sender: Sender,
    any_mask: bool,
    limit: u64,
    buffer: Vec<u8>,
    fragmented: bool,
}

impl Decoder {
    /// A decoder of the frames of `sender`, each of at most `limit` bytes of payload.
    pub fn new(sender: Sender, limit: u64) -> Self {
        Self { sender, any_mask: false, limit, buffer: Vec::new(), fragmented: false }
    }

    /// The same decoder, taking frames masked or not, as a lenient receiver does.
    #[must_use]
    pub fn with_any_mask(mut self) -> Self {
        self.any_mask = true;
        self
    }

    /// Bytes held of an unfinished frame.
    pub fn pending(&self) -> usize {
        self.buffer.len()
    }

    /// Takes the next bytes and appends the frames they completed to `out`.
    ///
    /// # Errors
    /// [`FrameError`] at the first broken rule, as soon as its header is there; frames before it are in `out`.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<Frame>) -> Result<(), FrameError> {
        self.buffer.extend_from_slice(input);
        let mut used = 0;
        while let Some(frame) = self.one(used)? {
            used += frame.bytes;
            out.push(frame);
        }
        self.buffer.drain(..used);
        Ok(())
    }

    fn one(&mut self, from: usize) -> Result<Option<Frame>, FrameError> {
        let bytes = &self.buffer[from..];
        let Some(header) = parse_header(bytes)? else { return Ok(None) };
        self.judge(&header)?;
        // Within the limit, so it fits; and where it would not, the payload can never be complete.
        let Ok(length) = usize::try_from(header.length) else { return Ok(None) };
        let Some(payload) = bytes.get(header.size..header.size.saturating_add(length)) else {
            return Ok(None);
        };
        let mut payload = payload.to_vec();
        if let Some(key) = header.mask {
            apply_mask(&mut payload, key);
        }
        if !header.opcode.is_control() {
            self.fragmented = !header.fin;
        }
        let bytes = header.size + length;
        Ok(Some(Frame {
            fin: header.fin,
            opcode: header.opcode,
            masked: header.mask.is_some(),
            payload,
            bytes,
        }))
    }

    fn judge(&self, header: &Header) -> Result<(), FrameError> {
        match (self.sender, header.mask) {
            _ if self.any_mask => {}
            (Sender::Client, None) => return Err(FrameError::Unmasked),
            (Sender::Server, Some(_)) => return Err(FrameError::Masked),
            _ => {}
        }
        match header.opcode {
            Opcode::Continuation if !self.fragmented => return Err(FrameError::NothingToContinue),
            Opcode::Text | Opcode::Binary if self.fragmented => return Err(FrameError::Interleaved),
            _ => {}
        }
        if header.length > self.limit {
            return Err(FrameError::TooLong { declared: header.length, limit: self.limit });
        }
        Ok(())
    }
}
