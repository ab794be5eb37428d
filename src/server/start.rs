//! Starting and stopping: bind everything, start the threads, and end open streams politely within a second.

use std::net::SocketAddr;
use std::thread::JoinHandle;

use tokio::runtime::{self, Builder, LocalOptions};
use tokio::sync::oneshot;

use super::assembly::{Assembly, Setting, Tasks, assemble, end_streams, keep_record, until_written};
use super::bind::bind_all;
use super::class::Room;
use super::config::{Config, StartError};
use super::ground::Bound;
use super::handle::Handle;
use super::origin::{Origin, Seat};
use super::stage::Orders;
use super::state::State;
use crate::record::Recorder;
use crate::signal;

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

/// What a thread serves.
enum Serves {
    Bench(Vec<Origin>),
    Stage(Vec<Origin>, Orders),
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
            let address = listener.local_addr().map_err(system("a listener has no address"))?;
            addresses.push(address);
            let url = config.lane_origins.iter().find(|lane| lane.id == id).map(|lane| lane.url.clone());
            let (origin, seat) = Origin::new(id, address, Bound::System(listener), url);
            origins.push(origin);
            seats.push(seat);
        }
        let recorder = if config.whole_record { Recorder::unbounded() } else { Recorder::default() };
        let writer = keep_record(config.record.as_deref(), &recorder)?;
        let (jobs_thread, sources) = jobs_thread()?;
        let caveats = caveats(&addresses, bound.by_port);
        let class = config.class.then(|| Room::new(&seats[0].url, urls(&seats[1..]))).transpose();
        let class = class.map_err(system("no random bytes for the class's key"))?;
        let Assembly { state, stop, heard } =
            assemble(config, Setting { seats, addresses, caveats, sources, recorder, class });
        let lanes = origins.split_off(1);
        let threads = vec![
            jobs_thread,
            serve("bench", Serves::Bench(origins), state.clone())?,
            serve("stage", Serves::Stage(lanes, heard), state.clone())?,
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
        urls(&self.state.place.lanes)
    }

    /// The job that reads standard input, if one does.
    pub fn stdin(&self) -> Option<&str> {
        self.state.place.stdin.as_deref()
    }

    /// The address of the teacher's page, its key in it, and that at which learners join, where there is a class.
    pub fn class(&self) -> Option<(&str, &str)> {
        self.state.class.as_deref().map(|room| (room.teacher(), room.join()))
    }

    /// Reasons to distrust what is measured here.
    pub fn caveats(&self) -> &[String] {
        &self.state.place.caveats
    }

    /// What a conductor plays on. It does not keep the bench running.
    pub fn handle(&self) -> Handle {
        Handle::new(self.state.clone())
    }

    /// Ends all streams politely, then everything. Takes at most a second, and longer only to finish a record, which ends when
    /// the last [`Handle`] is gone.
    pub async fn stop(mut self) {
        end_streams(&self.state, &self.stop).await;
        self.end_threads();
        let writer = self.writer.take();
        // With it goes the last recorder, and the record is complete.
        drop(self);
        if let Some(writer) = writer {
            until_written(writer).await;
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

fn urls(seats: &[Seat]) -> Vec<String> {
    seats.iter().map(|seat| seat.url.clone()).collect()
}

/// Starts the thread of the jobs' sources.
fn jobs_thread() -> Result<(Thread, runtime::Handle), StartError> {
    let told = |e| StartError::System("the jobs' thread does not start", e);
    let runtime = Builder::new_current_thread().enable_all().build().map_err(told)?;
    let handle = runtime.handle().clone();
    let thread = spawn("jobs", move |leash| {
        // A `hash` in the middle of a chunk finishes it on the blocking pool and is then dropped.
        let _ = runtime.block_on(leash);
        runtime.shutdown_background();
    })?;
    Ok((thread, handle))
}

/// Starts a thread that serves the bench, or the stage. The bench's looks after the connections of both.
fn serve(name: &'static str, serves: Serves, state: State) -> Result<Thread, StartError> {
    spawn(name, move |leash| {
        let Ok(runtime) = Builder::new_current_thread().enable_all().build_local(LocalOptions::default())
        else {
            return tracing::error!("the {name} thread has no runtime");
        };
        runtime.block_on(async move {
            let mut tasks = Tasks::default();
            let done = match serves {
                Serves::Bench(origins) => {
                    tasks.look_after(&state);
                    tasks.bench(origins, &state).await
                }
                Serves::Stage(lanes, heard) => tasks.stage(lanes, &state, heard).await,
            };
            if done.is_err() {
                return tracing::error!("the {name} thread has no service");
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
