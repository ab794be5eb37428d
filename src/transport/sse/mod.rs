//! Server-Sent Events: one response without a known end, `text/event-stream` (WHATWG HTML §9.2).

mod stock;

use actix_web::HttpResponse;

use super::away::{by_status, come_again};
use super::encoding::{Ids, sse_told};
use super::feeding::Told;
use super::params::{
    CHECKPOINT, COMMENT_OR_EVENT, COMPRESSION, DEAD_AFTER, Encoding, FANOUT, FIRST_BYTES, FLUSH, Fanout,
    HEARTBEAT, IDS, LAST_EVENT_ID, RETRY, UNBUFFERED,
};
use super::pool::Away;
use super::{Answer, Asked, Capabilities, Transport, event_stream};
use crate::feed::element;
use crate::proto::event_stream::retry_ms;

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
        CHECKPOINT,
        IDS,
        FIRST_BYTES,
        UNBUFFERED,
    ],
    answer,
    is_asked: |_| true,
    turned_away,
};

fn answer(asked: Asked) -> Answer {
    Box::pin(async move {
        let witness = asked.witness.clone();
        let response = event_stream::open(asked, |feeding, params, request| match params.fanout {
            Fanout::Shared => event_stream::shared(feeding, params, b""),
            Fanout::Stock => stock::response(feeding, params, request),
        });
        let response = response.unwrap_or_else(|refusal| refusal.response());
        witness.response(response.status().as_u16(), None);
        response
    })
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
    let body = [retry_ms(retry).into(), sse_told(&told, encoding, Ids::Within)].concat();
    let response = event_stream::head(true).body(body);
    asked.witness.response(200, None);
    response
}
