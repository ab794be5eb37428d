//! What each transport wraps around an element. Made once an event and transport, and shared by all connections.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::feeding::Told;
use super::params::{Encoding, Params};
use crate::feed::{Cursor, Epoch, Event, Kind};
use crate::proto::websocket::{Opcode, encode_frame};
use crate::proto::{cbor, envelope, event_stream};
use crate::record::Carried;

/// The ways an event is wrapped; with the encoding they make the number it is kept under ([`Event::encoded`]).
#[derive(Clone, Copy)]
enum Way {
    Sse,
    SseWithoutId,
    WebSocket,
    Alone,
    SseBeforeId,
}

fn slot(way: Way, encoding: Encoding) -> u8 {
    way as u8 * 4 + encoding as u8
}

/// An element in one of the encodings, with nothing around it.
pub(super) struct Content {
    /// Its bytes.
    pub bytes: Bytes,
    /// Whether they are text.
    pub is_text: bool,
}

/// The fields of an SSE block.
pub(super) struct Fields {
    /// Where who has it stands.
    pub id: Option<String>,
    /// Its type.
    pub event: &'static str,
    /// Itself, as text.
    pub data: String,
}

/// Where the id of an event stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ids {
    /// Nowhere.
    Off,
    /// In its block.
    Within,
    /// In a block of its own behind it.
    Behind,
}

/// Where a request wants it.
pub(super) fn ids(params: &Params) -> Ids {
    match (params.courtesies.ids, params.checkpoint) {
        (false, _) => Ids::Off,
        (true, false) => Ids::Within,
        (true, true) => Ids::Behind,
    }
}

/// An event as an SSE block.
pub(super) fn sse_event(event: &Event, epoch: Epoch, encoding: Encoding, ids: Ids) -> Bytes {
    let way = match ids {
        Ids::Off => Way::SseWithoutId,
        Ids::Within => Way::Sse,
        Ids::Behind => Way::SseBeforeId,
    };
    event.encoded(slot(way, encoding), |event| {
        let block = block(&sse_fields(event, epoch, encoding, ids == Ids::Within));
        if ids != Ids::Behind {
            return block;
        }
        let id = format!("id: {}\n\n", Cursor { epoch, seq: event.seq });
        Bytes::from([&block[..], id.as_bytes()].concat())
    })
}

/// What the server says, as an SSE block.
pub(super) fn sse_told(told: &Told, encoding: Encoding, ids: Ids) -> Bytes {
    block(&sse_told_fields(told, encoding, ids != Ids::Off))
}

/// The fields of an event's SSE block, made anew.
pub(super) fn sse_fields(event: &Event, epoch: Epoch, encoding: Encoding, ids: bool) -> Fields {
    let id = ids.then(|| Cursor { epoch, seq: event.seq }.to_string());
    Fields { id, event: event.kind.name(), data: text(&content(event, encoding)) }
}

/// The fields of the SSE block of what the server says.
pub(super) fn sse_told_fields(told: &Told, encoding: Encoding, ids: bool) -> Fields {
    let id = told.cursor.filter(|_| ids).map(|cursor| cursor.to_string());
    Fields { id, event: told.name, data: text(&told_content(&told.json, encoding)) }
}

/// An event as a WebSocket message.
pub(super) fn websocket_event(event: &Event, encoding: Encoding) -> Bytes {
    event.encoded(slot(Way::WebSocket, encoding), |event| message(&content(event, encoding)))
}

/// What the server says, as a WebSocket message.
pub(super) fn websocket_told(json: &str, encoding: Encoding) -> Bytes {
    message(&told_content(json, encoding))
}

/// An event with nothing around it, kept where it is not simply the envelope.
pub(super) fn alone(event: &Event, encoding: Encoding) -> Content {
    let is_text = is_text(event, encoding);
    let bytes = match encoding {
        Encoding::Json => event.json.clone(),
        _ => event.encoded(slot(Way::Alone, encoding), |event| content(event, encoding).bytes),
    };
    Content { bytes, is_text }
}

/// An event with nothing around it, made anew.
pub(super) fn content(event: &Event, encoding: Encoding) -> Content {
    let bytes = match (encoding, &event.raw) {
        (Encoding::Json, _) => event.json.clone(),
        (Encoding::Cbor, raw) => Bytes::from(cbor::encode(&event.json, raw.as_deref())),
        (Encoding::Raw, Some(raw)) => raw.clone(),
        (Encoding::Raw, None) if event.kind == Kind::Text => {
            // The sources give a text as a string; anything else stays the JSON that it is.
            let text = serde_json::from_slice::<String>(event.data());
            text.map_or_else(|_| Bytes::copy_from_slice(event.data()), Bytes::from)
        }
        (Encoding::Raw, None) => Bytes::copy_from_slice(event.data()),
        (Encoding::Binary, Some(raw)) => envelope_of(event.seq, false, raw),
        (Encoding::Binary, None) => envelope_of(event.seq, true, &event.json),
    };
    Content { bytes, is_text: is_text(event, encoding) }
}

/// What the server says, with nothing around it.
pub(super) fn told_content(json: &str, encoding: Encoding) -> Content {
    let (bytes, is_text) = match encoding {
        Encoding::Json | Encoding::Raw => (Bytes::copy_from_slice(json.as_bytes()), true),
        Encoding::Cbor => (Bytes::from(cbor::encode(json.as_bytes(), None)), false),
        Encoding::Binary => (envelope_of(0, true, json.as_bytes()), false),
    };
    Content { bytes, is_text }
}

/// How the payload of `event` crosses. A raw payload in the JSON envelope is base64 by itself, on any transport.
pub(super) fn carried(event: &Event, encoding: Encoding, text_only: bool) -> Carried {
    match is_text(event, encoding) {
        true if encoding == Encoding::Json && event.raw.is_some() => Carried::Base64,
        true => Carried::Text,
        false if text_only => Carried::Base64,
        false => Carried::Binary,
    }
}

fn is_text(event: &Event, encoding: Encoding) -> bool {
    match encoding {
        Encoding::Json => true,
        Encoding::Raw => event.raw.is_none(),
        Encoding::Cbor | Encoding::Binary => false,
    }
}

fn text(content: &Content) -> String {
    if content.is_text {
        String::from_utf8_lossy(&content.bytes).into_owned()
    } else {
        STANDARD.encode(&content.bytes)
    }
}

fn envelope_of(seq: u64, json: bool, bytes: &[u8]) -> Bytes {
    // It refuses a seq of 2^63 or a payload of 4 GiB; the log's numbers and the sources' sizes end far below.
    Bytes::from(envelope::encode(seq, json, bytes).unwrap_or_default())
}

fn block(fields: &Fields) -> Bytes {
    // It refuses line ends and NUL in id and event; ours are cursors and names from a fixed list.
    let block = event_stream::encode_block(fields.id.as_deref(), Some(fields.event), &fields.data);
    Bytes::from(block.unwrap_or_default())
}

fn message(content: &Content) -> Bytes {
    let opcode = if content.is_text { Opcode::Text } else { Opcode::Binary };
    Bytes::from(encode_frame(opcode, true, &content.bytes, None))
}
