//! An account: the bytes of somebody by role, what each event cost of them, and what is estimated of the layers beneath.

use schemars::JsonSchema;
use serde::Serialize;

use super::bytes::Ledger;
use super::capture::Connection;
use super::quiet::Quiet;
use crate::proto::dissect::{Role, Way};
use crate::record::Segments;

/// Header of TCP with the timestamps option that Linux sets on every segment (RFC 9293 §3.1, RFC 7323 §3.2).
const TCP_HEADER: u64 = 20 + 12;
/// RFC 791 §3.1, RFC 8200 §3.
const IPV4_HEADER: u64 = 20;
const IPV6_HEADER: u64 = 40;
/// What an Ethernet's frame holds; what fits a segment is that without these headers.
const FRAME: u64 = 1500;
/// A record of TLS 1.3 holds 2^14 bytes at most, and adds a header, a type and the tag of an AEAD (RFC 8446 §5.1, §5.2, §5.3).
const TLS_RECORD: u64 = 1 << 14;
const TLS_AROUND: u64 = 5 + 1 + 16;

/// What somebody's bytes were.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Account {
    /// Bytes from the client to the server, as counted at the socket.
    pub up: Sums,
    /// Bytes from the server to the client.
    pub down: Sums,
    /// Events that were handed over.
    pub events: u64,
    /// What one of them cost; null if there was none, and where the record does not hold all bytes.
    pub per_event: Option<PerEvent>,
    /// What crossed while none came; null if there was no stretch that long.
    pub quiet: Option<Quiet>,
    /// What the layers beneath add: not counted, and in none of the sums above.
    pub estimated: Estimate,
}

/// Bytes of one direction by role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sums {
    /// Of heads of requests and answers.
    pub head: u64,
    /// Of what carries the content.
    pub framing: u64,
    /// Of the content.
    pub payload: u64,
    /// Of what says that the line is alive.
    pub heartbeat: u64,
    /// Of what is said about the stream itself.
    pub control: u64,
    /// Of what stands behind a mistake, or was cut short.
    pub unparsed: u64,
    /// All of them.
    pub total: u64,
    /// That the record does not hold, besides.
    pub missed: u64,
    /// How many elements there were.
    pub elements: u64,
}

/// Bytes, both ways together, for each event.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct PerEvent {
    /// All bytes.
    pub all: f64,
    /// Without payload: heads, framing, heartbeats, control.
    pub around: f64,
}

/// What the layers beneath add, by formulas (docs/reference/ledger.md).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Estimate {
    /// Segments of TCP.
    pub segments: OneWay,
    /// Of the connections here, so many whose segments the kernel counted; of the others they are derived from the pieces.
    pub counted_by_kernel: u64,
    /// Of so many.
    pub connections: u64,
    /// Segments that the server sent again, by the kernel; null where it counted for none.
    pub retransmitted: Option<u64>,
    /// Bytes of the headers of TCP and IP.
    pub tcp_ip: OneWay,
    /// Bytes that TLS 1.3 would add, without its handshake: nothing here is encrypted.
    pub tls: OneWay,
}

/// A number each way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OneWay {
    /// From the client to the server.
    pub up: u64,
    /// From the server to the client.
    pub down: u64,
}

/// What is known of an account beside its bytes by role.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around {
    /// Events that were handed over.
    pub events: u64,
    /// Bytes of nobody's lane, and how many of them are payload: a page's own files. They are no event's cost.
    pub of_nobody: (u64, u64),
    /// Stretches without one.
    pub quiet: Option<Quiet>,
    /// The layers beneath.
    pub estimated: Estimate,
}

impl Account {
    pub(super) fn of(ledger: &Ledger, around: Around) -> Self {
        let (up, down) = (Sums::of(ledger, Way::Up), Sums::of(ledger, Way::Down));
        let each = |bytes: u64| hundredths(bytes, around.events);
        let (all, payload) = (up.total + down.total, up.payload + down.payload);
        let (all_other, payload_other) = around.of_nobody;
        let is_whole = up.missed + down.missed == 0;
        let per_event = (around.events > 0 && is_whole).then(|| PerEvent {
            all: each(all - all_other),
            around: each(all - payload - (all_other - payload_other)),
        });
        let Around { events, quiet, estimated, .. } = around;
        Self { up, down, events, per_event, quiet, estimated }
    }
}

impl Sums {
    fn of(ledger: &Ledger, way: Way) -> Self {
        let bytes = |role| ledger.bytes(way, role);
        Self {
            head: bytes(Role::Head),
            framing: bytes(Role::Framing),
            payload: bytes(Role::Payload),
            heartbeat: bytes(Role::Heartbeat),
            control: bytes(Role::Control),
            unparsed: bytes(Role::Unparsed),
            total: ledger.total(way),
            missed: ledger.missed(way),
            elements: ledger.elements(way),
        }
    }
}

impl Estimate {
    /// Of the pieces of `connection` that are `lane`'s, or of all. The kernel counts for a whole connection: what it counted is
    /// taken for a lane that has the connection to itself.
    pub(super) fn of(connection: &Connection, lane: Option<&Option<String>>) -> Self {
        let mut one = Self { connections: 1, ..Self::default() };
        let header = TCP_HEADER + if is_ipv4(connection) { IPV4_HEADER } else { IPV6_HEADER };
        let mut alone = true;
        for piece in &connection.pieces {
            if lane.is_some_and(|lane| *lane != piece.lane) {
                alone = false;
                continue;
            }
            let bytes = piece.bytes.len() as u64;
            let (its, other) = if piece.up {
                (&mut one.segments.up, &mut one.segments.down)
            } else {
                (&mut one.segments.down, &mut one.segments.up)
            };
            *its += bytes.div_ceil(FRAME - header);
            // Acknowledged at once: nobody knows what waited for data of its own.
            *other += u64::from(bytes > 0);
            let tls = if piece.up { &mut one.tls.up } else { &mut one.tls.down };
            *tls += bytes.div_ceil(TLS_RECORD) * TLS_AROUND;
        }
        let counted = connection.end.as_ref().and_then(|end| end.segments).filter(|_| alone);
        if let Some(Segments { sent, received, retransmitted }) = counted {
            one.segments = OneWay { up: received.into(), down: sent.into() };
            one.retransmitted = Some(retransmitted.into());
            one.counted_by_kernel = 1;
        }
        one.tcp_ip = OneWay { up: one.segments.up * header, down: one.segments.down * header };
        one
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (own, its) in [
            (&mut self.segments, other.segments),
            (&mut self.tcp_ip, other.tcp_ip),
            (&mut self.tls, other.tls),
        ] {
            own.up += its.up;
            own.down += its.down;
        }
        self.counted_by_kernel += other.counted_by_kernel;
        self.connections += other.connections;
        if let Some(its) = other.retransmitted {
            *self.retransmitted.get_or_insert_default() += its;
        }
    }
}

/// An address of IPv4 mapped into IPv6 (RFC 4291 §2.5.5.2) is that of a socket, not of a packet.
fn is_ipv4(connection: &Connection) -> bool {
    connection.server.ip().to_canonical().is_ipv4()
}

/// `bytes` for each of `many`, in hundredths of a byte.
#[expect(clippy::cast_precision_loss, reason = "a record holds less than 2^52 bytes")]
pub(super) fn hundredths(bytes: u64, many: u64) -> f64 {
    (bytes as f64 * 100.0 / many as f64).round() / 100.0
}
