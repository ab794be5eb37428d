//! The source `push` (docs/reference/sources.md): events that any program posts, all of a batch or none of it, and what an
//! acknowledgement promises, also across a `kill -9`.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use support::ask::Next;
use support::http::{self, Response, Target};
use support::program;
use support::reader::Reader;
use support::server::{Job, Server};

const JSON: (&str, &str) = ("Content-Type", "application/json");
const LINES: (&str, &str) = ("Content-Type", "application/x-ndjson");

async fn made(server: &Server) -> Job<'_> {
    server.create(&json!({"source": "push"})).await
}

async fn push_as(job: &Job<'_>, headers: &[(&str, &str)], body: &[u8]) -> Response {
    http::request(&job.server.bench, "POST", &format!("/jobs/{}/events", job.name), headers, body).await
}

async fn push(job: &Job<'_>, body: &Value) -> Response {
    push_as(job, &[JSON], body.to_string().as_bytes()).await
}

async fn pushed(job: &Job<'_>, body: &Value) -> Value {
    let answer = push(job, body).await;
    assert_eq!(answer.status(), 200, "{body}: {}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

fn percent(percent: u64) -> Value {
    json!({"type": "progress", "data": {"percent": percent}})
}

/// It was refused with `status` and every part of a clear answer; gives where the mistake stands.
fn refused(answer: &Response, status: u16, what: &str) -> String {
    assert_eq!(answer.status(), status, "{what}: {}", String::from_utf8_lossy(&answer.body));
    let error = answer.json()["error"].clone();
    for field in ["wanted", "found", "where", "fix"] {
        assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{what}: {field} in {error}");
    }
    error["where"].as_str().expect("where").to_owned()
}

#[tokio::test]
async fn what_is_pushed_is_read_by_every_transport_as_it_was_written() {
    let server = Server::start();
    for transport in server.transports().await {
        let job = made(&server).await;
        let mut reader = job.open(transport, &job.ask()).await;
        let one = pushed(&job, &percent(7)).await;
        let cursor = job.cursor(1);
        let told =
            json!({"first": 1, "last": 1, "head": 1, "cursor": cursor, "repeated": false, "kept": "memory"});
        assert_eq!(one, told);
        let batch = "{\"type\": \"text\", \"data\": \"a\\u0041\\n\"}\r\n\n{\"data\":\"AAEC\",\"type\":\"bytes\"}\n\
                     {\"type\":\"progress\",\"data\":{ \"z\" : 1.50, \"a\" : [ 12345678901234567890123 ] }}";
        let answer = push_as(&job, &[LINES], batch.as_bytes()).await;
        assert_eq!(answer.status(), 200, "{}", String::from_utf8_lossy(&answer.body));
        assert_eq!((&answer.json()["first"], &answer.json()["last"]), (&json!(2), &json!(4)));
        pushed(&job, &json!([{"type": "done", "data": {"percent": 100, "digest": "x"}}])).await;
        assert_eq!(reader.end().await, Next::Ended, "{}", transport.name());
        let kinds: Vec<&str> = reader.events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["progress", "text", "bytes", "progress", "done"], "{}", transport.name());
        assert_eq!(reader.events[1].value["data"], "aA\n");
        assert_eq!(reader.events[2].payload(), [0, 1, 2]);
        let kept = r#""data":{"z":1.50,"a":[12345678901234567890123]}}"#;
        assert!(reader.events[3].text.ends_with(kept), "{}", reader.events[3].text);
        assert_eq!(reader.seqs(), [1, 2, 3, 4, 5]);
        assert_eq!(job.info().await["state"], "done");
    }
}

#[tokio::test]
async fn a_batch_with_one_mistake_appends_nothing_and_the_mistake_is_named() {
    let server = Server::start();
    let job = made(&server).await;
    let good = percent(1);
    let cases = [
        (json!([good, good, good, percent(101)]), "events[3].data.percent"),
        (json!([good, {"type": "text", "data": 5}]), "events[1].data"),
        (json!([good, {"type": "cancelled"}]), "events[1].type"),
        (json!([{"type": "done"}, good]), "events[1]"),
        (json!({"type": "failed", "data": {"why": "x"}}), "event.data.reason"),
        (json!({"type": "progress", "data": {}, "seq": 4}), "event"),
        (json!([]), "body"),
        (json!("text"), "event"),
    ];
    for (body, place) in cases {
        assert_eq!(refused(&push(&job, &body).await, 400, &body.to_string()), place, "{body}");
    }
    let lines = format!("{good}\n{good}\n{{\"type\":\"progress\",\"data\":{{\"percent\":null}}}}\n");
    let answer = push_as(&job, &[LINES], lines.as_bytes()).await;
    assert!(refused(&answer, 400, &lines).starts_with("line 3, column "), "{}", answer.json());
    let torn = push_as(&job, &[JSON], b"{\"type\":\"text\",\n\"data\"").await;
    assert!(refused(&torn, 400, "torn JSON").starts_with("line 2, column "), "{}", torn.json());
    refused(&push_as(&job, &[JSON], b"").await, 400, "nothing");
    refused(&push_as(&job, &[LINES], b"\n\r\n").await, 400, "blank lines");
    refused(&push_as(&job, &[JSON], b"[\"\xff\"]").await, 400, "no UTF-8");
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        refused(&push_as(&job, &[("Content-Type", kind)], good.to_string().as_bytes()).await, 415, kind);
    }
    let foreign =
        push_as(&job, &[JSON, ("Origin", "http://evil.example")], good.to_string().as_bytes()).await;
    refused(&foreign, 403, "a foreign page");
    refused(&http::get(&server.bench, &format!("/jobs/{}/events", job.name)).await, 405, "GET");
    let nobody = http::post(&server.bench, "/jobs/nobody/events", &good).await;
    refused(&nobody, 404, "no such job");
    assert_eq!(job.head().await, 0);
}

#[tokio::test]
async fn a_body_may_have_four_mebibytes_and_ten_thousand_events_here_and_64_kib_elsewhere() {
    let server = Server::start();
    let job = made(&server).await;
    let sized = |size: usize| {
        let frame = json!({"type": "text", "data": ""}).to_string().len();
        json!({"type": "text", "data": "x".repeat(size - frame)})
    };
    pushed(&job, &sized(4 << 20)).await;
    refused(&push(&job, &sized((4 << 20) + 1)).await, 413, "a byte more");
    let many = |count: usize| json!(vec![percent(5); count]);
    assert_eq!(pushed(&job, &many(10_000)).await["last"], json!(10_001));
    assert_eq!(refused(&push(&job, &many(10_001)).await, 413, "an event more"), "events[10000]");
    assert_eq!(job.head().await, 10_001);
    let command = json!({"command": "pause", "id": "x".repeat(65 << 10)});
    refused(&job.post(&command).await, 413, "a command");
}

#[tokio::test]
async fn a_repeat_under_the_same_key_appends_nothing_and_is_told_the_same() {
    let server = Server::start();
    let job = made(&server).await;
    let body = json!([percent(1), percent(2)]).to_string();
    let keyed =
        async |key: &str, body: &str| push_as(&job, &[JSON, ("Idempotency-Key", key)], body.as_bytes()).await;
    let first = keyed("step-7", &body).await.json();
    assert_eq!((&first["last"], &first["repeated"]), (&json!(2), &json!(false)));
    pushed(&job, &percent(3)).await;
    let mut again = first.clone();
    again["repeated"] = json!(true);
    assert_eq!(keyed("step-7", &body).await.json(), again);
    assert_eq!(keyed("\"step-7\"", &body).await.json(), again, "quoted it is the same key");
    let other = keyed("step-7", &percent(9).to_string()).await;
    assert_eq!(refused(&other, 422, "another body"), "header Idempotency-Key");
    for bad in ["two words", "\"open", "caf\u{e9}", &"x".repeat(129)] {
        assert_eq!(refused(&keyed(bad, &body).await, 400, bad), "header Idempotency-Key");
    }
    let twice = [JSON, ("Idempotency-Key", "a"), ("Idempotency-Key", "b")];
    refused(&push_as(&job, &twice, body.as_bytes()).await, 400, "two keys");
    refused(&keyed("bad", "[").await, 400, "a malformed body");
    assert_eq!(keyed("bad", &body).await.json()["repeated"], json!(false), "nothing was remembered for it");
    job.command("pause").await;
    refused(&keyed("late", &body).await, 409, "paused");
    assert_eq!(keyed("step-7", &body).await.json(), again, "what was appended is told in any state");
    job.command("resume").await;
    assert_eq!(keyed("late", &body).await.json()["repeated"], json!(false), "nothing was remembered for it");
    pushed(&job, &json!({"type": "failed", "data": "no space left"})).await;
    assert_eq!(keyed("step-7", &body).await.json(), again);
    assert_eq!(job.head().await, 10);
    let other = made(&server).await;
    let answer =
        push_as(&other, &[JSON, ("Idempotency-Key", "step-7")], percent(9).to_string().as_bytes()).await;
    assert_eq!(answer.json()["first"], json!(1), "keys are a job's own");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_repeats_at_once_one_is_appended_and_batches_stand_side_by_side() {
    let server = Server::start();
    let job = made(&server).await;
    let path = format!("/jobs/{}/events", job.name);
    let targets = [&server.bench, &server.origins[0]];
    let mut posting = Vec::new();
    for n in 0..48_u64 {
        let (target, path) = (targets[usize::from(n % 2 == 1)].clone(), path.clone());
        // Eight keys, each six times.
        let (key, batch) =
            (format!("k{}", n % 8), json!(vec![json!({"type": "text", "data": (n % 8).to_string()}); 5]));
        posting.push(tokio::spawn(async move {
            let headers = [JSON, ("Idempotency-Key", &*key)];
            let answer = http::request(&target, "POST", &path, &headers, batch.to_string().as_bytes()).await;
            assert_eq!(answer.status(), 200, "{}", String::from_utf8_lossy(&answer.body));
            (key, answer.json())
        }));
    }
    let mut answers = Vec::new();
    for task in posting {
        answers.push(task.await.expect("posted"));
    }
    let fresh = answers.iter().filter(|(_, answer)| answer["repeated"] == json!(false)).count();
    assert_eq!(fresh, 8, "each key once");
    let places: BTreeSet<String> =
        answers.iter().map(|(key, answer)| format!("{key} {}", answer["first"])).collect();
    assert_eq!(places.len(), 8, "all repeats are told the same: {places:?}");
    assert_eq!(job.head().await, 40);
    pushed(&job, &json!({"type": "done"})).await;
    let answer = http::get(&server.bench, &format!("/jobs/{}/polling", job.name)).await.json();
    let texts: Vec<&Value> =
        answer["events"].as_array().expect("events")[..40].iter().map(|e| &e["data"]).collect();
    assert!(texts.chunks(5).all(|batch| batch.iter().all(|text| *text == batch[0])), "{texts:?}");
}

#[tokio::test]
async fn a_state_or_a_source_that_takes_no_events_is_said() {
    let server = Server::start();
    let ready = server.create(&json!({"source": "push", "start": "ready"})).await;
    refused(&push(&ready, &percent(1)).await, 409, "ready");
    ready.command("start").await;
    pushed(&ready, &percent(1)).await;
    ready.command("pause").await;
    refused(&push(&ready, &percent(2)).await, 409, "paused");
    ready.command("resume").await;
    ready.command("cancel").await;
    refused(&push(&ready, &percent(3)).await, 409, "cancelled");
    assert_eq!((ready.head().await, &ready.info().await["total"]), (4, &Value::Null));
    let (synthetic, _) = server.held(1).await;
    refused(&push(&synthetic, &percent(1)).await, 409, "synthetic");
    let answer = http::post(&server.bench, "/api/jobs", &json!({"source": "push", "count": 5})).await;
    refused(&answer, 400, "push takes no count");
}

#[tokio::test]
async fn a_push_is_charged_to_its_lane_and_stands_in_the_record() {
    let scratch = program::Scratch::new("pushed");
    let path = scratch.file("record.jsonl");
    let mut server = Server::start_with(&["--lanes", "1", "--record", &path]);
    let job = made(&server).await;
    let events = format!("/jobs/{}/events?lane=pusher", job.name);
    let answer = http::post(&server.origins[0], &events, &json!([percent(1), percent(2)])).await;
    assert_eq!(answer.status(), 200);
    let lanes = http::get(&server.bench, "/api/lanes").await.json();
    assert_eq!(lanes["lanes"][0]["lane"], "pusher", "{lanes}");
    assert_eq!(lanes["lanes"][0]["requests"], json!(1));
    let name = job.name.clone();
    server.signal("TERM");
    assert_eq!(server.exited(support::PATIENCE).await, Some(0));
    let text = std::fs::read_to_string(path).expect("a record");
    let observed: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let seen: Vec<&Value> = observed.iter().filter(|line| line["kind"] == "pushed").collect();
    assert_eq!(seen.len(), 1, "{text}");
    for (field, value) in [
        ("job", json!(name)),
        ("first", json!(1)),
        ("last", json!(2)),
        ("events", json!(2)),
        ("lane", json!("pusher")),
    ] {
        assert_eq!(seen[0][field], value, "{}", seen[0]);
    }
}

/// The program at the address that another had before.
fn start_at(target: &Target) -> Server {
    let mut command = program::command();
    command.args(["--listen", &target.address.to_string(), "--lanes", "1", "--format", "json"]);
    Server::launch(command)
}

#[tokio::test]
async fn after_a_kill_9_an_old_cursor_is_told_unknown_epoch_and_never_silently_event_1() {
    let spec = json!({"source": "push", "job": "build"});
    let key = [JSON, ("Idempotency-Key", "step")];
    let mut server = Server::start();
    let bench = server.bench.clone();
    let mut cursor = String::new();
    {
        let job = server.create(&spec).await;
        for n in 1..=5 {
            let told = pushed(&job, &percent(n)).await;
            assert_eq!((&told["kept"], &told["last"]), (&json!("memory"), &json!(n)));
        }
        let told = push_as(&job, &key, percent(6).to_string().as_bytes()).await.json();
        assert_eq!(told["repeated"], json!(false));
        told["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
        // What was acknowledged can be read as long as the process lives.
        for transport in server.transports().await {
            let mut reader = job.open(transport, &job.ask().after("earliest")).await;
            reader.take(6).await;
            assert_eq!(reader.cursor.as_deref(), Some(&*cursor), "{}", transport.name());
        }
    }
    server.signal("KILL");
    assert_eq!(server.exited(support::PATIENCE).await, None, "a signal has no exit code");
    drop(server);
    let server = start_at(&bench);
    refused(&http::get(&server.bench, "/jobs/build").await, 404, "the job is forgotten, and that is said");
    refused(&http::post(&server.bench, "/jobs/build/events", &percent(7)).await, 404, "a push");
    let job = server.create(&spec).await;
    assert_ne!(Some(&*job.epoch), cursor.split('.').next(), "a new log has a new epoch");
    let again = push_as(&job, &key, percent(6).to_string().as_bytes()).await.json();
    assert_eq!(
        (&again["repeated"], &again["first"]),
        (&json!(false), &json!(1)),
        "keys are forgotten with the log"
    );
    for transport in server.transports().await {
        let mut reader: Reader = job.open(transport, &job.ask().after(&cursor)).await;
        let told = reader.until("unknown-epoch").await;
        assert_eq!(reader.events, [], "{}: told before any event", transport.name());
        assert_eq!((&told.value["asked"], &told.value["epoch"]), (&json!(cursor), &json!(job.epoch)));
        reader.take(1).await;
        assert_eq!(reader.cursor, Some(job.cursor(1)), "{}", transport.name());
    }
}

#[tokio::test]
async fn events_may_have_the_names_of_what_happens_to_an_event_source() {
    let server = Server::start();
    for transport in server.transports().await {
        let job = made(&server).await;
        let mut reader = job.open(transport, &job.ask()).await;
        let named =
            ["message", "open", "error", "close"].map(|name| json!({"type": name, "data": {"percent": 5}}));
        pushed(&job, &json!(named)).await;
        pushed(&job, &json!([{"type": "error"}, {"type": "done"}])).await;
        assert_eq!(reader.end().await, Next::Ended, "{}", transport.name());
        let kinds: Vec<&str> = reader.events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["message", "open", "error", "close", "error", "done"], "{}", transport.name());
        assert_eq!(reader.events[4].value["data"], json!({}));
    }
    let job = made(&server).await;
    let place = refused(&push(&job, &json!({"type": "error", "data": "text"})).await, 400, "a text");
    assert_eq!(place, "event.data");
}
