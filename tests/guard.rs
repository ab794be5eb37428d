//! What stands before every handler: strangers kept out, pages of trusted origins let in by CORS, stalled bodies ended.

#[path = "support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use serde_json::json;
use support::http::{self, Connection, Response};
use support::program::command;
use support::reader::{Reader, Transport};
use support::server::Server;
use support::{bounded, eventually};

const MINE: &str = "http://mine.example";
const JSON: (&str, &str) = ("Content-Type", "application/json");
const ALLOW: &str = "access-control-allow-origin";

/// Makes a job that waits, with these headers.
async fn made_with(server: &Server, headers: &[(&str, &str)]) -> Response {
    let body = json!({"source": "synthetic", "start": "ready"}).to_string();
    let headers = [&[JSON], headers].concat();
    http::request(&server.bench, "POST", "/api/jobs", &headers, body.as_bytes()).await
}

/// Asks as a browser does before it sends JSON elsewhere.
async fn preflight(server: &Server, path: &str, origin: &str) -> Response {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "content-type"),
    ];
    http::request(&server.bench, "OPTIONS", path, &headers, b"").await
}

/// The names of the headers of an answer that speak to a page of another origin.
fn spoken(answer: &Response) -> Vec<&str> {
    let names = answer.head.headers.0.iter().map(|(name, _)| name.as_str());
    names.filter(|name| name.to_ascii_lowercase().starts_with("access-control-")).collect()
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_ask_read_and_command() {
    let server = Server::start_with(&["--lanes", "1", "--allow-origin", MINE]);
    for path in ["/api/jobs", "/jobs/demo/commands", "/api/origins/1"] {
        let asked = preflight(&server, path, MINE).await;
        assert_eq!((asked.status(), asked.header(ALLOW)), (204, MINE), "{path}");
        let methods = asked.header("access-control-allow-methods");
        assert!(["POST", "PUT", "DELETE"].iter().all(|method| methods.contains(method)), "{methods}");
        let headers = asked.header("access-control-allow-headers").to_ascii_lowercase();
        assert!(["content-type", "last-event-id"].iter().all(|name| headers.contains(name)), "{headers}");
    }
    let made = made_with(&server, &[("Origin", MINE)]).await;
    assert_eq!((made.status(), made.header(ALLOW)), (201, MINE));
    let job = made.json()["job"].as_str().expect("a name").to_owned();
    for (path, status) in [
        (format!("/jobs/{job}/polling"), 200),
        (format!("/jobs/{job}/nope"), 404),
        (format!("/jobs/{job}/polling?limit=x"), 400),
    ] {
        let read = http::request(&server.bench, "GET", &path, &[("Origin", MINE)], b"").await;
        assert_eq!((read.status(), read.header(ALLOW)), (status, MINE), "{path}");
        assert!(read.header("access-control-expose-headers").contains("ETag"), "{path}");
        assert_eq!(read.header("vary"), "Origin", "{path}");
    }
    let path = format!("/jobs/{job}/commands");
    let headers = [JSON, ("Origin", MINE)];
    let ack = http::request(&server.bench, "POST", &path, &headers, br#"{"command":"start"}"#).await;
    assert_eq!((ack.status(), ack.header(ALLOW)), (200, MINE));
}

#[tokio::test]
async fn a_page_of_another_origin_hears_nothing_that_lets_it_read() {
    let allowing = Server::start_with(&["--lanes", "1", "--allow-origin", MINE]);
    let plain = Server::start();
    for (server, origin) in [(&plain, MINE), (&allowing, "http://evil.example"), (&allowing, "null")] {
        let made = made_with(server, &[("Origin", origin)]).await;
        assert_eq!((made.status(), spoken(&made)), (403, vec![]), "{origin}");
        let asked = preflight(server, "/api/jobs", origin).await;
        assert_eq!(spoken(&asked), [""; 0], "{origin}");
        let read = http::request(&server.bench, "GET", "/clock", &[("Origin", origin)], b"").await;
        assert_eq!((read.status(), spoken(&read)), (200, vec![]), "{origin}");
        assert_eq!(http::get(&server.bench, "/api/jobs").await.json(), json!({"jobs": []}));
    }
}

#[tokio::test]
async fn a_page_of_the_bench_may_read_the_lanes_and_its_own_requests_cost_no_byte_more() {
    let server = Server::start();
    let job = server.finished(3).await;
    let (bench, lane) = (&server.bench, &server.origins[0]);
    let path = job.ask().path("polling");
    let origin = bench.origin();
    let across = http::request(lane, "GET", &path, &[("Origin", &origin)], b"").await;
    assert_eq!((across.status(), across.header(ALLOW)), (200, origin.as_str()));
    let without = http::get(bench, &path).await;
    let own = http::request(bench, "GET", &path, &[("Origin", &origin)], b"").await;
    let names = |answer: &Response| -> Vec<String> {
        answer.head.headers.0.iter().map(|(name, _)| name.to_ascii_lowercase()).collect()
    };
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!(sorted(names(&own)), sorted(names(&without)));
    let made = made_with(&server, &[("Origin", &origin)]).await;
    assert_eq!((made.status(), spoken(&made)), (201, vec![]));
}

#[tokio::test]
async fn one_foreign_origin_among_two_is_enough_to_be_refused() {
    let server = Server::start();
    let job = server.finished(3).await;
    let own = server.bench.origin();
    for pair in [[own.as_str(), "http://evil.example"], ["http://evil.example", own.as_str()]] {
        let answer = made_with(&server, &pair.map(|origin| ("Origin", origin))).await;
        assert_eq!((answer.status(), spoken(&answer)), (403, vec![]), "{pair:?}");
        let ask = job.ask().header("Origin", pair[0]).header("Origin", pair[1]);
        let refusal = Reader::connect(&server.bench, Transport::WebSocket, &ask).await.expect_err("foreign");
        assert_eq!(refusal.code, 403, "{pair:?}: {}", refusal.reason);
    }
}

#[tokio::test]
async fn an_empty_setting_trusts_nobody() {
    let mut command = command();
    command.args(["--listen", "127.0.0.1:0", "--format", "json", "--lanes", "1"]);
    command.env("WIREBENCH_ALLOW_HOST", "").env("WIREBENCH_ALLOW_ORIGIN", "");
    let server = Server::launch(command);
    let own = server.bench.host.clone();
    for headers in [&[("Host", "")][..], &[("Host", own.as_str()), ("Origin", "http://")]] {
        assert_eq!(made_with(&server, headers).await.status(), 403, "{headers:?}");
    }
    let mut connection = Connection::open(&server.bench).await.expect("a connection");
    let hostless = "POST /api/jobs HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    connection.write(hostless.as_bytes()).await.expect("sent");
    let answer = bounded("the answer", connection.response()).await.expect("an answer");
    assert_eq!(answer.status(), 403, "no Host at all");
    assert_eq!(http::get(&server.bench, "/api/jobs").await.json(), json!({"jobs": []}));
}

/// What is promised is fifteen seconds; it takes as long as that.
const STALLED: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_body_that_stalls_is_answered_408_after_fifteen_seconds() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let paths = ["/api/jobs".to_owned(), format!("/jobs/{}/commands", job.name)];
    let mut connections = Vec::new();
    for (path, length) in paths.iter().flat_map(|path| {
        [(path, "Content-Length: 100\r\n\r\n{"), (path, "Transfer-Encoding: chunked\r\n\r\n5\r\n{")]
    }) {
        let mut connection = Connection::open(&server.bench).await.expect("a connection");
        let host = &server.bench.host;
        let begun =
            format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{length}");
        connection.write(begun.as_bytes()).await.expect("sent");
        connections.push((begun, connection));
    }
    let since = Instant::now();
    for (begun, mut connection) in connections {
        let answer = bounded("the answer", connection.response()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error} after {begun:?}"));
        assert_eq!(answer.status(), 408, "{begun:?}");
        assert!(answer.json()["error"]["wanted"].is_string(), "{begun:?}: {}", answer.json());
        assert!(since.elapsed() < STALLED, "{begun:?}: {:?}", since.elapsed());
    }
    eventually("a bench as it was", STALLED, async || {
        http::get(&server.bench, "/clock").await.status() == 200 && job.info().await["state"] == "ready"
    })
    .await;
}
