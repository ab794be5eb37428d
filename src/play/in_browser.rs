//! In a real browser, started at the run's address: the page plays it, the conductor is here.

use std::time::Duration;

use crate::signal;
use tokio::time::timeout;

use super::browser::{Browser, Kind};
use super::file::RecordFile;
use super::one::{One, PlayError};
use super::real::stopped;
use crate::run::{Over, Plan, RunError};
use crate::server::Bench;

/// How long a run may take to be wound up once its browser is gone.
const WINDING_UP: Duration = Duration::from_secs(5);

/// Plays it.
pub(super) async fn play(
    one: &One,
    kind: Kind,
    bench: &Bench,
    record: &mut RecordFile,
    stop: signal::Receiver<bool>,
) -> Result<Over, PlayError> {
    let stage = bench.handle();
    let mut browser = None;
    let (run, lanes) = stage.enter_run(|id| {
        let started = Browser::start(kind, &format!("{}/?play={id}", bench.url()))?;
        let program = started.program();
        browser = Some(started);
        let (scenario, player) = (one.scenario.clone(), one.player.clone());
        let plan = Plan::new(scenario, player, one.seed, Some(id), &stage.origins());
        let plan = plan.map_err(PlayError::System)?;
        Ok::<_, PlayError>(Plan { settings: one.settings.clone(), program, ..plan })
    })?;
    let Some(mut browser) = browser else { return Err(PlayError::System("no browser".to_owned())) };
    let over = {
        let mut played = std::pin::pin!(run.play(&stage, lanes, |seen| record.note(seen)));
        tokio::select! {
            biased;
            over = &mut played => over.map_err(PlayError::from),
            why = browser.exited() => {
                run.stop();
                // What was seen is kept, with its last line.
                let _ = timeout(WINDING_UP, &mut played).await;
                // It begins with the name of the program.
                Err(PlayError::System(format!("the browser was gone before the run was over: {why}")))
            }
            () = stopped(stop) => {
                run.stop();
                let over = timeout(WINDING_UP, &mut played).await;
                over.unwrap_or(Err(RunError::Interrupted)).map_err(PlayError::from)
            }
        }
    };
    browser.stop().await;
    over
}
