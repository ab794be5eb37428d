//! The bytes of the wire in the record, where that is asked for: all of them, in their order, and nothing else changes for it.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use support::ask::Next;
use support::faults::Record;
use support::program::{Scratch, command, run};
use support::reader::Reader;
use support::server::Server;
use wirebench::ledger::{Capture, Ledger};
use wirebench::measure::Value as Measured;
use wirebench::proto::dissect::{Role, Way};
use wirebench::record::{Clock, Direction, Observation, What};
use wirebench::report::Report;

/// All transports, commands, and faults of every sort, without those that take the longest.
const SCENARIOS: [&str; 14] = [
    "503-on-reconnect",
    "abrupt-drop",
    "auth-and-origin",
    "binary-payload",
    "close-codes",
    "compression-trap",
    "half-open",
    "long-poll",
    "post-stream",
    "redirect-on-reconnect",
    "retry-hints",
    "server-restart",
    "unicode-newlines",
    "upstream-commands",
];

/// Plays with these arguments and gives the text of each record by its name.
fn played(out: &str, args: &[&str]) -> BTreeMap<String, String> {
    let mut program = command();
    program.current_dir(env!("CARGO_MANIFEST_DIR")).arg("play").args(args).args(["--out", out]);
    // For as long as it takes: a build without optimization on a busy machine plays some of them for a minute.
    let ended = program.output().expect("it runs");
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    let entries = fs::read_dir(out).expect("a folder").map(|entry| entry.expect("an entry").path());
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("a record"))
    };
    entries.map(read).collect()
}

fn seen(record: &str) -> Vec<Observation> {
    record.lines().map(|line| serde_json::from_str(line).expect("an observation")).collect()
}

fn is_bytes(line: &&str) -> bool {
    line.contains(r#""kind":"bytes""#)
}

/// Bytes up and down of a connection: those that are there, and those that are only counted.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Sums {
    kept: (u64, u64),
    missed: (u64, u64),
}

/// The sums of each connection that is closed, which are held against what its last line says.
fn sums(name: &str, record: &str) -> BTreeMap<String, Sums> {
    let (mut sums, mut closed) = (BTreeMap::<String, Sums>::new(), BTreeMap::new());
    for line in seen(record).into_iter().filter(|line| line.clock == Clock::Server) {
        let Some(conn) = line.conn else { continue };
        match line.what {
            What::Bytes { dir, bytes, missed } => {
                assert!(!closed.contains_key(&conn), "{name}: bytes of {conn}, which is closed");
                let length = STANDARD.decode(bytes).expect("base64").len() as u64;
                let of = sums.entry(conn).or_default();
                let up = dir == Direction::Up;
                *(if up { &mut of.kept.0 } else { &mut of.kept.1 }) += length;
                *(if up { &mut of.missed.0 } else { &mut of.missed.1 }) += missed.unwrap_or_default();
            }
            What::Closed { bytes_in: Some(up), bytes_out: Some(down), .. } => {
                let of = sums.entry(conn.clone()).or_default().clone();
                let total = (of.kept.0 + of.missed.0, of.kept.1 + of.missed.1);
                assert_eq!(total, (up, down), "{name}: connection {conn}, {of:?}");
                closed.insert(conn, of);
            }
            _ => {}
        }
    }
    closed
}

#[test]
fn keeping_the_bytes_changes_nothing_else_and_they_are_the_same_twice_and_all_there() {
    let directory = Scratch::new("kept-bytes");
    let files = SCENARIOS.map(|name| format!("scenarios/{name}.toml"));
    let mut args: Vec<&str> = files.iter().map(String::as_str).collect();
    args.extend(["--jobs", "2"]);
    let without = played(&directory.file("without"), &args);
    args.push("--bytes");
    let with = played(&directory.file("with"), &args);
    let again = played(&directory.file("again"), &args);
    assert_eq!(without.len(), SCENARIOS.len());
    for (name, record) in &without {
        let other: Vec<&str> = with[name].lines().filter(|line| !is_bytes(line)).collect();
        let differs = record.lines().zip(&other).position(|(a, b)| a != *b);
        assert!(record.lines().eq(other), "{name} differs from line {differs:?} on");
        let differs = with[name].lines().zip(again[name].lines()).find(|(a, b)| a != b);
        assert!(with[name] == again[name], "{name} is not the same twice: {differs:?}");
        let sums = sums(name, &with[name]);
        assert!(!sums.is_empty(), "{name} has no connection");
        assert!(sums.values().all(|one| one.missed == (0, 0)), "{name}: {sums:?}");
        roles(name, &with[name], &sums);
        lanes(&directory, name, &with[name]);
    }
}

/// The bytes of each connection by role, held against the sums of its lines; and those of each lane, against what is measured
/// at its socket.
fn roles(name: &str, record: &str, closed: &BTreeMap<String, Sums>) {
    let capture = Capture::read(record);
    let mut told = 0;
    for connection in &capture.connections {
        let ledger = Ledger::of(connection);
        for way in Way::ALL {
            let by_role: u64 = Role::ALL.iter().map(|role| ledger.bytes(way, *role)).sum();
            assert_eq!(by_role, ledger.total(way), "{name}: connection {}", connection.number);
        }
        if let Some(sums) = closed.get(&connection.number) {
            let kept = (ledger.total(Way::Up), ledger.total(Way::Down));
            let missed = (ledger.missed(Way::Up), ledger.missed(Way::Down));
            assert_eq!((kept, missed), (sums.kept, sums.missed), "{name}: connection {}", connection.number);
            told += 1;
        }
    }
    let crossed = closed.values().filter(|sums| **sums != Sums::default()).count();
    assert_eq!(told, crossed, "{name}: every connection has a ledger");
}

/// The totals of each lane by the ledger that `export` writes, held against the measures of the report.
fn lanes(directory: &Scratch, name: &str, record: &str) {
    let path = directory.write("one.jsonl", record);
    let out = directory.file("roles.json");
    assert_eq!(run(&["export", &path, "--format", "roles", "--out", &out]).code, Some(0));
    let ledger: Value = serde_json::from_str(&fs::read_to_string(&out).expect("a ledger")).expect("JSON");
    let report = Report::read(name, record).expect("a report");
    for lane in ledger["lanes"].as_array().expect("lanes").iter().filter(|lane| !lane["lane"].is_null()) {
        for (way, measure) in [("up", "bytes-up"), ("down", "bytes-down")] {
            let measured = report.facts.observed(lane["lane"].as_str(), measure).value;
            let total = lane[way]["total"].as_u64().expect("a number");
            assert_eq!(measured, Some(Measured::Number(total)), "{name}: {way} {lane}");
        }
    }
    let sum = |way: &str| {
        let lanes = ledger["lanes"].as_array().expect("lanes").iter();
        lanes.map(|lane| lane[way]["total"].as_u64().expect("a number")).sum::<u64>()
    };
    for way in ["up", "down"] {
        assert_eq!(ledger["run"][way]["total"], sum(way), "{name}: the run is the sum of its lanes");
    }
}

#[test]
fn what_finds_no_room_is_counted_and_told() {
    let directory = Scratch::new("kept-bytes-bound");
    let out = directory.file("runs");
    let args = ["scenarios/resume-replay.toml", "--bytes=2000"];
    let (name, record) = played(&out, &args).pop_first().expect("a record");
    let sums = sums(&name, &record);
    roles(&name, &record, &sums);
    let kept: u64 = sums.values().map(|one| one.kept.0 + one.kept.1).sum();
    let missed: u64 = sums.values().map(|one| one.missed.0 + one.missed.1).sum();
    assert!((1000..=2000).contains(&kept) && missed > 2000, "kept {kept}, missed {missed}");
    let report = Report::read(&name, &record).expect("a report");
    let told: Vec<_> = report.caveats.iter().filter(|caveat| caveat.name == "bytes-not-kept").collect();
    assert_eq!(told.len(), 1, "{:?}", report.caveats);
    assert!(told[0].text.starts_with(&format!("{missed} bytes of ")), "{}", told[0].text);
}

#[test]
fn over_sockets_the_bytes_are_all_there_as_well() {
    let directory = Scratch::new("kept-bytes-real");
    let args = ["scenarios/upstream-commands.toml", "--clock", "real", "--bytes"];
    let (name, record) = played(&directory.file("runs"), &args).pop_first().expect("a record");
    let sums = sums(&name, &record);
    assert!(sums.values().any(|one| one.kept.0 > 0 && one.kept.1 > 0), "{sums:?}");
    assert!(sums.values().all(|one| one.missed == (0, 0)), "{sums:?}");
}

/// The page listens to the same record, without the bytes: those are for who exports it.
#[tokio::test]
async fn who_listens_to_a_record_with_bytes_hears_all_of_it_but_those() {
    let directory = Scratch::new("listened");
    let path = directory.file("record.jsonl");
    let server = Server::start_with(&["--lanes", "1", "--record", &path, "--record-bytes"]);
    let mut record = Record::listen(&server).await;
    let job = server.finished(20).await;
    for transport in server.transports().await {
        let mut reader = Reader::open(&server.origins[0], transport, &job.ask().with("lane", "reader")).await;
        assert_eq!(reader.end().await, Next::Ended);
        let lines = record.until(|line| line["kind"] == "event" && line["seq"] == 21).await;
        let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
        assert_eq!((of("event"), of("bytes")), (21, 0), "{}: {lines:?}", transport.name());
    }
}

#[tokio::test]
async fn a_bench_keeps_the_bytes_of_its_lanes_and_of_nothing_else() {
    let directory = Scratch::new("kept-bytes-bench");
    let path = directory.file("record.jsonl");
    let mut server = Server::start_with(&["--lanes", "1", "--record", &path, "--record-bytes"]);
    let job = server.finished(5).await;
    for transport in server.transports().await {
        let mut reader = Reader::open(&server.origins[0], transport, &job.ask().with("lane", "reader")).await;
        assert_eq!(reader.end().await, Next::Ended);
    }
    server.signal("TERM");
    assert_eq!(server.exited(Duration::from_secs(20)).await, Some(0), "{}", server.errors());
    let record = fs::read_to_string(&path).expect("a record");
    let origins: BTreeMap<String, usize> = seen(&record)
        .into_iter()
        .filter_map(|line| match line.what {
            What::Opened { origin: Some(origin), .. } => Some((line.conn?, origin)),
            _ => None,
        })
        .collect();
    let lines: Vec<Observation> = record.lines().filter(is_bytes).flat_map(seen).collect();
    assert!(!lines.is_empty());
    let mut transports: Vec<String> = lines.iter().filter_map(|line| line.transport.clone()).collect();
    transports.sort();
    transports.dedup();
    assert_eq!(transports, ["fetch-stream", "long-polling", "polling", "sse", "websocket"]);
    for line in &lines {
        assert_eq!(origins[line.conn.as_ref().expect("a connection")], 1, "{line:?}");
    }
    let checked = run(&["check", "--format", "json", &path]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
}

#[test]
fn bytes_without_a_record_are_refused() {
    let ended = run(&["--listen", "127.0.0.1:0", "--record-bytes"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.errors.contains("--record"), "{}", ended.errors);
    let ended = run(&["play", "scenarios", "--bytes=many"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.errors.contains("--bytes"), "{}", ended.errors);
}
