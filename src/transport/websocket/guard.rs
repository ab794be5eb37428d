//! Refuses a frame by its header: the length it declares, before its bytes are kept, and what RFC 6455 §5 forbids.
//!
//! actix's own limit is looked at only once a whole frame has come (STACK §1.3), so one header could make the server
//! keep gigabytes. This stands before it, follows the frames by their headers, and answers with Close 1009 or 1002.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_http::error::PayloadError;
use actix_web::dev::Payload;
use actix_web::{Error, FromRequest as _, HttpRequest, web};
use bytes::Bytes;
use futures_core::Stream;

use super::listen::MESSAGE_LIMIT;
use super::talk::{Close, Talk};
use crate::proto::websocket::{FrameError, parse_header};

/// The longest header (RFC 6455 §5.2): 2 bytes, 8 of length, 4 of mask.
const HEADER_LIMIT: usize = 14;

/// `payload` behind a guard.
///
/// # Errors
/// None that actix's extractor makes; its type only allows for them.
pub(super) fn guarded(
    request: &HttpRequest,
    payload: web::Payload,
    talk: Rc<Talk>,
) -> Result<web::Payload, Error> {
    let guard: Pin<Box<dyn Stream<Item = Item>>> =
        Box::pin(Guard { inner: payload, frames: Frames::default(), talk, refused: false });
    let mut guarded = Payload::from(guard);
    web::Payload::from_request(request, &mut guarded).into_inner()
}

type Item = Result<Bytes, PayloadError>;

struct Guard {
    inner: web::Payload,
    frames: Frames,
    talk: Rc<Talk>,
    refused: bool,
}

impl Stream for Guard {
    type Item = Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Item>> {
        loop {
            let item = ready!(Pin::new(&mut self.inner).poll_next(cx));
            let Some(Ok(bytes)) = &item else { return Poll::Ready(item) };
            if self.refused {
                // Read on and forget: bytes left unread would turn the end of the connection into a RST, which may
                // overtake the Close.
                continue;
            }
            let Err(error) = self.frames.pass(bytes) else { return Poll::Ready(item) };
            self.refused = true;
            self.talk.close(Close::because(error.close_code(), &error.to_string()));
        }
    }
}

/// Where the stream of frames stands.
#[derive(Default)]
struct Frames {
    header: Vec<u8>,
    payload_left: u64,
}

impl Frames {
    /// Whether all frames that begin in `bytes` may.
    fn pass(&mut self, bytes: &[u8]) -> Result<(), FrameError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let skipped = usize::try_from(self.payload_left).unwrap_or(usize::MAX).min(rest.len());
            self.payload_left -= skipped as u64;
            rest = &rest[skipped..];
            if rest.is_empty() {
                break;
            }
            let known = self.header.len();
            let taken = rest.len().min(HEADER_LIMIT - known);
            self.header.extend_from_slice(&rest[..taken]);
            let Some(header) = parse_header(&self.header)? else {
                rest = &rest[taken..];
                continue;
            };
            let (declared, limit) = (header.length, MESSAGE_LIMIT as u64);
            if declared > limit {
                return Err(FrameError::TooLong { declared, limit });
            }
            header.mask.ok_or(FrameError::Unmasked)?;
            rest = &rest[header.size - known..];
            self.payload_left = declared;
            self.header.clear();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::websocket::{Opcode, encode_frame};

    fn stream() -> Vec<u8> {
        let sizes = [0, 5, 125, 126, 4000, MESSAGE_LIMIT];
        let frame = |size| encode_frame(Opcode::Text, true, &vec![b'x'; size], Some([1, 2, 3, 4]));
        sizes.into_iter().flat_map(frame).collect()
    }

    #[test]
    fn frames_within_the_limit_pass_however_they_are_cut() {
        for size in [1, 2, 3, 7, 1000, usize::MAX] {
            let mut frames = Frames::default();
            assert!(stream().chunks(size.min(1 << 20)).all(|chunk| frames.pass(chunk).is_ok()), "{size}");
            assert_eq!(frames.payload_left, 0);
        }
    }

    #[test]
    fn a_longer_one_is_refused_by_its_header_alone_however_that_is_cut() {
        let mut header = vec![0x81, 0x80 | 127];
        header.extend_from_slice(&(MESSAGE_LIMIT as u64 + 1).to_be_bytes());
        header.extend_from_slice(&[1, 2, 3, 4]);
        for cut in 0..header.len() {
            let mut frames = Frames::default();
            assert_eq!((frames.pass(&stream()), frames.pass(&header[..cut])), (Ok(()), Ok(())));
            assert_eq!(frames.pass(&header[cut..]).map_err(FrameError::close_code), Err(1009), "{cut}");
        }
    }
}
