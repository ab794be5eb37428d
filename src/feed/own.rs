//! Progress kept on the connection: each reader of a `per-connection` job has a log of its own, that begins when it
//! connects and is gone when it goes.
//!
//! A reader's log is a [`Job`] that follows the control of the one it was made for. It lives as long as somebody holds it: a
//! stream its reader does, a poller's is kept here until its TCP connection ends.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use thiserror::Error;
use tokio::runtime::Handle;

use super::command::Command;
use super::cursor::Epoch;
use super::job::{Control, Job, State};
use super::source::Synthetic;
use crate::signal;

/// The most readers of one job that have a log of their own.
pub const OWN_LOGS: usize = 1000;

/// There are as many logs as may be.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{OWN_LOGS} readers have a log of their own")]
pub struct NoRoom;

/// The logs of a job's readers.
#[derive(Default)]
pub(super) struct Own {
    logs: Mutex<Logs>,
    running: signal::Sender<usize>,
}

#[derive(Default)]
struct Logs {
    all: Vec<Weak<Job>>,
    by_connection: BTreeMap<u64, Arc<Job>>,
}

/// A log at work, counted while this lives.
struct Running(Weak<Job>);

impl Own {
    /// How many read in them.
    pub(super) fn readers(&self) -> usize {
        let mut count = 0;
        self.each(|job| count += job.readers().count());
        count
    }

    /// Calls `act` with each.
    pub(super) fn each(&self, act: impl FnMut(&Job)) {
        let all: Vec<Arc<Job>> = self.lock().all.iter().filter_map(Weak::upgrade).collect();
        // Without the lock, for the last hold on one may be dropped here.
        all.iter().map(|job| &**job).for_each(act);
    }

    /// Ends all that have not ended.
    pub(super) fn cancel(&self) {
        // One that has ended refuses this.
        self.each(|job| drop(job.command(Command::Cancel)));
        let pollers = std::mem::take(&mut self.lock().by_connection);
        drop(pollers);
    }

    /// Forgets the log of who polled on this connection.
    pub(super) fn disconnected(&self, connection: u64) {
        let gone = self.lock().by_connection.remove(&connection);
        drop(gone);
    }

    /// Waits until none is at work.
    pub(super) async fn until_idle(&self) {
        // It fails only without a sender, and that is here.
        let _ = self.running.subscribe().wait_for(|running| *running == 0).await;
    }

    fn lock(&self) -> MutexGuard<'_, Logs> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The log of a reader of `template`: a new one, or the one that the connection of a poller has.
pub(super) fn open(
    template: &Arc<Job>,
    synthetic: &Synthetic,
    poller: Option<u64>,
    handle: &Handle,
) -> Result<Arc<Job>, NoRoom> {
    let mut logs = template.own().lock();
    if let Some(job) = poller.and_then(|connection| logs.by_connection.get(&connection)) {
        return Ok(job.clone());
    }
    logs.all.retain(|job| job.strong_count() > 0);
    if logs.all.len() >= OWN_LOGS {
        return Err(NoRoom);
    }
    let mut control = template.control();
    let Control { state, speed } = control.see();
    // It starts anew, even where the job itself has come to its end.
    let begin = if state.is_end() { State::Running } else { state };
    let epoch = Epoch::draw(&mut fastrand::Rng::new());
    let job = Arc::new(Job::own_log_of(template, epoch, Control { state: begin, speed }));
    if matches!(state, State::Cancelled | State::Failed) {
        drop(job.command(Command::Cancel));
    }
    logs.all.push(Arc::downgrade(&job));
    if let Some(connection) = poller {
        logs.by_connection.insert(connection, job.clone());
    }
    drop(logs);
    let (own, synthetic) = (Arc::downgrade(&job), synthetic.clone());
    let running = Running::count(template);
    handle.spawn(async move {
        tokio::select! {
            biased;
            () = follow(own.clone(), control) => (),
            () = synthetic.run(own) => (),
        }
        drop(running);
    });
    Ok(job)
}

/// Lets a reader's log obey what the job it was made for obeys, and goes on alone when that is gone.
async fn follow(own: Weak<Job>, mut control: signal::Receiver<Control>) {
    while control.changed().await.is_ok() {
        let wanted = control.see();
        let Some(own) = own.upgrade() else { return };
        obey(&own, wanted);
    }
    std::future::pending::<()>().await;
}

fn obey(own: &Job, wanted: Control) {
    let now = own.control().get();
    let command = |command| drop(own.command(command));
    #[expect(clippy::float_cmp, reason = "it is copied, not calculated")]
    let other_speed = wanted.speed != now.speed;
    if other_speed {
        command(Command::Speed { factor: wanted.speed });
    }
    // The job is `done` only when no log is at work; for one that began after that it means: go on.
    match (now.state, wanted.state) {
        (_, State::Cancelled | State::Failed) => command(Command::Cancel),
        (State::Ready, State::Running | State::Done) => command(Command::Start),
        (State::Ready, State::Paused) => {
            command(Command::Start);
            command(Command::Pause);
        }
        (State::Running, State::Paused) => command(Command::Pause),
        (State::Paused, State::Running | State::Done) => command(Command::Resume),
        _ => (),
    }
}

impl Running {
    fn count(template: &Arc<Job>) -> Self {
        template.own().running.change(|running| *running += 1);
        Self(Arc::downgrade(template))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(template) = self.0.upgrade() {
            template.own().running.change(|running| *running -= 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::{Bounds, Jobs, JobsConfig, source::Places};

    #[tokio::test]
    async fn there_is_room_for_so_many_logs_and_again_when_one_is_gone() {
        let observe = Arc::new(|_: &Job, _: &crate::feed::Event, _| ());
        let handle = Handle::current();
        let jobs = Jobs::new(JobsConfig {
            handle,
            bounds: Bounds::default(),
            limit: 2,
            places: Places::default(),
            observe,
        });
        let request = serde_json::json!({"source": "per-connection", "start": "ready"});
        let request = serde_json::from_value(request).expect("a request");
        let template = jobs.create(request).expect("a job");
        let open = |poller| jobs.reading(template.clone(), poller);
        let poller = open(Some(7)).expect("room").epoch();
        let mut streams: Vec<_> = (1..OWN_LOGS).map(|_| open(None).expect("room")).collect();
        assert!(open(None).is_err_and(|error| error.to_string().contains("1000")));
        assert_eq!(open(Some(7)).map(|job| job.epoch()), Ok(poller), "it has one");
        streams.pop();
        let last = open(None).expect("room again");
        assert!(open(None).is_err());
        jobs.disconnected(7);
        assert_ne!(open(Some(7)).expect("room again").epoch(), poller);
        drop(last);
    }
}
