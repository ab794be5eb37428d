//! The stage in a simulation: all that a bench has on threads is here on one, over pipes in memory and in paused time, and all
//! chance comes from one seed (docs/decisions/0012-simulated-stage.md).

use std::net::{Ipv4Addr, SocketAddr};
use std::thread::JoinHandle;

use tokio::runtime::{self, Builder, LocalOptions};

use super::assembly::{Assembly, Setting, Tasks, assemble, end_streams, keep_record, until_written};
use super::config::{Config, StartError};
use super::ground::Bound;
use super::handle::Handle;
use super::origin::Origin;
use super::state::State;
use crate::pace::{self, Micros};
use crate::record::Recorder;
use crate::signal;
use crate::wire::Network;

/// When a simulation begins: 2026-01-01T00:00:00Z.
const BEGIN: Micros = Micros(1_767_225_600_000_000);
/// The port of the origins where none is asked for.
const PORT: u16 = 8080;

/// Plays `run` in simulated time: on this thread, from 2026-01-01T00:00:00Z on, with all chance drawn from `seed`. The same seed and
/// the same `run` give the same record, byte for byte.
///
/// Only what is awaited by tokio's clock is waited for, and it takes no time.
///
/// ```
/// use wirebench::server::{Config, Simulated, simulate};
/// use wirebench::wire::Network;
///
/// let origins = simulate(7, async || {
///     let network = Network::default();
///     let stage = Simulated::start(&Config::default(), &network).await?;
///     tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
///     let origins = stage.handle().origins();
///     stage.stop().await;
///     Ok::<_, wirebench::server::StartError>(origins)
/// })??;
/// assert_eq!(origins[0], "http://127.0.0.2:8080");
/// # Ok::<(), wirebench::server::StartError>(())
/// ```
///
/// # Errors
/// If there is no runtime.
///
/// # Panics
/// As `run` does, and inside another runtime.
pub fn simulate<T>(seed: u64, run: impl AsyncFnOnce() -> T) -> Result<T, StartError> {
    let runtime =
        Builder::new_current_thread().enable_all().start_paused(true).build_local(LocalOptions::default());
    let runtime = runtime.map_err(|error| StartError::System("a simulation has no runtime", error))?;
    fastrand::seed(seed);
    let (result, clock) = runtime.block_on(async {
        let clock = pace::preset(BEGIN);
        (run().await, clock)
    });
    // What tasks do when they are dropped belongs to the simulation still.
    drop(runtime);
    drop(clock);
    Ok(result)
}

/// A stage in a simulation. Everything ends when it is dropped; [`Simulated::stop`] does so in good order.
pub struct Simulated {
    state: State,
    stop: signal::Sender<bool>,
    writer: Option<JoinHandle<()>>,
    _tasks: Tasks,
}

impl Simulated {
    /// Starts a stage inside [`simulate`], with the lanes' origins at 127.0.0.2, .3, … of `network`. There is no bench: what conducts it
    /// has a [`Handle`], and its record loses no line.
    ///
    /// # Errors
    /// A setting that makes no sense, or none in a simulation: standard input and addresses of the system.
    pub async fn start(config: &Config, network: &Network) -> Result<Self, StartError> {
        config.check()?;
        if config.stdin.is_some() || !config.lane_origins.is_empty() {
            let text = "a simulation has neither standard input nor addresses of the system: leave out --stdin and --lane-origin";
            return Err(StartError::Setting(text.to_owned()));
        }
        let port = if config.listen.port() == 0 { PORT } else { config.listen.port() };
        let (mut origins, mut seats, mut addresses) = (Vec::new(), Vec::new(), Vec::new());
        for id in 0..=config.lanes {
            let address = address(id, port);
            let listener = network.listen(address).map_err(|_| StartError::InUse(address))?;
            let (origin, seat) = Origin::new(id, address, Bound::Simulated(network.clone(), listener), None);
            addresses.push(address);
            origins.push(origin);
            seats.push(seat);
        }
        let recorder = Recorder::unbounded();
        let writer = keep_record(config.record.as_deref(), &recorder)?;
        let setting = Setting {
            seats,
            addresses,
            caveats: Vec::new(),
            sources: runtime::Handle::current(),
            recorder,
            class: None,
        };
        let Assembly { state, stop, heard } = assemble(config, setting);
        let mut tasks = Tasks::default();
        // The bench's origin is dropped, and with it its listener.
        let lanes = origins.split_off(1);
        let served = tasks.stage(lanes, &state, heard).await;
        served.map_err(|()| StartError::Setting("the stage has no service".to_owned()))?;
        tasks.look_after(&state);
        Ok(Self { state, stop, writer, _tasks: tasks })
    }

    /// What a conductor plays on.
    pub fn handle(&self) -> Handle {
        Handle::new(self.state.clone())
    }

    /// Ends all streams politely, then everything, and with it the record.
    pub async fn stop(mut self) {
        end_streams(&self.state, &self.stop).await;
        self.state.context.recorder.end();
        if let Some(writer) = self.writer.take() {
            until_written(writer).await;
        }
    }
}

impl Drop for Simulated {
    fn drop(&mut self) {
        self.stop.set(true);
        self.state.context.recorder.end();
    }
}

/// The bench is 0 and would be at 127.0.0.1.
fn address(id: usize, port: u16) -> SocketAddr {
    let last = u8::try_from(id + 1).unwrap_or(u8::MAX);
    SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), port))
}
