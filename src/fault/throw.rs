//! One throw, from when it is thrown until it is one of the last hundred that were.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::ledger::Throws;
use super::news::{Happened, News, Why};
use super::readers::{Reading, Who};
use super::{Blow, Fault, Hit, Lasts, Scope, Strike, Values, Wanted};
use crate::pace::Micros;
use crate::signal;
use crate::wire::Connection;

/// How many of the connections it struck a throw names.
const LATEST: usize = 1000;

/// One throw.
pub(super) struct Throw {
    pub id: u64,
    pub fault: &'static Fault,
    values: Values,
    pub scope: Scope,
    pub lasts: Lasts,
    /// What it does; gone when it is over.
    pub strike: Option<Arc<Strike>>,
    thrown: Micros,
    pub heads: BTreeMap<String, u64>,
    pub struck: u64,
    /// The numbers of the latest that were struck.
    latest: VecDeque<u64>,
    cleared: Option<Micros>,
    caveats: Vec<(&'static str, Map<String, Value>)>,
    /// Connections it has struck and that are open.
    pub at_work: BTreeMap<u64, Arc<Connection>>,
    /// Of one that waits for requests and strikes once: whose, and whose have come.
    pub awaited: BTreeSet<Who>,
    pub met: BTreeSet<Who>,
    /// Answers that are held open.
    pub holds: usize,
    /// Listeners it keeps closed.
    pub listeners: Vec<usize>,
    over: signal::Sender<bool>,
}

/// An answer that is held open by a throw, until this is dropped.
pub struct Hold {
    pub(super) throws: Arc<Throws>,
    pub(super) id: u64,
    pub(super) over: signal::Receiver<bool>,
}

impl Throw {
    pub fn new(id: u64, wanted: Wanted, heads: BTreeMap<String, u64>, now: Micros) -> Self {
        let Wanted { fault, values, scope, lasts, strike } = wanted;
        Self {
            id,
            fault,
            values,
            scope,
            lasts,
            strike: Some(Arc::new(strike)),
            thrown: now,
            heads,
            struck: 0,
            latest: VecDeque::new(),
            cleared: None,
            caveats: Vec::new(),
            at_work: BTreeMap::new(),
            awaited: BTreeSet::new(),
            met: BTreeSet::new(),
            holds: 0,
            listeners: Vec::new(),
            over: signal::Sender::new(false),
        }
    }

    pub fn is_over(&self) -> bool {
        self.cleared.is_some()
    }

    /// When it was thrown.
    pub fn thrown_at(&self) -> Micros {
        self.thrown
    }

    /// Its name.
    pub fn name(&self) -> String {
        format!("f{}", self.id)
    }

    pub fn news(&self, what: Happened) -> News {
        News { id: self.name(), fault: self.fault.name, what }
    }

    /// That it was thrown, with how often it has struck so far.
    pub fn thrown(&self) -> News {
        self.news(Happened::Thrown {
            at: self.thrown,
            params: self.values.texts(),
            scope: self.scope.to_string(),
            lasts: self.lasts.to_string(),
            heads: self.heads.clone(),
            struck: self.struck,
        })
    }

    /// Strikes a wire. Gives what that was, and the caveat if there is a new one.
    pub fn hit(&mut self, blow: &Blow, reading: &Reading) -> (&'static str, Option<News>) {
        let hit = Hit { throw: self.id, nth: self.struck };
        self.counted(reading.connection.number());
        let struck = blow(reading.connection.line(), hit);
        if self.lasts != Lasts::Once || struck.what == "at-work" {
            self.at_work.insert(reading.connection.number(), reading.connection.clone());
        }
        let weaker = struck.weaker.and_then(|(wanted, got)| {
            let values = [("wanted", Value::from(wanted)), ("got", Value::from(got))];
            self.caveat("weaker", values.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
        });
        (struck.what, weaker)
    }

    /// Counts a connection as struck.
    pub fn counted(&mut self, connection: u64) {
        self.struck += 1;
        if self.latest.len() == LATEST {
            self.latest.pop_front();
        }
        self.latest.push_back(connection);
    }

    /// Notes a caveat, unless it is there.
    pub fn caveat(&mut self, name: &'static str, values: Map<String, Value>) -> Option<News> {
        let caveat = (name, values);
        if self.caveats.contains(&caveat) {
            return None;
        }
        self.caveats.push(caveat.clone());
        Some(self.news(Happened::Caveat { name: caveat.0, values: caveat.1 }))
    }

    /// Whether one that strikes once has nothing left to strike.
    pub fn is_done(&self) -> bool {
        self.lasts == Lasts::Once
            && !self.is_over()
            && self.at_work.is_empty()
            && self.awaited.is_empty()
            && self.holds == 0
    }

    /// It is over: what it did is taken back.
    pub fn clear(&mut self, why: Why, at: Micros) -> News {
        self.cleared = Some(at);
        self.strike = None;
        for connection in std::mem::take(&mut self.at_work).into_values() {
            connection.line().heal(self.id);
        }
        self.awaited.clear();
        self.met.clear();
        self.over.set(true);
        self.news(Happened::Cleared(why))
    }

    /// Told when it is over.
    pub fn over(&self) -> signal::Receiver<bool> {
        self.over.subscribe()
    }

    /// As it is told.
    pub fn told(&self) -> Value {
        let caveats: Vec<Value> = self
            .caveats
            .iter()
            .map(|(name, values)| {
                if values.is_empty() {
                    json!({ "caveat": name })
                } else {
                    json!({ "caveat": name, "values": values })
                }
            })
            .collect();
        json!({
            "id": self.name(),
            "fault": self.fault.name,
            "params": self.values.told(),
            "scope": self.scope.to_string(),
            "lasts": self.lasts.to_string(),
            "thrown": self.thrown.millis(),
            "heads": self.heads,
            "struck": self.struck,
            "connections": self.latest,
            "cleared": self.cleared.map(Micros::millis),
            "caveats": caveats,
        })
    }
}

impl Hold {
    /// Waits until the throw is over.
    pub async fn over(mut self) {
        // It fails only when the throw is forgotten.
        let _ = self.over.wait_for(|over| *over).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.throws.let_go(self.id);
    }
}
