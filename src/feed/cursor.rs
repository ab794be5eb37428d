//! Where a reader stands: `<epoch>.<seq>`, the same text in URLs, SSE ids and JSON bodies.
//!
//! The epoch names one log, so that a reader of a forgotten one is told so instead of being given other events
//! under numbers it knows.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Sequence numbers stay below this so that JavaScript can hold them exactly (2^53).
pub const SEQ_LIMIT: u64 = 1 << 53;

/// Names one log: 1 to 16 of `[a-z0-9]`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch {
    len: u8,
    text: [u8; 16],
}

/// The last event a reader has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Of which log.
    pub epoch: Epoch,
    /// Its number; 0 stands before the first event.
    pub seq: u64,
}

/// What `?after=` may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// From the earliest event kept.
    Earliest,
    /// Only what comes from now on.
    Latest,
    /// What comes after this cursor.
    Cursor(Cursor),
}

/// Why a text is no cursor.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum CursorError {
    /// There is no dot between epoch and seq.
    #[error("there is no dot in it")]
    NoDot,
    /// The epoch is not 1 to 16 of `[a-z0-9]`.
    #[error("its epoch is not 1 to 16 of a-z and 0-9")]
    Epoch,
    /// The seq is not a plain decimal below 2^53.
    #[error("its seq is not a decimal below 2^53 without sign or leading zeros")]
    Seq,
}

impl Epoch {
    /// A new epoch of ten characters, drawn from `rng`.
    pub fn draw(rng: &mut fastrand::Rng) -> Self {
        let mut text = [0; 16];
        for byte in &mut text[..10] {
            *byte = rng.choice(b"abcdefghijklmnopqrstuvwxyz0123456789").copied().unwrap_or(b'a');
        }
        Self { len: 10, text }
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl FromStr for Epoch {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if text.is_empty() || text.len() > 16 || !plain {
            return Err(CursorError::Epoch);
        }
        let mut bytes = [0; 16];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        #[expect(clippy::cast_possible_truncation, reason = "at most 16")]
        Ok(Self { len: text.len() as u8, text: bytes })
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (epoch, seq) = text.split_once('.').ok_or(CursorError::NoDot)?;
        let epoch = epoch.parse()?;
        let plain = !seq.is_empty() && seq.len() <= 16 && seq.bytes().all(|b| b.is_ascii_digit());
        if !plain || (seq.len() > 1 && seq.starts_with('0')) {
            return Err(CursorError::Seq);
        }
        let seq = seq.parse().map_err(|_| CursorError::Seq)?;
        if seq >= SEQ_LIMIT {
            return Err(CursorError::Seq);
        }
        Ok(Self { epoch, seq })
    }
}

impl FromStr for After {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        match text {
            "earliest" => Ok(Self::Earliest),
            "latest" => Ok(Self::Latest),
            cursor => cursor.parse().map(Self::Cursor),
        }
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_it_prints() {
        for text in ["a.0", "k3f9.12", "abcdefghij012345.9007199254740991"] {
            assert_eq!(text.parse::<Cursor>().map(|c| c.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused_with_its_reason() {
        let cases = [
            ("", CursorError::NoDot),
            ("k3", CursorError::NoDot),
            (".5", CursorError::Epoch),
            ("K3.5", CursorError::Epoch),
            ("abcdefghij0123456.1", CursorError::Epoch),
            ("k3.", CursorError::Seq),
            ("k3.05", CursorError::Seq),
            ("k3.-1", CursorError::Seq),
            ("k3.+1", CursorError::Seq),
            ("k3.1.2", CursorError::Seq),
            ("k3.1\r\n", CursorError::Seq),
            ("k3.9007199254740992", CursorError::Seq),
        ];
        for (text, reason) in cases {
            assert_eq!(text.parse::<Cursor>(), Err(reason), "{text:?}");
        }
    }
}
