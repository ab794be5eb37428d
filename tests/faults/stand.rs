//! The stand on which a fault is tried: a server, a running job, one lane of some transport, and the throws.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::ask::Ask;
use crate::support::http::{self, Target};
use crate::support::lane::Lane;
use crate::support::reader::{Transport, Way};
use crate::support::server::Server;
use crate::support::{PATIENCE, eventually};

/// The name of the lane that is struck.
pub const LANE: &str = "struck";

/// A server with a job of many events, 5 ms apart.
pub struct Stand {
    pub server: Server,
    pub job: String,
    pub way: Way,
}

impl Stand {
    /// With what the job is to be beside the usual.
    pub async fn with(transport: Transport, settings: Value) -> Self {
        let server = Server::start_with(&["--lanes", "2"]);
        let mut wanted = json!({"job": "feed", "count": 100_000, "interval": "5ms"});
        for (name, value) in settings.as_object().expect("an object") {
            wanted[name] = value.clone();
        }
        server.synthetic(wanted).await;
        Self { server, job: "feed".to_owned(), way: transport.into() }
    }

    pub async fn new(transport: Transport) -> Self {
        Self::with(transport, json!({})).await
    }

    /// The origin of the lane.
    pub fn origin(&self) -> &Target {
        &self.server.origins[0]
    }

    /// What the lane asks for.
    pub fn ask(&self) -> Ask {
        let ask = Ask::of(&self.job);
        // A held poll would keep a story waiting.
        if self.way.transport == Transport::LongPolling { ask.with("wait", "1s") } else { ask }
    }

    /// A lane that has begun to read.
    pub async fn lane(&self) -> Lane {
        let lane = Lane::start(self.origin(), self.way, &self.ask(), LANE);
        lane.reached(3).await;
        lane
    }

    /// Throws; what is told of the throw.
    pub async fn throw(&self, mut fault: Value) -> Value {
        if fault["scope"].is_null() {
            fault["scope"] = json!(format!("lane:{LANE}"));
        }
        let answer = http::post(&self.server.bench, "/api/faults", &fault).await;
        assert_eq!(answer.status(), 201, "{fault}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()
    }

    /// Throws until it strikes: a poller between two polls may have no connection for a moment.
    pub async fn strike(&self, fault: Value) -> Value {
        let mut told = Value::Null;
        eventually("the throw to strike", PATIENCE, async || {
            told = self.throw(fault.clone()).await;
            let struck = told["struck"].as_u64().is_some_and(|struck| struck > 0);
            if !struck {
                self.clear().await;
            }
            struck
        })
        .await;
        told
    }

    /// Clears all.
    pub async fn clear(&self) {
        let answer = http::request(&self.server.bench, "DELETE", "/api/faults", &[], b"").await;
        assert_eq!(answer.status(), 204);
    }

    /// The newest event at the instant of the throw.
    pub fn head(&self, thrown: &Value) -> u64 {
        thrown["heads"][&self.job].as_u64().unwrap_or_else(|| panic!("heads in {thrown}"))
    }

    /// What the server says of the throw now.
    pub async fn told(&self, id: &Value) -> Value {
        let told = http::get(&self.server.bench, "/api/faults").await.json();
        let throws = told["thrown"].as_array().expect("throws");
        throws.iter().find(|throw| throw["id"] == *id).cloned().unwrap_or_else(|| panic!("{id} in {told}"))
    }

    /// The readers' connections.
    pub async fn connections(&self) -> Vec<Value> {
        let told = http::get(&self.server.bench, "/api/connections").await.json();
        told["connections"].as_array().expect("connections").clone()
    }

    /// Waits until the job is `more` events further than `than`.
    pub async fn goes_on(&self, than: u64, more: u64) {
        eventually("the job to go on", PATIENCE, async || {
            let info = http::get(&self.server.bench, &format!("/jobs/{}", self.job)).await.json();
            info["head"].as_u64().is_some_and(|head| head >= than + more)
        })
        .await;
    }

    /// The lane reads on from where it is, after a fault was cleared, and has every event once and in order.
    pub async fn is_whole(&self, lane: &Lane) {
        let info = http::get(&self.server.bench, &format!("/jobs/{}", self.job)).await.json();
        lane.reached(info["head"].as_u64().expect("head") + 3).await;
        let seqs = lane.story().seqs();
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "each event once and in order");
    }

    /// Nobody is left behind: no connection, no reader.
    pub async fn is_empty(&self) {
        eventually("every connection to be gone", PATIENCE, async || {
            let info = http::get(&self.server.bench, &format!("/jobs/{}", self.job)).await.json();
            self.connections().await.is_empty() && info["readers"] == 0 && self.open_sockets().await == 0
        })
        .await;
    }

    async fn open_sockets(&self) -> u64 {
        let lanes = http::get(&self.server.bench, "/api/lanes").await.json();
        let origins = lanes["origins"].as_array().expect("origins").clone();
        origins.iter().filter(|origin| origin["id"] != 0).filter_map(|origin| origin["open"].as_u64()).sum()
    }
}

/// Time in which something that must not come would have come: ten times what it takes on an idle machine. That it
/// does not come is no proof on a slow one, and never a failure.
pub const A_WHILE: Duration = Duration::from_millis(200);
