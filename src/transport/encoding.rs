//! What each transport wraps around an element. Made once an event and transport, and shared by all connections.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::feeding::Told;
use super::params::Encoding;
use crate::feed::{Cursor, Epoch, Event};
use crate::proto::websocket::{Opcode, encode_frame};
use crate::proto::{envelope, event_stream};
use crate::record::Carried;

/// Where an event keeps each encoding ([`Event::encoded`]).
const SSE_JSON: u8 = 0;
const SSE_BINARY: u8 = 1;
const WEBSOCKET_TEXT: u8 = 2;
const WEBSOCKET_BINARY: u8 = 3;

/// An event as an SSE block.
pub(super) fn sse_event(event: &Event, epoch: Epoch, encoding: Encoding) -> Bytes {
    let id = || Cursor { epoch, seq: event.seq }.to_string();
    match encoding {
        Encoding::Json => event.encoded(SSE_JSON, |event| {
            block(Some(&id()), Some(event.kind.name()), &String::from_utf8_lossy(&event.json))
        }),
        _ => event.encoded(SSE_BINARY, |event| {
            block(Some(&id()), Some(event.kind.name()), &STANDARD.encode(binary(event)))
        }),
    }
}

/// What the server says, as an SSE block.
pub(super) fn sse_told(told: &Told, encoding: Encoding) -> Bytes {
    let id = told.cursor.map(|cursor| cursor.to_string());
    let data = match encoding {
        Encoding::Json => told.json.clone(),
        _ => STANDARD.encode(binary_told(&told.json)),
    };
    block(id.as_deref(), Some(told.name), &data)
}

/// An event as a WebSocket message.
pub(super) fn websocket_event(event: &Event, encoding: Encoding) -> Bytes {
    match encoding {
        Encoding::Json => event.encoded(WEBSOCKET_TEXT, |event| message(Opcode::Text, &event.json)),
        _ => event.encoded(WEBSOCKET_BINARY, |event| message(Opcode::Binary, &binary(event))),
    }
}

/// What the server says, as a WebSocket message.
pub(super) fn websocket_told(json: &str, encoding: Encoding) -> Bytes {
    match encoding {
        Encoding::Json => message(Opcode::Text, json.as_bytes()),
        _ => message(Opcode::Binary, &binary_told(json)),
    }
}

/// An event in the binary envelope.
pub(super) fn binary(event: &Event) -> Vec<u8> {
    match &event.raw {
        Some(raw) => envelope_of(event.seq, false, raw),
        None => envelope_of(event.seq, true, &event.json),
    }
}

/// What the server says, in the binary envelope.
pub(super) fn binary_told(json: &str) -> Vec<u8> {
    envelope_of(0, true, json.as_bytes())
}

/// How the payload of `event` crosses. A raw payload in the JSON envelope is base64 by itself, on any transport.
pub(super) fn carried(event: &Event, encoding: Encoding, text_only: bool) -> Carried {
    match (encoding, &event.raw) {
        (Encoding::Json, None) => Carried::Text,
        (Encoding::Binary, _) if !text_only => Carried::Binary,
        _ => Carried::Base64,
    }
}

fn envelope_of(seq: u64, json: bool, bytes: &[u8]) -> Vec<u8> {
    // It refuses a seq of 2^63 or a payload of 4 GiB; the log's numbers and the sources' sizes end far below.
    envelope::encode(seq, json, bytes).unwrap_or_default()
}

fn block(id: Option<&str>, event: Option<&str>, data: &str) -> Bytes {
    // It refuses line ends and NUL in id and event; ours are cursors and names from a fixed list.
    Bytes::from(event_stream::encode_block(id, event, data).unwrap_or_default())
}

fn message(opcode: Opcode, payload: &[u8]) -> Bytes {
    Bytes::from(encode_frame(opcode, true, payload, None))
}
