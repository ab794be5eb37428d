//! A tape on every wire of the stage: on those that are open, and on each that comes, from its first byte.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::connection::Connection;
use super::tape::{Heard, Tape};

/// Listens to all connections of the stage until it is dropped.
#[derive(Debug)]
pub struct Tapes {
    most: usize,
    room: usize,
    left: AtomicU64,
    taped: Mutex<Vec<Taped>>,
}

/// One of them.
#[derive(Debug)]
struct Taped {
    connection: Arc<Connection>,
    tape: Tape,
    before: Option<(u64, u64)>,
}

/// What was heard of one connection.
#[derive(Clone, Debug)]
pub struct Crossed {
    /// Which.
    pub connection: Arc<Connection>,
    /// Told once, of a connection that was open before: how many bytes had gone up and down.
    pub before: Option<(u64, u64)>,
    /// What crossed.
    pub heard: Heard,
    /// Whether nothing more will come.
    pub ended: bool,
}

impl Tapes {
    /// For so many connections at a time, keeping so many bytes of each.
    pub(super) fn new(most: usize, room: usize) -> Self {
        Self { most, room, left: AtomicU64::new(0), taped: Mutex::default() }
    }

    pub(super) fn add(&self, connection: &Arc<Connection>) {
        // The bench's own page and API are nobody's feed, and what is heard goes down there.
        if connection.origin() == 0 {
            return;
        }
        let mut taped = self.taped();
        if taped.len() >= self.room {
            self.left.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let tape = connection.line().tape(self.most);
        // Read behind the tape's beginning: what crosses between is on the tape, and none is taken for the first.
        let before = Some(connection.line().totals()).filter(|totals| *totals != (0, 0));
        taped.push(Taped { connection: connection.clone(), tape, before });
    }

    /// What has crossed since this was last asked, of connections that are of a reader. What crosses before that is
    /// known waits on the tape.
    pub fn heard(&self) -> Vec<Crossed> {
        let mut told = Vec::new();
        self.taped().retain_mut(|taped| {
            // Asked first: what crosses until the end is on the tape by then.
            let ended = taped.connection.line().tcp_state().is_none();
            if taped.connection.charges().is_empty() {
                return !ended;
            }
            let heard = taped.tape.heard();
            let before = taped.before.take();
            if ended || before.is_some() || heard != Heard::default() {
                told.push(Crossed { connection: taped.connection.clone(), before, heard, ended });
            }
            !ended
        });
        told
    }

    /// How many connections there was no room for so far.
    pub fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    fn taped(&self) -> MutexGuard<'_, Vec<Taped>> {
        self.taped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncWriteExt as _, duplex};

    use crate::wire::{Connections, Way, Wire};

    const PEER: ([u8; 4], u16) = ([127, 0, 0, 1], 1);

    #[tokio::test]
    async fn each_connection_of_a_reader_is_heard_and_those_to_come_from_their_first_byte() {
        let connections = Connections::default();
        let open =
            |origin, wire: &Wire<_>| connections.open(origin, SocketAddr::from(PEER), wire.line().clone());
        let (near, _far) = duplex(64);
        let mut early = Wire::new(near);
        let first = open(1, &early);
        early.write_all(b"unheard").await.expect("written");
        let tapes = connections.listen(64, 2);
        let (near, _far) = duplex(64);
        let mut late = Wire::new(near);
        let second = open(1, &late);
        late.write_all(b"heard").await.expect("written");
        first.charge(Some("a"), Some("sse"));
        second.charge(Some("b"), None);
        let heard = tapes.heard();
        let told: Vec<_> = heard.iter().map(|one| (one.connection.number(), one.before)).collect();
        assert_eq!(told, [(1, Some((0, 7))), (2, None)]);
        assert!(heard[0].heard.chunks.is_empty());
        assert_eq!(
            (heard[1].heard.chunks[0].way, &heard[1].heard.chunks[0].bytes[..]),
            (Way::Down, &b"heard"[..])
        );
    }

    #[tokio::test]
    async fn the_bench_is_not_heard_and_who_finds_no_room_is_counted() {
        let connections = Connections::default();
        let tapes = connections.listen(64, 1);
        for origin in [0, 1, 1] {
            let wire = Wire::new(duplex(64).0);
            connections.open(origin, SocketAddr::from(PEER), wire.line().clone()).charge(Some("a"), None);
        }
        assert_eq!(tapes.left(), 1);
        assert_eq!(tapes.heard().len(), 1);
        drop(tapes);
        let wire = Wire::new(duplex(64).0);
        connections.open(1, SocketAddr::from(PEER), wire.line().clone());
        assert_eq!(wire.line().flags(), 0, "nothing is kept when nobody listens");
    }
}
