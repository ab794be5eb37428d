//! The bench's API (docs/reference/api.md): jobs made, listed and forgotten, listeners closed and opened, clear noes.

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::ask::Next;
use support::http::{self, Connection, Response};
use support::reader::{Reader, Transport};
use support::server::Server;
use support::{PATIENCE, bounded, eventually};

fn clear(answer: &Response, status: u16, what: &str) {
    assert_eq!(answer.status(), status, "{what}: {}", String::from_utf8_lossy(&answer.body));
    for field in ["wanted", "found", "where", "fix"] {
        let text = answer.json()["error"][field].as_str().unwrap_or_default().to_owned();
        assert!(!text.is_empty(), "{what}: {field} in {}", answer.json());
    }
}

#[tokio::test]
async fn a_job_is_made_listed_and_forgotten() {
    let server = Server::start();
    let request =
        json!({"source": "synthetic", "job": "demo", "count": 3, "interval": "1ms", "start": "ready"});
    let made = http::post(&server.bench, "/api/jobs", &request).await;
    assert_eq!(made.status(), 201);
    let job = made.json();
    let told = [("job", json!("demo")), ("source", json!("synthetic")), ("state", json!("ready"))];
    let counts = [("head", json!(0)), ("earliest", json!(1)), ("total", json!(4)), ("readers", json!(0))];
    for (name, value) in told.into_iter().chain(counts) {
        assert_eq!(job[name], value, "{name} in {job}");
    }
    assert_eq!(http::get(&server.bench, "/jobs/demo").await.json(), job);
    assert_eq!(http::get(&server.bench, "/api/jobs").await.json(), json!({"jobs": [job]}));
    let again = http::post(&server.bench, "/api/jobs", &request).await;
    assert!((400..500).contains(&again.status()), "a name is taken: {}", again.status());
    let deleted = http::request(&server.bench, "DELETE", "/api/jobs/demo", &[], b"").await;
    assert!((200..300).contains(&deleted.status()), "{}", deleted.status());
    clear(&http::get(&server.bench, "/jobs/demo").await, 404, "a forgotten job");
    assert_eq!(http::get(&server.bench, "/api/jobs").await.json(), json!({"jobs": []}));
}

#[tokio::test]
async fn a_malformed_job_is_refused_and_named() {
    let server = Server::start();
    let malformed = [
        json!({"source": "magic"}),
        json!({"count": 5}),
        json!({"source": "synthetic", "count": 0}),
        json!({"source": "synthetic", "interval": 5}),
        json!({"source": "synthetic", "intervall": "5ms"}),
        json!({"source": "synthetic", "job": "Not Allowed"}),
        json!({"source": "synthetic", "keep-events": 0}),
        json!({"source": "synthetic", "size": 1_u64 << 40}),
        json!({"source": "hash", "path": "/etc/passwd"}),
        json!({"source": "hash", "path": "../Cargo.toml"}),
    ];
    for request in malformed {
        let answer = http::post(&server.bench, "/api/jobs", &request).await;
        assert!((400..500).contains(&answer.status()), "{request}: {}", answer.status());
        clear(&answer, answer.status(), &request.to_string());
    }
    let json = [("Content-Type", "application/json")];
    clear(&http::request(&server.bench, "POST", "/api/jobs", &json, b"{").await, 400, "broken JSON");
    assert_eq!(http::get(&server.bench, "/api/jobs").await.json(), json!({"jobs": []}));
}

#[tokio::test]
async fn a_foreign_page_may_not_make_or_forget_jobs_or_close_listeners() {
    let server = Server::start();
    let body = json!({"source": "synthetic"}).to_string();
    let calls = [("POST", "/api/jobs"), ("DELETE", "/api/jobs/demo"), ("PUT", "/api/origins/1")];
    for foreign in [("Origin", "http://evil.example"), ("Host", "evil.example")] {
        for (method, path) in calls {
            let headers = [("Content-Type", "application/json"), foreign];
            let answer = http::request(&server.bench, method, path, &headers, body.as_bytes()).await;
            clear(&answer, 403, &format!("{method} {path} with {foreign:?}"));
        }
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_allowed_is_said_clearly() {
    let server = Server::start();
    for path in ["/jobs/nobody", "/jobs/nobody/sse", "/jobs/nobody/carrier-pigeon", "/api/nothing"] {
        clear(&http::get(&server.bench, path).await, 404, path);
    }
    for (method, path) in [("DELETE", "/jobs/a/sse"), ("GET", "/jobs/a/commands"), ("DELETE", "/api/jobs")] {
        clear(&http::request(&server.bench, method, path, &[], b"").await, 405, path);
    }
}

#[tokio::test]
async fn the_clock_and_the_bench_say_what_the_page_needs() {
    let server = Server::start_with(&["--lanes", "2"]);
    let now = http::get(&server.bench, "/clock").await.json()["now"].as_f64().expect("now");
    assert!(now > 1.7e12, "milliseconds since 1970: {now}");
    let bench = http::get(&server.bench, "/api/bench").await.json();
    assert_eq!(bench["bench"], json!(server.bench.origin()));
    let origins = bench["origins"].as_array().expect("origins");
    assert_eq!(origins.len(), 2);
    for (number, (origin, target)) in origins.iter().zip(&server.origins).enumerate() {
        assert_eq!(origin, &json!({"id": number + 1, "url": target.origin(), "listening": true}));
        assert_eq!(http::get(target, "/clock").await.status(), 200);
    }
    assert!(
        bench["version"].is_string() && bench["caveats"].is_array() && bench["hash"].is_boolean(),
        "{bench}"
    );
}

async fn listening(server: &Server, id: u32, listening: bool) {
    let body = json!({"listening": listening}).to_string();
    let json = [("Content-Type", "application/json")];
    let path = format!("/api/origins/{id}");
    let answer = http::request(&server.bench, "PUT", &path, &json, body.as_bytes()).await;
    assert!(
        (200..300).contains(&answer.status()),
        "{}: {}",
        answer.status(),
        String::from_utf8_lossy(&answer.body)
    );
}

#[tokio::test]
async fn a_closed_listener_refuses_newcomers_and_keeps_its_connections() {
    let server = Server::start();
    let origin = &server.origins[0];
    let job = server.synthetic(json!({"count": 20, "interval": "2ms", "start": "ready"})).await;
    let mut readers = Vec::new();
    for transport in [Transport::Sse, Transport::WebSocket] {
        let mut reader = Reader::open(origin, transport, &job.ask()).await;
        reader.until("hello").await;
        readers.push(reader);
    }
    listening(&server, 1, false).await;
    let refused = async || {
        Connection::open(origin).await.is_err_and(|e| e.kind() == std::io::ErrorKind::ConnectionRefused)
    };
    eventually("connection refused", PATIENCE, refused).await;
    let bench = http::get(&server.bench, "/api/bench").await.json();
    assert_eq!(bench["origins"][0]["listening"], json!(false));
    job.command("start").await;
    for mut reader in readers {
        assert_eq!(reader.end().await, Next::Ended, "{}", reader.transport.name());
        assert_eq!(reader.seqs(), (1..=21).collect::<Vec<u64>>(), "{}", reader.transport.name());
    }
    listening(&server, 1, true).await;
    assert_eq!(http::get(origin, "/clock").await.status(), 200, "on the same address again");
}

#[tokio::test]
async fn the_record_streams_the_appends_of_a_job_one_by_one() {
    let server = Server::start();
    let mut connection = Connection::open(&server.bench).await.expect("a connection");
    connection.send("GET", "/api/record", &[], b"").await.expect("sent");
    let head = bounded("the record's head", connection.head()).await.expect("a head");
    assert_eq!(head.status, 200);
    let job = server.finished(10).await;
    let text = bounded("the end in the record", async {
        loop {
            let text = String::from_utf8_lossy(&connection.buffer).into_owned();
            if text.contains("\"done\"") {
                return text;
            }
            assert!(connection.fill().await.expect("bytes"), "the record goes on: {text}");
        }
    })
    .await;
    let lines: Vec<Value> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: ").or(line.strip_prefix("data:")))
        .filter_map(|data| serde_json::from_str(data).ok())
        .collect();
    let appended: Vec<u64> = lines
        .iter()
        .filter(|line| line["kind"] == "appended" && line["job"] == json!(job.name))
        .filter_map(|line| line["seq"].as_u64())
        .collect();
    assert_eq!(appended, (1..=11).collect::<Vec<u64>>(), "{text}");
    assert!(
        lines.iter().all(|line| line["v"] == 1 && line["clock"] == "server" && line["at"].is_f64()),
        "{text}"
    );
}

#[tokio::test]
async fn runs_are_played_one_at_a_time_and_one_that_is_given_up_makes_room() {
    let server = Server::start_with(&["--lanes", "6"]);
    let wanted = json!({"scenario": "abrupt-drop"});
    let begin = || http::post(&server.bench, "/api/runs", &wanted);
    let of = |run: &str| format!("/api/runs/{run}");
    let first = begin().await;
    assert_eq!(first.status(), 201, "{}", first.json());
    for number in 1..=3 {
        let run = format!("r{number}");
        let busy = begin().await;
        clear(&busy, 409, "a second run");
        let found = busy.json()["error"]["found"].to_string();
        assert!(found.contains(&run), "{found}");
        // No page comes: it waits for one until it is told not to.
        let given_up = http::request(&server.bench, "DELETE", &of(&run), &[], b"").await;
        assert_eq!(given_up.status(), 200);
        assert_eq!(begin().await.status(), 201, "behind one that was given up");
        let told = http::get(&server.bench, &of(&run)).await.json();
        assert_eq!((&told["state"], &told["why"]), (&json!("ended"), &json!("interrupted")), "{told}");
    }
}
