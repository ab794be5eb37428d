//! Every byte that crosses a socket is told, once, with what it is for: random feeds, switches, commands and faults of every kind, on all
//! transports with their bytes kept. What the ledger says of a connection or a lane is what the wire counted there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout_at};
use wirebench::client::{Client, ComingBack, Command, Lane, Polling, Profile, Transport};
use wirebench::export::{Exported, form};
use wirebench::feed;
use wirebench::ledger::{Capture, Connection, Ledger};
use wirebench::proto::dissect::{Dissector, Mistake, Note, Role, Span, Sums, Way, joined};
use wirebench::record::{Clock, Observation, What};
use wirebench::server::Config;

use super::draw::{Again, any_size, number, throw, value};
use super::scene::{Scene, TRANSPORTS, coming_back, play, transport};

/// Stories that are played with faults, and as many without.
const CASES: u64 = 12;
/// So many stories have bytes of every role.
const MANY: u64 = 200;
/// What happens in a story, at the most.
const EVENTS: usize = 8;
/// Simulated time that readers have to come to the end where nothing stands in their way. Some never do, such as an `EventSource`
/// without ids, which begins anew each time.
const PATIENCE: Duration = Duration::from_secs(30);
/// Room for the bytes of any of them.
const ROOM: u64 = 1 << 30;

/// A feed of made-up events, small ones as often as large ones.
fn feed(rng: &mut Rng) -> Value {
    let payload = ["progress", "text", "bytes"][rng.usize(0..3)];
    json!({
        "source": if rng.u8(0..5) == 0 { "per-connection" } else { "synthetic" },
        "job": "feed",
        "count": rng.u64(1..25),
        "interval": format!("{}ms", any_size(rng, 1, 400)),
        "jitter": format!("{}ms", any_size(rng, 0, 200)),
        "payload": payload,
        "size": any_size(rng, 0, 8000),
        "seed": rng.u32(..),
    })
}

/// A lane whose switches stand anywhere.
fn lane(rng: &mut Rng, scene: &Scene, n: usize) -> Lane {
    let name = TRANSPORTS[n];
    let profile = [Profile::standard(), Profile::chromium(), Profile::firefox()][rng.usize(0..3)].clone();
    let mut lane = Lane { seed: rng.u64(..), profile, ..scene.lane(n, name) };
    let all = wirebench::transport::ALL.iter().find(|one| one.name == name).expect("a transport");
    for param in all.switches() {
        let Some(value) = value(rng, param) else { continue };
        // One that begins anew each time would do so forever before any time has passed.
        let value = if param.name == "retry" { format!("{}ms", rng.u64(100..3000)) } else { value };
        // Courtesies are off less often: without them there is less to see.
        let is_left = param.courtesy && rng.u8(0..3) > 0;
        if !is_left {
            lane = lane.with(param.name, &value);
        }
    }
    if lane.settings.get("checkpoint").is_some_and(|value| value == "on") {
        // They exclude each other.
        lane.settings.remove("fanout");
    }
    lane
}

fn client(rng: &mut Rng, scene: &Scene, n: usize) -> Client {
    let lane = lane(rng, scene, n);
    let back = if rng.bool() { ComingBack::RESUMING } else { coming_back() };
    let how = match transport(TRANSPORTS[n]) {
        Transport::Polling(_) => {
            let polling = Polling::every(Duration::from_millis(any_size(rng, 100, 900)));
            Transport::Polling(Polling { at_most: rng.usize(1..=3), conditional: rng.bool(), ..polling })
        }
        Transport::FetchStream(_) => Transport::FetchStream(back),
        Transport::WebSocket(_) => Transport::WebSocket(back),
        other => other,
    };
    scene.client(lane, how)
}

/// One thing that happens; says what, for who reads of a failure.
async fn happens(rng: &mut Rng, scene: &Scene, clients: &[Client], faults: bool) -> String {
    let n = rng.usize(0..clients.len());
    let (client, name) = (&clients[n], TRANSPORTS[n]);
    if faults && rng.bool() {
        let wanted = throw(rng, false);
        let said = wanted.to_string();
        scene.throw(wanted).await;
        return said;
    }
    if faults && rng.u8(0..4) == 0 {
        client.disconnect();
        sleep(Duration::from_millis(rng.u64(0..300))).await;
        client.connect();
        return format!("{name} connects again");
    }
    let command = ["pause", "resume", "speed", "start"][rng.usize(0..4)];
    let factor = (command == "speed").then(|| f64::from(rng.u8(1..10)));
    client.command(Command { id: rng.u16(..).to_string(), command: command.to_owned(), factor });
    format!("{name} says {command}")
}

/// What came of a story.
struct Played {
    told: String,
    /// Lanes that were closed before they came to the end.
    closed: BTreeSet<String>,
    record: String,
}

/// Plays one.
async fn story(seed: u64, faults: bool) -> Played {
    let mut rng = Rng::with_seed(seed);
    // Sometimes there is no room for all of them.
    let room = if faults && rng.u8(0..5) == 0 { any_size(&mut rng, 0, 100_000) } else { ROOM };
    let scene = Scene::with(&Config { record_bytes: Some(room), ..Config::default() }).await;
    let job = feed(&mut rng);
    let mut told = vec![format!("room for {room}"), job.to_string()];
    scene.job(job.clone());
    let clients: Vec<Client> = (0..TRANSPORTS.len()).map(|n| client(&mut rng, &scene, n)).collect();
    for _ in 0..rng.usize(1..=EVENTS) {
        sleep(Duration::from_millis(rng.u64(0..700))).await;
        told.push(happens(&mut rng, &scene, &clients, faults).await);
    }
    if faults {
        sleep(Duration::from_millis(rng.u64(0..4000))).await;
        scene.handle.clear_all().await;
        sleep(Duration::from_millis(rng.u64(0..1000))).await;
        clients.iter().for_each(Client::close);
    } else {
        // Who was told to hold goes on; who has ended need not.
        if let Some(job) = scene.handle.job("feed") {
            let _ = job.command(feed::Command::Resume);
        }
    }
    let (mut closed, until) = (BTreeSet::new(), Instant::now() + PATIENCE);
    for (client, name) in clients.into_iter().zip(TRANSPORTS) {
        // Dropped where it does not end, which closes it.
        if timeout_at(until, client.finished()).await.is_err() {
            closed.insert(name.to_owned());
        }
    }
    // What the lanes moved is told four times a second.
    sleep(Duration::from_secs(1)).await;
    let record = scene.stop().await.join("\n");
    Played { closed, told: told.join("\n"), record }
}

/// Bytes up and down.
type Both = [u64; 2];

/// What the wire counted: of each connection that is closed, and of each lane.
#[derive(Default)]
struct Counted {
    connections: BTreeMap<String, Both>,
    lanes: BTreeMap<String, Both>,
}

impl Counted {
    fn read(record: &str) -> Self {
        let mut counted = Self::default();
        for line in record.lines() {
            let seen: Observation = serde_json::from_str(line).expect("an observation");
            if seen.clock != Clock::Server {
                continue;
            }
            match (seen.what, seen.conn, seen.lane) {
                (What::Closed { bytes_in: Some(up), bytes_out: Some(down), .. }, Some(conn), _) => {
                    counted.connections.insert(conn, [up, down]);
                }
                (What::Socket { bytes_in, bytes_out, .. }, _, Some(lane)) => {
                    counted.lanes.insert(lane, [bytes_in, bytes_out]);
                }
                _ => {}
            }
        }
        counted
    }
}

fn sum(ledger: &Ledger) -> Both {
    Way::ALL.map(|way| {
        let roles: u64 = Role::ALL.iter().map(|role| ledger.bytes(way, *role)).sum();
        roles + ledger.missed(way)
    })
}

/// The spans of a connection, each way for itself, from these pieces.
fn spans<'a>(pieces: impl IntoIterator<Item = (Way, &'a [u8])>) -> [Vec<Span>; 2] {
    let (mut dissector, mut spans) = (Dissector::new(), Vec::new());
    for (way, bytes) in pieces {
        dissector.dissect(way, bytes, &mut spans);
    }
    for way in Way::ALL {
        dissector.finish(way, &mut spans);
    }
    let spans = joined(&spans);
    Way::ALL.map(|way| spans.iter().filter(|span| span.way == way).copied().collect())
}

/// Its bytes in their order, cut anywhere else.
fn cut_anew(connection: &Connection, rng: &mut Rng) -> Vec<(Way, Vec<u8>)> {
    let mut runs: Vec<(Way, Vec<u8>)> = Vec::new();
    for piece in &connection.pieces {
        let way = if piece.up { Way::Up } else { Way::Down };
        match runs.last_mut() {
            Some((last, bytes)) if *last == way => bytes.extend(&piece.bytes),
            _ => runs.push((way, piece.bytes.clone())),
        }
    }
    let bytes: usize = runs.iter().map(|(_, bytes)| bytes.len()).sum();
    // Long ones in longer pieces, for time's sake.
    let most = [1, 5, 200, 5000][rng.usize(0..4)].max(bytes / 2000);
    let mut pieces = Vec::new();
    for (way, mut rest) in runs {
        while !rest.is_empty() {
            let after = rest.split_off(rng.usize(1..=most).min(rest.len()));
            pieces.push((way, std::mem::replace(&mut rest, after)));
        }
    }
    pieces
}

/// Holds a connection against what the wire counted, and against itself cut otherwise.
fn judge(connection: &Connection, counted: Both, may_be: fn(Option<Note>) -> bool, rng: &mut Rng) {
    let label = connection.label();
    let ledger = Ledger::of(connection);
    assert_eq!(sum(&ledger), counted, "{label}");
    let way = |up| if up { Way::Up } else { Way::Down };
    let whole = spans(connection.pieces.iter().map(|piece| (way(piece.up), &piece.bytes[..])));
    let anew = cut_anew(connection, rng);
    let anew = spans(anew.iter().map(|(way, bytes)| (*way, &bytes[..])));
    for way in Way::ALL {
        let own = &whole[way as usize];
        let end = own.iter().fold(0, |at, span| {
            assert_eq!(span.at, at, "{label}: a gap or an overlap before {span:?}");
            span.end()
        });
        assert_eq!(end + ledger.missed(way), counted[way as usize], "{label}");
        let sums: Sums = own.iter().collect();
        let differs = Role::ALL.iter().find(|role| sums.of(**role) != ledger.bytes(way, **role));
        assert_eq!(differs, None, "{label}: {} {sums:?} {ledger:?}", way.name());
        let differs = own.iter().zip(&anew[way as usize]).find(|(a, b)| a != b);
        assert_eq!((own.len(), differs), (anew[way as usize].len(), None), "{label}: cut anew");
        let mut unparsed = own.iter().filter(|span| span.role == Role::Unparsed);
        let found = unparsed.find(|span| !may_be(span.note));
        assert_eq!(found, None, "{label}");
    }
}

/// Bytes by role, up and down.
type Tally = [[u64; 6]; 2];

/// What `export --format roles` says of each lane, and adds all of the run to `tally`.
fn exported(seed: u64, faults: bool, record: &str, tally: &mut Tally) -> BTreeMap<Option<String>, Both> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("any-bytes-{seed}-{faults}.jsonl"));
    fs::write(&path, record).expect("written");
    let made = form("roles").expect("a form").export(&path);
    fs::remove_file(&path).expect("removed");
    let Ok(Exported { made, .. }) = made else { return BTreeMap::new() };
    let ledger: Value = serde_json::from_slice(&made).expect("JSON");
    let number = |sums: &Value, name: &str| sums[name].as_u64().expect("a number");
    let of = |one: &Value| -> Both {
        ["up", "down"].map(|way| {
            let sums = &one[way];
            let roles: u64 = Role::ALL.iter().map(|role| number(sums, role.name())).sum();
            assert_eq!(roles, number(sums, "total"), "{one}");
            roles + number(sums, "missed")
        })
    };
    let lanes = ledger["lanes"].as_array().expect("lanes").iter();
    let lanes: BTreeMap<Option<String>, Both> =
        lanes.map(|lane| (lane["lane"].as_str().map(str::to_owned), of(lane))).collect();
    for all in [
        &mut ledger["connections"].as_array().expect("a list").iter().map(of)
            as &mut dyn Iterator<Item = Both>,
        &mut lanes.values().copied(),
    ] {
        let sum = all.fold([0, 0], |sum, one| [sum[0] + one[0], sum[1] + one[1]]);
        assert_eq!(sum, of(&ledger["run"]), "the run");
    }
    for (way, sums) in tally.iter_mut().enumerate() {
        for role in Role::ALL {
            sums[role as usize] += number(&ledger["run"][["up", "down"][way]], role.name());
        }
    }
    lanes
}

/// Plays a story and judges all that crossed in it; gives how many connections.
fn case(seed: u64, faults: bool, tally: &mut Tally) -> usize {
    let _again = Again("any_bytes", seed);
    let Played { told, closed, record } = play(seed, async || story(seed, faults).await);
    // Shown only if it fails.
    println!("seed {seed}, {}:\n{told}", if faults { "with faults" } else { "without faults" });
    let (counted, capture) = (Counted::read(&record), Capture::read(&record));
    let mut rng = Rng::with_seed(seed);
    let mut silent = counted.connections;
    for connection in &capture.connections {
        let total = silent.remove(&connection.number);
        let total = total.unwrap_or_else(|| panic!("{} is never closed", connection.label()));
        let is_closed = connection.lanes().iter().any(|lane| closed.contains(*lane));
        let may_be: fn(Option<Note>) -> bool = match (faults, is_closed) {
            (true, _) => |_| true,
            (_, true) => |note| note == Some(Note::Why(Mistake::CutShort)),
            _ => |_| false,
        };
        judge(connection, total, may_be, &mut rng);
    }
    assert!(silent.values().all(|both| *both == [0, 0]), "bytes that nobody tells of: {silent:?}");
    let mut lanes = exported(seed, faults, &record, tally);
    // Those of requests that named no lane are nobody's, and the wire has no account of them.
    lanes.remove(&None);
    let counted: BTreeMap<_, _> = counted.lanes.into_iter().map(|(lane, both)| (Some(lane), both)).collect();
    assert_eq!(lanes, counted, "the lanes");
    capture.connections.len()
}

fn cases(faults: bool) {
    let (first, count) = (number("WIREBENCH_SEED").unwrap_or(0), number("WIREBENCH_CASES").unwrap_or(CASES));
    let (mut tally, mut connections) = (Tally::default(), 0);
    for seed in first..first + count {
        connections += case(seed, faults, &mut tally);
    }
    println!("{count} stories, {connections} connections, bytes by role up and down: {tally:?}");
    let all = |way: Way| -> u64 { tally[way as usize].iter().sum() };
    assert!(Way::ALL.iter().all(|way| all(*way) > 1000 * count), "hardly anything crossed");
    if count < MANY {
        return;
    }
    // Among many there is one of each sort.
    let missing: Vec<_> = Way::ALL
        .iter()
        .flat_map(|way| Role::ALL.iter().map(move |role| (*way, *role)))
        .filter(|(way, role)| tally[*way as usize][*role as usize] == 0)
        // A request that is cut short is rare: most are one piece.
        .filter(|(way, role)| *role != Role::Unparsed || (faults && *way == Way::Down))
        .collect();
    assert!(missing.is_empty(), "no bytes are {missing:?}");
}

#[test]
fn any_bytes_have_one_role_each_and_none_is_unparsed_where_nothing_goes_wrong() {
    cases(false);
}

#[test]
fn any_bytes_have_one_role_each_whatever_faults_are_thrown() {
    cases(true);
}
