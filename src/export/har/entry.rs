//! One entry: a request, its answer, how long each part took, and what it was for.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};

use crate::export::stream::{Exchange, Half, Message};
use crate::ledger::Connection;
use crate::pace::Micros;
use crate::proto::http1::{Headers, RequestHead, ResponseHead, parse_request_head, parse_response_head};

/// What a decoded body may have: who compresses zeros is not to fill the memory.
const MOST_DECODED: u64 = 256 << 20;

/// The entry of an exchange, unless its request has no head that can be read.
pub(super) fn entry(connection: &Connection, exchange: &Exchange) -> Option<Value> {
    let (request, _) = parse_request_head(&exchange.up.head, usize::MAX).ok()??;
    let response = response_head(&exchange.down.head);
    let (began, sent) = exchange.up.span?;
    let (send, wait, receive) = timings(connection, exchange, sent - began, sent);
    let is_socket = response.as_ref().is_some_and(|(head, _)| head.status == 101);
    let lane = exchange.lane.as_ref().map_or_else(|| "of no lane".to_owned(), |lane| format!("lane {lane}"));
    let mut entry = json!({
        "startedDateTime": date(began),
        "time": rounded(send + wait + receive),
        "request": request_of(&request, exchange, is_socket),
        "response": response_of(response.as_ref(), &exchange.down),
        "cache": {},
        "timings": {
            "blocked": -1, "dns": -1, "connect": -1, "ssl": -1,
            "send": rounded(send), "wait": rounded(wait), "receive": rounded(receive),
        },
        "serverIPAddress": connection.server.ip().to_string(),
        "connection": connection.number,
        "comment": lane,
    });
    if is_socket {
        entry["_resourceType"] = "websocket".into();
        entry["_webSocketMessages"] = exchange.messages.iter().map(told).collect();
    }
    Some(entry)
}

/// The final answer: behind interim ones, but for the one that upgrades (RFC 9110 §15.2).
fn response_head(bytes: &[u8]) -> Option<(ResponseHead, usize)> {
    let mut rest = bytes;
    loop {
        let (head, size) = parse_response_head(rest, usize::MAX).ok()??;
        if head.status == 101 || head.status >= 200 || size >= rest.len() {
            return Some((head, size));
        }
        rest = &rest[size..];
    }
}

/// Milliseconds of sending, waiting and receiving. An answer that never came is waited for to the end.
fn timings(connection: &Connection, exchange: &Exchange, send: f64, sent: f64) -> (f64, f64, f64) {
    // What goes up behind the upgrade is no part of the request.
    let is_socket = !exchange.messages.is_empty();
    match exchange.down.span {
        Some((first, last)) if is_socket => {
            let began = exchange.up.span.map_or(first, |(began, _)| began);
            (0.0, (first - began).max(0.0), (last.max(sent) - first).max(0.0))
        }
        // It may begin before all of the request is there.
        Some((first, last)) => (send, (first - sent).max(0.0), (last - first.max(sent)).max(0.0)),
        None => {
            let ended = connection.end.as_ref().map_or(sent, |end| end.at);
            (send, (ended - sent).max(0.0), 0.0)
        }
    }
}

fn request_of(head: &RequestHead, exchange: &Exchange, is_socket: bool) -> Value {
    let host = head.headers.get("host").unwrap_or_default();
    let scheme = if is_socket { "ws" } else { "http" };
    let query = head.target.split_once('?').map_or("", |(_, query)| query);
    let query: Vec<Value> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| json!({ "name": name, "value": value }))
        .collect();
    let body = &exchange.up.body;
    let mut request = json!({
        "method": head.method,
        "url": format!("{scheme}://{host}{}", head.target),
        "httpVersion": version(&exchange.up.head),
        "cookies": [],
        "headers": headers(&head.headers),
        "queryString": query,
        "headersSize": exchange.up.head.len(),
        "bodySize": body.len(),
    });
    if !body.is_empty() {
        let media_type = head.headers.get("content-type").unwrap_or_default();
        request["postData"] =
            json!({ "mimeType": media_type, "params": [], "text": String::from_utf8_lossy(body) });
    }
    request
}

fn response_of(head: Option<&(ResponseHead, usize)>, down: &Half) -> Value {
    let Some((head, size)) = head else {
        return json!({
            "status": 0, "statusText": "", "httpVersion": "", "cookies": [], "headers": [],
            "content": { "size": 0, "mimeType": "x-unknown" },
            "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": down.bytes,
            "comment": "no answer came",
        });
    };
    json!({
        "status": head.status,
        "statusText": head.reason,
        "httpVersion": version(&down.head),
        "cookies": [],
        "headers": headers(&head.headers),
        "content": content(head, &down.body),
        "redirectURL": head.headers.get("location").unwrap_or_default(),
        "headersSize": size,
        "bodySize": down.body.len(),
        "_transferSize": down.bytes,
    })
}

fn content(head: &ResponseHead, body: &[u8]) -> Value {
    let is_gzip =
        head.headers.get("content-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"));
    let decoded = is_gzip.then(|| {
        let mut decoded = Vec::new();
        // An answer that was cut short is told as far as it came.
        let _ = MultiGzDecoder::new(body).take(MOST_DECODED).read_to_end(&mut decoded);
        decoded
    });
    let bytes = decoded.as_deref().unwrap_or(body);
    let mut content = json!({
        "size": bytes.len(),
        "mimeType": head.headers.get("content-type").unwrap_or("x-unknown"),
    });
    if let (Some(decoded), Ok(sent)) = (&decoded, i64::try_from(body.len())) {
        content["compression"] = i64::try_from(decoded.len()).map_or(0, |size| size - sent).into();
    }
    match std::str::from_utf8(bytes) {
        Ok("") => {}
        Ok(text) => content["text"] = text.into(),
        Err(_) => {
            content["text"] = STANDARD.encode(bytes).into();
            content["encoding"] = "base64".into();
        }
    }
    content
}

/// As Chromium writes it: text as it is, bytes in base64, the time in seconds.
fn told(message: &Message) -> Value {
    let data = match (message.opcode, std::str::from_utf8(&message.data)) {
        (1, Ok(text)) => text.to_owned(),
        _ => STANDARD.encode(&message.data),
    };
    let way = if message.up { "send" } else { "receive" };
    json!({ "type": way, "time": message.at / 1000.0, "opcode": message.opcode, "data": data })
}

fn headers(headers: &Headers) -> Vec<Value> {
    headers.0.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn version(head: &[u8]) -> &'static str {
    let first = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    if first.windows(8).any(|eight| eight == b"HTTP/1.0") { "HTTP/1.0" } else { "HTTP/1.1" }
}

/// To the microsecond.
fn rounded(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0
}

fn date(ms: f64) -> String {
    Micros::from_millis(ms).iso_date()
}
