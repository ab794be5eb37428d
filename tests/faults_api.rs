//! The faults over the API (docs/reference/faults.md): what can be thrown, at whom, for how long, and clear noes.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::ask::Next;
use support::faults::{Record, clear, throw, thrown};
use support::http;
use support::program::{Scratch, run};
use support::reader::{Reader, Transport};
use support::server::Server;
use support::{PATIENCE, eventually};

/// A reader of `lane` that has been told hello.
async fn reader(server: &Server, job: &str, transport: Transport, lane: &str) -> Reader {
    let ask = support::ask::Ask::of(job).with("lane", lane);
    let mut reader = Reader::open(&server.origins[0], transport, &ask).await;
    reader.until("hello").await;
    reader
}

#[tokio::test]
async fn what_can_be_thrown_is_told_with_its_parameters() {
    let server = Server::start();
    let told = http::get(&server.bench, "/api/faults").await.json();
    assert_eq!(told["thrown"], json!([]));
    let faults = told["faults"].as_array().expect("faults");
    let names: Vec<&str> = faults.iter().filter_map(|fault| fault["name"].as_str()).collect();
    for name in ["cut", "refuse", "restart", "answer"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    for fault in faults {
        for member in ["title", "params", "lasts", "scopes", "nothing", "loses"] {
            assert!(!fault[member].is_null(), "{member} of {fault}");
        }
    }
    let answer = faults.iter().find(|fault| fault["name"] == "answer").expect("answer");
    let body = answer["params"].as_array().expect("params").iter().find(|param| param["name"] == "body");
    assert_eq!(body, Some(&json!({"name": "body", "kind": "text", "max": 65536})));
}

#[tokio::test]
async fn a_throw_that_cannot_be_is_refused_with_what_would_be_right() {
    let server = Server::start();
    for (given, member) in [
        (json!({"fault": "cutt"}), "fault"),
        (json!({"fault": "cut", "scope": "everyone"}), "scope"),
        (json!({"fault": "cut", "scope": "transport:carrier-pigeon"}), "scope"),
        (json!({"fault": "cut", "lasts": "2h"}), "lasts"),
        (json!({"fault": "cut", "how": "gently"}), "how"),
        (json!({"fault": "cut", "colour": "red"}), "colour"),
        (json!({"fault": "refuse", "scope": "connection:1"}), "scope"),
        (json!({"fault": "restart", "lasts": "once"}), "lasts"),
        (json!({"fault": "answer", "status": 99}), "status"),
        (json!({"fault": "answer", "location": "origin:2"}), "location"),
        (json!({"fault": "answer", "location": "a\r\nb"}), "location"),
    ] {
        let answer = http::post(&server.bench, "/api/faults", &given).await;
        assert_eq!(answer.status(), 400, "{given}");
        let error = &answer.json()["error"];
        let place = error["where"].as_str().unwrap_or_default();
        assert!(place.ends_with(&format!("member {member}")), "{given}: {error}");
    }
    assert!(
        http::post(&server.bench, "/api/faults", &json!({"fault": "cutt"})).await.json()["error"]["fix"]
            .as_str()
            .is_some_and(|fix| fix.contains("nearest is cut"))
    );
    assert_eq!(http::get(&server.bench, "/api/faults").await.json()["thrown"], json!([]));
    let answer = http::request(&server.bench, "DELETE", "/api/faults/f1", &[], b"").await;
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn a_cut_strikes_the_readers_in_its_scope_and_nobody_else() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let mut sse = reader(&server, &job.name, Transport::Sse, "a-1").await;
    let mut socket = reader(&server, &job.name, Transport::WebSocket, "a-2").await;
    let on_bench = job.open(Transport::Sse, &job.ask().with("lane", "a-1")).await;
    let told = throw(&server, &json!({"fault": "cut", "how": "fin", "scope": "lane:a-1"})).await;
    assert_eq!(
        (&told["struck"], &told["scope"], &told["lasts"], &told["heads"]),
        (&json!(1), &json!("lane:a-1"), &json!("once"), &json!({ &job.name: 0 }))
    );
    assert_eq!(told["cleared"], told["thrown"], "it struck once: {told}");
    assert_eq!(sse.next().await, Next::Cut);
    let told = throw(&server, &json!({"fault": "cut", "scope": "transport:websocket"})).await;
    assert_eq!((&told["struck"], &told["params"]["how"]), (&json!(1), &json!("rst")));
    assert_eq!(socket.next().await, Next::Cut);
    let told = throw(&server, &json!({"fault": "cut"})).await;
    assert_eq!(
        (&told["struck"], &told["caveats"]),
        (&json!(0), &json!([{"caveat": "nothing-struck"}])),
        "the bench is never struck"
    );
    drop(on_bench);
}

#[tokio::test]
async fn the_readers_connections_are_told_and_one_can_be_struck_alone() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let mut first = reader(&server, &job.name, Transport::Sse, "a-1").await;
    let second = reader(&server, &job.name, Transport::Sse, "a-1").await;
    let mut connections = Vec::new();
    // Bytes are counted after the socket has taken them, and the peer may be quicker.
    eventually("two connections with bytes", PATIENCE, async || {
        let told = http::get(&server.bench, "/api/connections").await.json();
        connections.clone_from(told["connections"].as_array().expect("connections"));
        let moved = |one: &Value| one["in"].as_u64() > Some(50) && one["out"].as_u64() > Some(50);
        connections.len() == 2 && connections.iter().all(moved)
    })
    .await;
    for connection in &connections {
        assert_eq!((&connection["lane"], &connection["transport"]), (&json!("a-1"), &json!("sse")));
        assert_eq!(connection["origin"], 1);
    }
    let scope = format!("connection:{}", connections[0]["connection"]);
    assert_eq!(throw(&server, &json!({"fault": "cut", "scope": scope})).await["struck"], 1);
    assert_eq!(first.next().await, Next::Cut);
    drop(second);
    eventually("no connections", PATIENCE, async || {
        http::get(&server.bench, "/api/connections").await.json()["connections"] == json!([])
    })
    .await;
}

#[tokio::test]
async fn a_lasting_throw_strikes_who_comes_later_until_it_is_cleared() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let told = throw(&server, &json!({"fault": "cut", "scope": "lane:a-1", "lasts": "until-cleared"})).await;
    assert_eq!((&told["cleared"], &told["caveats"][0]["caveat"]), (&Value::Null, &json!("nothing-struck")));
    let id = told["id"].as_str().expect("an id").to_owned();
    for struck in 1..3 {
        let mut connection = http::Connection::open(&server.origins[0]).await.expect("a connection");
        let ask = job.ask().with("lane", "a-1");
        Transport::Sse.send(&mut connection, &ask).await.expect("sent");
        let answer = support::bounded("the cut", connection.head()).await;
        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(thrown(&server, &id).await["struck"], struck);
    }
    drop(reader(&server, &job.name, Transport::Sse, "a-2").await);
    let cleared = clear(&server, &id).await;
    assert!(cleared["cleared"].as_f64() >= cleared["thrown"].as_f64(), "{cleared}");
    assert_eq!(clear(&server, &id).await, cleared, "cleared is cleared");
    drop(reader(&server, &job.name, Transport::Sse, "a-1").await);
}

#[tokio::test]
async fn a_throw_for_a_time_is_over_by_itself_and_says_so_in_the_record() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let mut record = Record::listen(&server).await;
    let mut reader = reader(&server, &job.name, Transport::Sse, "a-1").await;
    let told = throw(&server, &json!({"fault": "cut", "how": "fin", "lasts": "50ms"})).await;
    let id = told["id"].as_str().expect("an id");
    assert_eq!(reader.next().await, Next::Cut);
    let seen = record.until(|line| line["kind"] == "cleared").await;
    let of =
        |kind: &str| seen.iter().find(|line| line["kind"] == kind && line["id"] == id).expect(kind).clone();
    assert_eq!((&of("thrown")["fault"], &of("thrown")["struck"]), (&json!("cut"), &json!(1)));
    assert_eq!(of("thrown")["at"], told["thrown"]);
    let struck = of("struck");
    assert_eq!(
        (&struck["what"], &struck["lane"], &struck["transport"]),
        (&json!("ended"), &json!("a-1"), &json!("sse"))
    );
    assert!(struck["conn"].is_string(), "{struck}");
    assert_eq!(of("cleared")["why"], "time");
    assert!(thrown(&server, id).await["cleared"].is_f64());
}

#[tokio::test]
async fn clearing_all_clears_all_and_metrics_count_them() {
    let server = Server::start();
    for scope in ["lane:a", "lane:b"] {
        throw(&server, &json!({"fault": "cut", "scope": scope, "lasts": "until-cleared"})).await;
    }
    let metrics = async || String::from_utf8(http::get(&server.bench, "/metrics").await.body).expect("text");
    let told = metrics().await;
    assert!(told.contains("wirebench_faults_active 2\n"), "{told}");
    assert!(told.contains("wirebench_faults_thrown_total{fault=\"cut\"} 2\n"), "{told}");
    assert_eq!(http::request(&server.bench, "DELETE", "/api/faults", &[], b"").await.status(), 204);
    assert!(metrics().await.contains("wirebench_faults_active 0\n"));
    let told = http::get(&server.bench, "/api/faults").await.json();
    assert!(
        told["thrown"].as_array().expect("thrown").iter().all(|throw| throw["cleared"].is_f64()),
        "{told}"
    );
}

#[tokio::test]
async fn what_crosses_a_readers_socket_can_be_listened_to_until_the_connection_ends() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 2, "interval": "1ms", "start": "ready"})).await;
    let mut reader = reader(&server, &job.name, Transport::Sse, "a-1").await;
    let told = http::get(&server.bench, "/api/connections").await.json();
    let path = format!("/api/connections/{}/chunks", told["connections"][0]["connection"]);
    let mut chunks = Record::listen_to(&server, &path).await;
    job.command("start").await;
    assert_eq!(reader.end().await, Next::Ended);
    let mut heard = String::new();
    while !heard.contains("event: done") {
        let chunk = chunks.until(|_| true).await.remove(0);
        assert_eq!(chunk["way"], "down");
        assert!(chunk["at"].as_f64() > Some(1.7e12), "{chunk}");
        heard += &String::from_utf8(support::ask::unbase64(chunk["bytes"].as_str().expect("bytes")))
            .expect("text");
    }
    assert!(heard.contains("event: progress"), "{heard}");
    drop(reader);
    chunks.end().await;
    for nobody in ["0", "x", "999999", "-1"] {
        let path = format!("/api/connections/{nobody}/chunks");
        assert_eq!(http::get(&server.bench, &path).await.status(), 404, "{nobody}");
    }
}

#[tokio::test]
async fn one_stream_tells_what_crosses_all_connections_and_those_to_come_from_their_first_byte() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 2, "interval": "1ms", "start": "ready"})).await;
    let mut early = reader(&server, &job.name, Transport::Sse, "a-1").await;
    // A reader can have what was written a moment before the writer has counted it.
    eventually("what has crossed to be counted", PATIENCE, async || {
        let told = http::get(&server.bench, "/api/connections").await.json();
        told["connections"][0]["out"].as_u64() > Some(0)
    })
    .await;
    let mut chunks = Record::listen_to(&server, "/api/chunks").await;
    let before = chunks.until(|line| line["before"].is_object()).await.pop().expect("a line");
    assert_eq!((&before["lane"], &before["transport"]), (&json!("a-1"), &json!("sse")));
    assert!(
        before["before"]["up"].as_u64() > Some(0) && before["before"]["down"].as_u64() > Some(0),
        "{before}"
    );
    let mut late = reader(&server, &job.name, Transport::WebSocket, "a-2").await;
    job.command("start").await;
    assert_eq!((early.end().await, late.end().await), (Next::Ended, Next::Ended));
    drop((early, late));
    let mut open = 2;
    let mut told: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    while open > 0 {
        let line = chunks.until(|_| true).await.pop().expect("a line");
        open -= usize::from(line["ended"] == true);
        let key =
            format!("{} {}", line["lane"].as_str().expect("a lane"), line["way"].as_str().unwrap_or("-"));
        let bytes = line["bytes"].as_str().map(support::ask::unbase64).unwrap_or_default();
        told.entry(key).or_default().extend(bytes);
    }
    let text = |key: &str| String::from_utf8_lossy(&told[key]).into_owned();
    assert!(text("a-1 down").contains("event: done"), "{}", text("a-1 down"));
    assert!(text("a-2 up").starts_with("GET /jobs/"), "{}", text("a-2 up"));
    assert!(text("a-2 down").starts_with("HTTP/1.1 101 "), "{}", text("a-2 down"));
}

#[tokio::test]
async fn a_server_that_stops_clears_what_is_thrown_so_that_its_farewell_is_heard() {
    let scratch = Scratch::new("faults");
    let path = scratch.file("record.jsonl");
    let mut server = Server::start_with(&["--lanes", "1", "--record", &path]);
    let job = server.synthetic(json!({"start": "ready"})).await;
    let mut sse = reader(&server, &job.name, Transport::Sse, "a-1").await;
    throw(&server, &json!({"fault": "stall", "way": "down", "scope": "lane:a-1"})).await;
    throw(&server, &json!({"fault": "refuse", "scope": "lane:nobody"})).await;
    server.interrupt();
    assert_eq!(sse.next().await, Next::Ended, "a clean end of the body, and no reset");
    assert_eq!(server.exited(PATIENCE).await, Some(0));
    let told = std::fs::read_to_string(&path).expect("a record");
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let cleared: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "cleared").collect();
    assert_eq!(cleared.len(), 2, "{told}");
    assert!(cleared.iter().all(|line| line["why"] == "stopped"), "{told}");
    let checked = run(&["check", &path, "--format", "json"]);
    let found: Value = serde_json::from_str(&checked.out).expect("JSON");
    assert_eq!((checked.code, &found["bad"]), (Some(0), &json!(0)), "{found}");
    for (kind, count) in [("thrown", 2), ("struck", 1), ("cleared", 2), ("caveat", 1)] {
        assert_eq!(found["kinds"][kind], count, "{kind} in {found}");
    }
}

#[tokio::test]
async fn a_connection_that_changes_lanes_leaves_the_throw_behind() {
    let server = Server::start();
    let job = server.finished(3).await;
    let wanted = json!({"fault": "stall", "way": "down", "scope": "lane:a", "lasts": "until-cleared"});
    let id = throw(&server, &wanted).await["id"].as_str().expect("an id").to_owned();
    let mut connection = http::Connection::open(&server.origins[0]).await.expect("a connection");
    let poll = |lane: &str| job.ask().with("lane", lane).path("polling");
    connection.send("GET", &poll("a"), &[], b"").await.expect("sent");
    eventually("the strike", PATIENCE, async || thrown(&server, &id).await["struck"] == 1).await;
    // The server reads on, for what it has answered already is held back by the wire alone.
    connection.send("GET", &poll("b"), &[], b"").await.expect("sent");
    for _ in 0..2 {
        assert_eq!(
            support::bounded("an answer", connection.response()).await.expect("an answer").status(),
            200
        );
    }
    connection.send("GET", &poll("a"), &[], b"").await.expect("sent");
    eventually("the strike", PATIENCE, async || thrown(&server, &id).await["struck"] == 2).await;
    clear(&server, &id).await;
    assert_eq!(support::bounded("an answer", connection.response()).await.expect("an answer").status(), 200);
}
