//! `GET /api/record`: the server's own observations as an event stream, and the ticker that adds socket totals to it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use tokio::sync::mpsc;
use tokio::time::{interval, timeout};

use super::state::State;
use crate::proto::event_stream::encode_block;
use crate::record::{Heard, Observation, What};
use crate::wire::LaneTally;

/// How often socket totals are noted, if they changed.
const TICK: Duration = Duration::from_millis(250);
/// After this much silence a comment keeps the line warm.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What stands in a line of bytes and in no other: quotes within a text are escaped.
const BYTES: &str = r#""kind":"bytes""#;
/// Lines that have come meanwhile go down together, up to about this many bytes.
const CHUNK: usize = 32 << 10;

/// The stream, from now on.
pub(super) async fn record(state: web::Data<State>) -> HttpResponse {
    let mut stop = state.stop.clone();
    let mut listener = state.context.recorder.listen();
    // Bytes are for who exports the record, not for the page.
    let passes = move |line: &str| state.bytes.is_none() || !line.contains(BYTES);
    let (sender, chunks) = mpsc::channel(4);
    actix_web::rt::spawn(async move {
        let mut chunk = b": the server's observations from now on\n\n".to_vec();
        loop {
            // An empty chunk would be the end of a chunked body (RFC 9112 §7.1).
            if !chunk.is_empty() && sender.send(Bytes::from(std::mem::take(&mut chunk))).await.is_err() {
                return;
            }
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                () = sender.closed() => return,
                heard = timeout(HEARTBEAT, listener.next()) => match heard {
                    Err(_) => chunk.extend_from_slice(b":\n\n"),
                    Ok(Heard::Over) => return,
                    Ok(Heard::Line(line)) if passes(&line) => push(&mut chunk, &line),
                    Ok(Heard::Line(_)) => {}
                }
            }
            while chunk.len() < CHUNK
                && let Some(Heard::Line(line)) = listener.next_now()
            {
                if passes(&line) {
                    push(&mut chunk, &line);
                }
            }
        }
    });
    stream(chunks)
}

/// The response whose body these chunks of an event stream are.
pub(super) fn stream(chunks: mpsc::Receiver<Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Content-Type", "text/event-stream"))
        .insert_header(("Cache-Control", "no-cache, no-transform"))
        .insert_header(("X-Accel-Buffering", "no"))
        .body(Chunks(chunks))
}

/// Notes what each lane moved, while somebody listens, whenever it has changed.
pub(super) async fn tick(state: State) {
    let mut told: BTreeMap<String, LaneTally> = BTreeMap::new();
    let mut ticks = interval(TICK);
    loop {
        ticks.tick().await;
        if !state.context.recorder.is_on() {
            told.clear();
            continue;
        }
        let lanes = state.connections.lanes();
        for lane in lanes.iter().filter(|lane| told.get(&lane.lane) != Some(*lane)) {
            note(&state, lane);
        }
        told = lanes.into_iter().map(|lane| (lane.lane.clone(), lane)).collect();
    }
}

fn push(chunk: &mut Vec<u8>, line: &str) {
    // It refuses line ends and NUL in the event's name; ours has none.
    chunk.extend(encode_block(None, Some("observation"), line).unwrap_or_default());
}

/// A body fed by a channel, so that a slow reader of the record slows only its own task.
pub(super) struct Chunks(pub(super) mpsc::Receiver<Bytes>);

impl MessageBody for Chunks {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.0.poll_recv(cx).map(|chunk| chunk.map(Ok))
    }
}

fn note(state: &State, lane: &LaneTally) {
    state.context.recorder.note(|| Observation {
        lane: Some(lane.lane.clone()),
        transport: lane.transport.map(str::to_owned),
        ..Observation::by_server(What::Socket {
            connections: lane.connections,
            open: lane.open,
            requests: lane.requests,
            bytes_in: lane.bytes_in,
            bytes_out: lane.bytes_out,
        })
    });
}
