//! A POST answered by an event stream, as chat services stream: a body, a method, headers and a status that a page can
//! read, which an `EventSource` cannot do.

use super::away::by_status;
use super::params::{
    COMMENT_OR_EVENT, COMPRESSION, DEAD_AFTER, FIRST_BYTES, FLUSH, HEARTBEAT, IDS, SENTINEL, UNBUFFERED,
};
use super::{Answer, Asked, Capabilities, Transport, event_stream};

pub(super) const TRANSPORT: Transport = Transport {
    name: "fetch-stream",
    title: "fetch streaming",
    capabilities: Capabilities {
        server_speaks_first: true,
        commands_in_band: false,
        reconnects_by_itself: false,
        resumes_by_itself: false,
        binary: false,
        named_events: false,
        page_sees: "status and headers, and whether the body was cut",
    },
    method: "POST",
    streams: true,
    params: &[
        COMPRESSION,
        FLUSH,
        HEARTBEAT,
        COMMENT_OR_EVENT,
        DEAD_AFTER,
        SENTINEL,
        IDS,
        FIRST_BYTES,
        UNBUFFERED,
    ],
    answer,
    is_asked: |_| true,
    turned_away: |asked, away| by_status(&asked, away),
};

/// What those of chat services end with.
const DONE: &[u8] = b"data: [DONE]\n\n";

fn answer(asked: Asked) -> Answer {
    Box::pin(async move {
        let witness = asked.witness.clone();
        let response = event_stream::open(asked, |feeding, params, _| {
            event_stream::shared(feeding, params, if params.sentinel { DONE } else { b"" })
        });
        let response = response.unwrap_or_else(|refusal| refusal.response());
        witness.response(response.status().as_u16(), None);
        response
    })
}
