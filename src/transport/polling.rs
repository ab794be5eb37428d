//! Polling: ask, get what has come since the cursor, ask again.

use std::future::ready;

use actix_web::HttpResponse;

use super::away::by_status;
use super::batch::{CAPABILITIES, Poll, answered};
use super::params::{COMPRESSION, KEEP_ALIVE, LAST_EVENT_ID, LIMIT, MODE};
use super::refusal::Refusal;
use super::{Answer, Asked, Transport};

pub(super) const TRANSPORT: Transport = Transport {
    name: "polling",
    title: "XHR polling",
    capabilities: CAPABILITIES,
    method: "GET",
    streams: false,
    params: &[LAST_EVENT_ID, MODE, LIMIT, COMPRESSION, KEEP_ALIVE],
    answer,
    is_asked: |_| true,
    turned_away: |asked, away| by_status(&asked, away),
};

fn answer(asked: Asked) -> Answer {
    Box::pin(answered(asked, |asked| ready(at_once(asked))))
}

fn at_once(asked: Asked) -> Result<HttpResponse, Refusal> {
    Ok(match Poll::open(asked)? {
        Ok(mut poll) => {
            let batch = match poll.witness.notice() {
                Some(notice) => poll.farewell(notice),
                None => poll.gather(),
            };
            poll.answer(batch)
        }
        Err(response) => response,
    })
}
