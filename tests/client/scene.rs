//! A lane's client on a stage, in simulated time, and what it writes down.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout_at};
use wirebench::client::{Client, Lane, Observer, Profile, Reader, Transport, Wall};
use wirebench::pace::Micros;
use wirebench::record::Observation;

use crate::stage::Stage;

/// The wall clock begins here.
const WALL: u64 = 1_764_000_000_000;

pub struct Scene {
    pub stage: Stage,
    pub client: Client,
    seen: UnboundedReceiver<Observation>,
}

impl Scene {
    pub fn of(stage: Stage, transport: Transport) -> Self {
        Self::with(stage, transport, Profile::standard(), 1)
    }

    pub fn with(stage: Stage, transport: Transport, profile: Profile, seed: u64) -> Self {
        let origin = "http://a".parse().expect("a URL");
        let wall = Wall::starting_at(Micros(WALL * 1000));
        let lane = Lane { wall, profile, seed, ..Lane::new(origin, "demo", "l1") };
        let (observer, told) = Observer::channel();
        let client = Client::start(stage.clone(), lane, transport, Reader::default(), observer);
        Self { stage, client, seen: told }
    }

    /// What is seen until so many milliseconds of the wall clock have passed, as JSON.
    pub async fn until(&mut self, ms: u64) -> Vec<Value> {
        let until = Instant::now() + Duration::from_millis(ms.saturating_sub(self.stage.at()));
        let mut lines = Vec::new();
        while let Ok(Some(seen)) = timeout_at(until, self.seen.recv()).await {
            lines.push(serde_json::from_str(&seen.to_line()).expect("JSON"));
        }
        lines
    }
}

/// `kind at` of each, the time in milliseconds since the beginning.
pub fn times(lines: &[Value]) -> Vec<String> {
    let at = |line: &Value| line["at"].as_f64().expect("a time") - 1_764_000_000_000.0;
    lines.iter().map(|line| format!("{} {}", line["kind"].as_str().expect("a kind"), at(line))).collect()
}

/// An event's element.
pub fn event(seq: u64) -> String {
    format!(r#"{{"seq":{seq},"time":1.5,"type":"progress","data":{{"percent":{seq}}}}}"#)
}
