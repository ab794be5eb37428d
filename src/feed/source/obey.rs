//! How a source obeys its job's control: waiting until something is due, held while the job is paused.

use std::sync::Weak;
use std::time::Duration;

use crate::feed::event::{Data, Kind};
use crate::feed::job::{Control, Job, State};
use crate::pace::{Micros, Schedule, now};
use crate::signal;

/// A schedule that follows the job's control.
pub(super) struct Obedient {
    control: signal::Receiver<Control>,
    schedule: Schedule,
}

impl Obedient {
    /// Waits until the job runs. `None` if it ended before it ran.
    pub(super) async fn start(mut control: signal::Receiver<Control>) -> Option<Self> {
        let first = control.wait_for(|c| c.state != State::Ready).await.ok()?;
        let mut schedule = Schedule::starting(now());
        schedule.set(now(), first.state == State::Paused, first.speed);
        (!first.state.is_end()).then_some(Self { control, schedule })
    }

    /// Waits until job time `due` and gives the real moment it was due at. `None` if the job has ended.
    pub(super) async fn until(&mut self, due: Duration) -> Option<Micros> {
        loop {
            if self.control.has_changed().ok()? {
                self.obey();
            }
            if self.control.get().state.is_end() {
                return None;
            }
            let Some(at) = self.schedule.real_time(due) else {
                self.obey_next().await?;
                continue;
            };
            let wait = at.since(now());
            if wait.is_zero() {
                return Some(at);
            }
            tokio::select! {
                biased;
                obeyed = self.obey_next() => { obeyed?; }
                // tokio's timer wheel has steps of a millisecond and rounds up, so nothing is early.
                () = tokio::time::sleep(wait) => return Some(at),
            }
        }
    }

    /// Appends an event that is due at job time `due`, once it is and the job takes it. `None` if the job has ended or
    /// nobody has it any more.
    pub(super) async fn append(
        &mut self,
        job: &Weak<Job>,
        due: Duration,
        event: impl Fn() -> (Kind, Data),
    ) -> Option<()> {
        loop {
            let at = self.until(due).await?;
            let (kind, data) = event();
            if job.upgrade()?.append(kind, data, at) {
                return Some(());
            }
            // Paused or ended just now: the control says so by the next look.
        }
    }

    /// Waits while the job is paused. Gives the speed, or `None` if the job has ended.
    pub(super) async fn until_running(&mut self) -> Option<f64> {
        let control = self.control.wait_for(|c| c.state != State::Paused).await.ok()?;
        (!control.state.is_end()).then_some(control.speed)
    }

    async fn obey_next(&mut self) -> Option<()> {
        self.control.changed().await.ok()?;
        self.obey();
        Some(())
    }

    fn obey(&mut self) {
        let Control { state, speed } = self.control.see();
        self.schedule.set(now(), state == State::Paused, speed);
    }
}
