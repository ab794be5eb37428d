//! What a conductor needs of a running bench or a simulated stage, without HTTP: its origins, its jobs, its throws and its record.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use thiserror::Error;

use super::faults::fits;
use super::runs::{Entry, PageLanes};
use super::state::State;
use crate::fault::{Full, MAX_THROWS, Malformed, Wanted, Why};
use crate::feed::{Job, JobError, JobRequest};
use crate::record::{Listener, Recorder};
use crate::run::Plan;

/// A hand on a running [`Bench`](super::Bench) or [`Simulated`](super::Simulated) stage. Cheap to clone, and `Send`; it does not keep
/// what it holds running.
///
/// A job's commands are on the job itself: [`Job::command`].
#[derive(Clone)]
pub struct Handle {
    state: State,
}

/// Why nothing was thrown.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NotThrown {
    /// It speaks of what is not there.
    #[error("{}: wanted {}, found {}", .0.member, .0.wanted, .0.found)]
    Malformed(Malformed),
    /// There are as many throws at work as may be.
    #[error("{MAX_THROWS} throws are at work, which is as many as may be: clear one first")]
    Full,
    /// There is no stage any more.
    #[error("there is no stage to throw on: the server is stopping")]
    Gone,
}

impl Handle {
    pub(super) fn new(state: State) -> Self {
        Self { state }
    }

    /// The URLs of the lanes' origins, in their order.
    pub fn origins(&self) -> Vec<String> {
        self.state.place.lanes.iter().map(|seat| seat.url.clone()).collect()
    }

    /// Where the listener of this origin, counted from 1, is.
    pub fn address(&self, origin: usize) -> Option<SocketAddr> {
        self.state.place.addresses.get(origin.checked_sub(1)?).copied()
    }

    /// Enters a run that a page is to play, made from the name it is given; its steps begin when it is played.
    ///
    /// # Errors
    /// That of `make`; nothing is entered then.
    pub fn enter_run<E>(
        &self,
        make: impl FnOnce(String) -> Result<Plan, E>,
    ) -> Result<(Arc<Entry>, PageLanes), E> {
        self.state.runs.enter(|id, _| make(id))
    }

    /// Reasons to distrust what is measured here.
    pub fn caveats(&self) -> &[String] {
        &self.state.place.caveats
    }

    /// Makes a job and starts its source. It may look at files meanwhile.
    ///
    /// # Errors
    /// Says what stands in the way; nothing is made then.
    pub fn make_job(&self, request: JobRequest) -> Result<Arc<Job>, JobError> {
        self.state.context.jobs.create(request)
    }

    /// The job of that name as it is now: a `restart` that loses the logs puts another in its place.
    pub fn job(&self, name: &str) -> Option<Arc<Job>> {
        self.state.context.jobs.get(name)
    }

    /// Forgets a job, telling its readers. False if there is none.
    pub fn remove_job(&self, name: &str) -> bool {
        self.state.context.jobs.remove(name)
    }

    /// Throws, in one step of the stage's thread. Gives the throw's number, and what is told of it (docs/reference/faults.md, THROW).
    ///
    /// # Errors
    /// Why nothing was thrown.
    pub async fn throw(&self, wanted: Wanted) -> Result<(u64, Value), NotThrown> {
        fits(&wanted, &self.state).map_err(NotThrown::Malformed)?;
        match self.state.director.throw(wanted).await {
            Some(thrown) => thrown.map_err(|Full| NotThrown::Full),
            None => Err(NotThrown::Gone),
        }
    }

    /// Clears a throw and gives what is told of it; `None` if it is none of the last ones.
    pub async fn clear(&self, id: u64) -> Option<Value> {
        self.state.director.clear(id).await
    }

    /// Clears all throws.
    pub async fn clear_all(&self) {
        self.state.director.clear_all(Why::Asked).await;
    }

    /// Where observations go: a conductor may add its own, and those of its clients, so that all stand in one order.
    pub fn recorder(&self) -> &Recorder {
        &self.state.context.recorder
    }

    /// Hears the record from now on. Of a simulated stage no line is lost, however late it is heard.
    pub fn listen(&self) -> Listener {
        self.recorder().listen()
    }
}
