//! The conductor: lets the lanes connect, starts the feed, takes the steps, sees when all is over, and clears up.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

use super::pump::{Came, Pump, RunError};
use super::watch::Watch;
use super::{Lanes, Plan, Stage};
use crate::record::{Observation, What};
use crate::scenario::{Moment, Ready};

/// How long a lane that cannot connect is waited for before the feed begins.
const READY: Duration = Duration::from_secs(3);
/// How long after the last lane is over it may still say that it comes back.
const SETTLED: Duration = Duration::from_millis(100);
/// From one line of a lane's totals to the next, and a little.
const TOTALS: Duration = Duration::from_millis(600);
/// How long closing may take.
const CLOSING: Duration = Duration::from_secs(3);

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// By itself: no lane was on its way any more.
    Done,
    /// At the end of its time.
    Until,
}

/// Plays a run. Every line of its record is given to `notes` as it comes; `stop` ends it early.
///
/// # Errors
/// Why it could not be played to its end. The record's last line says it too, unless it is the record that cannot be written.
pub async fn conduct<'a, S: Stage, L: Lanes>(
    stage: &'a S,
    lanes: &'a mut L,
    plan: &'a Plan,
    notes: impl FnMut(&Observation) -> io::Result<()> + 'a,
    stop: impl Future<Output = ()> + 'a,
) -> Result<Over, RunError> {
    let mut pump = Pump::new(stage, lanes, plan, Box::new(notes), Box::pin(stop));
    pump.note(What::Run(Box::new(plan.header())))?;
    let over = play(&mut pump).await;
    let cleared = clear_up(&mut pump, over.is_ok()).await;
    let (why, problem) = match &over {
        Ok(Over::Done) => ("done", None),
        Ok(Over::Until) => ("until", None),
        Err(RunError::Interrupted) => ("interrupted", None),
        Err(error) => ("failed", Some(error.to_string())),
    };
    pump.note(What::Ended { why: why.to_owned(), problem })?;
    cleared?;
    over
}

async fn play<S: Stage, L: Lanes>(pump: &mut Pump<'_, S, L>) -> Result<Over, RunError> {
    let scenario = &pump.plan.scenario;
    let mut request = scenario.feed.clone();
    request.insert("job".to_owned(), pump.plan.job.clone().into());
    request.insert("start".to_owned(), "ready".into());
    pump.stage.make_job(request).map_err(RunError::Refused)?;
    let before = scenario.steps.iter().take_while(|step| step.moment == Moment::Before).count();
    for (index, step) in scenario.steps.iter().enumerate().take(before) {
        pump.take_step(index, step).await?;
    }
    pump.begin().await?;
    if scenario.ready == Ready::Open {
        // Late is late: a lane that cannot connect is part of the story.
        pump.until(Instant::now() + READY, Watch::all_ready).await?;
    }
    pump.note(What::Began)?;
    pump.command("start", None).map_err(|why| RunError::Refused(format!("the feed cannot start: {why}")))?;
    let began = Instant::now();
    let deadline = began + scenario.until;
    let mut last = began;
    for (index, step) in scenario.steps.iter().enumerate().skip(before) {
        let patience = step.within.map_or(deadline, |within| deadline.min(Instant::now() + within));
        if pump.await_moment(&step.moment, began, last, patience).await? == Came::Late {
            pump.never_came(index)?;
            break;
        }
        last = Instant::now();
        pump.take_step(index, step).await?;
    }
    let came = until_over(pump, deadline).await?;
    pump.until(Instant::now() + scenario.linger, |_| false).await?;
    Ok(if came == Came::True { Over::Done } else { Over::Until })
}

/// One that has lost its connection and one that will come back look alike until the next line of it.
async fn until_over<S: Stage, L: Lanes>(
    pump: &mut Pump<'_, S, L>,
    deadline: Instant,
) -> Result<Came, RunError> {
    loop {
        if pump.until(deadline, Watch::all_over).await? == Came::Late {
            return Ok(Came::Late);
        }
        let settled = deadline.min(Instant::now() + SETTLED);
        if pump.until(settled, |watch| !watch.all_over()).await? == Came::Late {
            return Ok(Came::True);
        }
    }
}

/// Lanes first, so that nothing of the clearing reaches them; then the throws, so that the stage sees them gone.
async fn clear_up<S: Stage, L: Lanes>(pump: &mut Pump<'_, S, L>, in_order: bool) -> Result<(), RunError> {
    let deadline = Instant::now() + if in_order { CLOSING } else { CLOSING / 10 };
    pump.lanes.close();
    if pump.until_told(deadline).await? == Came::Late && in_order {
        pump.caveat("lanes-silent", [])?;
    }
    let throws: Vec<u64> = pump.throws.keys().copied().collect();
    for throw in throws {
        pump.stage.clear(throw).await;
    }
    // Bytes at the socket are told with the end of each connection; a browser keeps its own open, and their totals are told four
    // times a second.
    let patience = if pump.plan.run.is_some() { TOTALS } else { CLOSING };
    pump.until(deadline.min(Instant::now() + patience), Watch::all_closed).await?;
    pump.drain()?;
    pump.stage.forget_job(&pump.plan.job);
    Ok(())
}
