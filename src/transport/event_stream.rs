//! A response of `text/event-stream`: its head, and a body of blocks. The same for a GET by an `EventSource` and for a POST
//! by fetch.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use actix_http::ConnectionType;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{StatusCode, Version};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytes::Bytes;

use super::encoding::{Ids, carried, ids, sse_event, sse_told};
use super::feeding::{Feeding, Step};
use super::gzip::{self, Gzip};
use super::params::{Encoding, Fanout, Params};
use super::refusal::Refusal;
use super::{Asked, Wanted};
use crate::proto::event_stream;

/// A comment line and the end of an (empty) block.
const COMMENT: &[u8] = b":\n\n";

/// Opens the feed and answers with the response that `respond` makes of it.
pub(super) fn open(
    asked: Asked,
    respond: impl FnOnce(Feeding, &Params, &HttpRequest) -> HttpResponse,
) -> Result<HttpResponse, Refusal> {
    let Wanted { params, opening } = asked.wanted?;
    if opening.has_the_end {
        // The one status that stops an EventSource in good order (§9.2.3).
        asked.witness.stop(Some(204), None);
        return Ok(HttpResponse::NoContent().finish());
    }
    // The stock response never asks.
    let unbuffered = params.courtesies.unbuffered && params.fanout == Fanout::Shared;
    let feeding = Feeding::new(opening, &params, asked.context, asked.witness).into_body(unbuffered);
    let response = respond(feeding, &params, &asked.request);
    let mut response = if params.gzip { compressed(response, &params, &asked.request) } else { response };
    if asked.request.version() == Version::HTTP_10 {
        // RFC 9112 §6.1: no chunks for HTTP/1.0; the end of the connection ends the body.
        let head = response.head_mut();
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// The response whose blocks are shared by all readers; `farewell` follows the end event.
pub(super) fn shared(feeding: Feeding, params: &Params, farewell: &'static [u8]) -> HttpResponse {
    let courtesies = params.courtesies;
    let stream = EventStream {
        retry: params.retry.map(millis),
        encoding: params.encoding,
        ids: ids(params),
        farewell,
        next: None,
        feeding,
    };
    head(courtesies.unbuffered).body(stream)
}

/// The head of a response; with `unbuffered` it asks proxies to pass on what they get.
pub(super) fn head(unbuffered: bool) -> HttpResponseBuilder {
    let mut head = HttpResponse::build(StatusCode::OK);
    head.insert_header((header::CONTENT_TYPE, "text/event-stream"));
    if unbuffered {
        head.insert_header((header::CACHE_CONTROL, "no-cache, no-transform"))
            .insert_header(("X-Accel-Buffering", "no"));
    } else {
        head.insert_header((header::CACHE_CONTROL, "no-cache"));
    }
    head
}

/// The response compressed, if the client takes that.
fn compressed(mut response: HttpResponse, params: &Params, request: &HttpRequest) -> HttpResponse {
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !gzip::is_accepted(request) {
        return response;
    }
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response.map_body(|_, body| Gzip::new(body, params.flush)).map_into_boxed_body()
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// The body of the response.
struct EventStream {
    retry: Option<u64>,
    encoding: Encoding,
    ids: Ids,
    farewell: &'static [u8],
    next: Option<Step>,
    feeding: Feeding,
}

impl EventStream {
    fn bytes(&mut self, step: &Step) -> Option<Bytes> {
        let witness = self.feeding.witness();
        match step {
            Step::Event(event) => {
                let job = self.feeding.reader().job();
                let block = sse_event(event, job.epoch(), self.encoding, self.ids);
                witness.event(job.name(), event, block.len(), carried(event, self.encoding, true));
                Some(block)
            }
            Step::Told(told) => {
                let block = sse_told(told, self.encoding, self.ids);
                if told.name == "heartbeat" {
                    witness.heartbeat(block.len(), "event");
                }
                Some(block)
            }
            Step::HiddenHeartbeat => {
                witness.heartbeat(COMMENT.len(), "comment");
                Some(Bytes::from_static(COMMENT))
            }
            Step::End => {
                // Said once; the feed ends again when it is asked again.
                let farewell = std::mem::take(&mut self.farewell);
                (!farewell.is_empty()).then(|| Bytes::from_static(farewell))
            }
            // A clean end of the body. When the server stops the client comes back; one whose token has expired is then told so.
            Step::Away(_) | Step::Expired | Step::Stopping => None,
        }
    }
}

impl MessageBody for EventStream {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let step = match self.next.take() {
            Some(step) => step,
            None => ready!(self.feeding.poll_step(cx)),
        };
        if let Some(retry) = self.retry.take() {
            // Not before there is something to say: a reader may have asked for a head alone.
            self.next = Some(step);
            return Poll::Ready(Some(Ok(Bytes::from(event_stream::retry_ms(retry)))));
        }
        Poll::Ready(self.bytes(&step).map(Ok))
    }
}
