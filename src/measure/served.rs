//! What the server says of one lane: requests, connections, statuses, cursors, bytes at the socket, and what struck it.

use std::collections::BTreeMap;

use super::instants::Instants;
use super::tally::Tally;
use crate::record::{Observation, What};

/// The server's side of a lane.
#[derive(Debug, Default)]
pub(super) struct Served {
    /// All requests, commands among them.
    pub requests: Tally,
    /// Those for the feed: when, and which line.
    pub feed: Vec<(f64, usize)>,
    /// The same, in the order of time.
    pub asked: Instants<()>,
    /// Connections, each with its first line.
    pub connections: Tally,
    pub statuses: Vec<(u16, usize)>,
    /// What it asked to go on after; none where it said nothing.
    pub cursors: Vec<(Option<String>, usize)>,
    pub heartbeats: Tally,
    /// What struck its connections: which fault, and what it did.
    pub strikes: Instants<(String, String)>,
    /// Where it was struck: when, which line, which fault.
    pub marks: Vec<(f64, usize, String)>,
    /// Sums of the connections that it had for itself: in, out, the last line.
    closed: Option<(u64, u64, usize)>,
    socket: Option<Socket>,
    /// The last request on each connection: whether it was for the feed.
    last: BTreeMap<String, bool>,
}

/// The running totals. Where they fall, a new server counts from zero: what the one before it counted is kept.
#[derive(Clone, Copy, Debug, Default)]
struct Socket {
    base: (u64, u64),
    told: (u64, u64),
    line: usize,
}

/// Whether a path is that of a feed, and not of a command or of a file of the page.
fn is_feed(path: &str) -> bool {
    let mut parts = path.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/').split('/');
    parts.next() == Some("jobs") && parts.nth(1).is_some_and(|last| last != "commands" && last != "events")
}

impl Served {
    /// Folds one of the server's observations of this lane; `alone` says of a connection, by the requests
    /// on it, that it was this lane's only.
    pub(super) fn fold(
        &mut self,
        line: usize,
        seen: &Observation,
        alone: impl Fn(&str, Option<u64>) -> bool,
    ) {
        let conn = seen.conn.as_deref().unwrap_or_default();
        match &seen.what {
            What::Request { path, cursor, .. } => {
                let feed = is_feed(path);
                self.requests.one(line);
                if self.last.insert(conn.to_owned(), feed).is_none() {
                    self.connections.one(line);
                }
                if feed {
                    self.feed.push((seen.at, line));
                    self.asked.enter(seen.at, ());
                    self.cursors.push((cursor.clone(), line));
                }
            }
            What::Response { status, .. } if self.last.get(conn).copied().unwrap_or(true) => {
                self.statuses.push((*status, line));
            }
            What::Heartbeat { .. } => self.heartbeats.one(line),
            What::Struck { fault, what, .. } => {
                self.strikes.enter(seen.at, (fault.clone(), what.clone()));
                self.marks.push((seen.at, line, fault.clone()));
            }
            What::Closed { bytes_in: Some(up), bytes_out: Some(down), requests, .. }
                if alone(conn, *requests) =>
            {
                let (sum_up, sum_down, _) = self.closed.unwrap_or_default();
                self.closed = Some((sum_up + up, sum_down + down, line));
            }
            What::Socket { bytes_in, bytes_out, .. } => {
                let socket = self.socket.get_or_insert_default();
                if *bytes_in < socket.told.0 || *bytes_out < socket.told.1 {
                    socket.base = (socket.base.0 + socket.told.0, socket.base.1 + socket.told.1);
                }
                (socket.told, socket.line) = ((*bytes_in, *bytes_out), line);
            }
            _ => {}
        }
    }

    /// Bytes at the socket, in and out, and the line that says so. The running totals come from time to time only, the sums
    /// of closed connections when they are closed: whichever is more was told later.
    pub(super) fn bytes(&self) -> Option<(u64, u64, usize)> {
        let socket = self.socket.map(|one| (one.base.0 + one.told.0, one.base.1 + one.told.1, one.line));
        [socket, self.closed].into_iter().flatten().max_by_key(|(up, down, _)| up + down)
    }
}
