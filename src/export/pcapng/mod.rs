//! A capture in pcapng (draft-ietf-opsawg-pcapng): a packet a piece, each connection in a TCP connection that is reconstructed around
//! its bytes, as if each piece had been a segment that was acknowledged by the next.

mod blocks;
mod tcp;

use crate::ledger::Capture;

/// A packet and when it crossed.
struct Packet {
    /// Microseconds since 1970.
    at: u64,
    bytes: Vec<u8>,
    comment: Option<String>,
}

/// Writes it.
pub(super) fn write(capture: &Capture) -> Vec<u8> {
    let mut packets: Vec<Packet> = capture.connections.iter().flat_map(tcp::packets).collect();
    // Those of one instant stay in their order.
    packets.sort_by_key(|packet| packet.at);
    let mut out = blocks::head(&capture.program(), &about(capture));
    for packet in &packets {
        blocks::packet(&mut out, packet.at, &packet.bytes, packet.comment.as_deref());
    }
    out
}

fn about(capture: &Capture) -> String {
    let what = capture.header.as_ref().map_or_else(
        || "a server's own record".to_owned(),
        |header| format!("{} ({} {}, {} time)", header.scenario, header.driver, header.client, header.time),
    );
    format!(
        "{what}. The bytes are those that crossed the sockets of the lanes, piece by piece; IP and TCP around them are \
         reconstructed: handshakes, numbers, acknowledgements and ends were not observed."
    )
}
