//! The connections of a record whose bytes it holds, with who they were between and how they ended.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::record::{Clock, Direction, Header, Observation, Segments, What};

/// The port of origins of which nobody knows the address.
const PORT: u16 = 8080;
/// Where ports of clients begin of which nobody knows the address (RFC 6335 §6).
const EPHEMERAL: u16 = 49_152;
/// Causes of an end that reset the connection without a throw.
const RESETS: [&str; 3] = ["dead-after", "more than 64 KiB", "the server is stopping"];

/// A record, as far as its bytes tell.
#[derive(Debug, Default)]
pub struct Capture {
    /// What was played, where that is told.
    pub header: Option<Header>,
    /// Those of whose bytes the record tells, in the order in which they were opened.
    pub connections: Vec<Connection>,
    /// Lines of the record.
    pub lines: usize,
    /// Those that could not be read: what they told is in nothing that is made of this.
    pub unread: usize,
}

/// One connection.
#[derive(Debug)]
pub struct Connection {
    /// The server's number of it.
    pub number: String,
    /// Who connected.
    pub client: SocketAddr,
    /// To whom.
    pub server: SocketAddr,
    /// When it was opened, in ms since 1970.
    pub opened: f64,
    /// What crossed, in order.
    pub pieces: Vec<Piece>,
    /// When each event was handed over, and whose it was.
    pub events: Vec<(f64, Option<String>)>,
    /// How it ended, where that is told.
    pub end: Option<End>,
}

/// Bytes that crossed in one piece.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// When, in ms since 1970.
    pub at: f64,
    /// Client to server.
    pub up: bool,
    /// What.
    pub bytes: Vec<u8>,
    /// So many before it, the same way, are not in the record.
    pub missed: u64,
    /// Whose they are, where known.
    pub lane: Option<String>,
}

/// The end of a connection.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// When, in ms since 1970.
    pub at: f64,
    /// Why, in the server's words.
    pub cause: String,
    /// By a RST.
    pub is_reset: bool,
    /// What the kernel counted until then, where there was one to ask.
    pub segments: Option<Segments>,
}

/// What is known of a connection before its first bytes.
#[derive(Debug, Default)]
struct Opening {
    at: Option<f64>,
    origin: Option<usize>,
    peer: Option<SocketAddr>,
    is_reset: bool,
    events: Vec<(f64, Option<String>)>,
}

/// What is gathered line by line.
#[derive(Debug, Default)]
struct Reading {
    capture: Capture,
    index: HashMap<String, usize>,
    openings: HashMap<String, Opening>,
    /// The addresses that lanes were told, by origin.
    servers: HashMap<usize, SocketAddr>,
}

impl Capture {
    /// Reads the text of a record. Lines that cannot be read are passed over, as reports do.
    pub fn read(text: &str) -> Self {
        let mut reading = Reading::default();
        for line in text.lines() {
            reading.capture.lines += 1;
            match serde_json::from_str::<Observation>(line) {
                Ok(seen) => reading.take(seen),
                Err(_) => reading.capture.unread += 1,
            }
        }
        reading.settle();
        reading.capture
    }

    /// What made the record.
    pub fn program(&self) -> String {
        let version = self.header.as_ref().map_or(env!("CARGO_PKG_VERSION"), |header| &header.version);
        format!("wirebench {version}")
    }
}

impl Connection {
    /// The lanes whose bytes it carried.
    pub fn lanes(&self) -> Vec<&str> {
        let mut lanes: Vec<&str> = Vec::new();
        for lane in self.pieces.iter().filter_map(|piece| piece.lane.as_deref()) {
            if !lanes.contains(&lane) {
                lanes.push(lane);
            }
        }
        lanes
    }

    /// What it is, in a line: `connection 3, lane sse`.
    pub fn label(&self) -> String {
        let lanes = self.lanes();
        let told = match lanes.as_slice() {
            [] => "of no lane".to_owned(),
            [one] => format!("lane {one}"),
            many => format!("lanes {}", many.join(", ")),
        };
        format!("connection {}, {told}", self.number)
    }
}

impl Reading {
    fn take(&mut self, seen: Observation) {
        if let What::Run(header) = seen.what {
            self.capture.header.get_or_insert(*header);
            return;
        }
        if seen.clock == Clock::Lane {
            return self.lane(&seen);
        }
        let Some(conn) = seen.conn else { return };
        match seen.what {
            What::Opened { origin, peer, .. } => {
                let opening = self.openings.entry(conn).or_default();
                opening.at = Some(seen.at);
                opening.origin = origin;
                opening.peer = peer.and_then(|peer| peer.parse().ok());
            }
            What::Struck { what, .. } if what == "reset" => {
                self.openings.entry(conn).or_default().is_reset = true;
            }
            What::Bytes { dir, bytes, missed } => {
                let bytes = STANDARD.decode(bytes).unwrap_or_default();
                let up = dir == Direction::Up;
                let missed = missed.unwrap_or_default();
                let piece = Piece { at: seen.at, up, bytes, missed, lane: seen.lane };
                self.connection(&conn, seen.at).pieces.push(piece);
            }
            What::Event { .. } => {
                self.openings.entry(conn).or_default().events.push((seen.at, seen.lane));
            }
            What::Closed { cause, segments, .. } => {
                let reset = self.openings.get(&conn).is_some_and(|opening| opening.is_reset);
                let is_reset = reset || RESETS.iter().any(|reset| cause.starts_with(reset));
                if let Some(index) = self.index.get(&conn) {
                    self.capture.connections[*index].end =
                        Some(End { at: seen.at, cause, is_reset, segments });
                }
            }
            _ => {}
        }
    }

    /// Where a lane found its origin: unless a proxy stands between, that is the server's own address.
    fn lane(&mut self, seen: &Observation) {
        let (What::Connecting { url, .. }, Some(header)) = (&seen.what, &self.capture.header) else { return };
        let has_proxies = header.source.lines().any(|line| line.trim_start().starts_with("[[proxy]]"));
        let origin = header.lanes.iter().find(|lane| Some(&lane.lane) == seen.lane.as_ref());
        let address = url.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next()?.parse().ok());
        if let (Some(origin), Some(address), false) = (origin, address, has_proxies) {
            self.servers.insert(origin.origin, address);
        }
    }

    fn connection(&mut self, conn: &str, at: f64) -> &mut Connection {
        let next = self.capture.connections.len();
        let index = *self.index.entry(conn.to_owned()).or_insert(next);
        if index == next {
            // Made up until all is read.
            let nowhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
            self.capture.connections.push(Connection {
                number: conn.to_owned(),
                client: nowhere,
                server: nowhere,
                opened: at,
                pieces: Vec::new(),
                events: Vec::new(),
                end: None,
            });
        }
        &mut self.capture.connections[index]
    }

    /// Gives each its addresses, those that are not known made up.
    fn settle(&mut self) {
        for (index, connection) in (0..).zip(&mut self.capture.connections) {
            let opening = self.openings.remove(&connection.number).unwrap_or_default();
            let first = connection.pieces.iter().map(|piece| piece.at).fold(f64::INFINITY, f64::min);
            connection.opened = opening.at.map_or(first, |at| at.min(first));
            let origin = opening.origin.unwrap_or(1);
            let last = u8::try_from(origin + 1).unwrap_or(u8::MAX);
            let made_up = SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), PORT));
            let server = self.servers.get(&origin).copied().unwrap_or(made_up);
            let port = EPHEMERAL + index % (u16::MAX - EPHEMERAL);
            let client = opening.peer.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
            (connection.client, connection.server) = alike(client, server);
            connection.events = opening.events;
        }
        self.capture.connections.sort_by(|a, b| a.opened.total_cmp(&b.opened));
    }
}

/// Both of one version of IP.
fn alike(a: SocketAddr, b: SocketAddr) -> (SocketAddr, SocketAddr) {
    if a.is_ipv4() == b.is_ipv4() {
        return (a, b);
    }
    let six = |address: SocketAddr| match address.ip() {
        IpAddr::V4(four) => SocketAddr::from((four.to_ipv6_mapped(), address.port())),
        IpAddr::V6(_) => address,
    };
    (six(a), six(b))
}
