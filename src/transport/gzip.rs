//! Compression (RFC 1952): of a whole body, or of a stream chunk by chunk, each reader's anew.

use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::HttpRequest;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Whether the client takes it and says so (RFC 9110 §12.5.3). The coding by its name beats `*`, and `q=0` is a no.
pub(super) fn is_accepted(request: &HttpRequest) -> bool {
    let lines = request.headers().get_all(header::ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    let mut any = false;
    for item in lines.flat_map(|line| line.split(',')) {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let is_wanted = weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0));
        if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
            return is_wanted;
        }
        any |= coding == "*" && is_wanted;
    }
    any
}

/// A whole body, compressed.
pub(super) fn whole(body: &[u8]) -> Vec<u8> {
    let mut encoder = encoder();
    // Writing to memory cannot fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

fn encoder() -> GzEncoder<Vec<u8>> {
    GzEncoder::new(Vec::new(), Compression::default())
}

/// A body of chunks, compressed as they come.
pub(super) struct Gzip<B> {
    inner: B,
    encoder: Option<GzEncoder<Vec<u8>>>,
    flush: bool,
}

impl<B> Gzip<B> {
    /// With `flush` each chunk can be read as soon as it is given out; without, when the compressor's buffer is full.
    pub(super) fn new(inner: B, flush: bool) -> Self {
        Self { inner, encoder: Some(encoder()), flush }
    }
}

impl<B: MessageBody + Unpin> MessageBody for Gzip<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        loop {
            let Self { inner, encoder, flush } = &mut *self;
            let Some(writer) = encoder else { return Poll::Ready(None) };
            let ready = match ready!(Pin::new(inner).poll_next(cx)) {
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(chunk)) => {
                    // Writing to memory cannot fail.
                    let _ = writer.write_all(&chunk);
                    if *flush {
                        let _ = writer.flush();
                    }
                    std::mem::take(writer.get_mut())
                }
                None => encoder.take().and_then(|writer| writer.finish().ok()).unwrap_or_default(),
            };
            // An empty chunk would end the body (RFC 9112 §7.1).
            if !ready.is_empty() {
                return Poll::Ready(Some(Ok(Bytes::from(ready))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_client_has_it_if_it_says_so_and_not_with_a_weight_of_nothing() {
        for (accept, wanted) in [
            ("gzip", true),
            ("gzip, deflate, br", true),
            ("br;q=1.0, GZIP ; q=0.2", true),
            ("x-gzip", true),
            ("*", true),
            ("gzip;q=0, *", false),
            ("*, gzip;q=0.000", false),
            ("*;q=0", false),
            ("gzip;q=no", false),
            ("identity", false),
            ("br", false),
            ("", false),
        ] {
            let request = TestRequest::default().insert_header(("Accept-Encoding", accept)).to_http_request();
            assert_eq!(is_accepted(&request), wanted, "{accept}");
        }
        assert!(!is_accepted(&TestRequest::default().to_http_request()));
    }
}
