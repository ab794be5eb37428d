//! `GET /api/connections/{number}/chunks`: what crosses one reader's socket from now on, as an event stream.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::state::State;
use super::tail::stream;
use crate::pace::now;
use crate::proto::event_stream::encode_block;
use crate::transport::Refusal;
use crate::wire::{Chunk, Heard, Tape, Way};

/// What is kept for a listener that is slower than the wire.
const KEPT: usize = 1 << 20;
/// How often it is looked whether the connection still is.
const LOOK: Duration = Duration::from_secs(1);

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
