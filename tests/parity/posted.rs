//! fetch-stream: what a POST may say, how its stream ends, and what becomes of one that is aborted.

use std::time::Duration;

use serde_json::json;

use crate::support::ask::{Ask, Next};
use crate::support::http::{self, Connection, Response};
use crate::support::reader::{Line, Transport};
use crate::support::server::Server;
use crate::support::{PATIENCE, bounded, eventually};

const SOON: Duration = Duration::from_secs(3);
const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn posted(server: &Server, path: &str, headers: &[(&str, &str)], body: &str) -> Response {
    http::request(&server.bench, "POST", path, headers, body.as_bytes()).await
}

#[tokio::test]
async fn a_body_may_be_empty_or_an_object_and_has_its_parameters_as_text() {
    let server = Server::start();
    let job = server.finished(5).await;
    let path = format!("/jobs/{}/fetch-stream", job.name);
    let events = |answer: &Response| String::from_utf8_lossy(&answer.body).matches("\"seq\":").count();
    for (headers, body, count) in [
        (&[][..], "", 6),
        (&[JSON], "{}", 6),
        (&[("Content-Type", "application/json; charset=utf-8")], r#"{"after":"earliest","lane":"a"}"#, 6),
        (&[JSON], &json!({"after": job.cursor(4)}).to_string(), 2),
    ] {
        let answer = posted(&server, &path, headers, body).await;
        assert_eq!((answer.status(), events(&answer)), (200, count), "{body}");
        assert_eq!(answer.header("content-type"), "text/event-stream");
    }
    for (query, headers, body, status, place) in [
        ("", &[JSON][..], r#"{"after":5}"#, 400, "member after of the body"),
        ("", &[JSON], r#"{"sentinel":true}"#, 400, "member sentinel of the body"),
        ("", &[JSON], r#"{"retry":"1s"}"#, 400, "member retry of the body"),
        ("", &[JSON], "[]", 400, "body"),
        ("?after=latest", &[JSON], "{}", 400, "query parameter after"),
        ("?lane=a", &[JSON], r#"{"lane":"a"}"#, 400, "member lane of the body"),
        ("", &[("Content-Type", "text/plain")], "{}", 415, "header Content-Type"),
        ("", &[JSON], &format!(r#"{{"after":"{}"}}"#, "x".repeat(70_000)), 413, "body"),
    ] {
        let answer = posted(&server, &format!("{path}{query}"), headers, body).await;
        assert_eq!(answer.status(), status, "{query} {:.60}: {}", body, answer.json());
        assert_eq!(answer.json()["error"]["where"], place, "{query} {body:.60}");
    }
    let own = posted(&server, &format!("{path}?lane=a&client=b"), &[JSON], "{}").await;
    assert_eq!(own.status(), 200);
}

#[tokio::test]
async fn the_other_method_is_refused_and_the_right_one_named() {
    let server = Server::start();
    let job = server.finished(1).await;
    let get = http::get(&server.bench, &job.ask().path("fetch-stream")).await;
    assert_eq!((get.status(), get.header("allow")), (405, "POST"));
    for transport in ["polling", "long-polling", "sse", "websocket"] {
        let post = posted(&server, &job.ask().path(transport), &[JSON], "{}").await;
        assert_eq!((post.status(), post.header("allow")), (405, "GET"), "{transport}");
    }
}

#[tokio::test]
async fn the_sentinel_comes_behind_the_end_event_unless_it_is_switched_off() {
    let server = Server::start();
    let job = server.finished(3).await;
    for (sentinel, expected) in [("on", true), ("off", false)] {
        let mut reader = job.open(Transport::FetchStream, &job.ask().with("sentinel", sentinel)).await;
        assert_eq!(reader.end().await, Next::Ended);
        let Line::Sse(stream) = &reader.line else { unreachable!() };
        assert_eq!(stream.done, expected);
    }
}

#[tokio::test]
async fn a_server_that_stops_ends_the_stream_without_the_sentinel() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let mut reader = job.open(Transport::FetchStream, &job.ask()).await;
    reader.until("hello").await;
    server.interrupt();
    assert_eq!(reader.end().await, Next::Ended);
    let Line::Sse(stream) = &reader.line else { unreachable!() };
    assert!(!stream.done);
}

#[tokio::test]
async fn an_aborted_stream_is_noticed_at_once() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let mut connection = Connection::open(&server.bench).await.expect("a connection");
    let ask = Ask::of(&job.name).with("heartbeat", "off").with("dead-after", "off");
    Transport::FetchStream.send(&mut connection, &ask).await.expect("sent");
    assert_eq!(bounded("a head", connection.head()).await.expect("a head").status, 200);
    eventually("the reader", PATIENCE, async || job.readers().await == 1).await;
    drop(connection);
    eventually("no readers", SOON, async || job.readers().await == 0).await;
}

#[tokio::test]
async fn a_page_of_another_site_may_not_post() {
    let server = Server::start();
    let job = server.finished(1).await;
    let path = format!("/jobs/{}/fetch-stream", job.name);
    for foreign in [("Origin", "http://evil.example"), ("Origin", "null"), ("Host", "evil.example")] {
        assert_eq!(posted(&server, &path, &[foreign], "").await.status(), 403, "{foreign:?}");
    }
    assert_eq!(posted(&server, &path, &[("Origin", &server.bench.origin())], "").await.status(), 200);
}

#[tokio::test]
async fn a_stream_outlives_the_patience_that_its_body_had() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let mut reader = job.open(Transport::FetchStream, &job.ask()).await;
    reader.until("hello").await;
    // The body of a request has 15 s; a stream has as long as it likes.
    tokio::time::sleep(Duration::from_secs(16)).await;
    job.command("start").await;
    reader.take(1).await;
    assert_eq!(reader.seqs(), [1]);
}

#[tokio::test]
async fn a_stream_whose_client_comes_again_ends_behind_the_word_of_it_and_without_the_sentinel() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    for way in server.ways().await {
        if !way.holds_a_connection() {
            continue;
        }
        let ask = job.ask().with("client", &format!("c-{}-{}", way.name(), way.stock));
        let mut older = job.open(way, &ask).await;
        older.until("hello").await;
        let mut newer = job.open(Transport::FetchStream, &ask).await;
        newer.until("hello").await;
        assert_eq!(older.until("replaced").await.value["by"], "fetch-stream", "{}", way.label());
        let end = older.end().await;
        match way.transport {
            Transport::WebSocket => assert!(matches!(end, Next::Closed(4409, _)), "{}: {end:?}", way.label()),
            _ => assert_eq!(end, Next::Ended, "{}", way.label()),
        }
        if let Line::Sse(stream) = &older.line {
            assert!(!stream.done);
        }
    }
}
