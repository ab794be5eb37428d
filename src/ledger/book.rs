//! The accounts of a record: of each connection, each lane and the run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::account::{Account, Around, Estimate};
use super::bytes::{Ledger, by_lane};
use super::capture::{Capture, Connection};
use super::quiet::{Crossed, Quiet};
use crate::proto::dissect::{Role, Way};

/// All accounts of a record.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Book {
    /// The scenario that was played; null of a bench's record.
    pub scenario: Option<String>,
    /// All of it.
    pub run: Account,
    /// By lane; bytes whose lane nobody knows stand under null.
    pub lanes: Vec<OfLane>,
    /// By connection, in the order in which they were opened.
    pub connections: Vec<OfConnection>,
}

/// A lane's account.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OfLane {
    /// Which.
    pub lane: Option<String>,
    /// Its account.
    #[serde(flatten)]
    pub account: Account,
}

/// A connection's account.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct OfConnection {
    /// The server's number of it.
    pub connection: String,
    /// The lanes whose bytes it carried.
    pub lanes: Vec<String>,
    /// Its account.
    #[serde(flatten)]
    pub account: Account,
}

/// What is gathered of a lane, or of all.
#[derive(Debug, Default)]
struct Gathered {
    ledger: Ledger,
    of_nobody: (u64, u64),
    events: Vec<f64>,
    crossed: Vec<Crossed>,
    estimated: Estimate,
}

impl Book {
    /// Of a record.
    pub fn of(capture: &Capture) -> Self {
        let mut lanes = BTreeMap::<Option<String>, Gathered>::new();
        let (mut run, mut connections) = (Gathered::default(), Vec::new());
        for connection in &capture.connections {
            let mut whole = Gathered::default();
            for (lane, ledger) in by_lane(connection) {
                whole.ledger.add(&ledger);
                if lane.is_none() {
                    run.is_nobodys(&ledger);
                }
                let gathered = lanes.entry(lane.clone()).or_default();
                gathered.ledger.add(&ledger);
                gathered.take(connection, Some(&lane));
            }
            whole.take(connection, None);
            run.ledger.add(&whole.ledger);
            run.take(connection, None);
            connections.push(OfConnection {
                connection: connection.number.clone(),
                lanes: connection.lanes().into_iter().map(str::to_owned).collect(),
                account: whole.account(true),
            });
        }
        let lane = |(lane, gathered): (_, Gathered)| OfLane { lane, account: gathered.account(true) };
        Self {
            scenario: capture.header.as_ref().map(|header| header.scenario.clone()),
            // What is quiet for one is not for all.
            run: run.account(false),
            lanes: lanes.into_iter().map(lane).collect(),
            connections,
        }
    }
}

impl Gathered {
    /// What `connection` says of `lane`, or of all.
    fn take(&mut self, connection: &Connection, lane: Option<&Option<String>>) {
        let is_its = |of: &Option<String>| lane.is_none_or(|lane| lane == of);
        let events = connection.events.iter().filter(|(_, of)| is_its(of));
        self.events.extend(events.map(|(at, _)| *at));
        let pieces = connection.pieces.iter().filter(|piece| is_its(&piece.lane));
        self.crossed.extend(pieces.map(|piece| (piece.at, piece.up, piece.bytes.len() as u64)));
        self.estimated.add(&Estimate::of(connection, lane));
    }

    fn is_nobodys(&mut self, ledger: &Ledger) {
        for way in Way::ALL {
            self.of_nobody.0 += ledger.total(way);
            self.of_nobody.1 += ledger.bytes(way, Role::Payload);
        }
    }

    fn account(self, has_quiet: bool) -> Account {
        let events = self.events.len() as u64;
        let quiet = if has_quiet { Quiet::of(self.events, &self.crossed) } else { None };
        Account::of(
            &self.ledger,
            Around { events, of_nobody: self.of_nobody, quiet, estimated: self.estimated },
        )
    }
}
