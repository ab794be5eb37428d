//! Settings that are kept: from the environment, and of a lane's origin told otherwise.

use serde_json::{Value, json};

use crate::support::http::{self, Connection, Response};
use crate::support::program::{Scratch, command, finish};
use crate::support::reader::{Reader, Transport};
use crate::support::server::Server;

/// Where the page is to find the first lane; nothing needs to listen there.
const RELAY: &str = "127.0.0.1:9001";

fn from_environment(names: &[(&str, &str)], arguments: &[&str]) -> Server {
    let mut command = command();
    command.env("WIREBENCH_LISTEN", "127.0.0.1:0").env("WIREBENCH_FORMAT", "json");
    command.envs(names.iter().copied()).args(arguments);
    Server::launch(command)
}

async fn bench(server: &Server) -> Value {
    http::get(&server.bench, "/api/bench").await.json()
}

/// Makes a job as a page of `origin` does that addressed the bench as `host`.
async fn made_by(server: &Server, host: &str, origin: &str) -> Response {
    let headers = [("Content-Type", "application/json"), ("Host", host), ("Origin", origin)];
    let body = json!({"source": "synthetic", "start": "ready"}).to_string();
    http::request(&server.bench, "POST", "/api/jobs", &headers, body.as_bytes()).await
}

#[tokio::test]
async fn every_flag_has_a_name_in_the_environment() {
    let directory = Scratch::new("environment");
    directory.write("index.html", "from a directory");
    let path = directory.path().to_str().expect("UTF-8");
    let record = directory.file("record.jsonl");
    let server = from_environment(
        &[
            ("WIREBENCH_LANES", "3"),
            ("WIREBENCH_LANE_ORIGIN", "1=http://127.0.0.1:9001,3=http://127.0.0.1:9003"),
            ("WIREBENCH_ALLOW_HOST", "mine.example,yours.example:81"),
            ("WIREBENCH_ALLOW_ORIGIN", "https://mine.example,http://yours.example:81"),
            ("WIREBENCH_WEB_DIR", path),
            ("WIREBENCH_HASH_DIR", path),
            ("WIREBENCH_RECORD", &record),
            ("WIREBENCH_KEEP_EVENTS", "5"),
            ("WIREBENCH_MAX_JOBS", "1"),
        ],
        &[],
    );
    let bench = bench(&server).await;
    assert_eq!(bench["hash"], json!(true));
    let urls: Vec<_> = (0..3).map(|lane| bench["origins"][lane]["url"].clone()).collect();
    assert_eq!((&urls[0], &urls[2]), (&json!("http://127.0.0.1:9001"), &json!("http://127.0.0.1:9003")));
    assert!(bench["origins"][3].is_null(), "{bench}");
    assert_eq!(http::get(&server.bench, "/").await.body, b"from a directory");
    for (host, origin) in
        [("mine.example", "https://mine.example"), ("yours.example:81", "http://yours.example:81")]
    {
        let answer = made_by(&server, host, origin).await;
        assert_eq!(answer.status(), 201, "{host}: {}", String::from_utf8_lossy(&answer.body));
        let path = format!("/api/jobs/{}", answer.json()["job"].as_str().expect("a name"));
        http::request(&server.bench, "DELETE", &path, &[], b"").await;
    }
    let job = server.finished(20).await;
    let info = job.info().await;
    assert_eq!((&info["head"], &info["earliest"]), (&json!(21), &json!(17)), "{info}");
    // One that has ended makes room, one that runs does not.
    server.synthetic(json!({"start": "ready"})).await;
    assert_eq!(http::get(&server.bench, &format!("/jobs/{}", job.name)).await.status(), 404);
    assert_eq!(http::post(&server.bench, "/api/jobs", &json!({"source": "synthetic"})).await.status(), 429);
    assert!(std::fs::metadata(record).expect("a record").is_file());
}

#[tokio::test]
async fn bytes_kept_by_a_log_are_named_in_the_environment_too() {
    let server = from_environment(&[("WIREBENCH_KEEP_BYTES", "1000")], &["--lanes", "1"]);
    let info = server.finished(100).await.info().await;
    assert!(info["earliest"].as_u64().is_some_and(|earliest| (80..=101).contains(&earliest)), "{info}");
}

#[tokio::test]
async fn a_flag_beats_the_environment() {
    let server = from_environment(&[("WIREBENCH_LANES", "3")], &["--lanes", "2"]);
    assert_eq!(server.origins.len(), 2);
}

#[test]
fn a_wrong_value_in_the_environment_is_told_like_a_wrong_flag() {
    for (name, value, words) in [
        ("WIREBENCH_LANES", "0", ["--lanes", "1 to 32"]),
        ("WIREBENCH_LANES", "many", ["--lanes", "many"]),
        ("WIREBENCH_LISTEN", "junk", ["--listen", "junk"]),
    ] {
        let mut command = command();
        command.args(["--format", "json"]).env("WIREBENCH_LISTEN", "127.0.0.1:0").env(name, value);
        let ended = finish(command);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{name}={value}: {ended:?}");
        assert!(words.iter().all(|word| ended.errors.contains(word)), "{name}={value}: {}", ended.errors);
    }
}

#[tokio::test]
async fn a_lanes_origin_told_otherwise_is_what_the_page_hears_and_is_trusted() {
    let told = format!("http://{RELAY}");
    let server = Server::start_with(&["--lanes", "2", "--lane-origin", &format!("1={told}/")]);
    assert_eq!(server.origins[0].origin(), told, "the program says it as well");
    let bench = bench(&server).await;
    assert_eq!(bench["origins"][0], json!({"id": 1, "url": told, "listening": true}));
    assert_eq!(bench["origins"][1]["url"], json!(server.origins[1].origin()));
    let own = server.bench.host.clone();
    for (host, origin) in [(own.as_str(), told.as_str()), (RELAY, &told), (RELAY, &server.bench.origin())] {
        let answer = made_by(&server, host, origin).await;
        assert_eq!(answer.status(), 201, "{host}, {origin}: {}", String::from_utf8_lossy(&answer.body));
    }
    for (host, origin) in [
        ("127.0.0.1:9002", told.as_str()),
        (RELAY, "http://127.0.0.1:9002"),
        (RELAY, "https://127.0.0.1:9001"),
        (RELAY, "http://127.0.0.1:9001.evil.example"),
    ] {
        assert_eq!(made_by(&server, host, origin).await.status(), 403, "{host}, {origin}");
    }
}

#[tokio::test]
async fn a_websocket_of_a_lane_behind_a_relay_is_let_in() {
    let told = format!("http://{RELAY}");
    let server = Server::start_with(&["--lanes", "1", "--lane-origin", &format!("1={told}")]);
    let job = server.finished(3).await;
    let ask = job.ask().header("Host", RELAY).header("Origin", &told);
    let mut reader = Reader::open(&server.bench, Transport::WebSocket, &ask).await;
    reader.take(4).await;
    let foreign = job.ask().header("Host", RELAY).header("Origin", "http://127.0.0.1:9002");
    let refusal = Reader::connect(&server.bench, Transport::WebSocket, &foreign).await.expect_err("foreign");
    assert_eq!(refusal.code, 403, "{}", refusal.reason);
}

#[tokio::test]
async fn closing_the_listener_of_a_relayed_lane_leaves_what_is_told_as_it_is() {
    let told = format!("http://{RELAY}");
    let server = Server::start_with(&["--lanes", "1", "--lane-origin", &format!("1={told}")]);
    for listening in [false, true] {
        let body = json!({"listening": listening}).to_string();
        let json = [("Content-Type", "application/json")];
        let answer = http::request(&server.bench, "PUT", "/api/origins/1", &json, body.as_bytes()).await;
        assert!((200..300).contains(&answer.status()), "{}", answer.status());
        assert_eq!(bench(&server).await["origins"][0], json!({"id": 1, "url": told, "listening": listening}));
    }
    assert!(Connection::open(&server.bench).await.is_ok());
}
