//! What a bench and a simulated stage are made of alike: the shared state, the origins on a thread, and the order in which all
//! of it ends.

use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::spawn_local;
use tokio::time::{Instant, sleep};

use super::class::Room;
use super::config::{Config, StartError};
use super::gate::Gate;
use super::kept::Budget;
use super::metrics::Metrics;
use super::origin::{Origin, Seat, service};
use super::runs::Library;
use super::stage::{Orders, direct, obey};
use super::state::{Place, State};
use super::tail;
use super::trust::Trusted;
use crate::fault::{Throws, Why};
use crate::feed::source::Places;
use crate::feed::{Event, Job, Jobs, JobsConfig};
use crate::pace::{self, Micros};
use crate::record::{FileError, Observation, Recorder, What, record_to_file};
use crate::signal;
use crate::transport::{Context, Pool};
use crate::wire::{Connections, Vigil};

/// How long open streams have for their farewell.
const FAREWELL: Duration = Duration::from_millis(700);
/// How long what is left has to notice that it was reset.
const RESET: Duration = Duration::from_millis(200);
/// How long the record has to reach the disk.
const WRITING: Duration = Duration::from_secs(20);

/// Where it is and who takes part.
pub(super) struct Setting {
    /// The bench's seat, then those of the lanes.
    pub seats: Vec<Seat>,
    /// Their addresses.
    pub addresses: Vec<SocketAddr>,
    /// Reasons to distrust what is measured there.
    pub caveats: Vec<String>,
    /// Where sources work.
    pub sources: Handle,
    /// Who keeps the record.
    pub recorder: Recorder,
    /// The class, where there is one.
    pub class: Option<Room>,
}

/// All but the origins.
pub(super) struct Assembly {
    pub state: State,
    /// Set to true it has everything end.
    pub stop: signal::Sender<bool>,
    /// Where the stage hears its director.
    pub heard: Orders,
}

/// Makes what all origins share.
pub(super) fn assemble(config: &Config, setting: Setting) -> Assembly {
    let Setting { mut seats, addresses, caveats, sources, recorder, class } = setting;
    let (stop, stopped) = signal::channel(false);
    let lanes = seats.split_off(1);
    let place = Place {
        addresses: addresses.iter().skip(1).copied().collect(),
        lanes,
        bench: seats.remove(0),
        caveats,
        stdin: config.stdin.clone(),
        web_dir: config.web_dir.clone(),
    };
    let throws = Throws::new(place.lanes.iter().map(|seat| seat.url.clone()).collect());
    let (director, heard) = direct();
    let context = Context::new(
        Arc::new(jobs(config, sources, recorder.clone())),
        recorder,
        Arc::new(Vigil::default()),
        Arc::new(Pool::new(config.max_clients)),
        Arc::new(throws),
        config.heartbeat,
    );
    let connections = Arc::new(Connections::default());
    let state = State {
        metrics: Arc::new(Metrics::new(&context, &connections)),
        context,
        connections,
        trusted: Arc::new(Trusted::new(&addresses, config)),
        stop: stopped,
        bytes: config.record_bytes.map(|most| Arc::new(Budget::new(most))),
        place: Arc::new(place),
        director,
        runs: Arc::default(),
        library: Arc::new(Library::new(config.scenario_dir.clone())),
        class: class.map(Arc::new),
    };
    Assembly { state, stop, heard }
}

fn jobs(config: &Config, handle: Handle, recorder: Recorder) -> Jobs {
    let observe = move |job: &Job, event: &Event, due: Micros| {
        recorder.note(|| {
            Observation::by_server(What::Appended {
                job: job.name().to_owned(),
                seq: event.seq,
                kind: event.kind.name().to_owned(),
                due: due.millis(),
                payload: event.json.len() as u64,
            })
        });
    };
    Jobs::new(JobsConfig {
        handle,
        bounds: config.bounds,
        limit: config.max_jobs,
        places: Places { hash: config.hash_dir.clone(), replay: config.replay_dir.clone() },
        observe: Arc::new(observe),
    })
}

/// The tasks of a thread; they end with their runtime, or when this is dropped.
#[derive(Default)]
pub(super) struct Tasks(Vec<tokio::task::JoinHandle<()>>);

impl Tasks {
    fn spawn(&mut self, task: impl Future<Output = ()> + 'static) {
        self.0.push(spawn_local(task));
    }

    /// Serves the lanes' origins and obeys the director.
    ///
    /// # Errors
    /// There is no service.
    pub(super) async fn stage(&mut self, lanes: Vec<Origin>, state: &State, heard: Orders) -> Result<(), ()> {
        let gates = self.serve(lanes, state, false).await?;
        self.spawn(obey(state.clone(), gates, heard));
        Ok(())
    }

    /// Serves the bench's origin.
    ///
    /// # Errors
    /// There is no service.
    pub(super) async fn bench(&mut self, origins: Vec<Origin>, state: &State) -> Result<(), ()> {
        self.serve(origins, state, true).await.map(|_| ())
    }

    /// Looks after connections: what they moved, and whether their peers are there.
    pub(super) fn look_after(&mut self, state: &State) {
        self.spawn(tail::tick(state.clone()));
        let vigil = state.context.vigil.clone();
        self.spawn(async move { vigil.keep().await });
    }

    async fn serve(
        &mut self,
        origins: Vec<Origin>,
        state: &State,
        is_bench: bool,
    ) -> Result<Vec<Rc<Gate>>, ()> {
        let serve = service(state.clone(), is_bench).await?;
        let mut gates = Vec::new();
        for origin in origins {
            let (gate, run) = origin.run(state.clone(), serve.clone());
            self.spawn(run);
            gates.push(gate);
        }
        Ok(gates)
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// Ends all streams politely, then whatever is left.
pub(super) async fn end_streams(state: &State, stop: &signal::Sender<bool>) {
    // What is held back is to go out, farewells too.
    state.director.clear_all(Why::Stopped).await;
    stop.set(true);
    state.context.stop();
    until_closed(state, FAREWELL).await;
    for connection in state.connections.all_open() {
        connection.line().reset("the server is stopping");
    }
    until_closed(state, RESET).await;
}

async fn until_closed(state: &State, patience: Duration) {
    let deadline = Instant::now() + patience;
    while !state.connections.all_open().is_empty() && Instant::now() < deadline {
        sleep(Duration::from_millis(5)).await;
    }
}

/// Keeps the record in the file that was asked for, if one was.
///
/// # Errors
/// If the file exists already or cannot be made.
pub(super) fn keep_record(
    path: Option<&Path>,
    recorder: &Recorder,
) -> Result<Option<JoinHandle<()>>, StartError> {
    let warn = |error: &FileError| tracing::error!("{error}");
    let keep = |path: &Path| {
        record_to_file(path, recorder.listen(), warn)
            .map_err(|error| StartError::Setting(format!("--record: {error}")))
    };
    path.map(keep).transpose()
}

/// Waits for the rest of the record: all of it was heard, but a slow disk may be behind.
pub(super) async fn until_written(writer: JoinHandle<()>) {
    if pace::is_preset() {
        // Simulated time stands still meanwhile. A writer that panicked has said so already.
        return drop(tokio::task::spawn_blocking(move || writer.join()).await);
    }
    let deadline = Instant::now() + WRITING;
    while !writer.is_finished() {
        if Instant::now() >= deadline {
            return tracing::error!("the disk is too slow: the end of the record is missing");
        }
        sleep(Duration::from_millis(5)).await;
    }
}
