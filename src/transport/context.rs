//! What every handler of the feed may use: the jobs, the recorder, the vigil, and whether the server is stopping.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::meters::Meters;
use super::pool::Pool;
use crate::fault::Throws;
use crate::feed::Jobs;
use crate::record::Recorder;
use crate::wire::Vigil;

/// Shared by all handlers of all origins. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// All jobs.
    pub jobs: Arc<Jobs>,
    /// Where observations go.
    pub recorder: Recorder,
    /// Looks after half-open connections.
    pub vigil: Arc<Vigil>,
    /// What is counted of each transport.
    pub meters: Arc<Meters>,
    /// All clients.
    pub pool: Arc<Pool>,
    /// What is thrown.
    pub throws: Arc<Throws>,
    /// The silence after which a stream says something, unless its request says otherwise.
    pub heartbeat: Duration,
    stopping: Arc<AtomicBool>,
}

impl Context {
    /// A context that is not stopping.
    pub fn new(
        jobs: Arc<Jobs>,
        recorder: Recorder,
        vigil: Arc<Vigil>,
        pool: Arc<Pool>,
        throws: Arc<Throws>,
        heartbeat: Duration,
    ) -> Self {
        let meters = Arc::default();
        Self { jobs, recorder, vigil, meters, pool, throws, heartbeat, stopping: Arc::default() }
    }

    /// Whether streams are to end.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Ends all streams, politely: each says its transport's farewell, none the job's end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.jobs.wake_all();
    }
}
