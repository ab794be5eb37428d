//! `/metrics` and the log (docs/reference/api.md): what is counted is what happened, and each thing said is one line.

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::ask::Next;
use support::http;
use support::reader::{Reader, Transport};
use support::server::Server;
use support::{PATIENCE, eventually};

async fn metrics(server: &Server) -> String {
    let answer = http::get(&server.bench, "/metrics").await;
    assert_eq!(answer.status(), 200);
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    String::from_utf8(answer.body).expect("UTF-8")
}

/// The value of the one line that begins so; 0 if there is none.
fn value(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0.0, |number| number.parse().expect("a number"))
}

fn is(text: &str, name: &str, wanted: f64) -> bool {
    (value(text, name) - wanted).abs() < f64::EPSILON
}

#[tokio::test]
async fn streams_events_jobs_and_clients_are_counted_by_transport() {
    let server = Server::start();
    let job = server.finished(10).await;
    for transport in server.transports().await {
        let name = transport.name();
        let mut reader = Reader::open(&server.origins[0], transport, &job.ask()).await;
        assert_eq!(reader.end().await, Next::Ended);
        drop(reader);
        let label = |metric: &str| format!("wirebench_{metric}{{transport=\"{name}\"}}");
        let mut text = String::new();
        eventually("the stream to be counted as ended", PATIENCE, async || {
            text = metrics(&server).await;
            is(&text, &label("streams_open"), 0.0) && is(&text, &label("events_sent_total"), 11.0)
        })
        .await;
        let streams = f64::from(u8::from(transport.holds_a_connection()));
        assert!(is(&text, &label("stream_seconds_count"), streams), "{text}");
        let request = format!("wirebench_request_seconds_count{{route=\"/jobs/{{job}}/{name}\"}}");
        assert!((value(&text, &request) > 0.5) != transport.holds_a_connection(), "{name}: {text}");
    }
    let text = metrics(&server).await;
    for (name, wanted) in
        [("jobs{state=\"done\"}", 1.0), ("jobs{state=\"running\"}", 0.0), ("clients_max", 10_000.0)]
    {
        assert!(is(&text, &format!("wirebench_{name}"), wanted), "{name}: {text}");
    }
    assert!(value(&text, "wirebench_socket_bytes_total{origin=\"1\",direction=\"out\"}") > 1000.0, "{text}");
    assert!(text.ends_with("# EOF\n") && !text.contains(&job.name), "{text}");
}

#[tokio::test]
async fn who_is_left_outside_is_counted_and_requests_by_route_and_status() {
    let server = Server::start_with(&["--lanes", "1", "--max-clients", "1"]);
    let (job, _) = server.held(3).await;
    let _inside = Reader::open(&server.bench, Transport::Sse, &job.ask()).await;
    assert_eq!(http::get(&server.bench, &job.ask().path("polling")).await.status(), 503);
    assert_eq!(http::get(&server.bench, "/nowhere/at/all").await.status(), 404);
    let text = metrics(&server).await;
    assert!(is(&text, "wirebench_clients_refused_total{transport=\"polling\"}", 1.0), "{text}");
    assert!(is(&text, "wirebench_clients", 1.0), "{text}");
    assert!(
        is(&text, "wirebench_requests_total{route=\"/jobs/{job}/polling\",status=\"503\"}", 1.0),
        "{text}"
    );
    assert!(!text.contains("nowhere"), "{text}");
}

#[tokio::test]
async fn each_thing_logged_is_one_line_of_json_without_colours() {
    let server = Server::start_with(&["--lanes", "1", "--log", "debug", "--log-format", "json"]);
    let job = server.finished(3).await;
    http::get(&server.bench, "/%1b[31m?a=%0a").await;
    let said = |what: &str| server.errors().lines().any(|line| line.contains(what));
    eventually("all of it to be said", PATIENCE, async || {
        ["listening", "job made", "job ended", "request", "31m"].into_iter().all(said)
    })
    .await;
    for line in server.errors().lines() {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert!(line["level"].is_string() && line["timestamp"].is_string(), "{line}");
    }
    let errors = server.errors();
    let ended = errors.lines().find(|line| line.contains("job ended")).expect("said");
    let ended: Value = serde_json::from_str(ended).expect("JSON");
    assert_eq!((&ended["job"], &ended["end"]), (&json!(job.name), &json!("done")));
}

#[tokio::test]
async fn the_end_of_a_job_is_logged_whatever_its_source_is() {
    let server = Server::start_with(&["--lanes", "1", "--log", "info"]);
    let pushed = server.create(&json!({"source": "push"})).await;
    let path = format!("/jobs/{}/events", pushed.name);
    assert_eq!(http::post(&server.bench, &path, &json!({"type": "done"})).await.status(), 200);
    let cancelled = server.create(&json!({"source": "synthetic", "interval": "1m"})).await;
    cancelled.command("cancel").await;
    for job in [&pushed, &cancelled] {
        let named = format!("job={:?}", job.name);
        let said = |line: &str| line.contains("job ended") && line.contains(&named);
        eventually(&named, PATIENCE, async || server.errors().lines().any(said)).await;
    }
}

#[tokio::test]
async fn nothing_is_logged_unless_something_goes_wrong() {
    let mut server = Server::start();
    server.finished(3).await;
    server.interrupt();
    server.exited(PATIENCE).await;
    assert_eq!(server.errors(), "");
}
