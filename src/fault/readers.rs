//! Who reads on which connection, and where each lane was last seen: what a scope is held against.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::news::Whose;
use super::{Reader, Scope};
use crate::wire::Connection;

/// Lanes remembered. Beyond it the one not seen for longest is forgotten: a bound, not a policy.
const LANES: usize = 4096;
/// A lane without an open connection counts as there for this long: it may be between two polls, or waiting to
/// reconnect.
const RECENT: Duration = Duration::from_secs(60);

/// Who reads.
#[derive(Debug, Default)]
pub(super) struct Readers {
    open: BTreeMap<u64, Reading>,
    lanes: BTreeMap<Arc<str>, Lane>,
}

/// An open connection that carried a request for a feed, or a command of a lane.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub connection: Arc<Connection>,
    lane: Option<Arc<str>>,
    transport: Option<&'static str>,
}

#[derive(Debug)]
struct Lane {
    transport: Option<&'static str>,
    origin: usize,
    seen: Instant,
}

/// Who has its next request to itself: a lane, or a connection of a reader that names none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Lane(Arc<str>),
    Connection(u64),
}

/// A reader's connection as it is told.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    connection: u64,
    origin: usize,
    lane: Option<String>,
    transport: Option<&'static str>,
    peer: String,
    r#in: u64,
    out: u64,
}

impl Readers {
    /// A request for a feed by `transport`, or a command of `lane`, has come on `connection`. False if this makes nobody
    /// a reader.
    pub fn seen(
        &mut self,
        connection: &Arc<Connection>,
        lane: Option<&str>,
        transport: Option<&'static str>,
    ) -> bool {
        let lane = lane.map(|name| self.lane(name, connection.origin(), transport));
        match self.open.get_mut(&connection.number()) {
            Some(_) if lane.is_none() && transport.is_none() => {}
            Some(reading) => {
                let kept = reading.transport.filter(|_| reading.lane == lane);
                *reading = Reading { connection: connection.clone(), lane, transport: transport.or(kept) };
            }
            None if lane.is_none() && transport.is_none() => return false,
            None => {
                let reading = Reading { connection: connection.clone(), lane, transport };
                self.open.insert(connection.number(), reading);
            }
        }
        true
    }

    /// The connection has closed.
    pub fn closed(&mut self, number: u64) {
        let lane = self.open.remove(&number).and_then(|reading| reading.lane);
        if let Some(lane) = lane.and_then(|lane| self.lanes.get_mut(&lane)) {
            lane.seen = Instant::now();
        }
    }

    /// The reader on that connection.
    pub fn get(&self, number: u64) -> Option<&Reading> {
        self.open.get(&number)
    }

    /// Whether that reader is in `scope`.
    pub fn is_in(&self, scope: &Scope, reading: &Reading) -> bool {
        let lane = reading.lane.as_deref();
        let transport = self.transport(reading);
        scope.holds(Reader { lane, transport, connection: reading.connection.number() })
    }

    /// All in `scope`, by number; one that is being ended already is nobody's any more.
    pub fn within<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = &'a Reading> {
        let lives = |reading: &&Reading| reading.connection.line().cause().is_none();
        self.open.values().filter(lives).filter(|reading| self.is_in(scope, reading))
    }

    /// Whose next requests a throw on `scope` waits for.
    pub fn awaited(&self, scope: &Scope) -> BTreeSet<Who> {
        let open = self.within(scope).map(Reading::who);
        let recent = self.recent(scope).map(|(name, _)| Who::Lane(name.clone()));
        open.chain(recent).collect()
    }

    /// The origins at which the lanes of `scope` were last seen.
    pub fn origins(&self, scope: &Scope) -> BTreeSet<usize> {
        let open = self.within(scope).map(|reading| reading.connection.origin());
        let named = |(name, _): &(&Arc<str>, &Lane)| matches!(scope, Scope::Lane(lane) if **lane == ***name);
        let lanes = self.lanes.iter().filter(named).chain(self.recent(scope));
        open.chain(lanes.map(|(_, lane)| lane.origin)).collect()
    }

    /// Whose a connection is.
    pub fn whose(&self, reading: &Reading) -> Whose {
        Whose {
            connection: reading.connection.number(),
            lane: reading.lane.clone(),
            transport: self.transport(reading),
        }
    }

    /// All, as they are told.
    pub fn told(&self) -> Vec<Told> {
        let told = |reading: &Reading| {
            let (bytes_in, bytes_out) = reading.connection.line().totals();
            Told {
                connection: reading.connection.number(),
                origin: reading.connection.origin(),
                lane: reading.lane.as_deref().map(str::to_owned),
                transport: self.transport(reading),
                peer: reading.connection.peer().to_string(),
                r#in: bytes_in,
                out: bytes_out,
            }
        };
        self.open.values().map(told).collect()
    }

    fn recent<'a>(&'a self, scope: &'a Scope) -> impl Iterator<Item = (&'a Arc<str>, &'a Lane)> {
        self.lanes.iter().filter(move |(name, lane)| {
            // Connections have numbers from 1.
            let reader = Reader { lane: Some(name), transport: lane.transport, connection: 0 };
            lane.seen.elapsed() < RECENT && scope.holds(reader)
        })
    }

    fn transport(&self, reading: &Reading) -> Option<&'static str> {
        let lane = || self.lanes.get(reading.lane.as_ref()?)?.transport;
        reading.transport.or_else(lane)
    }

    /// The lane's name as it is kept, the lane having just been seen.
    fn lane(&mut self, name: &str, origin: usize, transport: Option<&'static str>) -> Arc<str> {
        let seen = Instant::now();
        if let Some((known, _)) = self.lanes.get_key_value(name) {
            let known = known.clone();
            if let Some(lane) = self.lanes.get_mut(name) {
                *lane = Lane { transport: transport.or(lane.transport), origin, seen };
            }
            return known;
        }
        if self.lanes.len() >= LANES {
            let oldest = self.lanes.iter().min_by_key(|(_, lane)| lane.seen).map(|(name, _)| name.clone());
            oldest.and_then(|oldest| self.lanes.remove(&oldest));
        }
        let name: Arc<str> = name.into();
        self.lanes.insert(name.clone(), Lane { transport, origin, seen });
        name
    }
}

impl Reading {
    /// Who its requests are of.
    pub fn who(&self) -> Who {
        self.lane.clone().map_or_else(|| Who::Connection(self.connection.number()), Who::Lane)
    }
}
