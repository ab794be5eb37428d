//! What of a head decides how the bytes behind it are read. None of the head itself is kept.

use super::Mistake;

/// Requests that may wait for an answer.
pub(super) const MOST_ASKED: usize = 256;
/// Lengths from here on are refused, for the page counts in doubles.
pub(super) const LENGTH_LIMIT: u64 = 1 << 53;

/// What a request asks for, by its path (docs/reference/feed.md).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Wants {
    /// Events in one answer.
    Poll,
    /// A stream, by what its body says.
    FetchStream,
    /// That a command is carried out.
    Command,
    #[default]
    Other,
}

/// What is known of a request when it is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub wants: Wants,
    /// The answer has no body (RFC 9110 §9.3.2).
    pub is_head: bool,
    /// It asks for a WebSocket.
    pub upgrade: bool,
}

impl Asked {
    pub fn of(method: &[u8], target: &[u8]) -> Self {
        let path = target.split(|&byte| byte == b'?').next().unwrap_or_default();
        let mut parts = path.rsplit(|&byte| byte == b'/');
        let (last, _job, jobs) = (parts.next(), parts.next(), parts.next());
        let wants = match last.filter(|_| jobs == Some(b"jobs")) {
            Some(b"polling" | b"long-polling") => Wants::Poll,
            Some(b"fetch-stream") => Wants::FetchStream,
            Some(b"commands") => Wants::Command,
            _ => Wants::Other,
        };
        Self { wants, is_head: method == b"HEAD", upgrade: false }
    }
}

/// The media types that are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Media {
    EventStream,
    Json,
    CborSeq,
    Bytes,
    #[default]
    Other,
}

/// What the fields say.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field that stands there or not")]
pub(super) struct Fields {
    pub length: Option<u64>,
    /// The last transfer coding is chunked, or is another.
    pub chunked: Option<bool>,
    /// There is a coding that hides the content.
    pub is_encoded: bool,
    pub media: Media,
    pub upgrade: bool,
    pub deflate: bool,
    /// It is a poll's answer, which says around its events in fields what JSON says in its body.
    pub has_cursor: bool,
    /// Its one event is the body.
    pub is_raw: bool,
}

impl Fields {
    /// Takes a field in.
    pub fn take(&mut self, name: &[u8], value: &[u8]) -> Result<(), Mistake> {
        let list = || value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        match name.to_ascii_lowercase().as_slice() {
            b"content-length" => {
                for one in list() {
                    let length = number(one).ok_or(Mistake::Length)?;
                    if self.length.is_some_and(|known| known != length) {
                        return Err(Mistake::Length);
                    }
                    self.length = Some(length);
                }
            }
            b"transfer-encoding" => {
                for coding in list().filter(|coding| !coding.is_empty()) {
                    // What stands before the last one hides the content.
                    self.is_encoded |= self.chunked.is_some();
                    let chunked = coding.eq_ignore_ascii_case(b"chunked");
                    self.is_encoded |= !chunked;
                    self.chunked = Some(chunked);
                }
            }
            b"content-encoding" => {
                self.is_encoded |= !list().all(|one| one.eq_ignore_ascii_case(b"identity"));
            }
            b"content-type" => self.media = media(value),
            b"upgrade" => self.upgrade |= list().any(|one| one.eq_ignore_ascii_case(b"websocket")),
            b"sec-websocket-extensions" => {
                let deflate = b"permessage-deflate";
                self.deflate |= list().any(|one| {
                    one.get(..deflate.len()).is_some_and(|name| name.eq_ignore_ascii_case(deflate))
                });
            }
            b"wirebench-cursor" => self.has_cursor = true,
            b"wirebench-type" => self.is_raw = true,
            _ => {}
        }
        Ok(())
    }
}

/// Digits only, and below [`LENGTH_LIMIT`].
fn number(text: &[u8]) -> Option<u64> {
    let digits = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let number: u64 = std::str::from_utf8(text).ok().filter(|_| digits)?.parse().ok()?;
    (number < LENGTH_LIMIT).then_some(number)
}

fn media(value: &[u8]) -> Media {
    let essence = value.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    match essence.to_ascii_lowercase().as_slice() {
        b"text/event-stream" => Media::EventStream,
        b"application/json" => Media::Json,
        b"application/cbor-seq" => Media::CborSeq,
        b"application/octet-stream" => Media::Bytes,
        _ => Media::Other,
    }
}
