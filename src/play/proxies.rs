//! The proxies of a scenario: each in front of the origin of the lane that reads through it, which the page and the clients are
//! then told to read at the proxy's address.

use std::net::SocketAddr;

use super::one::PlayError;
use super::proxy::{ProxyError, RunningProxy, free_address};
use crate::run::origins_of;
use crate::scenario::{Proxy, Scenario};
use crate::server::{Handle, LaneOrigin};

/// Proxies and where they are to listen.
pub(super) struct Proxies(Vec<Chosen>);

struct Chosen {
    proxy: Proxy,
    /// The origin it stands before.
    origin: usize,
    address: SocketAddr,
}

impl Proxies {
    /// Finds an address for each lane's.
    ///
    /// # Errors
    /// If the system has none left.
    pub(super) fn choose(scenario: &Scenario) -> Result<Self, PlayError> {
        let mut chosen = Vec::new();
        for (lane, origin) in scenario.lanes.iter().zip(origins_of(scenario)) {
            let named = |name: &String| scenario.proxies.iter().find(|proxy| proxy.name == *name);
            if let Some(proxy) = lane.through.as_ref().and_then(named) {
                let address =
                    free_address().map_err(|error| PlayError::System(format!("no free port: {error}")))?;
                chosen.push(Chosen { proxy: proxy.clone(), origin, address });
            }
        }
        Ok(Self(chosen))
    }

    /// Where readers find the origins that stand behind one.
    pub(super) fn lane_origins(&self) -> Vec<LaneOrigin> {
        let told =
            |chosen: &Chosen| LaneOrigin { id: chosen.origin, url: format!("http://{}", chosen.address) };
        self.0.iter().map(told).collect()
    }

    /// Starts them; they end when dropped.
    ///
    /// # Errors
    /// If one is not installed or does not start.
    pub(super) async fn start(&self, stage: &Handle) -> Result<Vec<RunningProxy>, PlayError> {
        let mut running = Vec::new();
        for Chosen { proxy, origin, address } in &self.0 {
            let upstream = stage.address(*origin);
            let upstream =
                upstream.ok_or_else(|| PlayError::System(format!("there is no origin {origin}")))?;
            let started = RunningProxy::start_at(proxy, *address, upstream).await;
            running.push(started.map_err(|error| match error {
                ProxyError::NotInstalled { .. } => PlayError::NotHere(error.to_string()),
                error => PlayError::System(error.to_string()),
            })?);
        }
        Ok(running)
    }
}
