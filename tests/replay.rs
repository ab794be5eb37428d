//! The source `replay`: a feed file played again at its own times, checked before a job is made of it.

#[path = "support/mod.rs"]
mod support;

use std::fs::File;
use std::os::unix::fs::symlink;

use serde_json::{Value, json};
use support::ask::Next;
use support::http;
use support::program::Scratch;
use support::server::{Job, Server};

fn opened(directory: &Scratch) -> Server {
    Server::start_with(&["--lanes", "1", "--replay-dir", directory.path().to_str().expect("UTF-8")])
}

async fn replayed<'a>(server: &'a Server, path: &str, speed: f64) -> Job<'a> {
    server.create(&json!({"source": "replay", "path": path, "speed": speed})).await
}

/// Why it is refused.
async fn refused(server: &Server, path: &str) -> String {
    let answer = http::post(&server.bench, "/api/jobs", &json!({"source": "replay", "path": path})).await;
    assert_eq!(answer.status(), 400, "{path}: {}", String::from_utf8_lossy(&answer.body));
    let error = answer.json()["error"].clone();
    for field in ["wanted", "found", "where", "fix"] {
        assert!(error[field].as_str().is_some_and(|text| !text.is_empty()), "{path}: {field} in {error}");
    }
    error["found"].as_str().expect("found").to_owned()
}

fn what(event: &Value) -> (Value, Value) {
    (event["type"].clone(), event["data"].clone())
}

#[tokio::test]
async fn what_a_poll_answered_is_a_feed_file_and_plays_the_same_on_every_transport() {
    let directory = Scratch::new("replay");
    let server = opened(&directory);
    assert_eq!(http::get(&server.bench, "/api/bench").await.json()["replay"], json!(true));
    for payload in ["progress", "text", "bytes"] {
        let spec = json!({"count": 30, "interval": "2ms", "payload": payload, "size": 200, "start": "ready"});
        let job = server.synthetic(spec).await;
        // Commands that were events are passed over.
        assert_eq!(job.post(&json!({"command": "speed", "factor": 2})).await.status(), 200);
        job.command("start").await;
        job.ended().await;
        let answer =
            http::get(&server.bench, &format!("/jobs/{}/polling?limit=10000", job.name)).await.json();
        let events = answer["events"].as_array().expect("events");
        let wanted: Vec<_> = events[1..].iter().map(what).collect();
        let lines: Vec<String> = events.iter().map(Value::to_string).collect();
        directory.write(payload, &lines.join("\n"));
        for transport in server.transports().await {
            let job = replayed(&server, payload, 10.0).await;
            assert_eq!(job.info().await["total"], json!(31));
            let mut reader = job.open(transport, &job.ask()).await;
            assert_eq!(reader.end().await, Next::Ended);
            let found: Vec<_> = reader.events.iter().map(|event| what(&event.value)).collect();
            assert_eq!(found, wanted, "{payload} by {}", transport.name());
            assert_eq!(reader.seqs(), (1..=31).collect::<Vec<u64>>());
        }
    }
}

#[tokio::test]
async fn events_wait_for_their_time_and_the_speed_brings_it_nearer() {
    let directory = Scratch::new("times");
    let hours = |hours: u64| {
        json!({"time": hours * 3_600_000, "type": "text", "data": hours.to_string()}).to_string()
    };
    directory.write("slow", &format!("{}\n{}\n", hours(0), hours(1)));
    let server = opened(&directory);
    let job = replayed(&server, "slow", 1.0).await;
    job.reached(1).await;
    job.command("pause").await;
    assert_eq!(job.head().await, 2, "the second is due in an hour");
    job.command("cancel").await;
    // An hour is 3.6 s at a thousand times the speed, and 36 ms at ten times that by the command.
    let job = replayed(&server, "slow", 1000.0).await;
    assert_eq!(job.post(&json!({"command": "speed", "factor": 100})).await.status(), 200);
    job.ended().await;
    let mut reader = job.open(support::reader::Transport::Sse, &job.ask()).await;
    reader.end().await;
    let last = reader.events.pop().expect("an end");
    assert_eq!(
        (last.kind.as_str(), &last.value["data"]),
        ("done", &json!({})),
        "an end that the file did not have"
    );
}

#[tokio::test]
async fn a_recorded_end_is_the_end() {
    let directory = Scratch::new("ends");
    let server = opened(&directory);
    for (kind, data) in
        [("done", json!({"percent": 100})), ("failed", json!({"reason": "x"})), ("cancelled", json!({}))]
    {
        directory.write(kind, &json!({"time": 5, "type": kind, "data": data}).to_string());
        let job = replayed(&server, kind, 1.0).await;
        job.ended().await;
        let info = job.info().await;
        assert_eq!((&info["state"], &info["head"], &info["total"]), (&json!(kind), &json!(1), &json!(1)));
    }
}

#[tokio::test]
async fn a_mistake_in_the_file_is_refused_with_its_line_and_column() {
    let directory = Scratch::new("mistakes");
    let server = opened(&directory);
    let good = r#"{"time":5,"type":"text","data":"a"}"#;
    let cases = [
        (String::new(), "line 1, column 1"),
        (format!("{good}\n{good}\n{{\"time\":6,\"type\":\"text\"}}"), "line 3, column"),
        (format!("{good}\n{{\"time\":4,\"type\":\"text\",\"data\":\"a\"}}"), "line 2, column 9: time"),
        (format!("{good}\n{{\"time\":6,\"type\":\"text\",\"da"), "line 2, column"),
        (
            format!("{good}\n\n{{\"time\":6,\"type\":\"progress\",\"data\":{{\"percent\":-1}}}}"),
            "line 3, column 47: data.percent",
        ),
        (format!("{}\n{good}", good.replace("\"text\",\"data\":\"a\"", "\"done\"")), "line 2, column 1"),
    ];
    for (text, place) in cases {
        directory.write("bad.jsonl", &text);
        let found = refused(&server, "bad.jsonl").await;
        assert!(found.contains(place) && found.contains("bad.jsonl"), "{text}: {found}");
    }
    std::fs::write(directory.path().join("bad.jsonl"), b"{\"time\":1,\"type\":\"text\",\"data\":\"\xff\"}")
        .expect("written");
    assert!(refused(&server, "bad.jsonl").await.contains("UTF-8"));
    File::create(directory.path().join("large"))
        .and_then(|file| file.set_len((64 << 20) + 1))
        .expect("a large file");
    assert!(refused(&server, "large").await.contains("more than 67108864 bytes"));
    assert_eq!(http::get(&server.bench, "/api/jobs").await.json(), json!({"jobs": []}));
    for speed in [json!(0), json!(1001), json!("2")] {
        directory.write("good", good);
        let spec = json!({"source": "replay", "path": "good", "speed": speed});
        assert_eq!(http::post(&server.bench, "/api/jobs", &spec).await.status(), 400, "{speed}");
    }
}

#[tokio::test]
async fn nothing_outside_the_directory_is_read() {
    let outer = Scratch::new("outside");
    let secret = outer.write("x", "not to be read");
    let directory = Scratch::new("inside");
    std::fs::create_dir(directory.path().join("folder")).expect("a directory");
    symlink(&secret, directory.path().join("link")).expect("a link");
    symlink(outer.path(), directory.path().join("way-out")).expect("a link");
    let server = opened(&directory);
    let name = outer.path().file_name().expect("a name").to_str().expect("UTF-8");
    let around = format!("../{name}/x");
    for path in
        ["../x", &around, &secret, "/etc/passwd", "link", "way-out/x", "folder", "missing", "", ".", "x\0"]
    {
        let found = refused(&server, path).await;
        assert!(!found.contains("not to be read"), "{path}: {found}");
    }
    let closed = Server::start();
    assert!(refused(&closed, "good").await.contains("--replay-dir"));
    assert_eq!(http::get(&closed.bench, "/api/bench").await.json()["replay"], json!(false));
}
