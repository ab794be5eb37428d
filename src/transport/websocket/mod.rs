//! WebSocket (RFC 6455): the feed as messages, commands and their acks on the same socket.
//!
//! [`Frames`] is the body after the 101: our frames, made once and shared, beside those of the session. A task
//! ([`listen`]) reads what comes up. The two meet in [`Talk`]. With `fanout=stock` there is no such body: [`stock`] sends
//! through the session.

mod frames;
mod guard;
mod listen;
mod stock;
mod talk;

use std::rc::Rc;

use actix_web::http::{StatusCode, Version};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};

use super::away::come_again;
use super::feeding::Feeding;
use super::params::{
    AUTH, DEAD_AFTER, Encoding, FANOUT, FIRST_BYTES, Fanout, HEARTBEAT, LAST_EVENT_ID, PING_OR_EVENT, Params,
};
use super::pool::Away;
use super::refusal::Refusal;
use super::{Answer, Asked, Capabilities, ReadOnly, Transport, Wanted, Witness};
use crate::feed::Opening;
use frames::Frames;
use listen::Ear;
use talk::{Close, Talk};

pub(super) const TRANSPORT: Transport = Transport {
    name: "websocket",
    title: "WebSocket",
    capabilities: Capabilities {
        server_speaks_first: true,
        commands_in_band: true,
        reconnects_by_itself: false,
        resumes_by_itself: false,
        binary: true,
        named_events: false,
        page_sees: "close code, reason and wasClean; nothing of a failed handshake",
    },
    method: "GET",
    streams: true,
    params: &[LAST_EVENT_ID, FANOUT, HEARTBEAT, PING_OR_EVENT, DEAD_AFTER, AUTH, FIRST_BYTES],
    answer,
    is_asked: is_handshake,
    turned_away,
};

/// What stands after the handshake.
enum Opened {
    Feed(Box<Params>, Opening),
    Farewell(Close),
}

fn answer(asked: Asked) -> Answer {
    Box::pin(async move {
        let witness = asked.witness.clone();
        let response = upgrade(asked, open);
        witness.response(response.status().as_u16(), None);
        response
    })
}

/// A page learns nothing of a refused handshake but 1006 (FACTS C1), so who is not let in is told by a Close frame.
fn turned_away(asked: Asked, away: Away) -> HttpResponse {
    let retry = come_again();
    let close = Close::outside(away, retry);
    match away {
        Away::Full { max } => asked.witness.full(max, retry, (None, Some(close.code))),
        Away::TakenOver | Away::Removed => asked.witness.stop(None, Some(close.code)),
    }
    let witness = asked.witness.clone();
    let response = upgrade(asked, |_, _| Opened::Farewell(close));
    witness.response(response.status().as_u16(), None);
    response
}

/// Whether it is an opening handshake. One in HTTP/1.0, from a proxy that speaks it, is none: its Upgrade must be ignored
/// (RFC 9110 §7.8).
fn is_handshake(request: &HttpRequest) -> bool {
    request.version() >= Version::HTTP_11 && actix_http::ws::verify_handshake(request.head()).is_ok()
}

fn upgrade(asked: Asked, open: impl FnOnce(Result<Wanted, Refusal>, &Witness) -> Opened) -> HttpResponse {
    let Asked { request, payload, context, job, wanted, witness } = asked;
    if !is_handshake(&request) {
        return not_a_handshake();
    }
    let talk = Rc::new(Talk::default());
    let payload = guard::guarded(&request, payload, talk.clone());
    let handled = payload.and_then(|payload| actix_ws::handle(&request, payload));
    let Ok((response, session, messages)) = handled else {
        return not_a_handshake();
    };
    if let Some(connection) = witness.connection() {
        connection.line().upgraded();
    }
    let opened = open(wanted, &witness);
    // Who was not let in commands nothing either.
    let only_reads = request.extensions().contains::<ReadOnly>();
    let ear = job.filter(|_| matches!(opened, Opened::Feed(..))).map(|job| Ear { job, only_reads });
    let (feeding, encoding, fanout) = match opened {
        Opened::Feed(params, opening) => {
            let feeding = Feeding::new(opening, &params, context, witness.clone());
            (Some(feeding), params.encoding, params.fanout)
        }
        Opened::Farewell(close) => {
            talk.close(close);
            (None, Encoding::Json, Fanout::Shared)
        }
    };
    let listening = listen::listen(messages, session.clone(), talk.clone(), ear, witness);
    if fanout == Fanout::Stock {
        actix_web::rt::spawn(stock::send(session, feeding, encoding, talk, listening));
        return response.map_into_boxed_body();
    }
    drop(session);
    actix_web::rt::spawn(listening);
    response.map_body(|_, inner| Frames::new(inner, feeding, encoding, talk)).map_into_boxed_body()
}

/// From here on a no is a Close frame.
fn open(wanted: Result<Wanted, Refusal>, witness: &Witness) -> Opened {
    match wanted {
        Err(refusal) => {
            let (code, reason) = refusal.close();
            Opened::Farewell(Close { code, reason, answered: false })
        }
        Ok(Wanted { opening, .. }) if opening.has_the_end => {
            witness.stop(None, Some(1000));
            Opened::Farewell(Close::ended())
        }
        Ok(Wanted { params, opening }) => Opened::Feed(Box::new(params), opening),
    }
}

fn not_a_handshake() -> HttpResponse {
    let refusal = Refusal::new(
        StatusCode::UPGRADE_REQUIRED,
        "headers",
        "a WebSocket handshake, version 13 (RFC 6455 §4.1)",
        "an ordinary request",
        "open it with new WebSocket(url), or read /sse instead",
    );
    let mut response = refusal.response();
    response.headers_mut().insert(
        actix_web::http::header::UPGRADE,
        actix_web::http::header::HeaderValue::from_static("websocket"),
    );
    response
}
