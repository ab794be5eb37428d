//! The ledger of throws: which are at work, on which connections, and the last that were.
//!
//! It decides and strikes; who calls it does so on the thread that polls the wires, and writes down the [`News`] it is
//! given. While nothing is thrown, a request costs it one look-up.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::news::{Happened, News, Why};
use super::readers::{self, Readers, Reading, Who};
use super::sent_on::SentOn;
use super::throw::{Hold, Throw};
use super::{ALL, Instead, Lasts, Scope, Strike, Then, Wanted};
use crate::pace::now;
use crate::wire::{Connection, Cut};

/// Throws remembered, and so the most that can be at work.
pub const MAX_THROWS: usize = 100;

/// The ledger.
#[derive(Default)]
pub struct Throws {
    at_work: AtomicUsize,
    // The URLs of the stage's origins, the first being number 1.
    origins: Vec<String>,
    inner: Mutex<Inner>,
    sent_on: SentOn,
}

#[derive(Default)]
struct Inner {
    next: u64,
    all: VecDeque<Throw>,
    readers: Readers,
    counts: BTreeMap<&'static str, u64>,
    // What was let go and nobody has written down yet.
    pending: Vec<News>,
}

/// There are as many throws at work as may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// A throw has begun.
#[derive(Debug)]
pub struct Begun {
    /// Its number.
    pub id: u64,
    /// What happened.
    pub news: Vec<News>,
    /// The origins whose listeners it closes.
    pub closes: Vec<usize>,
    /// Whether the stage starts again, and the logs with it.
    pub restarts: Option<bool>,
}

/// What a request gets instead of its transport's answer.
pub struct Met {
    /// What.
    pub instead: Instead,
    /// Held open by the throw, if it is.
    pub hold: Option<Hold>,
    /// What happened.
    pub news: Vec<News>,
}

impl Throws {
    /// An empty ledger for a stage of these origins.
    pub fn new(origins: Vec<String>) -> Self {
        Self { origins, ..Self::default() }
    }

    /// The URL of an origin of the stage.
    pub fn origin(&self, number: usize) -> Option<&str> {
        self.origins.get(number.checked_sub(1)?).map(String::as_str)
    }

    /// Where requests were sent on to.
    pub fn sent_on(&self) -> &SentOn {
        &self.sent_on
    }

    /// Throws, with the newest event of each job as it is now. `open` are all connections of the stage.
    ///
    /// # Errors
    /// If as many as may be are at work.
    pub fn begin(
        &self,
        wanted: Wanted,
        heads: BTreeMap<String, u64>,
        open: &[Arc<Connection>],
    ) -> Result<Begun, Full> {
        let mut inner = self.lock();
        let inner = &mut *inner;
        inner.make_room()?;
        inner.next += 1;
        let mut throw = Throw::new(inner.next, wanted, heads, now());
        *inner.counts.entry(throw.fault.name).or_default() += 1;
        let mut begun = Begun { id: throw.id, news: Vec::new(), closes: Vec::new(), restarts: None };
        match throw.strike.clone().as_deref() {
            Some(Strike::Wires(_)) => begun.news = inner.readers.strike_all(&mut throw),
            Some(Strike::Requests(_)) if throw.lasts == Lasts::Once => {
                throw.awaited = inner.readers.awaited(&throw.scope);
            }
            Some(Strike::Listeners) => {
                let origins = inner.readers.origins(&throw.scope);
                let all = throw.scope == Scope::All;
                begun.closes = (1..=self.origins.len()).filter(|id| all || origins.contains(id)).collect();
                begun.news = throw.close(&begun.closes);
            }
            Some(Strike::Stage { log_lost }) => {
                begun.news = inner.readers.end_all(&mut throw, open);
                begun.closes = (1..=self.origins.len()).collect();
                throw.listeners.clone_from(&begun.closes);
                begun.restarts = Some(*log_lost);
            }
            Some(Strike::Requests(_)) | None => {}
        }
        let waits = matches!(throw.strike.as_deref(), Some(Strike::Requests(_)));
        let nobody = waits && matches!(throw.scope, Scope::Connection(_)) && throw.awaited.is_empty();
        if throw.struck == 0 && begun.restarts.is_none() && (!waits || nobody) {
            begun.news.extend(throw.caveat("nothing-struck", Map::new()));
        }
        begun.news.insert(0, throw.thrown());
        // One that waits for whoever comes first has nobody to wait for yet.
        if throw.is_done() && (!waits || nobody) {
            let at = throw.thrown_at();
            begun.news.push(throw.clear(Why::Once, at));
        }
        inner.all.push_back(throw);
        self.settle(inner);
        Ok(begun)
    }

    /// A request for a feed by `transport`, or a command of `lane`, has come on `connection`: what is at work strikes it
    /// now if it has not yet, and is taken back if it has left the scope.
    pub fn meet(
        &self,
        connection: &Arc<Connection>,
        lane: Option<&str>,
        transport: Option<&'static str>,
    ) -> Vec<News> {
        // The bench is the instrument.
        if connection.origin() == 0 {
            return Vec::new();
        }
        let mut inner = self.lock();
        if !inner.readers.seen(connection, lane, transport) || self.at_work.load(Ordering::Acquire) == 0 {
            return Vec::new();
        }
        let Inner { all, readers, .. } = &mut *inner;
        let Some(reading) = readers.get(connection.number()) else { return Vec::new() };
        let mut news = Vec::new();
        for throw in all.iter_mut().filter(|throw| !throw.is_over()) {
            let strike = throw.strike.clone();
            let Some(Strike::Wires(blow)) = strike.as_deref() else { continue };
            let is_struck = throw.at_work.contains_key(&connection.number());
            match (is_struck, readers.is_in(&throw.scope, reading) && !throw.is_nothing_to(readers, reading))
            {
                (true, false) => {
                    throw.at_work.remove(&connection.number());
                    connection.line().heal(throw.id);
                }
                (false, true) if throw.lasts != Lasts::Once => {
                    let (what, caveat) = throw.hit(blow, reading);
                    news.push(throw.news(Happened::Struck { what, whose: readers.whose(reading) }));
                    news.extend(caveat);
                }
                _ => {}
            }
        }
        news.extend(self.settle(&mut inner));
        news
    }

    /// What the request that has just come on `connection` gets instead of an answer by its transport, if anything.
    pub fn instead(self: &Arc<Self>, connection: &Connection) -> Option<Met> {
        if self.at_work.load(Ordering::Acquire) == 0 || connection.origin() == 0 {
            return None;
        }
        let mut inner = self.lock();
        let Inner { all, readers, .. } = &mut *inner;
        let reading = readers.get(connection.number())?;
        let who = reading.who();
        let is_next = |throw: &&mut Throw| {
            let is_met = throw.lasts == Lasts::Once && throw.met.contains(&who);
            !throw.is_over() && !is_met && readers.is_in(&throw.scope, reading)
        };
        // The later one stands nearer to the peer.
        let (throw, instead) = all.iter_mut().rev().filter(is_next).find_map(|throw| {
            let Some(Strike::Requests(instead)) = throw.strike.as_deref() else { return None };
            let instead = instead.clone();
            Some((throw, instead))
        })?;
        throw.counted(connection.number());
        throw.awaited.remove(&who);
        throw.met.insert(who);
        let (what, holds) = match &instead {
            Instead::Cut(Cut::Rst) => ("reset", false),
            Instead::Cut(Cut::Fin) => ("ended", false),
            Instead::Answer(answer) => ("answered", answer.then == Then::Hold),
        };
        let hold = holds.then(|| {
            throw.holds += 1;
            Hold { throws: self.clone(), id: throw.id, over: throw.over() }
        });
        let mut news = vec![throw.news(Happened::Struck { what, whose: readers.whose(reading) })];
        news.extend(self.settle(&mut inner));
        Some(Met { instead, hold, news })
    }

    /// The connection has closed.
    pub fn closed(&self, number: u64) -> Vec<News> {
        let mut inner = self.lock();
        inner.readers.closed(number);
        // An answer that was held on it has been let go just now.
        if self.at_work.load(Ordering::Acquire) == 0 && inner.pending.is_empty() {
            return Vec::new();
        }
        let mut news = Vec::new();
        for throw in inner.all.iter_mut().filter(|throw| !throw.is_over()) {
            if throw.forget(number) {
                news.push(throw.clear(Why::Once, now()));
            }
        }
        news.extend(self.settle(&mut inner));
        news
    }

    /// Adds a caveat to a throw.
    pub fn caveat(&self, id: u64, name: &'static str, values: Map<String, Value>) -> Option<News> {
        let mut inner = self.lock();
        inner.all.iter_mut().find(|throw| throw.id == id)?.caveat(name, values)
    }

    /// Clears the throw, if it is at work. Gives what happened and the origins whose listeners it kept closed.
    pub fn clear(&self, id: u64, why: Why) -> (Vec<News>, Vec<usize>) {
        let mut inner = self.lock();
        let Some(throw) = inner.all.iter_mut().find(|throw| throw.id == id && !throw.is_over()) else {
            return (Vec::new(), Vec::new());
        };
        let (news, opens) = (vec![throw.clear(why, now())], std::mem::take(&mut throw.listeners));
        self.settle(&mut inner);
        (news, opens)
    }

    /// The numbers of those at work.
    pub fn at_work(&self) -> Vec<u64> {
        self.lock().all.iter().filter(|throw| !throw.is_over()).map(|throw| throw.id).collect()
    }

    /// A throw as it is told.
    pub fn told(&self, id: u64) -> Option<Value> {
        self.lock().all.iter().find(|throw| throw.id == id).map(Throw::told)
    }

    /// The last throws as they are told, the oldest first.
    pub fn all_told(&self) -> Vec<Value> {
        self.lock().all.iter().map(Throw::told).collect()
    }

    /// The readers' open connections.
    pub fn readers(&self) -> Vec<readers::Told> {
        self.lock().readers.told()
    }

    /// The reader's connection of that number, while it is open.
    pub fn connection(&self, number: u64) -> Option<Arc<Connection>> {
        self.lock().readers.get(number).map(|reading| reading.connection.clone())
    }

    /// How often each fault was thrown.
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        let inner = self.lock();
        ALL.iter()
            .map(|fault| (fault.name, inner.counts.get(fault.name).copied().unwrap_or_default()))
            .collect()
    }

    /// An answer is held no more; written down with what happens next.
    pub(super) fn let_go(&self, id: u64) {
        let mut inner = self.lock();
        if let Some(throw) = inner.all.iter_mut().find(|throw| throw.id == id) {
            throw.holds = throw.holds.saturating_sub(1);
        }
        let news = self.settle(&mut inner);
        inner.pending.extend(news);
    }

    /// Ends the throws that have struck all they waited for, and counts those at work.
    fn settle(&self, inner: &mut Inner) -> Vec<News> {
        let mut news = std::mem::take(&mut inner.pending);
        for throw in inner.all.iter_mut().filter(|throw| throw.is_done() && throw.struck > 0) {
            news.push(throw.clear(Why::Once, now()));
        }
        let at_work = inner.all.iter().filter(|throw| !throw.is_over()).count();
        self.at_work.store(at_work, Ordering::Release);
        news
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn make_room(&mut self) -> Result<(), Full> {
        while self.all.len() >= MAX_THROWS {
            let oldest = self.all.iter().position(Throw::is_over).ok_or(Full)?;
            self.all.remove(oldest);
        }
        Ok(())
    }
}

impl Readers {
    /// Strikes all wires in the scope.
    fn strike_all(&self, throw: &mut Throw) -> Vec<News> {
        let strike = throw.strike.clone();
        let Some(Strike::Wires(blow)) = strike.as_deref() else { return Vec::new() };
        let scope = throw.scope.clone();
        let mut news = Vec::new();
        for reading in self.within(&scope) {
            if throw.is_nothing_to(self, reading) {
                continue;
            }
            let (what, caveat) = throw.hit(blow, reading);
            news.push(throw.news(Happened::Struck { what, whose: self.whose(reading) }));
            news.extend(caveat);
        }
        news
    }

    /// Ends every connection of the stage.
    fn end_all(&self, throw: &mut Throw, open: &[Arc<Connection>]) -> Vec<News> {
        let mut news = Vec::new();
        for connection in open {
            connection.line().cut(Cut::Fin, "fault: restart");
            throw.counted(connection.number());
            let nobody = || super::Whose { connection: connection.number(), ..super::Whose::default() };
            let whose = self.get(connection.number()).map_or_else(nobody, |reading| self.whose(reading));
            news.push(throw.news(Happened::Struck { what: "ended", whose }));
        }
        news
    }
}

impl Throw {
    /// Whether its fault means nothing to the transport of that reader.
    fn is_nothing_to(&self, readers: &Readers, reading: &Reading) -> bool {
        let transport = readers.whose(reading).transport;
        self.fault.nothing.iter().any(|(name, _)| transport == Some(*name))
    }

    fn close(&mut self, origins: &[usize]) -> Vec<News> {
        self.struck = origins.len() as u64;
        self.listeners = origins.to_vec();
        origins.iter().map(|&origin| self.news(Happened::Closed(origin))).collect()
    }

    /// Forgets a connection that has closed. Whether it was all there was to strike.
    fn forget(&mut self, number: u64) -> bool {
        // Whose peer has not heard of its end is still to be healed.
        self.at_work.retain(|at, connection| *at != number || connection.line().is_buried());
        let who = Who::Connection(number);
        self.met.remove(&who);
        self.awaited.remove(&who);
        self.lasts == Lasts::Once && self.scope == Scope::Connection(number)
    }
}
