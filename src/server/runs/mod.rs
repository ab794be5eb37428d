//! Runs that a page plays: each with its plan, its record so far, and in the end its report.
//!
//! The conductor of a run is a task of whoever began it: the bench, for a page that asked by `POST /api/runs`, or the program
//! that started a browser at the run's address. The readers are the page's lanes; what they see comes in by POST.

mod api;
mod lanes;
mod library;

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

pub(super) use api::routes;
pub use lanes::PageLanes;
pub(super) use lanes::Posted;
pub(super) use library::Library;

use super::Handle;
use crate::record::{Observation, What};
use crate::report::{Dress, Report, form};
use crate::run::{Over, Plan, RunError, Stage as _, conduct};

/// Runs that are kept, the oldest that has ended making room.
const KEPT: usize = 20;
/// Lines of a record that are kept here; a run that makes more is ended.
const LINES: usize = 500_000;
/// How long one that was ended early may close before the next is refused for it.
const CLOSING: Duration = Duration::from_secs(5);

/// All runs of a bench.
#[derive(Default)]
pub(super) struct Runs(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    made: u64,
    runs: VecDeque<Arc<Entry>>,
}

/// One run.
pub struct Entry {
    id: String,
    plan: Plan,
    phase: watch::Sender<Phase>,
    lines: Mutex<Vec<Arc<str>>>,
    posted: mpsc::UnboundedSender<Posted>,
    stop: watch::Sender<bool>,
    over: OnceLock<Ended>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Waiting,
    Playing,
    Closing,
    Ended,
}

struct Ended {
    why: Option<String>,
    report: Value,
}

impl Runs {
    /// Enters a run, made from the name it is given and with regard to one that is not over.
    ///
    /// # Errors
    /// That of `make`; nothing is entered then.
    pub(super) fn enter<E>(
        &self,
        make: impl FnOnce(String, Option<&Entry>) -> Result<Plan, E>,
    ) -> Result<(Arc<Entry>, PageLanes), E> {
        let mut inner = self.lock();
        let id = format!("r{}", inner.made + 1);
        let plan = make(id.clone(), inner.on().map(AsRef::as_ref))?;
        inner.made += 1;
        let (posted, heard) = mpsc::unbounded_channel();
        let entry = Arc::new(Entry {
            id,
            plan,
            phase: watch::Sender::new(Phase::Waiting),
            lines: Mutex::default(),
            posted,
            stop: watch::Sender::new(false),
            over: OnceLock::new(),
        });
        let over = |entry: &Arc<Entry>| entry.phase() == Phase::Ended;
        while inner.runs.len() >= KEPT
            && let Some(oldest) = inner.runs.iter().position(over)
        {
            inner.runs.remove(oldest);
        }
        inner.runs.push_back(entry.clone());
        Ok((entry, PageLanes::new(heard)))
    }

    /// Waits until what was ended early has closed, which takes a moment.
    pub(super) async fn closed(&self) {
        let on = self.lock().on().cloned();
        if let Some(entry) = on.filter(|entry| *entry.stop.borrow()) {
            let mut phase = entry.phase.subscribe();
            let _ = timeout(CLOSING, phase.wait_for(|phase| *phase == Phase::Ended)).await;
        }
    }

    /// The run of that name.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Entry>> {
        self.lock().runs.iter().find(|entry| entry.id == id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// One that is not over.
    fn on(&self) -> Option<&Arc<Entry>> {
        self.runs.iter().find(|entry| entry.phase() != Phase::Ended)
    }
}

impl Entry {
    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Plays it to its end with the lanes of a page; each line of its record also goes to `note`.
    ///
    /// # Errors
    /// Why it could not be played to its end.
    pub async fn play(
        self: &Arc<Self>,
        stage: &Handle,
        mut lanes: PageLanes,
        mut note: impl FnMut(&Observation) -> io::Result<()>,
    ) -> Result<Over, RunError> {
        lanes.of(self.clone(), stage.clone());
        let mut stop = self.stop.subscribe();
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        let mut last = None;
        let keep = |seen: &Observation| {
            self.keep(seen)?;
            note(seen)?;
            match seen.what {
                What::Began => self.enter(Phase::Playing),
                // Told once the report can be asked for.
                What::Ended { .. } => last = Some(seen.clone()),
                _ => {}
            }
            if seen.run.is_some() && last.is_none() {
                stage.tell(seen);
            }
            Ok(())
        };
        let over = conduct(stage, &mut lanes, &self.plan, keep, stopped).await;
        self.end(&over);
        if let Some(last) = last {
            stage.tell(&last);
        }
        over
    }

    /// Ends it early.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    fn keep(&self, seen: &Observation) -> io::Result<()> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= LINES {
            return Err(io::Error::other(format!("it has {LINES} lines, which is as many as are kept")));
        }
        lines.push(seen.to_line().into());
        Ok(())
    }

    fn end(&self, over: &Result<Over, RunError>) {
        let report = self.report_as("json").and_then(|text| serde_json::from_str(&text).ok());
        let why = match over {
            Ok(Over::Done) => "done".to_owned(),
            Ok(Over::Until) => "until".to_owned(),
            Err(error) => error.to_string(),
        };
        let _ = self.over.set(Ended { why: Some(why), report: report.unwrap_or_default() });
        self.enter(Phase::Ended);
    }

    /// Its report so far, in the form of that name; none where there is nothing to report yet.
    fn report_as(&self, name: &str) -> Option<String> {
        let report = Report::read(&self.id, &self.record()).ok()?;
        Some(form(name)?.write(&[report], Dress::default()))
    }

    /// Its record so far.
    fn record(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
        lines.iter().flat_map(|line| [line, "\n"]).collect()
    }

    fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    fn enter(&self, phase: Phase) {
        self.phase.send_replace(phase);
    }

    /// As it is told.
    fn told(&self) -> Value {
        let lane = |lane: &crate::run::LanePlan| {
            json!({
                "lane": lane.lane,
                "name": lane.name,
                "transport": lane.transport,
                "origin": lane.origin,
                "url": lane.url,
                "page": if lane.page.is_some() { "other" } else { "same" },
                "settings": lane.settings,
            })
        };
        let ended = self.over.get();
        json!({
            "run": self.id,
            "scenario": self.plan.scenario.name,
            "title": self.plan.scenario.title,
            "state": self.phase().name(),
            "job": self.plan.job,
            "lanes": self.plan.lanes.iter().map(lane).collect::<Vec<_>>(),
            "steps": self.plan.scenario.steps.len(),
            "why": ended.and_then(|ended| ended.why.clone()),
            "report": ended.map(|ended| &ended.report),
        })
    }
}

impl Phase {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Playing => "playing",
            Self::Closing => "closing",
            Self::Ended => "ended",
        }
    }
}
