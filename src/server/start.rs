//! Starting and stopping: bind everything, start the threads, and end open streams politely within a second.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, LocalOptions};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

use super::bind::bind_all;
use super::config::{Config, StartError};
use super::metrics::Metrics;
use super::origin::{Origin, Seat, service};
use super::stage::{Orders, direct, obey};
use super::state::{Place, State};
use super::tail;
use super::trust::Trusted;
use crate::fault::{Throws, Why};
use crate::feed::source::Places;
use crate::feed::{Event, Job, Jobs, JobsConfig};
use crate::pace::Micros;
use crate::record::{Observation, Recorder, What, record_to_file};
use crate::signal;
use crate::transport::{Context, Pool};
use crate::wire::{Connections, Vigil};

/// How long open streams have for their farewell.
const FAREWELL: Duration = Duration::from_millis(700);
/// How long what is left has to notice that it was reset.
const RESET: Duration = Duration::from_millis(200);

/// How long the record has to reach the disk.
const WRITING: Duration = Duration::from_secs(20);

/// A running bench with its stage. Stops when dropped; [`Bench::stop`] does so in good order.
pub struct Bench {
    state: State,
    stop: signal::Sender<bool>,
    threads: Vec<Thread>,
    writer: Option<JoinHandle<()>>,
}

struct Thread {
    // Dropping it ends the thread.
    leash: Option<oneshot::Sender<()>>,
    handle: Option<JoinHandle<()>>,
}

impl Bench {
    /// Binds all addresses and starts.
    ///
    /// # Errors
    /// One line on what stands in the way; nothing is left running then.
    pub fn start(config: &Config) -> Result<Self, StartError> {
        config.check()?;
        let bound = bind_all(config.listen, config.lanes)?;
        let system = |what| move |e| StartError::System(what, e);
        let listeners = std::iter::once(bound.bench).chain(bound.lanes);
        let (mut origins, mut seats) = (Vec::new(), Vec::new());
        let mut addresses = Vec::new();
        for (id, listener) in listeners.enumerate() {
            addresses.push(listener.local_addr().map_err(system("a listener has no address"))?);
            let url = config.lane_origins.iter().find(|lane| lane.id == id).map(|lane| lane.url.clone());
            let (origin, seat) =
                Origin::new(id, listener, url).map_err(system("a listener has no address"))?;
            origins.push(origin);
            seats.push(seat);
        }
        let recorder = Recorder::default();
        let writer = config.record.as_ref().map(|path| keep_record(path, &recorder)).transpose()?;
        let (jobs_thread, jobs) = jobs_thread(config, &recorder)?;
        let (stop, stopped) = signal::channel(false);
        let place = Place {
            lanes: seats.split_off(1),
            bench: seats.remove(0),
            caveats: caveats(&addresses, bound.by_port),
            stdin: config.stdin.clone(),
            web_dir: config.web_dir.clone(),
        };
        let throws = Throws::new(place.lanes.iter().map(|seat| seat.url.clone()).collect());
        let (director, heard) = direct();
        let context = Context::new(
            Arc::new(jobs),
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
            place: Arc::new(place),
            director,
        };
        let lanes = origins.split_off(1);
        let threads = vec![
            jobs_thread,
            serve("bench", origins, state.clone(), None)?,
            serve("stage", lanes, state.clone(), Some(heard))?,
        ];
        if let Some(name) = &config.stdin {
            let made = state.context.jobs.create_stdin(name.clone());
            made.map_err(|error| StartError::Setting(format!("--stdin-job: {error}")))?;
        }
        Ok(Self { state, stop, threads, writer })
    }

    /// The bench's URL.
    pub fn url(&self) -> &str {
        &self.state.place.bench.url
    }

    /// The URLs of the lanes' origins, as the page is told them.
    pub fn origins(&self) -> Vec<String> {
        self.state.place.lanes.iter().map(|seat: &Seat| seat.url.clone()).collect()
    }

    /// The job that reads standard input, if one does.
    pub fn stdin(&self) -> Option<&str> {
        self.state.place.stdin.as_deref()
    }

    /// Reasons to distrust what is measured here.
    pub fn caveats(&self) -> &[String] {
        &self.state.place.caveats
    }

    /// Ends all streams politely, then everything. Takes at most a second, and longer only to finish a record.
    pub async fn stop(mut self) {
        // What is held back is to go out, farewells too.
        self.state.director.clear_all(Why::Stopped).await;
        self.stop.set(true);
        self.state.context.stop();
        self.until_closed(FAREWELL).await;
        for connection in self.state.connections.all_open() {
            connection.line().reset("the server is stopping");
        }
        self.until_closed(RESET).await;
        self.end_threads();
        let writer = self.writer.take();
        // With it goes the last recorder, and the record is complete.
        drop(self);
        if let Some(writer) = writer {
            until_written(writer).await;
        }
    }

    async fn until_closed(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        while !self.state.connections.all_open().is_empty() && Instant::now() < deadline {
            sleep(Duration::from_millis(5)).await;
        }
    }

    fn end_threads(&mut self) {
        for thread in &mut self.threads {
            thread.leash = None;
        }
        for thread in &mut self.threads {
            if let Some(handle) = thread.handle.take() {
                // A thread that panicked has said so already.
                let _ = handle.join();
            }
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.set(true);
        self.end_threads();
    }
}

/// Waits for the rest of the record: all of it was heard, but a slow disk may be behind.
async fn until_written(writer: JoinHandle<()>) {
    let deadline = Instant::now() + WRITING;
    while !writer.is_finished() {
        if Instant::now() >= deadline {
            return tracing::error!("the disk is too slow: the end of the record is missing");
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// Starts the thread of the jobs' sources.
fn jobs_thread(config: &Config, recorder: &Recorder) -> Result<(Thread, Jobs), StartError> {
    let told = |e| StartError::System("the jobs' thread does not start", e);
    let runtime = Builder::new_current_thread().enable_all().build().map_err(told)?;
    let recorder = recorder.clone();
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
    let jobs = Jobs::new(JobsConfig {
        handle: runtime.handle().clone(),
        bounds: config.bounds,
        limit: config.max_jobs,
        places: Places { hash: config.hash_dir.clone(), replay: config.replay_dir.clone() },
        observe: Arc::new(observe),
    });
    let thread = spawn("jobs", move |leash| {
        // A `hash` in the middle of a chunk finishes it on the blocking pool and is then dropped.
        let _ = runtime.block_on(leash);
        runtime.shutdown_background();
    })?;
    Ok((thread, jobs))
}

/// Starts a thread that serves `origins`: the bench's, or the stage's, which has a director.
fn serve(
    name: &'static str,
    origins: Vec<Origin>,
    state: State,
    heard: Option<Orders>,
) -> Result<Thread, StartError> {
    spawn(name, move |leash| {
        let Ok(runtime) = Builder::new_current_thread().enable_all().build_local(LocalOptions::default())
        else {
            return tracing::error!("the {name} thread has no runtime");
        };
        runtime.block_on(async move {
            let Ok(serve) = service(state.clone(), heard.is_none()).await else {
                return tracing::error!("the {name} thread has no service");
            };
            let mut gates = Vec::new();
            for origin in origins {
                let (gate, run) = origin.run(state.clone(), serve.clone());
                tokio::task::spawn_local(run);
                gates.push(gate);
            }
            if let Some(heard) = heard {
                tokio::task::spawn_local(obey(state, gates, heard));
            } else {
                tokio::task::spawn_local(tail::tick(state.clone()));
                tokio::task::spawn_local(async move { state.context.vigil.keep().await });
            }
            let _ = leash.await;
        });
    })
}

fn spawn(
    name: &'static str,
    run: impl FnOnce(oneshot::Receiver<()>) + Send + 'static,
) -> Result<Thread, StartError> {
    let (leash, held) = oneshot::channel();
    let handle = std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || run(held))
        .map_err(|e| StartError::System("a thread does not start", e))?;
    Ok(Thread { leash: Some(leash), handle: Some(handle) })
}

fn keep_record(path: &Path, recorder: &Recorder) -> Result<JoinHandle<()>, StartError> {
    let warn = |error: &crate::record::FileError| tracing::error!("{error}");
    record_to_file(path, recorder.listen(), warn)
        .map_err(|error| StartError::Setting(format!("--record: {error}")))
}

fn caveats(addresses: &[SocketAddr], by_port: bool) -> Vec<String> {
    let mut caveats = Vec::new();
    if by_port {
        caveats.push(
            "lanes differ by port only: this system has no further loopback addresses, and a browser may let one \
             lane's stuck WebSocket hold up another's (Firefox)"
                .to_owned(),
        );
    }
    if let Some(address) = addresses.iter().find(|address| !address.ip().is_loopback()) {
        caveats.push(format!("{} can be reached from other machines", address.ip()));
    }
    caveats
}
