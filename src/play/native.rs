//! The native driver: each lane is a client of this program, on any connector and in any time.

use std::collections::BTreeMap;

use tokio::sync::mpsc;

use crate::client::{self, Client, Command, Connector, Observer, PerOrigin, Profile, Reader};
use crate::record::Recorder;
use crate::run::{Heard, LaneOrder, LanePlan, Lanes};

/// Native readers.
pub struct NativeLanes<C> {
    connector: C,
    profile: Profile,
    // All lanes are of one browser.
    per_origin: PerOrigin,
    seed: u64,
    clients: BTreeMap<String, Client>,
    said: u64,
    // Closed when the last client has ended.
    ended: mpsc::Receiver<()>,
    // Until the lanes have begun: then each client has its own.
    observer: Option<Observer>,
}

/// What connects one lane: the connector itself, or one that knows a proxy.
pub trait ConnectorOf: Send + 'static {
    /// What it connects by.
    type Connector: Connector;

    /// The connector of this lane.
    ///
    /// # Errors
    /// Why there is none.
    fn connector(&mut self, lane: &LanePlan) -> Result<Self::Connector, String>;
}

impl<C: ConnectorOf> NativeLanes<C> {
    /// Readers like this browser, none of which has begun. What they see goes to the recorder of the stage, so that all that is
    /// observed stands in one order.
    pub fn new(connector: C, profile: Profile, seed: u64, recorder: Recorder) -> Self {
        let (alive, ended) = mpsc::channel(1);
        let observer = Observer::new(move |seen| {
            let _alive = &alive;
            recorder.note(|| seen);
        });
        let per_origin = PerOrigin::like(&profile);
        let (clients, observer) = (BTreeMap::new(), Some(observer));
        Self { connector, profile, per_origin, seed, clients, said: 0, ended, observer }
    }

    fn client(&mut self, n: u64, lane: &LanePlan, observer: &Observer) -> Result<Client, String> {
        let origin = lane.url.parse().map_err(|error| format!("{}: {error}", lane.url))?;
        let reads = client::Lane {
            settings: client::lane_settings(&lane.transport, &lane.settings),
            per_origin: self.per_origin.clone(),
            profile: self.profile.clone(),
            page: lane.page.clone(),
            // Neighbours differ in many bits, so that their draws have nothing in common.
            seed: self.seed.wrapping_add(n).wrapping_mul(0x9E37_79B9_7F4A_7C15),
            ..client::Lane::new(origin, &lane.job, &lane.lane)
        };
        let transport = client::transport_of(&lane.transport, &lane.settings);
        let transport = transport.map_err(|wrong| wrong.to_string())?;
        let connector = self.connector.connector(lane)?;
        Ok(Client::start(connector, reads, transport, Reader::default(), observer.clone()))
    }
}

impl<C: ConnectorOf> Lanes for NativeLanes<C> {
    async fn begin(&mut self, lanes: &[LanePlan]) -> Result<(), String> {
        let Some(observer) = self.observer.take() else { return Ok(()) };
        for (n, lane) in (1..).zip(lanes) {
            let client = self.client(n, lane, &observer)?;
            self.clients.insert(lane.lane.clone(), client);
        }
        Ok(())
    }

    async fn next(&mut self) -> Heard {
        // Nobody sends: it is over when no client is left.
        let _ = self.ended.recv().await;
        Heard::Over
    }

    fn order(&mut self, lane: &LanePlan, order: &LaneOrder) {
        let Some(client) = self.clients.get(&lane.lane) else { return };
        match order {
            LaneOrder::Disconnect => client.disconnect(),
            LaneOrder::Connect => client.connect(),
            LaneOrder::Say { command, factor, times } => {
                for _ in 0..*times {
                    self.said += 1;
                    let (id, command) = (self.said.to_string(), command.clone());
                    client.command(Command { id, command, factor: *factor });
                }
            }
        }
    }

    fn close(&mut self) {
        self.observer = None;
        self.clients.values().for_each(Client::close);
    }
}
