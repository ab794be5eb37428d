//! `GET /api/typed/event-stream` and `GET /api/typed/websocket`: answered with exactly the bytes that are asked for, so
//! that a page can see what its own browser makes of them.
//!
//! Nothing of it touches a feed, and nothing is repeated: an `EventSource` that comes back with the same nonce is told
//! to stop by 204 (WHATWG HTML §9.2.3), and a socket ends behind the bytes.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use futures_core::Stream as _;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::api::{Answer, answer, resource};
use super::state::State;
use super::tail::Chunks;
use crate::proto::websocket::{Decoder, Opcode, Sender};
use crate::transport::Refusal;
use crate::wire::Connection;

/// The most bytes that may be typed.
const MOST: usize = 4096;
/// Bits behind the last byte are nobody's (RFC 4648 §3.5).
const BASE64URL: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(true));
/// A nonce names one opening of an `EventSource`.
const NONCE: usize = 64;
/// How many of them are remembered: a browser comes back within seconds.
const REMEMBERED: usize = 256;
/// How long a page may take to say that its socket is open.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a browser may take to answer what was typed, before the socket ends under it.
const GRACE: Duration = Duration::from_millis(700);
/// The longest frame a browser has to say here: a Close or a pong.
const CONTROL: u64 = 125;

/// The nonces that were answered, oldest first.
#[derive(Default)]
struct Spent(RefCell<VecDeque<String>>);

/// What is asked for.
struct Typed {
    bytes: Bytes,
    nonce: Option<String>,
}

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .app_data(web::Data::new(Spent::default()))
        .service(resource("/api/typed/event-stream", web::get().to(event_stream), "GET"))
        .service(resource("/api/typed/websocket", web::get().to(websocket), "GET"));
}

/// The bytes as a whole event stream; once for each nonce.
async fn event_stream(
    request: HttpRequest,
    state: web::Data<State>,
    spent: web::Data<Spent>,
) -> HttpResponse {
    answer(typed(&request, &state, true).map(|Typed { bytes, nonce }| {
        let is_new = nonce.is_none_or(|nonce| spent.spend(nonce));
        let mut response = HttpResponse::build(if is_new { StatusCode::OK } else { StatusCode::NO_CONTENT });
        response
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
        if !is_new {
            return response.finish();
        }
        response.insert_header((header::CONTENT_TYPE, "text/event-stream")).body(bytes)
    }))
}

/// The bytes as they are, behind a handshake and a first frame of the page's: with both in one segment Firefox may fail
/// the connection before it has told the page that it is open.
async fn websocket(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    let mut response = answer(upgrade(&request, payload, &state));
    if response.status() == StatusCode::UPGRADE_REQUIRED {
        // RFC 9110 §15.5.22
        response.headers_mut().insert(header::UPGRADE, header::HeaderValue::from_static("websocket"));
    }
    response
}

fn upgrade(request: &HttpRequest, payload: web::Payload, state: &State) -> Answer {
    let Typed { bytes, .. } = typed(request, state, false)?;
    let mut shaken = actix_http::ws::handshake(request.head()).map_err(|_| no_handshake())?;
    if let Some(connection) = request.conn_data::<Arc<Connection>>() {
        connection.line().upgraded();
    }
    let (sender, chunks) = mpsc::channel(1);
    actix_web::rt::spawn(async move {
        let mut up = Up { payload, decoder: Decoder::new(Sender::Client, CONTROL) };
        let has_opened = timeout(PATIENCE, up.until(|_| true)).await == Ok(true);
        // An empty piece would end the body.
        if has_opened && (bytes.is_empty() || sender.send(bytes).await.is_ok()) {
            let _ = timeout(GRACE, up.until(|opcode| opcode == Opcode::Close)).await;
        }
    });
    let shaken = HttpResponse::from(shaken.finish());
    Ok(shaken.map_body(|_, _| Chunks(chunks)).map_into_boxed_body())
}

/// What comes up on the socket.
struct Up {
    payload: web::Payload,
    decoder: Decoder,
}

impl Up {
    /// Waits for such a frame; false where the peer has ended, or has said what cannot be read.
    async fn until(&mut self, wanted: impl Fn(Opcode) -> bool) -> bool {
        let mut frames = Vec::new();
        while let Some(Ok(bytes)) = poll_fn(|cx| Pin::new(&mut self.payload).poll_next(cx)).await {
            let read = self.decoder.decode(&bytes, &mut frames);
            if frames.drain(..).any(|frame| wanted(frame.opcode)) {
                return true;
            }
            if read.is_err() {
                return false;
            }
        }
        false
    }
}

/// What a request of ours asks for.
fn typed(request: &HttpRequest, state: &State, has_nonce: bool) -> Result<Typed, Refusal> {
    state.trusted.check(request, |_| false)?;
    let query = web::Query::<BTreeMap<String, String>>::from_query(request.query_string());
    let mut query = query
        .map_err(|error| Refusal::query("bytes", "a query such as bytes=ZGF0YTogMQoK", &error.to_string()))?
        .into_inner();
    let bytes = read(&query.remove("bytes").unwrap_or_default())?;
    let nonce = if has_nonce { query.remove("nonce") } else { None };
    if let Some(nonce) = nonce.as_deref().filter(|nonce| !is_nonce(nonce)) {
        return Err(Refusal::query("nonce", "1 to 64 of A-Z, a-z, 0-9, - and _", &start(nonce)));
    }
    match query.pop_first() {
        Some((name, value)) => {
            let wanted = if has_nonce { "bytes and nonce, nothing else" } else { "bytes, nothing else" };
            Err(Refusal::query(&start(&name), wanted, &start(&value)))
        }
        None => Ok(Typed { bytes, nonce }),
    }
}

/// The bytes that a text of base64 in the alphabet for URLs stands for (RFC 4648 §5), without padding.
fn read(text: &str) -> Result<Bytes, Refusal> {
    let wanted = format!("base64url without padding (RFC 4648 §5), of up to {MOST} bytes");
    if text.len() > MOST.div_ceil(3) * 4 {
        return Err(Refusal::query("bytes", wanted, &format!("{} characters", text.len())));
    }
    let bytes = BASE64URL
        .decode(text)
        .map_err(|error| Refusal::query("bytes", wanted.clone(), &format!("{}: {error}", start(text))))?;
    if bytes.len() > MOST {
        return Err(Refusal::query("bytes", wanted, &format!("{} bytes", bytes.len())));
    }
    Ok(bytes.into())
}

fn is_nonce(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=NONCE).contains(&text.len()) && text.bytes().all(allowed)
}

/// So much of a text as an answer repeats.
fn start(text: &str) -> String {
    text.chars().take(40).collect()
}

fn no_handshake() -> Refusal {
    Refusal::new(
        StatusCode::UPGRADE_REQUIRED,
        "headers",
        "a WebSocket handshake, version 13 (RFC 6455 §4.1)",
        "an ordinary request",
        "open it with new WebSocket(url)",
    )
}

impl Spent {
    /// Whether it was new; from now on it is not.
    fn spend(&self, nonce: String) -> bool {
        let mut spent = self.0.borrow_mut();
        if spent.contains(&nonce) {
            return false;
        }
        if spent.len() == REMEMBERED {
            spent.pop_front();
        }
        spent.push_back(nonce);
        true
    }
}
