//! One client in the pool: its readers, its connections and what they moved, how often it was taken over.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Client;
use super::members::Key;
use super::place::{Kind, Notice, Seat};
use crate::pace::Micros;
use crate::wire::Connection;

/// So many times a client may be taken over within [`WAR`]; then the next is refused.
const TAKEOVERS: usize = 5;
/// The time within which takeovers are counted.
const WAR: Duration = Duration::from_secs(30);
/// Connections of one client told apart; the oldest are summed up, and have closed long since.
const CONNECTIONS: usize = 4;

/// A reader that wants to come in.
#[derive(Debug)]
pub(in crate::transport) struct Coming {
    pub(super) key: Key,
    /// Its transport.
    pub(super) transport: &'static str,
    kind: Kind,
    named: bool,
    lane: Option<Arc<str>>,
    traffic: Option<Traffic>,
    at: Micros,
}

/// A connection, and what it had moved before the client came to it.
#[derive(Clone, Debug)]
pub(in crate::transport) struct Traffic {
    /// The connection.
    pub connection: Arc<Connection>,
    /// Bytes it had moved, client to server and back.
    pub before: (u64, u64),
}

/// A client.
#[derive(Debug)]
pub(super) struct Member {
    /// Tells it from an earlier one of the same name.
    pub id: u64,
    /// Until when it is kept without an open request; `None` while there is one.
    pub expires: Option<Instant>,
    /// Whether the pool looks after its expiry.
    pub watched: bool,
    transport: &'static str,
    lane: Option<Arc<str>>,
    since: Micros,
    /// Requests of it that are open now.
    readers: Vec<Arc<Seat>>,
    /// Its latest.
    latest: Arc<Seat>,
    traffic: Vec<Traffic>,
    moved: (u64, u64),
    takeovers: VecDeque<Instant>,
    /// Connections of a poller whose place a stream took between two polls: its next poll is to be told so.
    displaced: Vec<u64>,
}

impl Traffic {
    fn moved(&self) -> (u64, u64) {
        let (bytes_in, bytes_out) = self.connection.line().totals();
        (bytes_in.saturating_sub(self.before.0), bytes_out.saturating_sub(self.before.1))
    }
}

impl Coming {
    /// A reader of `job` that calls itself `name`, or else is called after its connection.
    pub(in crate::transport) fn new(
        job: &str,
        name: Option<&str>,
        reading: (&'static str, Kind),
        lane: Option<Arc<str>>,
        traffic: Option<Traffic>,
    ) -> Self {
        let number = traffic.as_ref().map_or(0, |traffic| traffic.connection.number());
        let key = name.map_or_else(|| Key::new(job, &format!("c{number}")), |name| Key::new(job, name));
        let (transport, kind) = reading;
        Self { key, transport, kind, named: name.is_some(), lane, traffic, at: crate::pace::now() }
    }

    /// The number of the connection that names it, if nothing else does.
    pub(super) fn nameless_on(&self) -> Option<u64> {
        self.traffic.as_ref().filter(|_| !self.named).map(|traffic| traffic.connection.number())
    }
}

impl Member {
    /// A client that has just come, with its first seat.
    pub(super) fn new(id: u64, coming: Coming) -> (Self, Arc<Seat>) {
        let seat = Seat::new(coming.kind);
        let member = Self {
            id,
            expires: None,
            watched: false,
            transport: coming.transport,
            lane: coming.lane,
            since: coming.at,
            readers: vec![seat.clone()],
            latest: seat.clone(),
            traffic: coming.traffic.into_iter().collect(),
            moved: (0, 0),
            takeovers: VecDeque::new(),
            displaced: Vec::new(),
        };
        (member, seat)
    }

    /// Lets another reader of it in: gives its seat, and those whose place it takes. `None` if it has been taken over
    /// too often of late.
    pub(super) fn again(&mut self, coming: Coming, now: Instant) -> Option<(Arc<Seat>, Vec<Arc<Seat>>)> {
        if let Some(by) = self.displaces(&coming) {
            let seat = Seat::new(coming.kind);
            seat.tell(Notice::Replaced { by });
            return Some((seat, Vec::new()));
        }
        let gives_way = |seat: &&Arc<Seat>| coming.kind == Kind::Stream || seat.kind == Kind::Stream;
        if self.readers.iter().any(|seat| gives_way(&seat)) && !self.may_be_taken_over(now) {
            return None;
        }
        let polled = self.latest.kind == Kind::Poll && self.readers.is_empty();
        self.displaced = match coming.kind {
            Kind::Stream if polled => self.traffic.iter().map(|one| one.connection.number()).collect(),
            _ => Vec::new(),
        };
        let (replaced, stay) = self.readers.drain(..).partition(|seat| gives_way(&seat));
        self.readers = stay;
        let seat = Seat::new(coming.kind);
        self.readers.push(seat.clone());
        self.latest = seat.clone();
        self.expires = None;
        self.transport = coming.transport;
        self.lane = coming.lane.or(self.lane.take());
        if let Some(traffic) = coming.traffic {
            self.on(traffic);
        }
        Some((seat, replaced))
    }

    /// Forgets a reader that has gone. `None` if it had been forgotten before; else whether it was the last.
    pub(super) fn gone(&mut self, seat: &Arc<Seat>) -> Option<bool> {
        let at = self.readers.iter().position(|known| Arc::ptr_eq(known, seat))?;
        self.readers.swap_remove(at);
        Some(self.readers.is_empty())
    }

    /// Whether a request of it is open.
    pub(super) fn reading(&self) -> bool {
        !self.readers.is_empty()
    }

    /// Those to be told that it is removed.
    pub(super) fn into_readers(self) -> Vec<Arc<Seat>> {
        self.readers
    }

    /// As it is told.
    pub(super) fn told(&self, key: &Key) -> Client {
        let (cursor, lag) = self.latest.stands();
        let all = self.traffic.iter().map(Traffic::moved);
        let (bytes_in, bytes_out) = all.fold(self.moved, |sum, moved| (sum.0 + moved.0, sum.1 + moved.1));
        Client {
            name: key.client.to_string(),
            job: key.job.to_string(),
            transport: self.transport,
            lane: self.lane.as_deref().map(str::to_owned),
            since: self.since.millis(),
            reading: self.reading(),
            cursor: cursor.map(|cursor| cursor.to_string()).unwrap_or_default(),
            lag,
            bytes_in,
            bytes_out,
        }
    }

    /// The transport of the stream that took the place of the poller this comes from, which has not been told yet. It is
    /// known by its connection alone; when it comes again after this, it means to take over.
    fn displaces(&mut self, coming: &Coming) -> Option<&'static str> {
        let number = coming.traffic.as_ref()?.connection.number();
        let at = self.displaced.iter().position(|known| *known == number)?;
        (coming.kind == Kind::Poll && self.reading()).then(|| {
            self.displaced.swap_remove(at);
            self.transport
        })
    }

    fn may_be_taken_over(&mut self, now: Instant) -> bool {
        let takeovers = &mut self.takeovers;
        while takeovers.front().is_some_and(|first| now.duration_since(*first) >= WAR) {
            takeovers.pop_front();
        }
        let may = takeovers.len() < TAKEOVERS;
        if may {
            takeovers.push_back(now);
        }
        may
    }

    fn on(&mut self, traffic: Traffic) {
        let number = traffic.connection.number();
        if self.traffic.iter().any(|known| known.connection.number() == number) {
            return;
        }
        if self.traffic.len() >= CONNECTIONS {
            let moved = self.traffic.remove(0).moved();
            self.moved = (self.moved.0 + moved.0, self.moved.1 + moved.1);
        }
        self.traffic.push(traffic);
    }
}
