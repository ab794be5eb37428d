//! The binary form of an element (docs/reference/feed.md, "Binary"): `u64 seq, u32 length, length bytes`, big-endian.
//!
//! Bit 63 of seq says what the bytes are: set, the element's JSON; clear, the raw payload of a `bytes` event.

const IS_JSON: u64 = 1 << 63;
const HEADER: usize = 12;

/// One binary element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The event's number; 0 for elements that are not events.
    pub seq: u64,
    /// Whether `bytes` is the element's JSON, rather than the raw payload of a `bytes` event.
    pub json: bool,
    /// JSON or payload.
    pub bytes: Vec<u8>,
}

/// What cannot be an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The declared length exceeds the limit; told before the bytes arrive.
    #[error("an envelope declares {declared} bytes, more than the {limit} allowed")]
    TooLong {
        /// What the header says.
        declared: u32,
        /// What the decoder was made with.
        limit: u32,
    },
    /// More bytes than a `u32` can count, or a seq that uses bit 63: cannot be encoded.
    #[error("an envelope holds less than 4 GiB and a seq below 2^63")]
    Unencodable,
}

/// Encodes one element. `json` says that `bytes` is the JSON of it; `seq` is 0 where it is not an event.
///
/// # Errors
/// [`EnvelopeError::Unencodable`] when `bytes` or `seq` exceed their fields.
pub fn encode(seq: u64, json: bool, bytes: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
    let length = u32::try_from(bytes.len()).map_err(|_| EnvelopeError::Unencodable)?;
    if seq & IS_JSON != 0 {
        return Err(EnvelopeError::Unencodable);
    }
    let flag = if json { IS_JSON } else { 0 };
    let mut out = Vec::with_capacity(HEADER + bytes.len());
    out.extend_from_slice(&(seq | flag).to_be_bytes());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    Ok(out)
}

/// An incremental decoder of envelopes one after the other.
#[derive(Debug)]
pub struct Decoder {
    limit: u32,
    buffer: Vec<u8>,
}

impl Decoder {
    /// A decoder that accepts payloads of at most `limit` bytes.
    pub fn new(limit: u32) -> Self {
        Self { limit, buffer: Vec::new() }
    }

    /// Bytes held of an unfinished envelope; what is left at the end of a body means that it was cut.
    pub fn pending(&self) -> usize {
        self.buffer.len()
    }

    /// Takes the next bytes and appends the envelopes they completed to `out`.
    ///
    /// # Errors
    /// [`EnvelopeError::TooLong`] as soon as a header declares more than the limit.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<Envelope>) -> Result<(), EnvelopeError> {
        self.buffer.extend_from_slice(input);
        let mut used = 0;
        while let Some((envelope, length)) = self.one(used)? {
            out.push(envelope);
            used += length;
        }
        self.buffer.drain(..used);
        Ok(())
    }

    fn one(&self, from: usize) -> Result<Option<(Envelope, usize)>, EnvelopeError> {
        let bytes = &self.buffer[from..];
        let Some((seq, rest)) = bytes.split_first_chunk::<8>() else { return Ok(None) };
        let Some((length, rest)) = rest.split_first_chunk::<4>() else { return Ok(None) };
        let (seq, declared) = (u64::from_be_bytes(*seq), u32::from_be_bytes(*length));
        if declared > self.limit {
            return Err(EnvelopeError::TooLong { declared, limit: self.limit });
        }
        let length = declared as usize;
        let Some(bytes) = rest.get(..length) else { return Ok(None) };
        let envelope = Envelope { seq: seq & !IS_JSON, json: seq & IS_JSON != 0, bytes: bytes.to_vec() };
        Ok(Some((envelope, HEADER + length)))
    }
}
