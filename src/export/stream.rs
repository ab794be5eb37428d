//! The bytes of a connection by exchange: which request they belong to or answer, head and body apart, and the messages of an
//! upgraded one. What each byte is, the dissector says.

use std::collections::BTreeMap;

use crate::ledger::{Connection, Piece};
use crate::proto::dissect::{Dissector, Kind, Note, Role, Span, Way, joined};
use crate::proto::websocket::apply_mask;

/// One request with what answers it.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    pub up: Half,
    pub down: Half,
    /// Of a WebSocket, both ways in the order in which they ended.
    pub messages: Vec<Message>,
    /// Whose it is, where known.
    pub lane: Option<String>,
}

/// One way of an exchange.
#[derive(Debug, Default)]
pub(super) struct Half {
    pub head: Vec<u8>,
    /// Without the chunked coding.
    pub body: Vec<u8>,
    /// All bytes, the chunked coding and frames among them.
    pub bytes: u64,
    /// When its first and its last byte crossed, in ms since 1970.
    pub span: Option<(f64, f64)>,
}

/// A message of a WebSocket.
#[derive(Debug, Default, Clone)]
pub(super) struct Message {
    pub up: bool,
    /// When its last byte crossed, in ms since 1970.
    pub at: f64,
    pub opcode: u8,
    pub data: Vec<u8>,
}

/// The bytes that went one way, and when.
#[derive(Debug, Default)]
struct Stream {
    bytes: Vec<u8>,
    /// Where each piece ends, when it crossed, and whose it is.
    ends: Vec<(u64, f64, Option<String>)>,
}

/// The exchanges of a connection, by their numbers from 1; up to where bytes are missing.
pub(super) fn exchanges(connection: &Connection) -> BTreeMap<u64, Exchange> {
    let mut dissector = Dissector::new();
    let mut streams = [Stream::default(), Stream::default()];
    let mut spans = Vec::new();
    for piece in &connection.pieces {
        if piece.missed > 0 {
            break;
        }
        let way = if piece.up { Way::Up } else { Way::Down };
        streams[way as usize].take(piece);
        dissector.dissect(way, &piece.bytes, &mut spans);
    }
    for way in Way::ALL {
        dissector.finish(way, &mut spans);
    }
    let mut exchanges = BTreeMap::new();
    for span in joined(&spans) {
        take(&mut exchanges, &span, &streams[span.way as usize]);
    }
    for exchange in exchanges.values_mut() {
        exchange.messages.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
    exchanges
}

fn take(exchanges: &mut BTreeMap<u64, Exchange>, span: &Span, stream: &Stream) {
    let exchange = exchanges.entry(span.exchange).or_default();
    let up = span.way == Way::Up;
    let half = if up { &mut exchange.up } else { &mut exchange.down };
    let bytes = stream.bytes(span);
    let (first, _) = stream.crossed(span.at);
    let (last, lane) = stream.crossed(span.end() - 1);
    half.bytes += span.length;
    half.span = Some((half.span.map_or(first, |(first, _)| first), last));
    if exchange.lane.is_none() {
        exchange.lane = lane.map(str::to_owned);
    }
    if is_frame(span.kind) {
        return message(&mut exchange.messages, span, bytes, last);
    }
    if span.role == Role::Head && half.body.is_empty() {
        half.head.extend(bytes);
    } else if !is_chunking(span.kind) {
        half.body.extend(bytes);
    }
}

/// Takes a span of a frame in. Control frames are no elements, and not told.
fn message(messages: &mut Vec<Message>, span: &Span, bytes: &[u8], at: f64) {
    let up = span.way == Way::Up;
    let opcode = bytes.first().map_or(0, |byte| byte & 0x0F);
    if span.kind == Kind::FrameOpcode && matches!(opcode, 1 | 2) {
        messages.push(Message { up, at, opcode, data: Vec::new() });
    }
    if span.element.is_none() {
        return;
    }
    // A message of the other way may have begun meanwhile.
    let Some(message) = messages.iter_mut().rev().find(|message| message.up == up) else { return };
    message.at = at;
    if matches!(span.kind, Kind::FramePayload | Kind::FrameCompressed) {
        let mut data = bytes.to_vec();
        if let Some(Note::Mask { mut key, offset }) = span.note {
            key.rotate_left(usize::try_from(offset % 4).unwrap_or_default());
            apply_mask(&mut data, key);
        }
        message.data.extend(data);
    }
}

fn is_frame(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::FrameOpcode
            | Kind::FrameLength
            | Kind::FrameExtendedLength
            | Kind::FrameMask
            | Kind::FramePayload
            | Kind::FrameCompressed
            | Kind::PingPayload
            | Kind::PongPayload
            | Kind::CloseCode
            | Kind::CloseReason
    )
}

fn is_chunking(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ChunkSize
            | Kind::ChunkExtension
            | Kind::ChunkLineEnd
            | Kind::ChunkEnd
            | Kind::LastChunk
            | Kind::Trailer
            | Kind::TrailersEnd
    )
}

impl Stream {
    fn take(&mut self, piece: &Piece) {
        self.bytes.extend(&piece.bytes);
        self.ends.push((self.bytes.len() as u64, piece.at, piece.lane.clone()));
    }

    fn bytes(&self, span: &Span) -> &[u8] {
        let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
        self.bytes.get(at(span.at)..at(span.end())).unwrap_or_default()
    }

    /// When the byte at this place crossed, and whose it is.
    fn crossed(&self, at: u64) -> (f64, Option<&str>) {
        let piece = self.ends.partition_point(|(end, ..)| *end <= at);
        self.ends.get(piece).map_or((0.0, None), |(_, when, lane)| (*when, lane.as_deref()))
    }
}
