//! Writing event streams: one block an event, all its fields before the one blank line that dispatches it.
//!
//! A newline in `data` is legal and becomes another `data` line; a newline in `id` or `event` would be a new field of
//! an attacker's choice, so it is refused (HTML §9.2.5 knows no escape).

/// Why a value cannot stand in a field of an event stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// `id` contains NUL (a parser ignores such a field, HTML §9.2.6), CR or LF.
    #[error("an event id cannot contain NUL, CR or LF: {0:?}")]
    Id(String),
    /// `event` contains CR or LF.
    #[error("an event name cannot contain CR or LF: {0:?}")]
    Event(String),
}

/// One block: `id`, `event` and `data` in this order, each as `name: value`, then the blank line.
///
/// `data` is split on CR, LF and CRLF into several `data` lines; a parser joins them with LF, so CR and CRLF come out
/// as LF. Fields that are `None` are left out.
///
/// # Errors
/// [`FieldError`] when `id` contains NUL, CR or LF, or `event` contains CR or LF.
pub fn encode_block(id: Option<&str>, event: Option<&str>, data: &str) -> Result<Vec<u8>, FieldError> {
    let mut block = Vec::with_capacity(data.len() + 64);
    if let Some(id) = id {
        if id.contains(['\0', '\r', '\n']) {
            return Err(FieldError::Id(id.to_owned()));
        }
        push_field(&mut block, "id", id);
    }
    if let Some(event) = event {
        if event.contains(['\r', '\n']) {
            return Err(FieldError::Event(event.to_owned()));
        }
        push_field(&mut block, "event", event);
    }
    for line in lines(data) {
        push_field(&mut block, "data", line);
    }
    block.push(b'\n');
    Ok(block)
}

/// A comment and a blank line: `:\n\n` for the empty text, `: text\n\n` otherwise. What parsers pass over and proxies
/// take for traffic: the heartbeat.
pub fn comment(text: &str) -> Vec<u8> {
    if text.is_empty() {
        return b":\n\n".to_vec();
    }
    let mut block = Vec::with_capacity(text.len() + 4);
    for line in lines(text) {
        push_field(&mut block, "", line);
    }
    block.push(b'\n');
    block
}

/// The reconnection time in milliseconds, in a block of its own: `retry: 700\n\n`.
pub fn retry_ms(ms: u64) -> Vec<u8> {
    format!("retry: {ms}\n\n").into_bytes()
}

fn push_field(block: &mut Vec<u8>, name: &str, value: &str) {
    block.extend_from_slice(name.as_bytes());
    block.extend_from_slice(b": ");
    block.extend_from_slice(value.as_bytes());
    block.push(b'\n');
}

/// The lines of a text as an event stream parser would end them: at CRLF, LF or CR; at least one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\r', '\n']) else {
            rest = None;
            return Some(text);
        };
        let width = if text[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = Some(&text[end + width..]);
        Some(&text[..end])
    })
}
