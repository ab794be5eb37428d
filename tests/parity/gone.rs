//! Readers who go: politely, by a reset, or without a word. The subscription is given back each time.

use std::time::Duration;

use serde_json::json;

use crate::on_every_transport;
use crate::support::http::Connection;
use crate::support::reader::{Reader, Way};
use crate::support::server::{Job, Server};
use crate::support::{PATIENCE, bounded, eventually};

/// The promise is a second; the rest is for a busy machine.
const SOON: Duration = Duration::from_secs(3);

/// A job that waits, and a reader of it that has heard the beginning and that the server counts.
async fn waiting<'a>(server: &'a Server, transport: Way, query: &[(&str, &str)]) -> (Job<'a>, Reader) {
    let job = server.synthetic(json!({"count": 10, "start": "ready"})).await;
    let ask = query.iter().fold(job.ask(), |ask, (name, value)| ask.with(name, value));
    let mut reader = job.open(transport, &ask).await;
    if transport.holds_a_connection() {
        reader.until("hello").await;
        eventually("the reader to be counted", PATIENCE, async || job.readers().await == 1).await;
    }
    (job, reader)
}

#[tokio::test]
async fn a_reader_who_leaves_politely_is_forgotten_within_a_second() {
    on_every_transport(async |server, transport| {
        let (job, reader) = waiting(server, transport, &[]).await;
        drop(reader);
        eventually("no readers after FIN", SOON, async || job.readers().await == 0).await;
    })
    .await;
}

#[tokio::test]
async fn a_reader_who_leaves_by_a_reset_is_forgotten_within_a_second() {
    on_every_transport(async |server, transport| {
        let (job, reader) = waiting(server, transport, &[]).await;
        reader.into_connection().reset().expect("SO_LINGER");
        eventually("no readers after RST", SOON, async || job.readers().await == 0).await;
    })
    .await;
}

#[tokio::test]
async fn a_reader_on_a_dead_line_is_forgotten_after_dead_after() {
    on_every_transport(async |server, transport| {
        if !transport.holds_a_connection() {
            return;
        }
        let query = [("heartbeat", "200ms"), ("dead-after", "1s")];
        let (job, reader) = waiting(server, transport, &query).await;
        let connection = reader.into_connection();
        if let Err(error) = connection.deafen() {
            println!("SKIPPED a_reader_on_a_dead_line_is_forgotten_after_dead_after: no socket filter here: {error}");
            return;
        }
        eventually("no readers on a dead line", Duration::from_secs(10), async || job.readers().await == 0).await;
        drop(connection);
    })
    .await;
}

#[tokio::test]
async fn a_reader_who_answers_heartbeats_lives_longer_than_dead_after() {
    on_every_transport(async |server, transport| {
        if !transport.holds_a_connection() {
            return;
        }
        let query = [("heartbeat", "100ms"), ("dead-after", "400ms")];
        let (job, mut reader) = waiting(server, transport, &query).await;
        // Read all the while: only so are pings answered.
        let reading = tokio::time::timeout(Duration::from_millis(1500), reader.next()).await;
        assert!(reading.is_err(), "nothing was to come: {reading:?}");
        assert_eq!(job.readers().await, 1);
    })
    .await;
}

/// Reads a job that has ended to its end by SSE with a short dead-after, on a connection that is kept.
async fn read_to_the_end(connection: &mut Connection, job: &Job<'_>) {
    let ask = job.ask().with("dead-after", "100ms").with("heartbeat", "100ms");
    bounded("a request", connection.send("GET", &ask.path("sse"), &[], b"")).await.expect("sent");
    let answer = bounded("a whole stream", connection.response()).await.expect("a whole stream");
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_connection_outlives_the_many_streams_that_ended_on_it() {
    let server = Server::start();
    let job = server.finished(3).await;
    let mut connection = Connection::open(&server.bench).await.expect("a connection");
    for _ in 0..200 {
        read_to_the_end(&mut connection, &job).await;
    }
    let rest = tokio::time::timeout(Duration::from_secs(1), connection.fill()).await;
    assert!(rest.is_err(), "it rests, and does not end: {rest:?}");
    connection.send("GET", &job.ask().path("polling"), &[], b"").await.expect("sent");
    let answer = bounded("a poll", connection.response()).await.expect("the same connection");
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_stream_that_has_ended_no_longer_says_when_its_connection_is_dead() {
    let server = Server::start();
    let job = server.finished(3).await;
    let mut connection = Connection::open(&server.bench).await.expect("a connection");
    read_to_the_end(&mut connection, &job).await;
    if let Err(error) = connection.deafen() {
        println!(
            "SKIPPED a_stream_that_has_ended_no_longer_says_when_its_connection_is_dead: no socket filter here: {error}"
        );
        return;
    }
    // Its answer stays unacknowledged for far longer than the stream before it would have had patience.
    connection.send("GET", &job.ask().path("polling"), &[], b"").await.expect("sent");
    let silent = tokio::time::timeout(Duration::from_millis(500), connection.fill()).await;
    assert!(silent.is_err(), "it is deaf: {silent:?}");
    connection.listen().expect("SO_DETACH_FILTER");
    let answer = bounded("a poll", connection.response()).await.expect("the same connection");
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_hundred_readers_who_come_and_go_leave_nothing_behind() {
    on_every_transport(async |server, transport| {
        let job = server.synthetic(json!({"count": 100_000, "interval": "5ms"})).await;
        for _ in 0..100 {
            let mut reader = job.open(transport, &job.ask()).await;
            reader.take(1).await;
        }
        eventually("no readers after all have gone", SOON, async || job.readers().await == 0).await;
    })
    .await;
}
