//! Standard input as a feed: `tool | wirebench --stdin`. What is read, what the tool feels, and that it holds up no stop.

#[path = "support/mod.rs"]
mod support;

use std::io::{ErrorKind, PipeWriter, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use support::ask::Next;
use support::http;
use support::program::{self, finish};
use support::reader::{Reader, Transport};
use support::server::{Job, Server};
use support::{PATIENCE, eventually};

/// Generous: it is meant to be below a second.
const STOP: Duration = Duration::from_secs(5);
/// What a pipe holds on Linux (pipe(7)).
const PIPE: usize = 64 << 10;

/// The program reading from a pipe, and the pipe's other end.
fn piped(arguments: &[&str]) -> (Server, PipeWriter) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let mut command = program::command();
    command.args(["--listen", "127.0.0.1:0", "--lanes", "1", "--format", "json", "--stdin"]).args(arguments);
    command.stdin(reader);
    (Server::launch(command), writer)
}

async fn job<'a>(server: &'a Server, name: &str) -> Job<'a> {
    let info = http::get(&server.bench, &format!("/jobs/{name}")).await.json();
    assert_eq!((&info["source"], &info["job"]), (&json!("stdin"), &json!(name)), "{info}");
    Job { server, name: name.to_owned(), epoch: info["epoch"].as_str().expect("an epoch").to_owned() }
}

#[tokio::test]
async fn lines_are_events_on_every_transport_as_soon_as_they_are_there() {
    let (server, mut pipe) = piped(&[]);
    assert_eq!(http::get(&server.bench, "/api/bench").await.json()["stdin"], json!("stdin"));
    let job = job(&server, "stdin").await;
    let mut readers = Vec::new();
    for transport in server.transports().await {
        readers.push(job.open(transport, &job.ask()).await);
    }
    pipe.write_all(b"starting\n37\r").expect("written");
    for reader in &mut readers {
        reader.take(2).await;
    }
    pipe.write_all(b"\n 38% of it\n{\"percent\":40,\"file\":\"a\"}\nlast words").expect("written");
    drop(pipe);
    let line = |kind: &str, data: Value| (kind.to_owned(), data);
    let wanted = [
        line("text", json!("starting")),
        line("progress", json!({"percent": 37})),
        line("progress", json!({"percent": 38, "line": " 38% of it"})),
        line("progress", json!({"percent": 40, "file": "a"})),
        line("text", json!("last words")),
        line("done", json!({"lines": 5, "percent": 40})),
    ];
    for mut reader in readers {
        assert_eq!(reader.end().await, Next::Ended);
        let found: Vec<_> = reader.events.iter().map(|e| (e.kind.clone(), e.value["data"].clone())).collect();
        assert_eq!(found, wanted, "{}", reader.transport.name());
    }
    assert_eq!(job.info().await["state"], "done");
}

/// Writes `total` bytes of lines, and counts what the pipe has taken; gives the error that stopped it.
fn write_lines(
    mut pipe: PipeWriter,
    total: usize,
) -> (Arc<AtomicUsize>, thread::JoinHandle<Option<ErrorKind>>) {
    let written = Arc::new(AtomicUsize::new(0));
    let counter = written.clone();
    let writing = thread::spawn(move || {
        let line = [[b'x'; 1023].as_slice(), b"\n"].concat();
        for _ in 0..total / line.len() {
            if let Err(error) = pipe.write_all(&line) {
                return Some(error.kind());
            }
            counter.fetch_add(line.len(), Ordering::SeqCst);
        }
        None
    });
    (written, writing)
}

#[tokio::test]
async fn a_pause_lets_the_tool_wait_and_a_resume_lets_it_go_on() {
    let (server, pipe) = piped(&[]);
    let job = job(&server, "stdin").await;
    job.command("pause").await;
    let total = 1 << 20;
    let (written, writing) = write_lines(pipe, total);
    eventually("a full pipe", PATIENCE, async || written.load(Ordering::SeqCst) >= PIPE - 1024).await;
    for _ in 0..50 {
        assert_eq!(job.head().await, 1, "nothing but `paused` while it is paused");
    }
    let taken = written.load(Ordering::SeqCst);
    assert!(taken < total && !writing.is_finished(), "the tool waits, having written {taken}");
    job.command("resume").await;
    job.ended().await;
    assert_eq!(writing.join().expect("a thread"), None);
    // `paused`, `resumed`, the lines and the end.
    assert_eq!(job.head().await, 2 + 1024 + 1);
}

#[tokio::test]
async fn after_a_cancel_the_tools_next_write_is_refused() {
    for paused in [false, true] {
        let (server, mut pipe) = piped(&[]);
        let job = job(&server, "stdin").await;
        pipe.write_all(b"50\n").expect("written");
        job.reached(1).await;
        if paused {
            job.command("pause").await;
        }
        job.command("cancel").await;
        let (_, writing) = write_lines(pipe, 64 << 20);
        eventually("the writer's end", PATIENCE, async || writing.is_finished()).await;
        assert_eq!(writing.join().expect("a thread"), Some(ErrorKind::BrokenPipe), "paused: {paused}");
        let head = job.head().await;
        assert_eq!((head, &job.info().await["state"]), (if paused { 3 } else { 2 }, &json!("cancelled")));
    }
}

#[tokio::test]
async fn a_reader_that_does_not_read_never_holds_the_tool_up() {
    let (server, pipe) = piped(&["--keep-events", "100"]);
    let job = job(&server, "stdin").await;
    let silent = Reader::open(&server.bench, Transport::WebSocket, &job.ask()).await;
    let (_, writing) = write_lines(pipe, 32 << 20);
    eventually("all to be written", PATIENCE, async || writing.is_finished()).await;
    assert_eq!(writing.join().expect("a thread"), None);
    job.ended().await;
    let info = job.info().await;
    assert_eq!(
        info["head"].as_u64().zip(info["earliest"].as_u64()).map(|(head, first)| head - first),
        Some(99)
    );
    drop(silent);
}

#[tokio::test]
async fn a_signal_ends_the_program_at_once_though_the_pipe_is_idle() {
    for (signal, paused) in [("TERM", false), ("INT", false), ("TERM", true)] {
        let (mut server, mut pipe) = piped(&[]);
        pipe.write_all(b"50\nhalf a li").expect("written");
        let job = job(&server, "stdin").await;
        job.reached(1).await;
        if paused {
            job.command("pause").await;
        }
        server.signal(signal);
        assert_eq!(server.exited(STOP).await, Some(0), "{}", server.errors());
        assert!(!server.errors().contains("panicked"), "{}", server.errors());
        assert!(pipe.write_all(b"x").is_err(), "nobody reads any more");
    }
}

#[tokio::test]
async fn the_job_may_have_another_name_and_is_commanded_like_any() {
    let (server, mut pipe) = piped(&["--stdin-job", "backup"]);
    assert_eq!(http::get(&server.bench, "/api/bench").await.json()["stdin"], json!("backup"));
    let job = job(&server, "backup").await;
    assert_eq!(job.post(&json!({"command": "speed", "factor": 2})).await.status(), 200);
    assert_eq!(job.post(&json!({"command": "start"})).await.status(), 409);
    pipe.write_all(b"1\n").expect("written");
    job.reached(2).await;
    let removed = http::request(&server.bench, "DELETE", "/api/jobs/backup", &[], b"").await;
    assert_eq!(removed.status(), 204);
    let (_, writing) = write_lines(pipe, 1 << 20);
    eventually("the writer's end", PATIENCE, async || writing.is_finished()).await;
    assert_eq!(
        writing.join().expect("a thread"),
        Some(ErrorKind::BrokenPipe),
        "a forgotten job reads no more"
    );
}

#[test]
fn the_address_to_open_names_the_job_and_runs_it() {
    let (reader, _writer) = std::io::pipe().expect("a pipe");
    let mut command = program::command();
    command.args(["--listen", "127.0.0.1:0", "--lanes", "1", "--stdin"]).stdin(reader);
    let mut child = command.spawn().expect("it starts");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().expect("piped")));
    let open = lines.find_map(|line| line.ok().filter(|line| line.trim_start().starts_with("open")));
    child.kill().and_then(|()| child.wait()).expect("it ends");
    let open = open.expect("an address to open");
    assert!(open.ends_with("/?job=stdin&run=1"), "{open}");
}

#[test]
fn a_name_that_is_none_is_told_in_one_line() {
    let mut command = program::command();
    command.args(["--listen", "127.0.0.1:0", "--lanes", "1", "--stdin", "--stdin-job", "My Job"]);
    let ended = finish(command);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(
        ended.errors.starts_with("wirebench: --stdin-job") && ended.errors.lines().count() == 1,
        "{ended:?}"
    );
}

#[tokio::test]
async fn without_the_flag_nothing_reads_standard_input_and_it_cannot_be_asked_for() {
    let server = Server::start();
    assert_eq!(http::get(&server.bench, "/api/bench").await.json()["stdin"], Value::Null);
    let answer = http::post(&server.bench, "/api/jobs", &json!({"source": "stdin"})).await;
    assert_eq!(answer.status(), 400);
    assert!(
        answer.json()["error"]["found"].as_str().is_some_and(|text| text.contains("--stdin")),
        "{}",
        answer.json()
    );
}
