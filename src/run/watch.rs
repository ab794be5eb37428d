//! What a conductor knows while a run is on: how far the feed and each lane have come.

use std::collections::{BTreeMap, BTreeSet};

use crate::measure::{Machine, State};
use crate::record::{Clock, Observation, What};
use crate::run::{LanePlan, Plan};
use crate::scenario::LaneMoment;

/// A lane as far as it has come.
#[derive(Debug, Default)]
struct Lane {
    machine: Machine,
    received: u64,
    attempts: u32,
}

/// What is known.
#[derive(Debug)]
pub(super) struct Watch {
    job: String,
    /// Whether the stage is this run's alone, so that every line of it is.
    alone: bool,
    head: u64,
    lanes: BTreeMap<String, Lane>,
    /// How many of them are open or will never be, and how many are over: asked for at every line.
    ready: usize,
    over: usize,
    /// Connections of the stage that carried a request of these lanes and are open.
    open: BTreeSet<String>,
}

impl Watch {
    pub(super) fn new(plan: &Plan) -> Self {
        let lanes = plan.lanes.iter().map(|lane| (lane.lane.clone(), Lane::default())).collect();
        Self {
            job: plan.job.clone(),
            alone: plan.run.is_none(),
            head: 0,
            lanes,
            ready: 0,
            over: 0,
            open: BTreeSet::new(),
        }
    }

    /// Takes in a line that belongs to the run.
    pub(super) fn take(&mut self, seen: &Observation) {
        if seen.clock == Clock::Server {
            return self.take_server(seen);
        }
        let Some(lane) = seen.lane.as_ref().and_then(|lane| self.lanes.get_mut(lane)) else { return };
        let was = lane.machine.state;
        lane.machine.step(seen.transport.as_deref().unwrap_or_default(), &seen.what);
        let is = lane.machine.state;
        self.ready = self.ready + usize::from(is_ready(is)) - usize::from(is_ready(was));
        self.over = self.over + usize::from(is_over(is)) - usize::from(is_over(was));
        match &seen.what {
            What::Event(event) => lane.received = lane.received.max(event.seq),
            What::Connecting { attempt, .. } | What::Waiting { attempt, wait: None, .. } => {
                lane.attempts = lane.attempts.max(*attempt);
            }
            _ => {}
        }
    }

    fn take_server(&mut self, seen: &Observation) {
        match (&seen.what, &seen.conn) {
            (What::Appended { job, seq, .. }, _) if *job == self.job => self.head = self.head.max(*seq),
            (What::Request { .. }, Some(conn)) => {
                self.open.insert(conn.clone());
            }
            (What::Closed { .. }, Some(conn)) => {
                self.open.remove(conn);
            }
            _ => {}
        }
    }

    /// Whether the line is of this run: of its lanes, its job or its connections.
    pub(super) fn concerns(&self, seen: &Observation, throws: &BTreeMap<u64, Option<String>>) -> bool {
        let of_throw = |id: &str| {
            id.strip_prefix('f').and_then(|id| id.parse().ok()).is_some_and(|id| throws.contains_key(&id))
        };
        let mine = self.alone;
        match &seen.what {
            What::Run(_) | What::Began | What::Step { .. } | What::Ended { .. } => false,
            What::Thrown { id, .. } | What::Struck { id, .. } | What::Cleared { id, .. } => of_throw(id),
            What::Appended { job, .. } | What::Pushed { job, .. } => *job == self.job,
            What::Lost { .. } => true,
            _ if mine => true,
            _ => match &seen.lane {
                Some(lane) => self.lanes.contains_key(lane),
                None => seen.conn.as_ref().is_some_and(|conn| self.open.contains(conn)),
            },
        }
    }

    pub(super) fn head(&self) -> u64 {
        self.head
    }

    /// Whether every lane is where it can hear the feed begin, or will never be.
    pub(super) fn all_ready(&self) -> bool {
        self.ready == self.lanes.len()
    }

    /// Whether no lane is on its way any more.
    pub(super) fn all_over(&self) -> bool {
        self.over == self.lanes.len()
    }

    /// Whether no connection of theirs is open at the stage.
    pub(super) fn all_closed(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether each of these has come so far.
    pub(super) fn reached<'a>(
        &self,
        mut lanes: impl Iterator<Item = &'a LanePlan>,
        what: &LaneMoment,
    ) -> bool {
        lanes.all(|plan| {
            let Some(lane) = self.lanes.get(&plan.lane) else { return false };
            match what {
                LaneMoment::State(state) => lane.machine.state.name() == state,
                LaneMoment::Received(seq) => lane.received >= *seq,
                LaneMoment::Attempt(attempt) => lane.attempts >= *attempt,
            }
        })
    }
}

fn is_ready(state: State) -> bool {
    state == State::Open || is_over(state)
}

fn is_over(state: State) -> bool {
    matches!(state, State::Ended | State::GivenUp | State::Closed)
}
