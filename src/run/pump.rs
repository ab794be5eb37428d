//! The one place where a run waits: lines of the stage and of the lanes come in, are noted, and make known how far all is.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;

use thiserror::Error;
use tokio::time::{Instant, sleep_until};

use super::watch::Watch;
use super::{Heard, Lanes, Plan, Stage};
use crate::record::{self, Listener, Observation, What};

/// Where lines are noted. It must not block for long.
pub(super) type Notes<'a> = dyn FnMut(&Observation) -> io::Result<()> + 'a;

/// A line that could not be noted.
#[derive(Debug, Error)]
#[error("the record cannot be written: {0}")]
pub struct NoteError(#[from] pub io::Error);

/// Why a run could not be played to its end.
#[derive(Debug, Error)]
pub enum RunError {
    /// Nothing more can be noted.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The readers are gone.
    #[error("{0}")]
    Gone(String),
    /// The stage refused something.
    #[error("{0}")]
    Refused(String),
    /// Somebody ended it.
    #[error("interrupted")]
    Interrupted,
}

/// What waiting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// What was waited for.
    True,
    /// The end of patience.
    Late,
}

/// A run while it is played.
pub(super) struct Pump<'a, S, L> {
    pub stage: &'a S,
    pub lanes: &'a mut L,
    pub plan: &'a Plan,
    pub watch: Watch,
    /// What was thrown, and its name.
    pub throws: BTreeMap<u64, Option<String>>,
    notes: Box<Notes<'a>>,
    listener: Listener,
    stop: Pin<Box<dyn Future<Output = ()> + 'a>>,
    stopped: bool,
    over: bool,
}

impl<'a, S: Stage, L: Lanes> Pump<'a, S, L> {
    pub(super) fn new(
        stage: &'a S,
        lanes: &'a mut L,
        plan: &'a Plan,
        notes: Box<Notes<'a>>,
        stop: Pin<Box<dyn Future<Output = ()> + 'a>>,
    ) -> Self {
        Self {
            watch: Watch::new(plan),
            listener: stage.listen(),
            stage,
            lanes,
            plan,
            throws: BTreeMap::new(),
            notes,
            stop,
            stopped: false,
            over: false,
        }
    }

    /// Notes a line of the conductor's own.
    pub(super) fn note(&mut self, what: What) -> Result<(), RunError> {
        let line = Observation { run: self.plan.run.clone(), ..Observation::by_server(what) };
        (self.notes)(&line).map_err(|error| NoteError(error).into())
    }

    /// Has the lanes begin; a page may be long in coming.
    pub(super) async fn begin(&mut self) -> Result<(), RunError> {
        tokio::select! {
            biased;
            () = &mut self.stop, if !self.stopped => {
                self.stopped = true;
                Err(RunError::Interrupted)
            }
            begun = self.lanes.begin(&self.plan.lanes) => begun.map_err(RunError::Gone),
        }
    }

    /// Takes in lines until it is so, but no longer than that.
    pub(super) async fn until(
        &mut self,
        deadline: Instant,
        mut so: impl FnMut(&Watch) -> bool,
    ) -> Result<Came, RunError> {
        loop {
            if so(&self.watch) {
                return Ok(Came::True);
            }
            // Lines that never stop coming are no reason to stay.
            if Instant::now() >= deadline {
                return Ok(Came::Late);
            }
            tokio::select! {
                biased;
                () = &mut self.stop, if !self.stopped => {
                    self.stopped = true;
                    return Err(RunError::Interrupted);
                }
                heard = self.listener.next() => match heard {
                    record::Heard::Line(line) => self.of_stage(&line)?,
                    record::Heard::Over => return Err(RunError::Gone("the stage has stopped".to_owned())),
                },
                heard = self.lanes.next(), if !self.over => match heard {
                    Heard::Seen(seen) => self.of_lane(&seen)?,
                    Heard::Over => self.over = true,
                    Heard::Gone(why) => {
                        self.over = true;
                        return Err(RunError::Gone(why));
                    }
                },
                () = sleep_until(deadline) => return Ok(Came::Late),
            }
        }
    }

    /// Takes in what the lanes still have to tell, until they have told all or so long.
    pub(super) async fn until_told(&mut self, deadline: Instant) -> Result<Came, RunError> {
        while !self.over {
            let came = tokio::select! {
                biased;
                heard = self.lanes.next() => heard,
                () = sleep_until(deadline) => return Ok(Came::Late),
            };
            match came {
                Heard::Seen(seen) => self.of_lane(&seen)?,
                Heard::Over | Heard::Gone(_) => self.over = true,
            }
        }
        Ok(Came::True)
    }

    /// Takes in what the stage has told already.
    pub(super) fn drain(&mut self) -> Result<(), RunError> {
        while let Some(record::Heard::Line(line)) = self.listener.next_now() {
            self.of_stage(&line)?;
        }
        Ok(())
    }

    fn of_stage(&mut self, line: &str) -> Result<(), RunError> {
        // Made by this program a moment ago: it reads.
        let Ok(seen) = serde_json::from_str::<Observation>(line) else { return Ok(()) };
        if !self.watch.concerns(&seen, &self.throws) {
            return Ok(());
        }
        self.watch.take(&seen);
        (self.notes)(&seen).map_err(|error| NoteError(error).into())
    }

    fn of_lane(&mut self, seen: &Observation) -> Result<(), RunError> {
        self.watch.take(seen);
        (self.notes)(seen).map_err(|error| NoteError(error).into())
    }
}
