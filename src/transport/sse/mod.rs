//! Server-Sent Events: one response without a known end, `text/event-stream` (WHATWG HTML §9.2).

mod stock;

use super::params::{
    COMMENT_OR_EVENT, COMPRESSION, DEAD_AFTER, FANOUT, FIRST_BYTES, FLUSH, Fanout, HEARTBEAT, IDS,
    LAST_EVENT_ID, RETRY, UNBUFFERED,
};
use super::{Answer, Asked, Capabilities, Transport, event_stream};

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
