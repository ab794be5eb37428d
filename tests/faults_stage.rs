//! The faults `refuse` and `restart`: listeners really closed and opened again, connections ended, logs lost.

#[path = "support/mod.rs"]
mod support;

use std::io::ErrorKind;

use serde_json::{Value, json};
use support::ask::{Ask, Next};
use support::faults::{clear, throw, thrown};
use support::http::{self, Connection, Target};
use support::reader::{Reader, Transport};
use support::server::Server;
use support::{PATIENCE, bounded, eventually};

async fn is_refused(target: &Target) -> bool {
    Connection::open(target).await.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

async fn reader(target: &Target, job: &str, transport: Transport, lane: &str) -> Reader {
    let ask = Ask::of(job).with("lane", lane);
    let mut reader = Reader::open(target, transport, &ask).await;
    reader.until("hello").await;
    reader
}

async fn listening(server: &Server, id: usize, listening: bool) -> Value {
    let body = json!({"listening": listening}).to_string();
    let json = [("Content-Type", "application/json")];
    let path = format!("/api/origins/{id}");
    let answer = http::request(&server.bench, "PUT", &path, &json, body.as_bytes()).await;
    assert_eq!(answer.status(), 200, "{}", answer.json());
    answer.json()
}

fn id(told: &Value) -> String {
    told["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_lane_is_refused_at_its_origin_alone_and_its_connections_live_on() {
    let server = Server::start_with(&["--lanes", "2"]);
    let job = server.synthetic(json!({"count": 20, "interval": "1ms", "start": "ready"})).await;
    let mut first = reader(&server.origins[0], &job.name, Transport::Sse, "a-1").await;
    let _second = reader(&server.origins[1], &job.name, Transport::WebSocket, "a-2").await;
    let told = throw(&server, &json!({"fault": "refuse", "scope": "lane:a-1"})).await;
    assert_eq!(
        (&told["struck"], &told["lasts"], &told["cleared"]),
        (&json!(1), &json!("until-cleared"), &Value::Null)
    );
    assert!(is_refused(&server.origins[0]).await, "at once");
    assert!(!is_refused(&server.origins[1]).await);
    job.command("start").await;
    assert_eq!(first.end().await, Next::Ended);
    clear(&server, &id(&told)).await;
    assert!(!is_refused(&server.origins[0]).await, "at once");
    let told = throw(&server, &json!({"fault": "refuse", "scope": "transport:websocket"})).await;
    assert!(is_refused(&server.origins[1]).await && !is_refused(&server.origins[0]).await);
    assert_eq!(http::request(&server.bench, "DELETE", "/api/faults", &[], b"").await.status(), 204);
    assert!(!is_refused(&server.origins[1]).await && thrown(&server, &id(&told)).await["cleared"].is_f64());
    let nobody = throw(&server, &json!({"fault": "refuse", "scope": "lane:nobody"})).await;
    assert_eq!(nobody["caveats"], json!([{"caveat": "nothing-struck"}]));
}

#[tokio::test]
async fn of_two_that_refuse_the_first_to_be_cleared_opens_nothing_and_neither_does_a_wish() {
    let server = Server::start_with(&["--lanes", "2"]);
    let first = throw(&server, &json!({"fault": "refuse"})).await;
    let second = throw(&server, &json!({"fault": "refuse", "lasts": "1h"})).await;
    assert_eq!((&first["struck"], &second["struck"]), (&json!(2), &json!(2)));
    for origin in &server.origins {
        assert!(is_refused(origin).await);
    }
    clear(&server, &id(&first)).await;
    assert!(is_refused(&server.origins[0]).await);
    assert_eq!(listening(&server, 1, true).await["listening"], json!(false), "a throw refuses");
    assert_eq!(listening(&server, 2, false).await["listening"], json!(false));
    clear(&server, &id(&second)).await;
    assert!(!is_refused(&server.origins[0]).await);
    assert!(is_refused(&server.origins[1]).await, "it was wished so");
    assert_eq!(listening(&server, 2, true).await["listening"], json!(true));
    assert!(!is_refused(&server.origins[1]).await);
}

#[tokio::test]
async fn a_refusal_for_a_time_opens_by_itself() {
    let server = Server::start();
    let told = throw(&server, &json!({"fault": "refuse", "lasts": "20ms"})).await;
    eventually("the listener", PATIENCE, async || !is_refused(&server.origins[0]).await).await;
    assert!(thrown(&server, &id(&told)).await["cleared"].is_f64());
}

#[tokio::test]
async fn a_restart_ends_every_connection_of_the_stage_without_a_farewell_and_lets_them_in_again() {
    let server = Server::start();
    let (job, head) = server.held(3).await;
    let mut readers = Vec::new();
    for transport in [Transport::Sse, Transport::FetchStream, Transport::WebSocket] {
        let mut reader = reader(&server.origins[0], &job.name, transport, transport.name()).await;
        reader.take(usize::try_from(head).expect("a few")).await;
        readers.push(reader);
    }
    let mut on_bench = job.open(Transport::Sse, &job.ask()).await;
    on_bench.until("hello").await;
    let told = throw(&server, &json!({"fault": "restart", "lasts": "1h"})).await;
    assert_eq!((&told["struck"], &told["heads"][&job.name]), (&json!(3), &json!(head)));
    assert!(is_refused(&server.origins[0]).await);
    let mut cursors = Vec::new();
    for mut reader in readers {
        assert_eq!(reader.next().await, Next::Cut, "{}", reader.transport.name());
        cursors.push((reader.transport, reader.cursor.expect("a cursor")));
    }
    assert_eq!(http::get(&server.bench, "/healthz").await.status(), 200);
    clear(&server, &id(&told)).await;
    job.hurry().await;
    for (transport, cursor) in cursors {
        let mut reader = Reader::open(&server.origins[0], transport, &job.ask().after(&cursor)).await;
        reader.take(1).await;
        assert_eq!(reader.seqs(), [head + 1], "the log is kept: {}", transport.name());
    }
    on_bench.take(usize::try_from(head).expect("a few") + 1).await;
}

#[tokio::test]
async fn a_restart_that_loses_the_logs_starts_every_job_again_under_another_epoch() {
    let server = Server::start();
    let job = server.finished(10).await;
    let waiting = server.synthetic(json!({"start": "ready"})).await;
    let pushed = server.create(&json!({"source": "push"})).await;
    let path = format!("/jobs/{}/events", pushed.name);
    assert_eq!(http::post(&server.bench, &path, &json!({"type": "text", "data": "a"})).await.status(), 200);
    let cursor = job.cursor(10);
    let mut on_bench = job.open(Transport::Sse, &waiting.ask()).await;
    on_bench.until("hello").await;
    let told = throw(&server, &json!({"fault": "restart", "log": "lost", "lasts": "1h"})).await;
    assert_eq!((&told["heads"][&job.name], &told["heads"][&pushed.name]), (&json!(11), &json!(1)));
    assert_eq!(told["caveats"], json!([]));
    assert_eq!(bounded("the end of the old log", on_bench.end()).await, Next::Ended);
    job.ended().await;
    let again = job.info().await;
    assert_ne!(again["epoch"], job.epoch.as_str());
    assert_eq!((&again["head"], &again["settings"]["count"]), (&json!(11), &json!(10)));
    assert_eq!(waiting.info().await["state"], "ready");
    assert_eq!(
        (pushed.info().await["head"].clone(), pushed.info().await["state"].clone()),
        (json!(0), json!("running"))
    );
    clear(&server, &id(&told)).await;
    for transport in server.transports().await {
        let mut reader = Reader::open(&server.origins[0], transport, &job.ask().after(&cursor)).await;
        reader.until("unknown-epoch").await;
        reader.end().await;
        assert_eq!(reader.seqs(), (1..=11).collect::<Vec<u64>>(), "{}", transport.name());
    }
    assert_eq!(
        http::post(&server.bench, &path, &json!({"type": "text", "data": "b"})).await.json()["first"],
        1
    );
}

#[tokio::test]
async fn a_restart_lasts_a_second_unless_it_is_said_and_is_over_by_itself() {
    let server = Server::start();
    let told = throw(&server, &json!({"fault": "restart"})).await;
    assert_eq!((&told["lasts"], &told["params"]["log"]), (&json!("1s"), &json!("kept")));
    eventually("the listener", PATIENCE, async || !is_refused(&server.origins[0]).await).await;
    let told = thrown(&server, &id(&told)).await;
    let (from, to) = (told["thrown"].as_f64().expect("thrown"), told["cleared"].as_f64().expect("cleared"));
    assert!(to - from >= 1000.0, "{told}");
}
