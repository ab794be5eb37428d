//! In simulated time, over pipes in memory: stage and clients on one thread, and given a seed the same record byte for byte.

use crate::signal;

use super::file::RecordFile;
use super::native::{ConnectorOf, NativeLanes};
use super::one::{One, PlayError};
use super::real::{plan, profile, stopped};
use crate::client::Dial;
use crate::run::{LanePlan, Over, conduct};
use crate::server::{Simulated, simulate};
use crate::wire::Network;

/// Plays it.
pub(super) fn play(
    one: &One,
    record: &mut RecordFile,
    stop: signal::Receiver<bool>,
) -> Result<Over, PlayError> {
    simulate(one.seed, async || {
        let network = Network::default();
        let simulated = Simulated::start(&one.config(), &network).await?;
        let stage = simulated.handle();
        let plan = plan(one, &stage.origins())?;
        let (profile, recorder) = (profile(&one.player.client), stage.recorder().clone());
        let mut lanes = NativeLanes::new(Pipes(network), profile, one.seed, recorder);
        let over = conduct(&stage, &mut lanes, &plan, |seen| record.note(seen), stopped(stop)).await;
        drop(lanes);
        simulated.stop().await;
        Ok(over?)
    })?
}

struct Pipes(Network);

impl ConnectorOf for Pipes {
    type Connector = Dial;

    fn connector(&mut self, _lane: &LanePlan) -> Result<Dial, String> {
        Ok(Dial(self.0.clone()))
    }
}
