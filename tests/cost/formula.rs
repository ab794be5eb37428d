//! What an event should cost by the standards, computed from nothing but the length of its element.

use crate::Way;
use crate::measure::{Cost, EVENTS, Feed, Kind};

/// Digits of `10 letters.120`, the id of every event here.
const ID: usize = 14;

/// The bytes down that all 20 events (or those of one poll) should cost.
pub fn down(feed: &Feed, way: &Way, encoding: usize, cost: &Cost) -> u64 {
    let length = feed.lengths[encoding];
    let one = match way.transport {
        "sse" | "fetch-stream" => chunk(block(feed.kind, data(feed.kind, encoding, length))),
        "websocket" => frame(length),
        // Head and elements: what stands around them is a poll's own.
        _ => return cost.once.down + way.batch.unwrap_or(1) * length as u64,
    };
    EVENTS * one as u64
}

/// Characters of `data`: text as it is, the rest as base64.
fn data(kind: Kind, encoding: usize, length: usize) -> usize {
    let as_text = encoding == 0 || (encoding == 2 && kind == Kind::Text);
    if as_text { length } else { length.div_ceil(3) * 4 }
}

/// `id`, `event` and `data`, each with its name, a colon, a space and a line end, and the empty line.
fn block(kind: Kind, data: usize) -> usize {
    let name = if kind == Kind::Text { "text" } else { "bytes" };
    let field = |name: &str, value: usize| name.len() + 2 + value + 1;
    field("id", ID) + field("event", name.len()) + field("data", data) + 1
}

/// One chunk (RFC 9112 §7.1): its size in hexadecimal and two line ends.
fn chunk(bytes: usize) -> usize {
    format!("{bytes:x}").len() + 2 + bytes + 2
}

/// One unmasked frame (RFC 6455 §5.2).
fn frame(bytes: usize) -> usize {
    bytes
        + if bytes < 126 {
            2
        } else if bytes < 1 << 16 {
            4
        } else {
            10
        }
}
