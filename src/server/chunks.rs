//! `GET /api/connections/{number}/chunks`: what crosses one reader's socket from now on, as an event stream; and
//! `GET /api/chunks`: what crosses those of all readers, for a browser has few connections for one host.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, timeout};

use super::state::State;
use super::tail::stream;
use crate::pace::now;
use crate::proto::event_stream::encode_block;
use crate::transport::Refusal;
use crate::wire::{Chunk, Connection, Crossed, Heard, Tape, Tapes, Way};

/// What is kept for a listener that is slower than the wire.
const KEPT: usize = 1 << 20;
/// How often it is looked whether the connection still is.
const LOOK: Duration = Duration::from_secs(1);
/// How many connections are listened to at a time, for who listens to all, and what is kept of each.
const ROOM: usize = 64;
const KEPT_OF_EACH: usize = 256 << 10;
/// What has crossed meanwhile goes down together: a page draws no oftener.
const TICK: Duration = Duration::from_millis(50);

/// The stream; it ends with the connection.
pub(super) async fn chunks(path: web::Path<String>, state: web::Data<State>) -> HttpResponse {
    let number = path.parse().ok();
    let Some(connection) = number.and_then(|number| state.context.throws.connection(number)) else {
        let fix = "see GET /api/connections";
        let wanted = "the number of a reader's open connection";
        return Refusal::new(StatusCode::NOT_FOUND, "path", wanted, path.as_str(), fix).response();
    };
    let (sender, chunks) = mpsc::channel(4);
    let tape = connection.line().tape(KEPT);
    let mut stop = state.stop.clone();
    actix_web::rt::spawn(async move {
        let pass = pass(&tape, &sender, || connection.line().tcp_state().is_some());
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => (),
            () = sender.closed() => (),
            () = pass => (),
        }
    });
    stream(chunks)
}

/// Passes on what crosses until nobody listens or the connection has ended.
async fn pass(tape: &Tape, sender: &mpsc::Sender<Bytes>, is_open: impl Fn() -> bool) {
    let mut text = b": what crosses this socket from now on\n\n".to_vec();
    loop {
        if !text.is_empty() && sender.send(Bytes::from(std::mem::take(&mut text))).await.is_err() {
            return;
        }
        let was_open = is_open();
        let _ = timeout(LOOK, tape.news()).await;
        let Heard { missed, chunks } = tape.heard();
        if missed > 0 {
            text.extend(block(&json!({ "missed": missed })));
        }
        for chunk in &chunks {
            text.extend(block(&told(chunk)));
        }
        if !was_open && text.is_empty() {
            return;
        }
    }
}

/// The stream of all readers' connections; it ends when nobody listens.
pub(super) async fn all(state: web::Data<State>) -> HttpResponse {
    let (sender, chunks) = mpsc::channel(4);
    let tapes = state.connections.listen(KEPT_OF_EACH, ROOM);
    let mut stop = state.stop.clone();
    actix_web::rt::spawn(async move {
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => (),
            () = sender.closed() => (),
            () = pass_all(&tapes, &sender) => (),
        }
    });
    stream(chunks)
}

async fn pass_all(tapes: &Tapes, sender: &mpsc::Sender<Bytes>) {
    let mut text = b": what crosses the readers' sockets from now on\n\n".to_vec();
    let mut ticks = interval(TICK);
    let mut left = 0;
    loop {
        if !text.is_empty() && sender.send(Bytes::from(std::mem::take(&mut text))).await.is_err() {
            return;
        }
        ticks.tick().await;
        if tapes.left() > left {
            left = tapes.left();
            text.extend(block(&json!({ "left": left })));
        }
        tapes.heard().iter().flat_map(told_of_all).for_each(|value| text.extend(block(&value)));
    }
}

/// What was heard of one connection, in the order in which it is to be understood.
fn told_of_all(crossed: &Crossed) -> Vec<Value> {
    let mut out = Vec::new();
    if let Some((up, down)) = crossed.before {
        out.push(json!({ "before": { "up": up, "down": down } }));
    }
    if crossed.heard.missed > 0 {
        out.push(json!({ "missed": crossed.heard.missed }));
    }
    out.extend(crossed.heard.chunks.iter().map(told));
    if crossed.ended {
        out.push(json!({ "ended": true }));
    }
    for value in &mut out {
        sign(value, &crossed.connection);
    }
    out
}

/// Whose it is: the lane of the connection's latest request.
fn sign(value: &mut Value, connection: &Connection) {
    let charges = connection.charges();
    let charge = charges.iter().rev().find(|charge| charge.transport.is_some()).or(charges.last());
    value["connection"] = connection.number().into();
    value["lane"] = charge.map(|charge| &*charge.lane).into();
    value["transport"] = charge.and_then(|charge| charge.transport).into();
}

fn told(chunk: &Chunk) -> Value {
    let ago = (Instant::now() - chunk.at).as_secs_f64() * 1000.0;
    let way = if chunk.way == Way::Up { "up" } else { "down" };
    // Rounded to what the clock can tell.
    let at = ((now().millis() - ago) * 1000.0).round() / 1000.0;
    json!({ "at": at, "way": way, "bytes": STANDARD.encode(&chunk.bytes) })
}

fn block(value: &Value) -> Vec<u8> {
    // It refuses line ends and NUL in the event's name; ours has none.
    encode_block(None, Some("chunk"), &value.to_string()).unwrap_or_default()
}
