//! The payload of a Close frame: a code and a reason (RFC 6455 §5.5.1), and which codes may stand there (§7.4).

/// A code and its reason, as a Close frame carries them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseFrame {
    /// The status code.
    pub code: u16,
    /// The reason, at most 123 bytes of UTF-8.
    pub reason: String,
}

/// Why a close payload cannot be sent, or was not valid when received.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloseError {
    /// A code that never appears on the wire: below 1000, reserved (1004 to 1006, 1015) or unassigned.
    #[error("the close code {0} must not be sent")]
    Code(u16),
    /// More than 123 bytes: with the code a control frame holds no more than 125.
    #[error("the close reason has {0} bytes, more than 123")]
    LongReason(usize),
    /// One byte cannot hold a code.
    #[error("a close payload of one byte")]
    OneByte,
    /// The reason is not UTF-8.
    #[error("the close reason is not UTF-8")]
    Utf8,
}

/// Whether an endpoint may put `code` into a Close frame: those of §7.4.1 that are not reserved for local use, 1012 to
/// 1014 of the IANA registry, and the ranges for libraries and applications (§7.4.2).
pub fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// The payload of a Close frame.
///
/// # Errors
/// [`CloseError::Code`] or [`CloseError::LongReason`].
pub fn encode_close(code: u16, reason: &str) -> Result<Vec<u8>, CloseError> {
    if !may_be_sent(code) {
        return Err(CloseError::Code(code));
    }
    if reason.len() > 123 {
        return Err(CloseError::LongReason(reason.len()));
    }
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend_from_slice(reason.as_bytes());
    Ok(payload)
}

/// Reads the payload of a Close frame; `None` for an empty one, which a browser shows as 1005.
///
/// # Errors
/// [`CloseError`] where the payload is not one that a peer may send.
pub fn decode_close(payload: &[u8]) -> Result<Option<CloseFrame>, CloseError> {
    if payload.is_empty() {
        return Ok(None);
    }
    let Some((code, reason)) = payload.split_first_chunk::<2>() else { return Err(CloseError::OneByte) };
    let code = u16::from_be_bytes(*code);
    if !may_be_sent(code) {
        return Err(CloseError::Code(code));
    }
    let reason = std::str::from_utf8(reason).map_err(|_| CloseError::Utf8)?.to_owned();
    Ok(Some(CloseFrame { code, reason }))
}
