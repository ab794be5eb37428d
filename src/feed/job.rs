//! The work whose progress is reported. Its state lives here and never on a connection.
//!
//! A source appends through [`Job::append`] and listens to [`Job::control`]; readers come through
//! [`Job::open`](super::Reader). The one lock is held for the length of an append or a look-up, never across an await.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::command::Command;
use super::cursor::Epoch;
use super::event::{Data, Event, Kind};
use super::given::Given;
use super::keys::Keys;
use super::lock::Lock;
use super::log::{Bounds, Log, Since};
use super::own::Own;
use super::readers::Readers;
use super::source::Settings;
use super::transition::next;
use crate::pace::{self, Micros};
use crate::signal;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Made, and waiting for `start`.
    Ready,
    /// At work.
    Running,
    /// Held by a command.
    Paused,
    /// Ended: done.
    Done,
    /// Ended: failed.
    Failed,
    /// Ended: cancelled.
    Cancelled,
}

/// What a source obeys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Control {
    /// Ready, running, paused, or ended.
    pub state: State,
    /// Job time over real time.
    pub speed: f64,
}

/// Called with each event as it is appended, and when it had been due.
pub type OnAppend = Box<dyn Fn(&Job, &Event, Micros) + Send + Sync>;

/// One job and its feed.
pub struct Job {
    name: String,
    epoch: Epoch,
    created: Micros,
    settings: Settings,
    log: Mutex<Log>,
    control: signal::Sender<Control>,
    readers: Arc<Readers>,
    on_append: OnAppend,
    keys: Mutex<Keys>,
    own: Own,
    lock: Option<Arc<Lock>>,
    retired: AtomicBool,
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").field("name", &self.name).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// What is told about a job.
#[derive(Clone, Debug, Serialize)]
pub struct JobInfo {
    job: String,
    epoch: String,
    state: State,
    head: u64,
    earliest: u64,
    total: Option<u64>,
    payload_bytes: u64,
    readers: usize,
    created: f64,
    token: bool,
    #[serde(flatten)]
    source: serde_json::Map<String, serde_json::Value>,
}

impl State {
    /// Every one.
    pub const ALL: &[Self] =
        &[Self::Ready, Self::Running, Self::Paused, Self::Done, Self::Failed, Self::Cancelled];

    /// Whether nothing can come after it.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Job {
    /// A job in `state` ready or running; its source is started by [`super::Jobs`].
    pub fn new(
        name: String,
        epoch: Epoch,
        settings: Settings,
        bounds: Bounds,
        state: State,
        on_append: OnAppend,
    ) -> Self {
        Self {
            name,
            epoch,
            created: pace::now(),
            settings,
            log: Mutex::new(Log::new(bounds)),
            control: signal::Sender::new(Control { state, speed: 1.0 }),
            readers: Arc::default(),
            on_append,
            keys: Mutex::default(),
            own: Own::default(),
            lock: None,
            retired: AtomicBool::new(false),
        }
    }

    /// The same job, whose feed is shut by `lock`.
    #[must_use]
    pub fn locked(self, lock: Option<Arc<Lock>>) -> Self {
        if let Some(lock) = lock.as_ref().filter(|_| self.state() != State::Ready) {
            lock.begin();
        }
        Self { lock, ..self }
    }

    /// What shuts its feed, if anything does.
    pub fn lock(&self) -> Option<&Arc<Lock>> {
        self.lock.as_ref()
    }

    /// A log for one reader of `template`, whose appends nobody watches, and which stands where that does now.
    pub(super) fn own_log_of(template: &Self, epoch: Epoch, control: Control) -> Self {
        let bounds = template.log().bounds();
        let (name, settings) = (template.name.clone(), template.settings.clone());
        let job = Self::new(name, epoch, settings, bounds, control.state, Box::new(|_, _, _| ()));
        let job = job.locked(template.lock.clone());
        job.control.set(control);
        job
    }

    /// Appends an event of the job's source that was due at `due`. An end event ends the job. False, and nothing
    /// done, if the job is not running: a paused one takes nothing but commands, an ended one nothing at all.
    pub fn append(&self, kind: Kind, data: Data, due: Micros) -> bool {
        let mut log = self.log();
        if self.state() != State::Running {
            return false;
        }
        let event = log.append(pace::now(), kind, data);
        self.settle(kind);
        drop(log);
        self.tell(&event, due);
        true
    }

    /// Appends events of the job's source side by side, an end event only as the last; gives the numbers of the first
    /// and last.
    ///
    /// # Errors
    /// The events, none of them appended, if there are none or the job is not running.
    pub fn append_all(&self, events: Vec<Given>, due: Micros) -> Result<(u64, u64), Vec<Given>> {
        let mut log = self.log();
        if self.state() != State::Running || events.is_empty() {
            return Err(events);
        }
        let first = log.head() + 1;
        let time = pace::now();
        let appended: Vec<_> =
            events.into_iter().map(|Given { kind, data }| log.append(time, kind, data)).collect();
        if let Some(last) = appended.last() {
            self.settle(last.kind);
        }
        let last = log.head();
        drop(log);
        for event in &appended {
            self.note(event, due);
        }
        self.readers.wake_all();
        Ok((first, last))
    }

    /// Takes the job out of use without an end event: its source stops, and so does whoever has read all there is.
    pub(super) fn retire(&self) {
        let log = self.log();
        self.retired.store(true, Ordering::Release);
        self.control.change(|control| control.state = State::Cancelled);
        drop(log);
        self.readers.wake_all();
    }

    /// Whether another log has its name.
    pub fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }

    /// How much its log keeps.
    pub(super) fn bounds(&self) -> Bounds {
        self.log().bounds()
    }

    /// Carries out a command.
    ///
    /// # Errors
    /// Says why the job's state does not allow it; nothing has changed then.
    pub fn command(&self, command: Command) -> Result<(), String> {
        // State and log change under one lock, so that no event of the source falls between a command and its event.
        let mut log = self.log();
        let (then, told) = next(self.control.get(), command)?;
        if let Some(lock) = self.lock.as_ref().filter(|_| command == Command::Start) {
            lock.begin();
        }
        self.control.set(then);
        let event = told.map(|(kind, data)| {
            let event = log.append(pace::now(), kind, Data::Json(data));
            self.settle(kind);
            event
        });
        drop(log);
        match event {
            Some(event) => self.tell(&event, event.time),
            // No event tells of the start, but from it on a token grows old.
            None => self.wake_readers(),
        }
        Ok(())
    }

    /// Where the job stands, and its changes.
    pub fn control(&self) -> signal::Receiver<Control> {
        self.control.subscribe()
    }

    /// Where the job stands.
    pub fn state(&self) -> State {
        self.control.get().state
    }

    /// What the job is and where it stands.
    pub fn info(&self) -> JobInfo {
        let log = self.log();
        JobInfo {
            job: self.name.clone(),
            epoch: self.epoch.to_string(),
            state: self.state(),
            head: log.head(),
            earliest: log.earliest(),
            total: self.settings.total(),
            payload_bytes: log.payload_bytes(),
            readers: self.readers.count() + self.own.readers(),
            created: self.created.millis(),
            token: self.lock.is_some(),
            source: self.settings.describe(),
        }
    }

    /// The job's name in URLs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of its log.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// What its source was asked for.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Those who read it.
    pub fn readers(&self) -> &Arc<Readers> {
        &self.readers
    }

    /// The logs that readers of it have for themselves.
    pub(super) fn own(&self) -> &Own {
        &self.own
    }

    /// Wakes all who read it, in a log of their own or not.
    pub fn wake_readers(&self) {
        self.readers.wake_all();
        self.own.each(|job| job.readers.wake_all());
    }

    /// The idempotency keys used so far.
    pub(super) fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What stands after `seq` in its log.
    pub fn since(&self, seq: u64) -> Since {
        self.log().since(seq)
    }

    /// Newest number, earliest kept number, and the end event's number once there is one.
    pub fn extent(&self) -> (u64, u64, Option<u64>) {
        let log = self.log();
        (log.head(), log.earliest(), log.end().map(|event| event.seq))
    }

    /// The state that an event of this kind brings about.
    fn settle(&self, kind: Kind) {
        let ended = match kind {
            Kind::Done => State::Done,
            Kind::Failed => State::Failed,
            Kind::Cancelled => State::Cancelled,
            _ => return,
        };
        self.control.change(|control| control.state = ended);
    }

    fn tell(&self, event: &Event, due: Micros) {
        self.note(event, due);
        self.readers.wake_all();
    }

    fn note(&self, event: &Event, due: Micros) {
        (self.on_append)(self, event, due);
        if event.kind.is_end() {
            tracing::info!(job = self.name, end = event.kind.name(), "job ended");
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Job {
        let settings = Settings::Synthetic(super::super::source::Synthetic::default());
        let epoch = "a".parse().expect("epoch");
        Job::new("j".into(), epoch, settings, Bounds::default(), State::Running, Box::new(|_, _, _| ()))
    }

    #[test]
    fn a_job_ends_once_and_takes_nothing_after_its_end() {
        let job = job();
        assert_eq!(job.command(Command::Cancel), Ok(()));
        assert_eq!(job.state(), State::Cancelled);
        assert!(!job.append(Kind::Done, Data::Json("{}".into()), Micros(0)));
        assert_eq!(job.extent(), (1, 1, Some(1)));
        assert!(job.command(Command::Cancel).is_err_and(|e| e.contains("the job is cancelled")));
    }

    #[test]
    fn pause_and_resume_are_events_for_all_readers() {
        let job = job();
        assert_eq!(job.command(Command::Pause), Ok(()));
        assert!(job.command(Command::Pause).is_err());
        assert!(
            !job.append(Kind::Progress, Data::Json("{}".into()), Micros(0)),
            "between paused and resumed"
        );
        assert_eq!(job.command(Command::Resume), Ok(()));
        assert!(job.append(Kind::Progress, Data::Json("{}".into()), Micros(0)));
        assert_eq!(job.extent().0, 3);
    }
}
