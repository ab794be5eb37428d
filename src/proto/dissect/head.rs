//! The lines of a head as spans (RFC 9112 §2 to §5). A line that is none is put nowhere.

use super::facts::{Asked, Fields};
use super::tray::{Label, Tray};
use super::{Kind, Mistake, Role};

/// Bytes that a head may have.
pub(super) const HEAD_LIMIT: usize = 64 * 1024;

/// Puts a request line, and says what it asks for.
pub(super) fn request_line(line: &[u8], tray: &mut Tray) -> Result<Asked, Mistake> {
    let wrong = Mistake::RequestLine;
    let (text, end) = ended(line);
    let mut parts = text.splitn(3, |&byte| byte == b' ');
    let (Some(method), Some(target), Some(version)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong);
    };
    let is_target = !target.is_empty() && target.iter().all(|&byte| byte > b' ' && byte != 0x7F);
    if !is_token(method) || !is_target || !is_version(version) {
        return Err(wrong);
    }
    let parts = [
        (method.len(), Kind::Method),
        (1, Kind::Space),
        (target.len(), Kind::Target),
        (1, Kind::Space),
        (version.len(), Kind::Version),
        (end, Kind::LineEnd),
    ];
    put(tray, &parts);
    Ok(Asked::of(method, target))
}

/// Puts a status line, and gives the status.
pub(super) fn status_line(line: &[u8], tray: &mut Tray) -> Result<u16, Mistake> {
    let wrong = Mistake::StatusLine;
    let (text, end) = ended(line);
    let (version, rest) = text.split_first_chunk::<8>().ok_or(wrong)?;
    let (&[space, a, b, c], reason) = rest.split_first_chunk::<4>().ok_or(wrong)?;
    let digits = [a, b, c];
    let is_reason = matches!(reason.first(), None | Some(b' ')) && reason.iter().all(|&byte| is_text(byte));
    if !is_version(version) || space != b' ' || !digits.iter().all(u8::is_ascii_digit) || !is_reason {
        return Err(wrong);
    }
    let parts = [
        (version.len(), Kind::Version),
        (1, Kind::Space),
        (3, Kind::Status),
        (reason.len().min(1), Kind::Space),
        (reason.len().saturating_sub(1), Kind::Reason),
        (end, Kind::LineEnd),
    ];
    put(tray, &parts);
    Ok(digits.iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0')))
}

/// Puts a field line or the empty line, which ends the head. Says whether it did.
pub(super) fn field_line(line: &[u8], fields: &mut Fields, tray: &mut Tray) -> Result<bool, Mistake> {
    let (text, end) = ended(line);
    if text.is_empty() {
        put(tray, &[(end, Kind::EmptyLine)]);
        return Ok(true);
    }
    let colon = text.iter().position(|&byte| byte == b':').ok_or(Mistake::FieldLine)?;
    let (name, value) = (&text[..colon], &text[colon + 1..]);
    if !is_token(name) || !value.iter().all(|&byte| is_text(byte)) {
        return Err(Mistake::FieldLine);
    }
    let before = value.iter().take_while(|&&byte| is_space(byte)).count();
    let own = trim_end(&value[before..]);
    fields.take(name, own)?;
    let parts = [
        (name.len(), Kind::FieldName),
        (1 + before, Kind::FieldColon),
        (own.len(), Kind::FieldValue),
        (value.len() - before - own.len(), Kind::Space),
        (end, Kind::LineEnd),
    ];
    put(tray, &parts);
    Ok(false)
}

fn put(tray: &mut Tray, parts: &[(usize, Kind)]) {
    for &(length, kind) in parts {
        tray.put(length, Label::new(kind, Role::Head));
    }
}

/// A line and the length of its end: CRLF, or LF alone, which a recipient may take for one (§2.2).
pub(super) fn ended(line: &[u8]) -> (&[u8], usize) {
    let text = line.strip_suffix(b"\r\n").or_else(|| line.strip_suffix(b"\n")).unwrap_or(line);
    (text, line.len() - text.len())
}

fn is_version(version: &[u8]) -> bool {
    matches!(version, b"HTTP/1.1" | b"HTTP/1.0")
}

/// RFC 9110 §5.6.2.
fn is_token(text: &[u8]) -> bool {
    let is_tchar = |&byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.iter().all(is_tchar)
}

/// What may stand in a field value or a reason (RFC 9110 §5.5).
fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7F)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn trim_end(mut text: &[u8]) -> &[u8] {
    while let [before @ .., last] = text
        && is_space(*last)
    {
        text = before;
    }
    text
}
