//! The source `per-connection`: progress that is kept on the connection and starts anew with it, which is the lesson.

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::ask::Next;
use support::http::{self, Connection};
use support::reader::{Reader, Transport};
use support::server::{Job, Server};
use support::{PATIENCE, bounded, eventually};

/// A job that would take minutes, whose events come ten a second.
async fn slow(server: &Server) -> Job<'_> {
    server.create(&json!({"source": "per-connection", "count": 3000, "interval": "100ms"})).await
}

fn epoch(reader: &Reader) -> String {
    let cursor = reader.cursor.as_deref().expect("a cursor");
    cursor.split_once('.').expect("epoch and seq").0.to_owned()
}

/// One poll on a connection that is kept.
async fn poll(connection: &mut Connection, job: &Job<'_>, after: &str) -> Value {
    let path = format!("/jobs/{}/polling?after={after}", job.name);
    connection.send("GET", &path, &[], b"").await.expect("sent");
    let answer = bounded("a poll", connection.response()).await.expect("an answer");
    assert!([200, 204].contains(&answer.status()), "{}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

#[tokio::test]
async fn who_reconnects_is_told_unknown_epoch_and_starts_at_1() {
    let server = Server::start();
    let job = slow(&server).await;
    let mut epochs = vec![job.epoch.clone()];
    for transport in server.transports().await {
        let mut reader = job.open(transport, &job.ask()).await;
        reader.take(3).await;
        assert_eq!(reader.seqs(), [1, 2, 3], "{}", transport.name());
        let cursor = reader.cursor.clone().expect("a cursor");
        epochs.push(epoch(&reader));
        drop(reader);
        let mut again = job.open(transport, &job.ask().after(&cursor)).await;
        let told = again.until("unknown-epoch").await;
        assert_eq!(told.value["asked"], json!(cursor), "{}", transport.name());
        assert_eq!(again.events, [], "{}: told before any event", transport.name());
        again.take(2).await;
        assert_eq!(again.seqs(), [1, 2], "{}", transport.name());
        epochs.push(epoch(&again));
    }
    let total = epochs.len();
    epochs.sort();
    epochs.dedup();
    assert_eq!(epochs.len(), total, "every reader has a log of its own, and the job its own: {epochs:?}");
}

#[tokio::test]
async fn a_poller_keeps_its_log_as_long_as_its_connection() {
    let server = Server::start();
    let job = slow(&server).await;
    let mut connection = Connection::open(&server.bench).await.expect("a connection");
    let first = poll(&mut connection, &job, "earliest").await;
    let mut cursor = first["cursor"].as_str().expect("a cursor").to_owned();
    let mut seqs = Vec::new();
    while seqs.len() < 3 {
        let answer = poll(&mut connection, &job, &cursor).await;
        assert_eq!(answer["epoch"], first["epoch"]);
        answer["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
        seqs.extend(answer["events"].as_array().expect("events").iter().map(|event| event["seq"].clone()));
    }
    assert_eq!(json!(seqs), json!((1..=seqs.len()).collect::<Vec<_>>()), "nothing lost, nothing twice");
    let mut other = Connection::open(&server.bench).await.expect("a connection");
    let answer = poll(&mut other, &job, &cursor).await;
    assert_eq!(answer["events"][0]["type"], "unknown-epoch", "{answer}");
    assert_ne!(answer["epoch"], first["epoch"]);
    drop(connection);
    let still = poll(&mut other, &job, answer["cursor"].as_str().expect("a cursor")).await;
    assert_eq!(still["epoch"], answer["epoch"], "the end of one connection is nothing to another");
}

/// Else it would ask again at once, forever: the news would be the same each time.
#[tokio::test]
async fn a_long_poll_is_not_answered_by_unknown_epoch_alone() {
    let server = Server::start();
    let job = slow(&server).await;
    let mut connection = Connection::open(&server.bench).await.expect("a connection");
    let path = format!("/jobs/{}/long-polling?after=zz.7", job.name);
    connection.send("GET", &path, &[], b"").await.expect("sent");
    let answer = bounded("a poll", connection.response()).await.expect("an answer").json();
    let types: Vec<&str> =
        answer["events"].as_array().expect("events").iter().filter_map(|one| one["type"].as_str()).collect();
    assert_eq!(types.first(), Some(&"unknown-epoch"), "{answer}");
    assert!(types.len() > 1, "with the first event of its log: {answer}");
}

#[tokio::test]
async fn commands_hold_for_all_readers_whoever_gives_them() {
    let server = Server::start();
    let job = server
        .create(&json!({"source": "per-connection", "count": 3000, "interval": "100ms", "start": "ready"}))
        .await;
    let mut readers = Vec::new();
    for transport in server.transports().await {
        readers.push(job.open(transport, &job.ask()).await);
    }
    job.command("start").await;
    for reader in &mut readers {
        reader.take(2).await;
        assert_eq!(reader.seqs(), [1, 2], "{}", reader.transport.name());
    }
    job.command("pause").await;
    for reader in &mut readers {
        reader.until("paused").await;
    }
    let late = job.open(Transport::Sse, &job.ask()).await;
    assert_eq!(job.info().await["state"], "paused");
    job.command("resume").await;
    readers.push(late);
    for reader in &mut readers {
        reader.until("resumed").await;
    }
    assert_eq!(job.post(&json!({"command": "speed", "factor": 2})).await.status(), 200);
    for reader in &mut readers {
        assert_eq!(reader.until("speed").await.value["data"], json!({"factor": 2.0}));
    }
    let socket =
        readers.iter_mut().find(|reader| reader.transport == Transport::WebSocket).expect("a WebSocket");
    let support::reader::Line::WebSocket(line) = &mut socket.line else { panic!("a WebSocket") };
    line.command(&json!({"command": "cancel", "id": "7"})).await.expect("sent");
    for mut reader in readers {
        assert_eq!(reader.end().await, Next::Ended, "{}", reader.transport.name());
        assert_eq!(reader.events.last().map(|event| event.kind.as_str()), Some("cancelled"));
    }
    assert_eq!(job.info().await["state"], "cancelled", "a command on a WebSocket is for the job");
}

#[tokio::test]
async fn the_job_ends_when_all_have_and_a_log_is_gone_with_its_reader() {
    let server = Server::start();
    let job = server
        .create(&json!({"source": "per-connection", "count": 20, "interval": "5ms", "start": "ready"}))
        .await;
    let mut one = job.open(Transport::Sse, &job.ask()).await;
    let two = job.open(Transport::WebSocket, &job.ask()).await;
    eventually("two readers", PATIENCE, async || job.readers().await == 2).await;
    drop(two);
    eventually("one reader", PATIENCE, async || job.readers().await == 1).await;
    job.command("start").await;
    assert_eq!(one.end().await, Next::Ended);
    assert_eq!(one.seqs(), (1..=21).collect::<Vec<u64>>());
    job.ended().await;
    assert_eq!((job.head().await, job.readers().await), (21, 0));
    // Who comes later starts anew all the same; a forgotten job ends its readers.
    let long = slow(&server).await;
    let mut reader = long.open(Transport::Sse, &long.ask()).await;
    reader.take(1).await;
    let path = format!("/api/jobs/{}", long.name);
    assert_eq!(http::request(&server.bench, "DELETE", &path, &[], b"").await.status(), 204);
    reader.until("cancelled").await;
    assert_eq!(reader.end().await, Next::Ended);
    let mut late = job.open(Transport::Sse, &job.ask()).await;
    assert_eq!(late.end().await, Next::Ended);
    assert_eq!(late.seqs(), (1..=21).collect::<Vec<u64>>());
}

#[tokio::test]
async fn one_more_than_may_have_a_log_of_its_own_is_answered_as_by_a_full_pool() {
    let server = Server::start();
    let job = server.create(&json!({"source": "per-connection", "start": "ready"})).await;
    let mut inside = Vec::new();
    for _ in 0..1000 {
        let mut connection = Connection::open(&server.bench).await.expect("a connection");
        connection.send("GET", &job.ask().path("sse"), &[], b"").await.expect("sent");
        assert_eq!(connection.head().await.expect("a head").status, 200);
        inside.push(connection);
    }
    let streamed = http::get(&server.bench, &job.ask().path("sse")).await;
    let text = String::from_utf8_lossy(&streamed.body);
    assert!(
        streamed.status() == 200 && text.contains("event: full\n") && text.starts_with("retry: "),
        "{text}"
    );
    let polled = http::get(&server.bench, &job.ask().path("polling")).await;
    assert_eq!(polled.status(), 503);
    assert!((1..=5).contains(&polled.header("retry-after").parse::<u32>().expect("seconds")));
}
