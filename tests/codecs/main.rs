//! The codecs against the golden files (tests/golden/README.md), each at every split of its bytes, and against
//! arbitrary input: what a decoder makes of bytes must not depend on how the network cut them.

mod cbor;
mod envelope;
mod event_stream;
mod golden;
mod http1;
mod websocket;

/// `bytes` in pieces of these sizes, taken in turn until nothing is left.
fn cut<'a>(bytes: &'a [u8], sizes: &[usize]) -> Vec<&'a [u8]> {
    let mut rest = bytes;
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at((*size).min(rest.len()));
        pieces.push(piece);
        rest = after;
    }
    pieces
}
