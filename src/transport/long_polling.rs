//! Long polling: ask, and be answered when there is something to answer, or when the wait is over.
//!
//! Nothing watches the client while its request is held: when it goes, actix drops the handler's future, and with it the
//! reader.

use std::future::poll_fn;
use std::task::{Context, Poll as Polled};

use actix_web::HttpResponse;
use tokio::time::{Instant, timeout_at};

use super::away::by_status;
use super::batch::{CAPABILITIES, Poll, answered};
use super::params::{COMPRESSION, KEEP_ALIVE, LAST_EVENT_ID, LIMIT, MODE, WAIT};
use super::refusal::Refusal;
use super::{Answer, Asked, Held, Transport};
use crate::wire::Speech;

pub(super) const TRANSPORT: Transport = Transport {
    name: "long-polling",
    title: "Long polling",
    capabilities: CAPABILITIES,
    method: "GET",
    streams: false,
    params: &[LAST_EVENT_ID, MODE, LIMIT, WAIT, COMPRESSION, KEEP_ALIVE],
    answer,
    is_asked: |_| true,
    turned_away: |asked, away| by_status(&asked, away),
};

fn answer(asked: Asked) -> Answer {
    Box::pin(answered(asked, held))
}

async fn held(asked: Asked) -> Result<HttpResponse, Refusal> {
    let mut poll = match Poll::open(asked)? {
        Ok(poll) => poll,
        Err(response) => return Ok(response),
    };
    let since = Instant::now();
    let deadline = since + poll.params.wait;
    let mut batch = poll.gather();
    let mut was_held = false;
    let held = poll.witness.open_response(Speech::Heads);
    while poll.witness.notice().is_none() && !poll.is_news(&batch) {
        was_held = true;
        let Ok(true) = timeout_at(deadline, poll_fn(|cx| poll_news(&poll, cx, batch.head))).await else {
            break;
        };
        batch = poll.gather();
    }
    drop(held);
    if let Some(notice) = poll.witness.notice() {
        batch = poll.farewell(notice);
    }
    let mut response = poll.answer(batch);
    if was_held {
        response.extensions_mut().insert(Held(since.elapsed()));
    }
    Ok(response)
}

/// Ready with true when the log has more than was looked at, and with false when there is no use in waiting.
fn poll_news(poll: &Poll, cx: &Context<'_>, head: u64) -> Polled<bool> {
    match poll.reader.poll_beyond(cx, head) {
        Polled::Ready(()) => Polled::Ready(true),
        // Looked at after the registration, so that what comes in between is not slept through.
        Polled::Pending if poll.context.is_stopping() || poll.witness.notice().is_some() => {
            Polled::Ready(false)
        }
        Polled::Pending => Polled::Pending,
    }
}
