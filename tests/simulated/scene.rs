//! A simulated stage with one job and a reader by each transport, whose observations stand in the stage's own record.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use wirebench::client::{
    Client, ComingBack, Dial, Lane, LongPolling, Observer, Polling, Reader, Reconnect, Transport,
};
use wirebench::fault::Wanted;
use wirebench::record::{Heard, Listener, Observation};
use wirebench::server::{Config, Handle, Simulated, simulate};
use wirebench::wire::Network;

/// All five, each of them coming back and going on where it was.
pub const TRANSPORTS: [&str; 5] = ["polling", "long-polling", "sse", "fetch-stream", "websocket"];

/// A stage and what it is played with.
pub struct Scene {
    pub handle: Handle,
    pub network: Network,
    stage: Simulated,
    lines: Option<Listener>,
    observer: Observer,
    record: Vec<String>,
    seen: Arc<Mutex<Vec<Observation>>>,
}

/// Plays in simulated time.
pub fn play<T>(seed: u64, run: impl AsyncFnOnce() -> T) -> T {
    simulate(seed, run).expect("a runtime")
}

/// Comes back a quarter of a second after each failure.
pub fn coming_back() -> ComingBack {
    ComingBack { reconnect: Reconnect::Fixed(Duration::from_millis(250)), resume: true }
}

/// The transport of that name, resuming.
pub fn transport(name: &str) -> Transport {
    let every = Duration::from_millis(500);
    match name {
        "polling" => Transport::Polling(Polling::every(every)),
        "long-polling" => Transport::LongPolling(LongPolling::default()),
        "sse" => Transport::Sse,
        "fetch-stream" => Transport::FetchStream(coming_back()),
        "websocket" => Transport::WebSocket(coming_back()),
        other => panic!("no transport is called {other}"),
    }
}

impl Scene {
    /// A stage as usual.
    pub async fn new() -> Self {
        Self::with(&Config::default()).await
    }

    pub async fn with(config: &Config) -> Self {
        let mut scene = Self::unheard(config).await;
        scene.lines = Some(scene.handle.listen());
        scene
    }

    /// One whose record nobody hears, and which is quicker for it.
    pub async fn unheard(config: &Config) -> Self {
        let network = Network::default();
        let stage = Simulated::start(config, &network).await.expect("it starts");
        let handle = stage.handle();
        let seen: Arc<Mutex<Vec<Observation>>> = Arc::default();
        let (recorder, kept) = (handle.recorder().clone(), seen.clone());
        let observer = Observer::new(move |seen| {
            recorder.note(|| seen.clone());
            kept.lock().expect("whole").push(seen);
        });
        Self { handle, network, stage, lines: None, observer, record: Vec::new(), seen }
    }

    /// Makes a job called `feed` of made-up events.
    pub fn synthetic(&self, count: u64, interval: &str) {
        self.job(json!({"source": "synthetic", "job": "feed", "count": count, "interval": interval}));
    }

    pub fn job(&self, request: Value) {
        let request = serde_json::from_value(request).expect("a request");
        self.handle.make_job(request).unwrap_or_else(|error| panic!("{error}"));
    }

    /// A lane at the `n`th origin, counted from 0.
    pub fn lane(&self, n: usize, name: &str) -> Lane {
        Lane::new(self.handle.origins()[n].parse().expect("a URL"), "feed", name)
    }

    /// A client that is seen in the stage's record.
    pub fn client(&self, lane: Lane, how: Transport) -> Client {
        Client::start(Dial(self.network.clone()), lane, how, Reader::default(), self.observer.clone())
    }

    /// One client by each transport, each at an origin of its own; streams have these settings.
    pub fn clients(&self, of_streams: &[(&str, &str)]) -> Vec<Client> {
        let client = |(n, name): (usize, &&str)| {
            let settings = if name.ends_with("polling") { &[] } else { of_streams };
            let lane = settings.iter().fold(self.lane(n, name), |lane, (name, value)| lane.with(name, value));
            self.client(Lane { seed: n as u64 + 1, ..lane }, transport(name))
        };
        TRANSPORTS.iter().enumerate().map(client).collect()
    }

    /// Throws and gives the number.
    pub async fn throw(&self, wanted: Value) -> u64 {
        let given = wanted.as_object().expect("an object").clone();
        let wanted = Wanted::read(given).unwrap_or_else(|error| panic!("{wanted}: {error:?}"));
        self.handle.throw(wanted).await.unwrap_or_else(|error| panic!("{error}")).0
    }

    /// Every line so far.
    pub fn record(&mut self) -> &[String] {
        while let Some(Heard::Line(line)) = self.lines.as_mut().and_then(Listener::next_now) {
            self.record.push(line.to_string());
        }
        &self.record
    }

    /// What a lane has seen so far.
    pub fn seen(&self, lane: &str) -> Vec<Observation> {
        let seen = self.seen.lock().expect("whole");
        seen.iter().filter(|seen| seen.lane.as_deref() == Some(lane)).cloned().collect()
    }

    /// Waits, at most an hour of simulated time, until the lane has seen something that is `wanted`; gives it.
    pub async fn until(&mut self, lane: &str, wanted: impl Fn(&Observation) -> bool) -> Observation {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(3600) {
            if let Some(seen) = self.seen(lane).into_iter().find(&wanted) {
                return seen;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("{lane} has not seen it within an hour:\n{}", self.record().join("\n"));
    }

    /// Ends the stage; gives every line of its record.
    pub async fn stop(mut self) -> Vec<String> {
        let Self { stage, lines, .. } = self;
        stage.stop().await;
        let mut lines = lines;
        while let Some(Heard::Line(line)) = lines.as_mut().and_then(Listener::next_now) {
            self.record.push(line.to_string());
        }
        self.record
    }
}
