//! A throw strikes every wire in its scope before any later event crosses one: a thousand throws, drawn from a seed.
//!
//! The throw says how far each job was at its instant. Of what the struck connections brought, nothing may be newer:
//! ever, where they were cut; until it was cleared, where they were held up.

#[path = "support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::ops::Range;

use serde_json::{Value, json};

use support::ask::Ask;
use support::lane::{Lane, Seen};
use support::reader::Transport;
use support::server::Server;
use support::{PATIENCE, eventually, http};

const THROWS: usize = 1000;

const LANES: [(&str, Transport); 5] = [
    ("one", Transport::Sse),
    ("two", Transport::WebSocket),
    ("three", Transport::FetchStream),
    ("four", Transport::LongPolling),
    ("five", Transport::Polling),
];

/// What stops every event: for good, or while it lasts.
const CUTS: [&str; 2] = [r#"{"fault":"cut","how":"rst"}"#, r#"{"fault":"cut","how":"fin"}"#];
const HOLDS: [&str; 2] = [
    r#"{"fault":"stall","lasts":"until-cleared"}"#,
    r#"{"fault":"latency","delay":"10m","lasts":"until-cleared"}"#,
];
/// The same, but a poll that it swallows is sent again by the kernel only after 200 ms or more: thrown now and then.
const BLACKHOLE: &str = r#"{"fault":"blackhole","lasts":"until-cleared"}"#;

/// The seed, so that a failure can be played again: `WIREBENCH_SEED=7 cargo test --test throws`.
fn seed() -> u64 {
    std::env::var("WIREBENCH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

fn lanes(server: &Server) -> Vec<Lane> {
    let start = |(index, (name, transport)): (usize, &(&str, Transport))| {
        let ask = Ask::of("feed").with("after", "latest");
        Lane::start(&server.origins[index], *transport, &ask, name)
    };
    LANES.iter().enumerate().map(start).collect()
}

/// The connections that a throw struck.
struct Struck {
    ports: Vec<u16>,
    /// How many were opened before it: a reader that comes back may be given the port of the one that was cut.
    opened: u64,
}

impl Struck {
    /// Whether `seen` came on one of them.
    fn has(&self, seen: &Seen) -> bool {
        seen.serial < self.opened && self.ports.contains(&seen.port)
    }
}

/// A throw at all, at one lane or at one transport; the lanes that it holds.
fn aim(random: &mut fastrand::Rng) -> (String, Range<usize>) {
    let lane = random.usize(..LANES.len());
    match random.u8(..3) {
        0 => ("all".to_owned(), 0..LANES.len()),
        1 => (format!("lane:{}", LANES[lane].0), lane..lane + 1),
        _ => (format!("transport:{}", LANES[lane].1.name()), lane..lane + 1),
    }
}

/// Throws `fault`; the head at its instant, and the connections it struck.
async fn throw(server: &Server, fault: &str, scope: &str) -> (u64, Struck) {
    let before: HashMap<u64, u16> = ports(server).await;
    let opened = http::opened();
    let mut fault: Value = serde_json::from_str(fault).expect("JSON");
    fault["scope"] = json!(scope);
    let answer = http::post(&server.bench, "/api/faults", &fault).await;
    assert_eq!(answer.status(), 201, "{fault}");
    let told = answer.json();
    let head = told["heads"]["feed"].as_u64().expect("the head at the throw");
    let struck = told["connections"].as_array().expect("who was struck").clone();
    let port = |number: &Value| before.get(&number.as_u64().expect("a number")).copied();
    (head, Struck { ports: struck.iter().filter_map(port).collect(), opened })
}

/// The peers' ports of the readers' connections, by their numbers.
async fn ports(server: &Server) -> HashMap<u64, u16> {
    let told = http::get(&server.bench, "/api/connections").await.json();
    let one = |connection: &Value| {
        let port = connection["peer"].as_str()?.rsplit(':').next()?.parse().ok()?;
        Some((connection["connection"].as_u64()?, port))
    };
    told["connections"].as_array().expect("connections").iter().filter_map(one).collect()
}

/// What came on the connections that were struck and is newer than `head`.
fn crossed(lanes: &[Lane], head: u64, struck: &Struck) -> Vec<u64> {
    let newer = |lane: &Lane| -> Vec<u64> {
        let story = lane.story();
        story
            .events
            .iter()
            .rev()
            .take(2000)
            .filter(|seen| seen.seq > head && struck.has(seen))
            .map(|seen| seen.seq)
            .collect()
    };
    lanes.iter().flat_map(newer).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_throws_strike_before_any_later_event_crosses() {
    let server = Server::start_with(&["--lanes", "5"]);
    let interval = json!({"job": "feed", "count": 10_000_000, "interval": "2ms"});
    server.synthetic(interval).await;
    let lanes = lanes(&server);
    let mut random = fastrand::Rng::with_seed(seed());
    let mut strikes = 0;
    for round in 0..THROWS {
        let (scope, lanes_held) = aim(&mut random);
        for lane in &lanes[lanes_held.clone()] {
            // Each of them has something to lose.
            let newest = lane.newest();
            lane.until("one more event", |story| story.newest() > newest).await;
        }
        let (fault, lasts) = match random.u8(..40) {
            0 => (BLACKHOLE, true),
            1..20 => (HOLDS[random.usize(..HOLDS.len())], true),
            _ => (CUTS[random.usize(..CUTS.len())], false),
        };
        let (head, struck) = throw(&server, fault, &scope).await;
        strikes += struck.ports.len();
        eventually("later events", PATIENCE, async || {
            let info = http::get(&server.bench, "/jobs/feed").await.json();
            info["head"].as_u64().is_some_and(|now| now > head + 3)
        })
        .await;
        // Two lanes, of different origins, may have the same port at once.
        let newer = crossed(&lanes[lanes_held], head, &struck);
        assert!(
            newer.is_empty(),
            "seed {}, throw {round}, {fault} at {scope}: {newer:?} after {head}",
            seed()
        );
        if lasts {
            let cleared = http::request(&server.bench, "DELETE", "/api/faults", &[], b"").await;
            assert_eq!(cleared.status(), 204);
        }
    }
    assert!(strikes > THROWS, "the throws found too little to strike: {strikes}");
    for lane in &lanes {
        let seqs = lane.story().seqs();
        assert!(
            seqs.windows(2).all(|pair| pair[1] == pair[0] + 1),
            "{}: each event once and in order",
            lane.name
        );
    }
}
