//! Real work, followed: pv and rsync piped into the program, and a script that pushes with idempotency keys. Three lanes
//! see the same of each, up to its end.

#[path = "support/mod.rs"]
mod support;

use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use support::ask::{Ask, Element, Next};
use support::program::{self, Scratch};
use support::reader::{Reader, Transport};
use support::server::Server;

const LANES: [Transport; 3] = [Transport::Polling, Transport::Sse, Transport::WebSocket];
const MIB: usize = 1 << 20;

/// A tool under way, ended when this is dropped, also by a failure.
struct Tool(Child);

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program with `progress`, one end of a tool's pipe, as its standard input.
fn server_reading(progress: impl Into<Stdio>) -> Server {
    let mut command = program::command();
    command.args(["--listen", "127.0.0.1:0", "--format", "json", "--lanes", "3", "--stdin"]).stdin(progress);
    Server::launch(command)
}

/// Reads the job to its end by three lanes at once, each on an origin of its own. All see the same bytes.
async fn followed(server: &Server, job: &str) -> Vec<Element> {
    let mut lanes = Vec::new();
    for (transport, origin) in LANES.into_iter().zip(server.origins.clone()) {
        let ask = Ask::of(job);
        lanes.push(tokio::spawn(async move {
            let mut reader = Reader::open(&origin, transport, &ask).await;
            assert_eq!(reader.end().await, Next::Ended, "{}", transport.name());
            assert!(reader.notices().is_empty(), "{}: {:?}", transport.name(), reader.notices());
            reader.events
        }));
    }
    let mut seen = Vec::new();
    for lane in lanes {
        seen.push(lane.await.expect("the lane reads"));
    }
    let first = seen.remove(0);
    for (other, transport) in seen.iter().zip(&LANES[1..]) {
        let texts = |events: &[Element]| events.iter().map(|event| event.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(other), texts(&first), "{} saw what {} saw", transport.name(), LANES[0].name());
    }
    let numbers: Vec<u64> = first.iter().filter_map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=first.len() as u64).collect::<Vec<u64>>());
    first
}

/// The percentages in the order they came, which never go down. Their end event must be `done`.
fn percents(events: &[Element]) -> Vec<f64> {
    assert_eq!(events.last().map(|event| event.kind.as_str()), Some("done"), "{events:?}");
    let progress = events.iter().filter(|event| event.kind == "progress");
    let percents: Vec<f64> =
        progress.map(|event| event.value["data"]["percent"].as_f64().expect("a percentage")).collect();
    assert!(percents.is_sorted(), "{percents:?}");
    percents
}

/// What every tool must have shown: some progress on the way, and all of it at the end.
fn shown(events: &[Element]) {
    let percents = percents(events);
    assert!(
        percents.iter().any(|percent| (1.0..=99.0).contains(percent)),
        "progress on the way: {percents:?}"
    );
    assert_eq!(percents.last(), Some(&100.0), "{percents:?}");
    let data = &events.last().expect("an end event").value["data"];
    assert_eq!((&data["percent"], &data["lines"]), (&json!(100), &json!(events.len() - 1)), "{data}");
}

#[tokio::test]
async fn pv_is_followed_by_three_lanes_to_its_end() {
    let scratch = Scratch::new("pv");
    let file = scratch.write("disk.img", &"x".repeat(4 * MIB));
    // A percentage every tenth of a second, for about two seconds.
    let mut pv = Command::new("pv");
    pv.args(["-n", "-i", "0.1", "-L", "2m", &file]);
    pv.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut pv = Tool(pv.spawn().expect("pv starts"));
    let server = server_reading(pv.0.stderr.take().expect("piped"));
    let events = followed(&server, "stdin").await;
    shown(&events);
    assert!(pv.0.wait().expect("pv ends").success());
}

#[tokio::test]
async fn rsync_is_followed_by_three_lanes_to_its_end() {
    let scratch = Scratch::new("rsync");
    let (from, to) = (scratch.file("from"), scratch.file("to"));
    std::fs::create_dir(&from).expect("a directory");
    for number in 0..8 {
        std::fs::write(format!("{from}/{number}.bin"), vec![number; MIB]).expect("written");
    }
    let mut rsync = Command::new("rsync");
    // All files are listed before the first is sent: otherwise the whole grows on the way, and percentages go down.
    rsync.args(["-a", "--info=progress2", "--no-inc-recursive", "--bwlimit=4m"]);
    rsync.args([format!("{from}/"), format!("{to}/")]);
    rsync.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut rsync = Tool(rsync.spawn().expect("rsync starts"));
    let server = server_reading(rsync.0.stdout.take().expect("piped"));
    let events = followed(&server, "stdin").await;
    shown(&events);
    let with_lines = events.iter().filter(|event| event.kind == "progress");
    assert!(
        with_lines
            .clone()
            .all(|event| event.value["data"]["line"].as_str().is_some_and(|line| line.contains('%')))
    );
    assert!(rsync.0.wait().expect("rsync ends").success());
    assert_eq!(std::fs::read(format!("{to}/7.bin")).expect("copied").len(), MIB);
}

#[tokio::test]
async fn a_script_that_repeats_itself_is_followed_by_three_lanes_without_a_repeat() {
    let server = Server::start_with(&["--lanes", "3"]);
    let job = server.create(&json!({"source": "push", "job": "build"})).await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/programs/push.py");
    let mut python = Command::new("python3");
    python.args([script, &server.bench.origin(), &job.name, "40"]);
    python.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let script = tokio::task::spawn_blocking(move || program::finish(python));
    let events = followed(&server, &job.name).await;
    let ended = script.await.expect("the script is run");
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    let says: Value = serde_json::from_str(&ended.out).expect("a summary in JSON");
    assert_eq!(says["events"], json!(41));
    assert!(says["repeats"].as_u64() >= Some(20), "it did repeat itself: {says}");
    let steps: Vec<_> = events.iter().filter_map(|event| event.value["data"]["step"].as_u64()).collect();
    assert_eq!(steps, (1..=40).collect::<Vec<u64>>(), "each step once");
    assert_eq!(percents(&events).len(), 40);
    assert_eq!(events.len(), 41);
}
