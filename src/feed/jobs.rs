//! All jobs by name, and the thread their sources work on.
//!
//! Sources have a thread of their own so that neither a busy stage nor a busy page delays what is due.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use thiserror::Error;
use tokio::runtime::Handle;

use super::command::Command;
use super::cursor::Epoch;
use super::event::Event;
use super::job::{Job, State};
use super::lock::Lock;
use super::log::Bounds;
use super::own::{self, NoRoom};
use super::source::{Places, Settings};
use crate::pace::{Micros, parse_span};

/// The largest bound on bytes a request may ask for.
pub(super) const KEEP_BYTES_LIMIT: usize = 1 << 30;
/// The largest bound on events: far more than memory holds.
pub(super) const KEEP_EVENTS_LIMIT: usize = 1 << 40;

/// The longest that a token may last.
const LONGEST_LEASE: Duration = Duration::from_secs(3600);

/// Called with each event of each job as it is appended, and when it had been due.
pub type Observe = Arc<dyn Fn(&Job, &Event, Micros) + Send + Sync>;

/// What holds for all jobs.
pub struct JobsConfig {
    /// The runtime sources work on.
    pub handle: Handle,
    /// Bounds of a log where the request has none.
    pub bounds: Bounds,
    /// At most this many jobs; the oldest ended one makes room.
    pub limit: usize,
    /// The directories opened for sources.
    pub places: Places,
    /// Who watches appends.
    pub observe: Observe,
}

/// All jobs.
pub struct Jobs {
    config: JobsConfig,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    by_name: HashMap<String, Arc<Job>>,
    order: Vec<String>,
    made: u64,
}

/// Whether a job starts at once.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// At once.
    #[default]
    Now,
    /// At the command `start`.
    Ready,
}

/// A request for a job: what holds for every source, and the rest.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct JobRequest {
    source: String,
    #[serde(default)]
    job: Option<String>,
    #[serde(default)]
    start: Start,
    #[serde(default)]
    keep_events: Option<usize>,
    #[serde(default)]
    keep_bytes: Option<usize>,
    #[serde(default, deserialize_with = "there")]
    token: Option<String>,
    #[serde(default, deserialize_with = "there")]
    token_lasts: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl JobRequest {
    /// Checks a request as [`Jobs::create`] would, but makes no job and looks at no file. Gives how many events there will
    /// be if nobody commands the job, where that is known.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check(request: Map<String, Value>) -> Result<Option<u64>, String> {
        let request: Self = serde_json::from_value(Value::Object(request)).map_err(|e| e.to_string())?;
        request.lock()?;
        let total = Settings::check(&request.source, request.rest)?;
        within(Bounds { events: request.keep_events.unwrap_or(1), bytes: request.keep_bytes.unwrap_or(1) })
            .map_err(|error| error.to_string())?;
        Ok(total)
    }

    /// What shuts the feed.
    fn lock(&self) -> Result<Option<Lock>, String> {
        let lasts = match &self.token_lasts {
            None => None,
            Some(_) if self.token.is_none() => {
                return Err("token-lasts is nothing without a token".to_owned());
            }
            Some(text) => match parse_span(text) {
                Ok(span) if span <= LONGEST_LEASE => Some(span),
                _ => {
                    return Err(format!(
                        "token-lasts is {text:?}, and may be a duration with its unit up to 1h"
                    ));
                }
            },
        };
        self.token.clone().map(|token| Lock::new(token, lasts)).transpose()
    }
}

/// A member that is there is a text, and not null.
fn there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(Some)
}

/// Why a job was not made.
#[derive(Debug, Error)]
pub enum JobError {
    /// The request is malformed.
    #[error("{0}")]
    Malformed(String),
    /// There is one of that name.
    #[error("there is a job called {0} already: choose another name or DELETE it first")]
    Taken(String),
    /// There are as many as may be and none has ended.
    #[error("there are {0} jobs and none has ended: cancel or DELETE one first")]
    TooMany(usize),
}

impl Jobs {
    /// No jobs yet.
    pub fn new(config: JobsConfig) -> Self {
        Self { config, inner: Mutex::default() }
    }

    /// Makes a job and starts its source. May look at files, so not for a thread that serves others.
    ///
    /// # Errors
    /// Says what stands in the way; nothing is made then.
    pub fn create(&self, mut request: JobRequest) -> Result<Arc<Job>, JobError> {
        let rest = std::mem::take(&mut request.rest);
        let settings =
            Settings::read(&request.source, rest, &self.config.places).map_err(JobError::Malformed)?;
        self.make(settings, request)
    }

    /// Makes the job called `name` that reads standard input. Once a process.
    ///
    /// # Errors
    /// If that is no name for a job.
    pub fn create_stdin(&self, name: String) -> Result<Arc<Job>, JobError> {
        self.make(Settings::Stdin, JobRequest { job: Some(name), ..JobRequest::default() })
    }

    fn make(&self, settings: Settings, request: JobRequest) -> Result<Arc<Job>, JobError> {
        let bounds = self.bounds(request.keep_events, request.keep_bytes)?;
        let lock = request.lock().map_err(JobError::Malformed)?;
        let state = match request.start {
            Start::Now => State::Running,
            Start::Ready => State::Ready,
        };
        let job = {
            let mut inner = self.lock();
            let name = inner.name(request.job)?;
            inner.make_room(self.config.limit)?;
            let job = self.new_log(name.clone(), settings, (bounds, state), lock.map(Arc::new));
            inner.by_name.insert(name.clone(), job.clone());
            inner.order.push(name);
            job
        };
        tracing::info!(job = job.name(), "job made");
        let worker = job.clone();
        self.config.handle.spawn(async move { worker.settings().run(worker.clone()).await });
        Ok(job)
    }

    /// Starts every job again under its name, as a new log with a new epoch: one that waits for its start goes on to, all
    /// others work from their first event. Readers of the old logs are not told, but for their end. Gives the names of
    /// those that are kept, for standard input cannot be read twice; of a `per-connection` job each reader has its own log,
    /// which is gone with its connection.
    pub fn restart(&self) -> Vec<String> {
        let mut inner = self.lock();
        let Inner { by_name, order, .. } = &mut *inner;
        let mut kept = Vec::new();
        for name in order.iter() {
            let Some(job) = by_name.get_mut(name) else { continue };
            match job.settings() {
                Settings::PerConnection(_) => continue,
                Settings::Stdin => {
                    kept.push(job.name().to_owned());
                    continue;
                }
                _ => {}
            }
            let state = if job.state() == State::Ready { State::Ready } else { State::Running };
            let lock = job.lock().map(|lock| Arc::new(lock.again()));
            let as_before = (job.bounds(), state);
            let again = self.new_log(job.name().to_owned(), job.settings().clone(), as_before, lock);
            job.retire();
            *job = again.clone();
            let places = self.config.places.clone();
            self.config.handle.spawn(async move { again.settings().run_again(again.clone(), places).await });
        }
        kept
    }

    fn new_log(
        &self,
        name: String,
        settings: Settings,
        (bounds, state): (Bounds, State),
        lock: Option<Arc<Lock>>,
    ) -> Arc<Job> {
        let observe = self.config.observe.clone();
        let epoch = Epoch::draw(&mut fastrand::Rng::new());
        let on_append = Box::new(move |job: &Job, event: &Event, due| observe(job, event, due));
        Arc::new(Job::new(name, epoch, settings, bounds, state, on_append).locked(lock))
    }

    /// The job of that name.
    pub fn get(&self, name: &str) -> Option<Arc<Job>> {
        self.lock().by_name.get(name).cloned()
    }

    /// All jobs, oldest first.
    pub fn all(&self) -> Vec<Arc<Job>> {
        let inner = self.lock();
        inner.order.iter().filter_map(|name| inner.by_name.get(name).cloned()).collect()
    }

    /// Forgets a job; if it had not ended it is cancelled, so its readers are told. False if there is none.
    pub fn remove(&self, name: &str) -> bool {
        let Some(job) = self.lock().forget(name) else { return false };
        // One that has ended refuses this, which is just as well.
        let _ = job.command(Command::Cancel);
        job.own().cancel();
        true
    }

    /// The log in which a reader reads `job`: the job's own, but for `per-connection`, where each reader has its own. One
    /// that polls keeps it as long as its TCP connection, whose number is `poller`.
    ///
    /// # Errors
    /// If as many readers as may be have one already.
    pub fn reading(&self, job: Arc<Job>, poller: Option<u64>) -> Result<Arc<Job>, NoRoom> {
        match job.settings() {
            Settings::PerConnection(synthetic) => own::open(&job, synthetic, poller, &self.config.handle),
            _ => Ok(job),
        }
    }

    /// A TCP connection has ended, and with it the logs of who polled on it.
    pub fn disconnected(&self, connection: u64) {
        self.all().iter().for_each(|job| job.own().disconnected(connection));
    }

    /// Wakes every reader of every job, to look at what has changed beside the log.
    pub fn wake_all(&self) {
        self.all().iter().for_each(|job| job.wake_readers());
    }

    /// The directories opened for sources.
    pub fn places(&self) -> &Places {
        &self.config.places
    }

    fn bounds(&self, events: Option<usize>, bytes: Option<usize>) -> Result<Bounds, JobError> {
        let bounds = Bounds {
            events: events.unwrap_or(self.config.bounds.events),
            bytes: bytes.unwrap_or(self.config.bounds.bytes),
        };
        within(bounds)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bounds that a log can have.
fn within(bounds: Bounds) -> Result<Bounds, JobError> {
    let events = 1..=KEEP_EVENTS_LIMIT;
    if !events.contains(&bounds.events) || bounds.bytes == 0 || bounds.bytes > KEEP_BYTES_LIMIT {
        return Err(JobError::Malformed(format!(
            "keep-events may be 1 to {KEEP_EVENTS_LIMIT}, keep-bytes 1 to {KEEP_BYTES_LIMIT}"
        )));
    }
    Ok(bounds)
}

impl Inner {
    fn name(&mut self, wanted: Option<String>) -> Result<String, JobError> {
        let Some(name) = wanted else {
            loop {
                self.made += 1;
                let name = format!("job-{}", self.made);
                if !self.by_name.contains_key(&name) {
                    return Ok(name);
                }
            }
        };
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if name.is_empty() || name.len() > 64 || !plain {
            return Err(JobError::Malformed(format!(
                "job is {name:?}, and may be 1 to 64 of a-z, 0-9 and -"
            )));
        }
        if self.by_name.contains_key(&name) {
            return Err(JobError::Taken(name));
        }
        Ok(name)
    }

    fn make_room(&mut self, limit: usize) -> Result<(), JobError> {
        if self.order.len() < limit {
            return Ok(());
        }
        let ended = |name: &&String| self.by_name.get(*name).is_some_and(|job| job.state().is_end());
        let oldest = self.order.iter().find(ended).cloned().ok_or(JobError::TooMany(limit))?;
        self.forget(&oldest);
        Ok(())
    }

    fn forget(&mut self, name: &str) -> Option<Arc<Job>> {
        self.order.retain(|other| other != name);
        self.by_name.remove(name)
    }
}
