//! In real time, over sockets: a bench of this process with its threads, read by native clients or by a browser, through proxies
//! where the scenario has them.

use crate::signal;
use tokio::runtime::Builder;

use super::browser::Kind;
use super::file::RecordFile;
use super::in_browser;
use super::native::{ConnectorOf, NativeLanes};
use super::one::{One, PlayError};
use super::proxies::Proxies;
use super::suite::Driver;
use crate::client::{Profile, Tcp};
use crate::run::{LanePlan, Over, Plan, conduct};
use crate::server::{Bench, Config};

/// Plays it.
pub(super) fn play(
    one: &One,
    record: &mut RecordFile,
    stop: signal::Receiver<bool>,
) -> Result<Over, PlayError> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| PlayError::System(format!("no runtime: {error}")))?;
    runtime.block_on(async {
        let proxies = Proxies::choose(&one.scenario)?;
        let config = Config { lane_origins: proxies.lane_origins(), ..one.config() };
        let bench = Bench::start(&config)?;
        let running = proxies.start(&bench.handle()).await?;
        let over = match one.driver {
            Driver::Native => native(one, &bench, record, stop).await,
            Driver::Chromium => in_browser::play(one, Kind::Chromium, &bench, record, stop).await,
            Driver::Firefox => in_browser::play(one, Kind::Firefox, &bench, record, stop).await,
        };
        drop(running);
        bench.stop().await;
        over
    })
}

async fn native(
    one: &One,
    bench: &Bench,
    record: &mut RecordFile,
    stop: signal::Receiver<bool>,
) -> Result<Over, PlayError> {
    let stage = bench.handle();
    let plan = plan(one, &stage.origins())?;
    let profile = profile(&one.player.client);
    let mut lanes = NativeLanes::new(Sockets, profile, one.seed, stage.recorder().clone());
    Ok(conduct(&stage, &mut lanes, &plan, |seen| record.note(seen), stopped(stop)).await?)
}

/// The plan of a run on a stage of its own.
pub(super) fn plan(one: &One, origins: &[String]) -> Result<Plan, PlayError> {
    let plan = Plan::new(one.scenario.clone(), one.player.clone(), one.seed, None, origins);
    let plan = plan.map_err(PlayError::System)?;
    Ok(Plan { settings: one.settings.clone(), ..plan })
}

/// The profile of that name; names were checked when they were given.
pub(super) fn profile(name: &str) -> Profile {
    Profile::ALL.into_iter().find(|profile| profile.name == name).unwrap_or_default()
}

/// Ready when somebody wants it to end.
pub(super) async fn stopped(mut stop: signal::Receiver<bool>) {
    // Nobody who could want it is left: it goes on.
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

struct Sockets;

impl ConnectorOf for Sockets {
    type Connector = Tcp;

    fn connector(&mut self, _lane: &LanePlan) -> Result<Tcp, String> {
        Ok(Tcp::default())
    }
}
