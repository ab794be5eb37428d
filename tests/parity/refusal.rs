//! What is refused, and that the reason is always said: malformed cursors and parameters, unknown jobs, foreigners.

use serde_json::{Value, json};

use crate::on_every_transport;
use crate::support::ask::{Ask, Refusal};
use crate::support::http::{self, Response};
use crate::support::reader::{Reader, Transport, Way};
use crate::support::server::Server;

/// A refusal over HTTP has the four fields of the contract; one over a WebSocket a reason.
fn says_why(refusal: &Refusal, transport: Way, what: &str) {
    if transport.transport == Transport::WebSocket {
        assert!(!refusal.reason.is_empty(), "{what}: the close reason is empty");
        return;
    }
    let body: Value = serde_json::from_str(&refusal.reason)
        .unwrap_or_else(|e| panic!("{what}: an error in JSON: {e}: {}", refusal.reason));
    error_is_whole(&body, what);
}

fn error_is_whole(body: &Value, what: &str) {
    for field in ["wanted", "found", "where", "fix"] {
        assert!(
            body["error"][field].as_str().is_some_and(|text| !text.is_empty()),
            "{what}: {field} in {body}"
        );
    }
}

async fn refused(server: &Server, transport: Way, ask: &Ask, status: u16) {
    let what = format!("{} of {}", ask.path(transport.name()), transport.name());
    let refusal = Reader::connect(&server.bench, transport, ask).await.err();
    let refusal = refusal.unwrap_or_else(|| panic!("{what} was let in"));
    assert_eq!(refusal.code, transport.refusal(status), "{what}: {}", refusal.reason);
    says_why(&refusal, transport, &what);
}

#[tokio::test]
async fn a_malformed_cursor_is_refused_with_a_reason() {
    on_every_transport(async |server, transport| {
        let job = server.finished(5).await;
        let epoch = job.epoch.as_str();
        let seqs =
            ["", "05", "-1", "%2B1", "1.2", "1e3", "0x1", "9007199254740992", "1%0D%0A", "1%20", "%EF%BC%91"];
        let mut cursors: Vec<String> = seqs.iter().map(|seq| format!("{epoch}.{seq}")).collect();
        let others =
            ["", "5", ".5", "K3.5", "abcdefghij0123456.1", "k-3.1", "first", "Earliest", "%00.1", "%FF.1"];
        cursors.extend(others.map(str::to_owned));
        for cursor in cursors {
            refused(server, transport, &job.ask().after(&cursor), 400).await;
        }
        refused(server, transport, &job.ask().with("lastEventId", "k3"), 400).await;
    })
    .await;
}

#[tokio::test]
async fn a_cursor_beyond_the_head_is_refused_because_the_log_never_wrote_it() {
    on_every_transport(async |server, transport| {
        let job = server.finished(5).await;
        refused(server, transport, &job.ask().after(&job.cursor(7)), 400).await;
        refused(server, transport, &job.ask().after(&job.cursor(9_007_199_254_740_991)), 400).await;
    })
    .await;
}

#[tokio::test]
async fn unknown_parameters_and_values_out_of_range_are_refused() {
    on_every_transport(async |server, transport| {
        let job = server.finished(5).await;
        let mut bad = vec![("afterr", "earliest"), ("lane", "a%20b"), ("lane", ""), ("encoding", "xml")];
        if transport.holds_a_connection() {
            bad.extend([
                ("heartbeat", "50ms"),
                ("heartbeat", "11m"),
                ("heartbeat", "15"),
                ("dead-after", "x"),
            ]);
            bad.extend([("heartbeat-as", "smoke"), ("limit", "5")]);
        } else {
            bad.extend([
                ("limit", "0"),
                ("limit", "10001"),
                ("limit", "x"),
                ("heartbeat", "15s"),
                ("mode", "x"),
            ]);
        }
        let long = "a".repeat(41);
        bad.push(("lane", &long));
        for (name, value) in bad {
            refused(server, transport, &job.ask().with(name, value), 400).await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_unknown_job_is_refused_as_not_found() {
    on_every_transport(async |server, transport| {
        refused(server, transport, &Ask::of("nobody-made-this"), 404).await;
    })
    .await;
}

#[tokio::test]
async fn a_foreign_host_may_not_open_a_websocket() {
    let server = Server::start();
    let job = server.finished(5).await;
    for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example"] {
        let ask = job.ask().header("Host", host);
        let refusal = Reader::connect(&server.bench, Transport::WebSocket, &ask).await.expect_err("foreign");
        assert_eq!(refusal.code, 403, "{host}: {refusal:?}");
        error_is_whole(&serde_json::from_str(&refusal.reason).unwrap_or_default(), host);
    }
}

#[tokio::test]
async fn a_foreign_origin_may_not_open_a_websocket_and_the_own_may() {
    let server = Server::start();
    let job = server.finished(5).await;
    for origin in ["http://evil.example", "https://127.0.0.1", "null"] {
        let ask = job.ask().header("Origin", origin);
        let refusal = Reader::connect(&server.bench, Transport::WebSocket, &ask).await.expect_err("foreign");
        assert_eq!(refusal.code, 403, "{origin}: {refusal:?}");
        error_is_whole(&serde_json::from_str(&refusal.reason).unwrap_or_default(), origin);
    }
    for origin in server.origins.iter().chain([&server.bench]) {
        let ask = job.ask().header("Origin", &origin.origin());
        let mut reader = Reader::open(origin, Transport::WebSocket, &ask).await;
        reader.end().await;
        assert_eq!(reader.events.len(), 6, "from {}", origin.origin());
    }
}

async fn command_with(server: &Server, job: &str, headers: &[(&str, &str)]) -> Response {
    let body = json!({"command": "pause"}).to_string();
    http::request(&server.bench, "POST", &format!("/jobs/{job}/commands"), headers, body.as_bytes()).await
}

#[tokio::test]
async fn a_command_from_a_foreign_page_is_refused_and_changes_nothing() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 1000, "interval": "50ms"})).await;
    let json = ("Content-Type", "application/json");
    for foreign in [("Origin", "http://evil.example"), ("Origin", "null"), ("Host", "evil.example")] {
        let answer = command_with(&server, &job.name, &[json, foreign]).await;
        assert_eq!(answer.status(), 403, "{foreign:?}");
        error_is_whole(&answer.json(), foreign.1);
    }
    // What a foreign form can send without asking first: no JSON content type.
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let answer = command_with(&server, &job.name, &[("Content-Type", kind)]).await;
        assert!((400..500).contains(&answer.status()), "{kind}: {}", answer.status());
    }
    assert_eq!(job.info().await["state"], "running");
    let own = server.bench.origin();
    assert_eq!(command_with(&server, &job.name, &[json, ("Origin", &own)]).await.status(), 200);
}
