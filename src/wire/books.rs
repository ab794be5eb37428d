//! The books of all connections: what each lane and each origin moved, open connections and closed ones together.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use serde::Serialize;

use super::connection::Connection;
use super::line::Line;
use super::tapes::Tapes;

/// Lanes remembered after their connections closed. Beyond it the alphabetically first is forgotten: a bound against
/// clients that name a new lane with every request, not a policy.
const LANES_KEPT: usize = 4096;

/// All connections of a process.
#[derive(Debug, Default)]
pub struct Connections {
    next: AtomicU64,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    open: BTreeMap<u64, Arc<Connection>>,
    closed_lanes: BTreeMap<String, LaneTally>,
    closed_origins: BTreeMap<usize, OriginTally>,
    listeners: Vec<Weak<Tapes>>,
}

/// What one lane moved, on all its connections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LaneTally {
    /// The lane.
    pub lane: String,
    /// The transport of its latest request for a feed.
    pub transport: Option<&'static str>,
    /// Connections that carried a request of it.
    pub connections: u64,
    /// Those of them that are open.
    pub open: u64,
    /// Requests the server saw.
    pub requests: u64,
    /// Bytes, client to server.
    #[serde(rename = "in")]
    pub bytes_in: u64,
    /// Bytes, server to client.
    #[serde(rename = "out")]
    pub bytes_out: u64,
}

/// What one origin moved, lanes and all else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OriginTally {
    /// The origin; 0 is the bench.
    pub id: usize,
    /// Connections it accepted.
    pub connections: u64,
    /// Those of them that are open.
    pub open: u64,
    /// Bytes, client to server.
    #[serde(rename = "in")]
    pub bytes_in: u64,
    /// Bytes, server to client.
    #[serde(rename = "out")]
    pub bytes_out: u64,
}

impl Connections {
    /// Enters a new connection.
    pub fn open(&self, origin: usize, peer: SocketAddr, line: Arc<Line>) -> Arc<Connection> {
        let number = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let connection = Arc::new(Connection::new(number, origin, peer, line));
        let mut inner = self.lock();
        inner.open.insert(number, connection.clone());
        inner
            .listeners
            .retain(|listener| listener.upgrade().inspect(|tapes| tapes.add(&connection)).is_some());
        connection
    }

    /// Listens to all connections of the stage, `room` of them at a time, keeping `most` bytes of each.
    pub fn listen(&self, most: usize, room: usize) -> Arc<Tapes> {
        let tapes = Arc::new(Tapes::new(most, room));
        let mut inner = self.lock();
        inner.open.values().for_each(|connection| tapes.add(connection));
        inner.listeners.push(Arc::downgrade(&tapes));
        tapes
    }

    /// Moves a connection from the open to the closed ones.
    pub fn close(&self, connection: &Connection) {
        let mut inner = self.lock();
        if inner.open.remove(&connection.number()).is_none() {
            return;
        }
        tally_lanes(&mut inner.closed_lanes, connection, 0);
        tally_origin(&mut inner.closed_origins, connection, 0);
        while inner.closed_lanes.len() > LANES_KEPT {
            inner.closed_lanes.pop_first();
        }
    }

    /// All that are open.
    pub fn all_open(&self) -> Vec<Arc<Connection>> {
        self.lock().open.values().cloned().collect()
    }

    /// What each lane moved, by name.
    pub fn lanes(&self) -> Vec<LaneTally> {
        let inner = self.lock();
        let mut lanes = inner.closed_lanes.clone();
        inner.open.values().for_each(|connection| tally_lanes(&mut lanes, connection, 1));
        lanes.into_values().collect()
    }

    /// What each origin moved, by number.
    pub fn origins(&self) -> Vec<OriginTally> {
        let inner = self.lock();
        let mut origins = inner.closed_origins.clone();
        inner.open.values().for_each(|connection| tally_origin(&mut origins, connection, 1));
        origins.into_values().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tally_lanes(lanes: &mut BTreeMap<String, LaneTally>, connection: &Connection, open: u64) {
    for charge in connection.charges() {
        let tally = lanes
            .entry(charge.lane.to_string())
            .or_insert_with(|| LaneTally { lane: charge.lane.to_string(), ..LaneTally::default() });
        tally.transport = charge.transport.or(tally.transport);
        tally.connections += 1;
        tally.open += open;
        tally.requests += charge.requests;
        tally.bytes_in += charge.bytes_in;
        tally.bytes_out += charge.bytes_out;
    }
}

fn tally_origin(origins: &mut BTreeMap<usize, OriginTally>, connection: &Connection, open: u64) {
    let id = connection.origin();
    let (bytes_in, bytes_out) = connection.line().totals();
    let tally = origins.entry(id).or_insert_with(|| OriginTally { id, ..OriginTally::default() });
    tally.connections += 1;
    tally.open += open;
    tally.bytes_in += bytes_in;
    tally.bytes_out += bytes_out;
}
