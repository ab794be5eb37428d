//! What a conductor needs of a stage: jobs, throws, and to hear what it observes.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::fault::Wanted;
use crate::feed::Job;
use crate::record::{Listener, Observation};

/// A stage, of real sockets or of pipes in memory.
pub trait Stage {
    /// The addresses of its lanes' origins; the first is origin 1.
    fn origins(&self) -> Vec<String>;

    /// Makes a job from what `POST /api/jobs` takes.
    ///
    /// # Errors
    /// What stands in the way.
    fn make_job(&self, request: Map<String, Value>) -> Result<Arc<Job>, String>;

    /// The job of that name, which is another after its log was lost.
    fn job(&self, name: &str) -> Option<Arc<Job>>;

    /// Appends these events to a job that is pushed.
    ///
    /// # Errors
    /// What stands in the way; nothing is appended then.
    fn push(&self, job: &str, events: &[Value]) -> Result<(), String>;

    /// Forgets a job.
    fn forget_job(&self, job: &str);

    /// Throws a fault and gives the throw's number.
    ///
    /// # Errors
    /// What stands in the way.
    fn throw(&self, wanted: Wanted) -> impl Future<Output = Result<u64, String>>;

    /// Clears a throw, if it is still at work.
    fn clear(&self, throw: u64) -> impl Future<Output = ()>;

    /// Tells whoever listens to the stage a line of the conductor's.
    fn tell(&self, line: &Observation);

    /// Hears what the stage observes from now on.
    fn listen(&self) -> Listener;
}
