//! The record kept in a file: lines of record v1, all of them, never over another file; and `check`, which reads them.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::{Value, json};
use support::ask::{Encoding, Next};
use support::http;
use support::program::{Ended, Scratch, command, finish, run};
use support::reader::{Reader, Transport, Way};
use support::server::Server;
use support::{PATIENCE, eventually};
use wirebench::record::{Carried, Observation, Seen, What};

const COUNT: u64 = 50;
const STOP: Duration = Duration::from_secs(5);

/// What the program is started with to keep a record at `path`.
fn recording(path: &str) -> Server {
    Server::start_with(&["--lanes", "1", "--record", path])
}

async fn stop(mut server: Server) {
    server.signal("TERM");
    assert_eq!(server.exited(STOP).await, Some(0), "{}", server.errors());
    assert_eq!(server.errors(), "");
}

/// Reads the record line by line: each reads as an observation of version 1 and says nothing that is lost in reading.
fn observations(path: &str) -> Vec<Observation> {
    let text = fs::read_to_string(path).expect("a record");
    assert!(text.ends_with('\n'), "the last line is whole: {:?}", text.lines().last());
    let read = |line: &str| {
        let seen: Observation = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(seen.v, wirebench::record::VERSION, "{line}");
        assert_ne!(seen.what, What::Unknown, "{line}");
        let again = serde_json::to_value(&seen).expect("JSON");
        assert_eq!(again, serde_json::from_str::<Value>(line).expect("JSON"), "nothing is passed over");
        seen
    };
    text.lines().map(read).collect()
}

/// What `check` finds in the record, told in JSON.
fn checked(path: &str) -> (Option<i32>, Value) {
    let Ended { code, out, errors } = run(&["check", "--format", "json", path]);
    assert_eq!(errors, "");
    (code, serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}")))
}

/// The lane of a reader.
fn lane(way: Way) -> String {
    format!("{}-{}{}", way.name(), way.encoding.name(), if way.stock { "-stock" } else { "" })
}

/// A record of a small job that was read by every transport, by each fanout and in each encoding; and by which.
async fn small(path: &str) -> Vec<Way> {
    let server = recording(path);
    let job = server.synthetic(json!({"count": COUNT, "interval": "5ms", "start": "ready"})).await;
    let mut readers = Vec::new();
    let ways = server.encoded_ways().await;
    for way in &ways {
        let ask = job.ask().with("lane", &lane(*way));
        readers.push(Reader::open(&server.origins[0], *way, &ask).await);
    }
    job.command("start").await;
    for mut reader in readers {
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(reader.events.len() as u64, COUNT + 1);
    }
    stop(server).await;
    ways
}

#[tokio::test]
async fn a_record_has_every_line_of_a_small_job_and_check_counts_them() {
    let directory = Scratch::new("record");
    let path = directory.file("small.jsonl");
    let readers = small(&path).await.len() as u64;
    let (code, found) = checked(&path);
    assert_eq!(code, Some(0), "{found}");
    println!("{found}");
    let kinds = &found["kinds"];
    let count = |kind: &str| kinds[kind].as_u64().unwrap_or(0);
    assert_eq!(count("appended"), COUNT + 1);
    assert_eq!(count("event"), readers * (COUNT + 1));
    assert_eq!((count("command"), count("ack")), (1, 1));
    for kind in ["opened", "request", "response", "closed", "socket"] {
        assert!(count(kind) > 0, "{kind} in {kinds}");
    }
    assert_eq!((count("lost"), count("unknown")), (0, 0));
    assert_eq!(count("opened"), count("closed"), "each connection that was opened was closed: {kinds}");
    let sum: u64 = kinds.as_object().expect("kinds").values().filter_map(Value::as_u64).sum();
    assert_eq!((found["lines"].as_u64(), found["good"].as_u64()), (Some(sum), Some(sum)));
    assert_eq!((&found["bad"], &found["problems"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn each_line_is_an_observation_with_its_lane_transport_and_connection() {
    let directory = Scratch::new("lines");
    let path = directory.file("small.jsonl");
    let ways = small(&path).await;
    let lines = observations(&path);
    let mut events: BTreeMap<String, Vec<&Seen>> = BTreeMap::new();
    for line in &lines {
        if let What::Event(seen) = &line.what {
            let lane = line.lane.clone().expect("a lane");
            assert!(lane.starts_with(line.transport.as_deref().expect("a transport")), "{line:?}");
            assert!(line.conn.is_some() && seen.payload > 0 && seen.bytes > 0, "{line:?}");
            events.entry(lane).or_default().push(seen);
        }
    }
    assert_eq!(events.len(), ways.len());
    for way in ways {
        let seen = &events[&lane(way)];
        let seqs: Vec<u64> = seen.iter().map(|seen| seen.seq).collect();
        assert_eq!(seqs, (1..=COUNT + 1).collect::<Vec<u64>>(), "{}", way.label());
        let is_stream = matches!(way.transport, Transport::Sse | Transport::FetchStream);
        let carried = match way.encoding {
            Encoding::Json | Encoding::Raw => Carried::Text,
            Encoding::Cbor | Encoding::Binary if is_stream => Carried::Base64,
            Encoding::Cbor | Encoding::Binary => Carried::Binary,
        };
        assert!(seen.iter().all(|seen| seen.encoding == carried), "{}", way.label());
        // Whoever encodes them, they are the same bytes.
        let bytes = |seen: &[&Seen]| seen.iter().map(|seen| seen.bytes).collect::<Vec<u64>>();
        let shared = Way { stock: false, ..way };
        assert_eq!(bytes(seen), bytes(&events[&lane(shared)]), "{}", way.label());
    }
    let opened = |conn: &Option<String>| {
        lines.iter().any(|line| matches!(line.what, What::Opened { .. }) && line.conn == *conn)
    };
    assert!(lines.iter().filter(|line| line.conn.is_some()).all(|line| opened(&line.conn)));
}

#[tokio::test]
async fn an_answer_304_delivers_no_events_and_records_none() {
    let directory = Scratch::new("unchanged");
    let path = directory.file("unchanged.jsonl");
    let server = recording(&path);
    let job = server.finished(5).await;
    let poll = job.ask().after(&job.cursor(0)).path("polling");
    let first = http::get(&server.bench, &poll).await;
    let condition = [("If-None-Match", first.header("etag"))];
    assert_eq!(http::request(&server.bench, "GET", &poll, &condition, b"").await.status(), 304);
    stop(server).await;
    // Each poll had a connection of its own.
    let mut events: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for line in observations(&path).into_iter().filter(|line| line.transport.is_some()) {
        match line.what {
            What::Request { .. } => drop(events.insert(line.conn, 0)),
            What::Event(_) => *events.entry(line.conn).or_default() += 1,
            What::Response { status, .. } => found.push((status, events[&line.conn])),
            _ => {}
        }
    }
    assert_eq!(found, [(200, 6), (304, 0)]);
}

#[tokio::test]
async fn a_stop_in_the_middle_leaves_a_whole_record_that_tells_each_close() {
    let directory = Scratch::new("middle");
    for round in 0..5 {
        let path = directory.file(&format!("middle-{round}.jsonl"));
        let server = recording(&path);
        let job = server.synthetic(json!({"count": 1_000_000, "interval": "1ms"})).await;
        let mut readers = Vec::new();
        for transport in server.transports().await {
            for _ in 0..5 {
                let mut reader = job.open(transport, &job.ask()).await;
                reader.take(3).await;
                readers.push(reader);
            }
        }
        stop(server).await;
        let lines = observations(&path);
        let (mut opened, mut closed) = (Vec::new(), Vec::new());
        for line in &lines {
            match line.what {
                What::Opened { .. } => opened.push(line.conn.clone()),
                What::Closed { .. } => closed.push(line.conn.clone()),
                _ => {}
            }
        }
        opened.sort();
        closed.sort();
        assert_eq!(opened, closed, "round {round}: each connection that was opened was closed");
    }
}

#[tokio::test]
async fn a_line_torn_or_broken_is_named_and_the_rest_counts() {
    let directory = Scratch::new("torn");
    let path = directory.file("torn.jsonl");
    small(&path).await;
    let text = fs::read_to_string(&path).expect("a record");
    let lines = text.lines().count();
    fs::write(&path, &text[..text.len() - 10]).expect("torn");
    let (code, found) = checked(&path);
    assert_eq!((code, &found["bad"], &found["good"]), (Some(1), &json!(1), &json!(lines - 1)), "{found}");
    assert_eq!(found["problems"][0]["line"], json!(lines), "{found}");
    let told = run(&["check", &path]);
    assert_eq!((told.code, told.errors.as_str()), (Some(1), ""));
    assert!(told.out.contains(&format!("{path}:{lines}:")), "{}", told.out);
    fs::write(&path, text.replacen("\"v\":1", "\"v\":2", 1)).expect("broken");
    let (code, found) = checked(&path);
    assert_eq!((code, &found["problems"][0]["line"]), (Some(1), &json!(1)), "{found}");
    assert!(found["problems"][0]["reason"].as_str().is_some_and(|reason| reason.contains('2')), "{found}");
}

#[test]
fn a_line_of_another_kind_or_with_another_field_is_passed_over() {
    let directory = Scratch::new("later");
    let later = concat!(
        r#"{"v":1,"at":1,"clock":"lane","kind":"teleported","colour":"red"}"#,
        "\n",
        r#"{"v":1,"at":1,"clock":"lane","kind":"gap","dir":"down","from":1,"to":2,"colour":"red"}"#,
        "\n"
    );
    let path = directory.write("later.jsonl", later);
    let (code, found) = checked(&path);
    assert_eq!((code, &found["kinds"]), (Some(0), &json!({"gap": 1, "unknown": 1})), "{found}");
    let empty = directory.write("empty.jsonl", "");
    assert_eq!(checked(&empty).0, Some(0));
}

#[test]
fn a_record_that_cannot_be_read_is_told_in_one_line() {
    let directory = Scratch::new("unreadable");
    for path in [directory.file("missing.jsonl"), directory.file("")] {
        for format in ["json", "text"] {
            let told = run(&["check", "--format", format, &path]);
            assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{path}: {told:?}");
            assert_eq!(told.errors.lines().count(), 1, "{path}: {}", told.errors);
            assert!(told.errors.contains(path.trim_end_matches('/')), "{path}: {}", told.errors);
        }
    }
}

#[test]
fn a_file_that_is_there_is_never_written_over() {
    let directory = Scratch::new("existing");
    let path = directory.write("kept.jsonl", "kept\n");
    let link = directory.file("link.jsonl");
    std::os::unix::fs::symlink(directory.file("nowhere"), &link).expect("a link");
    for taken in [&path, &link, &directory.file("missing/record.jsonl")] {
        let told = run(&["--listen", "127.0.0.1:0", "--lanes", "1", "--record", taken]);
        assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{told:?}");
        assert_eq!(told.errors.lines().count(), 1, "{}", told.errors);
        assert!(told.errors.contains("--record") && told.errors.contains(taken.as_str()), "{}", told.errors);
    }
    assert_eq!(fs::read_to_string(path).expect("kept"), "kept\n");
    assert!(!Path::new(&directory.file("nowhere")).exists(), "a link that leads nowhere makes nothing");
}

/// A file system of 64 KiB, unmounted when this is dropped.
struct Small<'a>(&'a Path);

impl<'a> Small<'a> {
    fn mount(at: &'a Path) -> Option<Self> {
        let tried = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(at).output();
        tried.is_ok_and(|output| output.status.success()).then_some(Self(at))
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_told_in_one_line_and_the_server_lives_on() {
    let directory = Scratch::new("full");
    let Some(_small) = Small::mount(directory.path()) else {
        println!("SKIPPED a_full_disk_is_told_in_one_line_and_the_server_lives_on: no right to mount here");
        return;
    };
    let path = directory.file("record.jsonl");
    let mut server = recording(&path);
    let job = server.finished(2000).await;
    eventually("the word that the record has ended", PATIENCE, async || !server.errors().is_empty()).await;
    let mut reader = job.open(server.transports().await[0], &job.ask()).await;
    assert_eq!(reader.end().await, Next::Ended);
    assert_eq!(http::get(&server.bench, "/clock").await.status(), 200);
    server.finished(2000).await;
    server.signal("TERM");
    assert_eq!(server.exited(STOP).await, Some(0), "{}", server.errors());
    let told = server.errors();
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.contains(&path) && told.contains("No space left"), "{told}");
    let (code, found) = checked(&path);
    assert!(found["good"].as_u64().is_some_and(|good| good > 100), "{found}");
    let torn = !fs::read_to_string(&path).expect("a record").ends_with('\n');
    assert_eq!(code, Some(i32::from(torn)), "only the last line may be torn: {found}");
}

/// What keeps the processor 0 busy, so that a thread put there with the least priority hardly runs.
struct Starved(Child);

impl Starved {
    /// Starves the thread that writes the record: the one that serves nobody.
    fn writer_of(server: &Server) -> Option<Self> {
        let pid = server.pid();
        let name = |thread: &str| fs::read_to_string(format!("/proc/{pid}/task/{thread}/comm"));
        let writers: Vec<String> = fs::read_dir(format!("/proc/{pid}/task"))
            .ok()?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|thread| *thread != pid.to_string())
            .filter(|thread| name(thread).is_ok_and(|n| !["bench", "stage", "jobs"].contains(&n.trim())))
            .collect();
        let [writer] = <[String; 1]>::try_from(writers).ok()?;
        let done = |program: &str, arguments: &[&str]| {
            let output = Command::new(program).args(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        let put = done("taskset", &["-cp", "0", &writer]) && done("chrt", &["--idle", "--pid", "0", &writer]);
        let busy = ["-c", "0", "sh", "-c", "while :; do :; done"];
        put.then(|| Command::new("taskset").args(busy).spawn().ok().map(Self)).flatten()
    }
}

impl Drop for Starved {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_writer_that_is_behind_at_the_stop_still_writes_the_whole_record() {
    let directory = Scratch::new("behind");
    let path = directory.file("behind.jsonl");
    let mut server = recording(&path);
    let Some(starved) = Starved::writer_of(&server) else {
        println!(
            "SKIPPED a_writer_that_is_behind_at_the_stop_still_writes_the_whole_record: no thread to starve"
        );
        return;
    };
    let count = 5000;
    server.synthetic(json!({"job": "behind", "count": count, "interval": "0ms"})).await.ended().await;
    server.signal("TERM");
    // The writer gets its processor back after the moment in which the stop could have overtaken it.
    let overtaken = tokio::time::timeout(Duration::from_millis(300), server.exited(STOP)).await;
    drop(starved);
    if overtaken.is_err() {
        assert_eq!(server.exited(STOP).await, Some(0), "{}", server.errors());
    }
    let lines = observations(&path);
    let appended = lines.iter().filter(|line| matches!(line.what, What::Appended { .. })).count();
    assert_eq!(appended, count + 1, "the record is whole though the writer was behind; {overtaken:?}");
}

#[test]
fn the_schema_of_the_reference_is_the_one_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/record.schema.json");
    let kept = fs::read_to_string(path).expect("docs/reference/record.schema.json");
    let printed = run(&["schema", "record"]);
    assert_eq!((printed.code, printed.errors.as_str()), (Some(0), ""));
    assert!(
        kept == printed.out,
        "docs/reference/record.schema.json is out of date; make it anew with:\n  \
         cargo run -- schema record > docs/reference/record.schema.json"
    );
}

#[test]
fn a_reader_of_the_output_that_has_gone_is_no_error() {
    let directory = Scratch::new("gone");
    let record = directory.write("empty.jsonl", "");
    for arguments in [&["schema", "record"][..], &["check", &record], &["check", "--format", "json", &record]]
    {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = command();
        command.args(arguments).stdout(writer);
        let ended = finish(command);
        assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn a_scenario_file_is_no_record_and_is_told_where_it_is_read() {
    let told = run(&["check", "scenarios/abrupt-drop.toml"]);
    assert_eq!(told.code, Some(1));
    assert!(told.out.ends_with("are read by wirebench scenario check.\n"), "{}", told.out);
}
