//! Polls: how long one is held and what ends that, and what `mode=last` skips.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::ask::Ask;
use crate::support::http::{self, Connection, Response};
use crate::support::reader::Transport;
use crate::support::server::{Job, Server};
use crate::support::{PATIENCE, bounded, eventually};

/// The promise is at once; the rest is for a busy machine.
const SOON: Duration = Duration::from_secs(3);
const POLLS: [Transport; 2] = [Transport::Polling, Transport::LongPolling];

/// A request that is held, and that the server counts as a reader.
async fn held(job: &Job<'_>, ask: &Ask) -> Connection {
    let mut connection = Connection::open(&job.server.bench).await.expect("a connection");
    Transport::LongPolling.send(&mut connection, ask).await.expect("sent");
    eventually("the held reader", PATIENCE, async || job.readers().await == 1).await;
    connection
}

async fn answered(connection: &mut Connection) -> Response {
    bounded("the answer", connection.response()).await.expect("an answer")
}

fn ask(job: &Job<'_>) -> Ask {
    job.ask().with("wait", "10m")
}

#[tokio::test]
async fn a_held_poll_is_answered_by_the_next_event() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    let mut connection = held(&job, &ask(&job).after(&job.cursor(head))).await;
    job.command("cancel").await;
    let body = answered(&mut connection).await.json();
    assert_eq!(body["events"][0]["type"], "cancelled", "{body}");
    assert_eq!((&body["cursor"], &body["ended"]), (&json!(job.cursor(head + 1)), &json!(true)));
    assert_eq!(job.readers().await, 0);
}

#[tokio::test]
async fn what_has_come_since_the_cursor_is_answered_at_once() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    for after in [job.cursor(head - 1), job.cursor(0), "zz.5".to_owned()] {
        let answer = http::get(&server.bench, &ask(&job).after(&after).path("long-polling")).await;
        assert_eq!(answer.status(), 200);
        assert!(answer.json()["events"].as_array().is_some_and(|events| !events.is_empty()), "{after}");
    }
}

#[tokio::test]
async fn when_the_wait_is_over_the_answer_has_no_events_or_is_304() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    let path = job.ask().with("wait", "100ms").after(&job.cursor(head)).path("long-polling");
    let since = Instant::now();
    let answer = http::get(&server.bench, &path).await;
    assert!(since.elapsed() >= Duration::from_millis(100), "it was held: {:?}", since.elapsed());
    let body = answer.json();
    assert_eq!((&body["events"], &body["cursor"]), (&json!([]), &json!(job.cursor(head))));
    let condition = [("If-None-Match", answer.header("etag"))];
    let again = http::request(&server.bench, "GET", &path, &condition, b"").await;
    assert_eq!((again.status(), again.body.len()), (304, 0));
    assert_eq!(again.header("etag"), answer.header("etag"));
}

#[tokio::test]
async fn who_asks_with_the_tag_of_the_newest_is_held_until_there_is_a_newer_one() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    let latest = ask(&job).with("mode", "last");
    let first = http::get(&server.bench, &latest.path("long-polling")).await;
    assert_eq!(first.json()["events"][0]["seq"], head);
    let mut connection = held(&job, &latest.header("If-None-Match", first.header("etag"))).await;
    job.command("cancel").await;
    let body = answered(&mut connection).await.json();
    assert_eq!(body["events"][0]["seq"], head + 1, "{body}");
}

#[tokio::test]
async fn nobody_is_held_for_what_has_ended_whatever_tag_it_brings() {
    let server = Server::start();
    let job = server.finished(5).await;
    let path = ask(&job).path("long-polling");
    let first = http::get(&server.bench, &path).await;
    for tag in [first.header("etag"), "*"] {
        let again = http::request(&server.bench, "GET", &path, &[("If-None-Match", tag)], b"").await;
        assert_eq!((again.status(), again.body.len()), (304, 0), "{tag}");
    }
}

#[tokio::test]
async fn a_client_that_goes_while_its_request_is_held_is_noticed_at_once() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    for reset in [false, true] {
        let connection = held(&job, &ask(&job)).await;
        if reset {
            connection.reset().expect("SO_LINGER");
        } else {
            drop(connection);
        }
        eventually("no readers", SOON, async || job.readers().await == 0).await;
    }
}

#[tokio::test]
async fn a_server_that_stops_answers_the_held_requests() {
    let mut server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let mut connection = held(&job, &ask(&job)).await;
    server.interrupt();
    let answer = answered(&mut connection).await;
    assert_eq!((answer.status(), &answer.json()["events"]), (200, &json!([])));
    assert_eq!(server.exited(PATIENCE).await, Some(0));
}

#[tokio::test]
async fn the_last_is_the_newest_alone_and_says_how_many_were_skipped() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 20, "interval": "1ms", "keep-events": 5})).await;
    job.ended().await;
    for transport in POLLS {
        for (after, skipped) in [("earliest".to_owned(), 4), (job.cursor(0), 20), (job.cursor(20), 0)] {
            let ask = job.ask().after(&after).with("mode", "last");
            let answer = http::get(&server.bench, &ask.path(transport.name())).await;
            let body = answer.json();
            let seqs: Vec<&Value> =
                body["events"].as_array().expect("events").iter().map(|e| &e["seq"]).collect();
            assert_eq!((seqs, &body["skipped"]), (vec![&json!(21)], &json!(skipped)), "{after}: {body}");
            assert_eq!((&body["ended"], &body["cursor"]), (&json!(true), &json!(job.cursor(21))));
            let raw = http::get(&server.bench, &ask.with("encoding", "raw").path(transport.name())).await;
            assert_eq!(raw.header("wirebench-skipped"), skipped.to_string());
            assert_eq!((raw.header("wirebench-type"), raw.header("wirebench-head")), ("done", "21"));
        }
        let log = http::get(&server.bench, &job.ask().path(transport.name())).await;
        assert!(log.json().get("skipped").is_none());
    }
    let (paused, newest) = server.held(3).await;
    let up_to_date = paused.ask().after(&paused.cursor(newest)).with("mode", "last").path("polling");
    let body = http::get(&server.bench, &up_to_date).await.json();
    assert_eq!((&body["skipped"], &body["events"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn a_raw_poll_without_an_event_has_no_bytes_and_no_type() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    let ask = job.ask().with("encoding", "raw");
    let empty = http::get(&server.bench, &ask.clone().after(&job.cursor(head)).path("polling")).await;
    assert_eq!((empty.status(), empty.body.len(), empty.header("wirebench-type")), (200, 0, ""));
    assert_eq!((empty.header("wirebench-more"), empty.header("wirebench-ended")), ("false", "false"));
    let one = http::get(&server.bench, &ask.after(&job.cursor(head - 2)).path("polling")).await;
    assert_eq!((one.header("wirebench-type"), one.header("wirebench-more")), ("progress", "true"));
    assert_eq!(one.header("wirebench-cursor"), job.cursor(head - 1));
    assert!(one.json()["percent"].is_number(), "{:?}", one.body);
}

#[tokio::test]
async fn a_held_poll_whose_client_comes_by_a_stream_is_answered_with_the_element_that_says_so() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    for encoding in ["json", "cbor", "raw", "binary"] {
        let client = format!("c-{encoding}");
        let named = job.ask().with("client", &client);
        let mut connection = held(&job, &named.clone().with("wait", "10m").with("encoding", encoding)).await;
        let mut newer = job.open(Transport::FetchStream, &named).await;
        newer.until("hello").await;
        let answer = answered(&mut connection).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(
            text.contains("replaced") && text.contains(&client) && text.contains("fetch-stream"),
            "{text}"
        );
        assert_eq!(
            (answer.status(), answer.header("etag"), answer.header("cache-control")),
            (200, "", "no-store")
        );
        if encoding == "raw" {
            assert_eq!(answer.header("wirebench-type"), "replaced");
        }
        drop(newer);
        eventually("no readers", PATIENCE, async || job.readers().await == 0).await;
    }
}
