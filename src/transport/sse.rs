//! Server-Sent Events: one response without a known end, `text/event-stream` (WHATWG HTML §9.2).

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use actix_http::ConnectionType;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::http::{StatusCode, Version};
use actix_web::{HttpResponse, HttpResponseBuilder};
use bytes::Bytes;

use super::away::{by_status, come_again};
use super::encoding::{carried, sse_event, sse_told};
use super::feeding::{Feeding, Step, Told};
use super::params::{
    COMMENT_OR_EVENT, COMPRESSION, DEAD_AFTER, Encoding, FANOUT, FIRST_BYTES, FLUSH, HEARTBEAT, IDS,
    LAST_EVENT_ID, RETRY, UNBUFFERED,
};
use super::pool::Away;
use super::refusal::Refusal;
use super::{Answer, Asked, Capabilities, Transport, Wanted};
use crate::feed::element;
use crate::proto::event_stream;

pub(super) const TRANSPORT: Transport = Transport {
    name: "sse",
    title: "Server-Sent Events",
    capabilities: Capabilities {
        server_speaks_first: true,
        commands_in_band: false,
        reconnects_by_itself: true,
        resumes_by_itself: true,
        binary: false,
        named_events: true,
        page_sees: "readyState only: no status, no reason",
    },
    method: "GET",
    streams: true,
    params: &[
        LAST_EVENT_ID,
        FANOUT,
        COMPRESSION,
        FLUSH,
        HEARTBEAT,
        COMMENT_OR_EVENT,
        DEAD_AFTER,
        RETRY,
        IDS,
        FIRST_BYTES,
        UNBUFFERED,
    ],
    answer,
    is_asked: |_| true,
    turned_away,
};

/// A comment line and the end of an (empty) block.
const COMMENT: &[u8] = b":\n\n";

fn answer(asked: Asked) -> Answer {
    Box::pin(async move {
        let witness = asked.witness.clone();
        let response = open(asked).unwrap_or_else(|refusal| refusal.response());
        witness.response(response.status().as_u16(), None);
        response
    })
}

fn open(asked: Asked) -> Result<HttpResponse, Refusal> {
    let Wanted { params, opening } = asked.wanted?;
    if opening.has_the_end {
        // The one status that stops an EventSource in good order (§9.2.3).
        asked.witness.stop(Some(204), None);
        return Ok(HttpResponse::NoContent().finish());
    }
    let old = asked.request.version() == Version::HTTP_10;
    let stream = EventStream {
        retry: params.retry.map(|retry| u64::try_from(retry.as_millis()).unwrap_or(u64::MAX)),
        encoding: params.encoding,
        feeding: Feeding::new(opening, &params, asked.context, asked.witness),
    };
    let mut response = head().body(stream);
    if old {
        // RFC 9112 §6.1: no chunks for HTTP/1.0; the end of the connection ends the body.
        let head = response.head_mut();
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
    Ok(response.map_into_boxed_body())
}

fn head() -> HttpResponseBuilder {
    let mut head = HttpResponse::build(StatusCode::OK);
    head.insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-cache, no-transform"))
        .insert_header(("X-Accel-Buffering", "no"));
    head
}

/// A status other than 200 would end an `EventSource` for good (§9.2.3), so that there is no room is said by an event, and
/// it comes back by itself. 204 stops it in good order.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape all transports have; a WebSocket needs all of it"
)]
fn turned_away(asked: Asked, away: Away) -> HttpResponse {
    let Away::Full { max } = away else { return by_status(&asked, away) };
    let retry = come_again();
    asked.witness.full(max, retry, (Some(200), None));
    let encoding = asked.wanted.as_ref().map_or(Encoding::Json, |wanted| wanted.params.encoding);
    let told = Told { name: "full", cursor: None, json: element::full(max, retry) };
    let body = [event_stream::retry_ms(retry).into(), sse_told(&told, encoding)].concat();
    let response = head().body(body);
    asked.witness.response(200, None);
    response
}

/// The body of the response.
struct EventStream {
    retry: Option<u64>,
    encoding: Encoding,
    feeding: Feeding,
}

impl EventStream {
    fn bytes(&self, step: &Step) -> Option<Bytes> {
        let witness = self.feeding.witness();
        match step {
            Step::Event(event) => {
                let job = self.feeding.reader().job();
                let block = sse_event(event, job.epoch(), self.encoding);
                witness.event(job.name(), event, block.len(), carried(event, self.encoding, true));
                Some(block)
            }
            Step::Told(told) => {
                let block = sse_told(told, self.encoding);
                if told.name == "heartbeat" {
                    witness.heartbeat(block.len(), "event");
                }
                Some(block)
            }
            Step::HiddenHeartbeat => {
                witness.heartbeat(COMMENT.len(), "comment");
                Some(Bytes::from_static(COMMENT))
            }
            // A clean end of the body. After the end event the client stops; when the server stops it comes back.
            Step::End | Step::Away(_) | Step::Stopping => None,
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
        if let Some(retry) = self.retry.take() {
            return Poll::Ready(Some(Ok(Bytes::from(event_stream::retry_ms(retry)))));
        }
        self.feeding.poll_step(cx).map(|step| self.bytes(&step).map(Ok))
    }
}
