//! A TCP connection around the bytes of one that was observed at its socket alone: handshake, segments, end.

use std::net::{IpAddr, SocketAddr};

use super::Packet;
use crate::ledger::{Connection, End, Piece};
use crate::pace::Micros;

/// Flags (RFC 9293 §3.1).
const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const PSH: u8 = 8;
const ACK: u8 = 16;
/// The number of TCP among the protocols of IP.
const TCP: u8 = 6;
/// A packet of IPv4 has at most 65,535 bytes, with 20 of its own header and 20 of TCP's.
const MOST: usize = 65_535 - 40;
/// What a SYN offers: segments of so many bytes, and windows in units of 2^14 (RFC 9293 §3.7.1, RFC 7323 §2).
const OFFERS: [u8; 8] = [2, 4, 0xFF, 0xD7, 1, 3, 3, 14];

/// One side of a connection.
struct Side {
    address: SocketAddr,
    next: u32,
}

struct Talk {
    client: Side,
    server: Side,
    at: u64,
    id: u16,
    packets: Vec<Packet>,
}

/// The packets of a connection.
pub(super) fn packets(connection: &Connection) -> Vec<Packet> {
    let side = |address, first| Side { address, next: first };
    let mut talk = Talk {
        client: side(connection.client, 1_000),
        server: side(connection.server, 500_000),
        at: Micros::from_millis(connection.opened).0,
        id: 1,
        packets: Vec::new(),
    };
    talk.send(true, SYN, &[], Some(connection.label()));
    talk.send(false, SYN | ACK, &[], None);
    talk.send(true, ACK, &[], None);
    for piece in &connection.pieces {
        talk.piece(piece);
    }
    if let Some(end) = &connection.end {
        talk.end(end);
    }
    talk.packets
}

impl Talk {
    fn piece(&mut self, piece: &Piece) {
        self.at = self.at.max(Micros::from_millis(piece.at).0);
        let lost = u32::try_from(piece.missed % (1 << 32)).unwrap_or_default();
        let side = if piece.up { &mut self.client } else { &mut self.server };
        side.next = side.next.wrapping_add(lost);
        let lane = piece.lane.as_ref().map(|lane| format!("lane {lane}"));
        let segments = piece.bytes.chunks(MOST);
        let last = segments.len().saturating_sub(1);
        for (index, segment) in segments.enumerate() {
            let flags = if index == last { PSH | ACK } else { ACK };
            self.send(piece.up, flags, segment, lane.clone());
        }
    }

    fn end(&mut self, end: &End) {
        self.at = self.at.max(Micros::from_millis(end.at).0);
        let why = Some(format!("closed: {}", end.cause));
        if end.is_reset {
            return self.send(false, RST | ACK, &[], why);
        }
        // In the server's words `closed` is what came from outside.
        let by_client = end.cause == "closed";
        self.send(by_client, FIN | ACK, &[], why);
        self.send(!by_client, FIN | ACK, &[], None);
        self.send(by_client, ACK, &[], None);
    }

    fn send(&mut self, up: bool, flags: u8, bytes: &[u8], comment: Option<String>) {
        let (from, to) = if up { (&mut self.client, &self.server) } else { (&mut self.server, &self.client) };
        let acknowledges = if flags & ACK == 0 { 0 } else { to.next };
        let mut segment = Vec::with_capacity(28 + bytes.len());
        segment.extend(from.address.port().to_be_bytes());
        segment.extend(to.address.port().to_be_bytes());
        segment.extend(from.next.to_be_bytes());
        segment.extend(acknowledges.to_be_bytes());
        let options: &[u8] = if flags & SYN == 0 { &[] } else { &OFFERS };
        let words = if options.is_empty() { 5 } else { 7 };
        segment.extend([words << 4, flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        segment.extend(options);
        segment.extend(bytes);
        let length = u32::try_from(bytes.len()).unwrap_or_default();
        let counted = u32::from(flags & (SYN | FIN) != 0);
        from.next = from.next.wrapping_add(length).wrapping_add(counted);
        let (from, to) = (from.address.ip(), to.address.ip());
        let bytes = packet(from, to, self.id, segment);
        self.id = self.id.wrapping_add(1);
        self.packets.push(Packet { at: self.at, bytes, comment });
    }
}

/// A packet of IP around a segment, whose checksum is filled in.
fn packet(from: IpAddr, to: IpAddr, id: u16, mut segment: Vec<u8>) -> Vec<u8> {
    let length = u16::try_from(segment.len()).unwrap_or(u16::MAX);
    let mut pseudo = Vec::with_capacity(40);
    let mut head = match (from, to) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            pseudo.extend([from.octets(), to.octets()].concat());
            // Version 4 of five words, not to be fragmented, 64 hops (RFC 791 §3.1).
            let mut head = vec![0x45, 0];
            head.extend((length.saturating_add(20)).to_be_bytes());
            head.extend(id.to_be_bytes());
            head.extend([0x40, 0, 64, TCP, 0, 0]);
            head.extend(&pseudo);
            let sum = checksum([&head[..]]).to_be_bytes();
            head[10..12].copy_from_slice(&sum);
            head
        }
        (from, to) => {
            let octets = |address| match address {
                IpAddr::V4(four) => std::net::Ipv4Addr::to_ipv6_mapped(&four).octets(),
                IpAddr::V6(six) => six.octets(),
            };
            pseudo.extend([octets(from), octets(to)].concat());
            // Version 6, 64 hops (RFC 8200 §3).
            let mut head = vec![0x60, 0, 0, 0];
            head.extend(length.to_be_bytes());
            head.extend([TCP, 64]);
            head.extend(&pseudo);
            head
        }
    };
    pseudo.extend([0, TCP]);
    pseudo.extend(length.to_be_bytes());
    let sum = checksum([&pseudo[..], &segment[..]]).to_be_bytes();
    segment[16..18].copy_from_slice(&sum);
    head.extend(segment);
    head
}

/// The checksum of the internet (RFC 1071); each part but the last has an even length.
fn checksum<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u16 {
    let mut sum: u64 = 0;
    for pair in parts.into_iter().flat_map(|part| part.chunks(2)) {
        let low = pair.get(1).copied().unwrap_or_default();
        sum += u64::from(u16::from_be_bytes([pair[0], low]));
    }
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // RFC 1071 §3.
        assert_eq!(checksum([&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7][..]]), !0xddf2);
        assert_eq!(checksum([&[0x00, 0x01][..], &[0xf2][..]]), !0xf201);
    }
}
