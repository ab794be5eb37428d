//! The fault `answer`, and `cut` before an answer: each status, each header, what follows the body, on whose request.

#[path = "support/mod.rs"]
mod support;

use std::io::ErrorKind;

use serde_json::{Value, json};
use support::ask::Ask;
use support::faults::{Record, clear, throw, thrown};
use support::http::{self, Connection, Progress, Response};
use support::reader::{Reader, Transport};
use support::server::Server;
use support::{PATIENCE, bounded, eventually};
use wirebench::proto::http1::{Body, Framing};

const ALL: [Transport; 5] = [
    Transport::Polling,
    Transport::LongPolling,
    Transport::Sse,
    Transport::FetchStream,
    Transport::WebSocket,
];

async fn ask(server: &Server, transport: Transport, ask: &Ask) -> Connection {
    let mut connection = Connection::open(&server.origins[0]).await.expect("a connection");
    transport.send(&mut connection, ask).await.expect("sent");
    connection
}

async fn answered(server: &Server, transport: Transport, of: &Ask) -> Response {
    let mut connection = ask(server, transport, of).await;
    let what = format!("the answer to {}", transport.name());
    bounded(&what, connection.response()).await.unwrap_or_else(|error| panic!("{what}: {error}"))
}

#[tokio::test]
async fn the_next_request_of_a_lane_is_answered_with_this_on_every_transport_and_the_one_after_by_the_transport()
 {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    for transport in ALL {
        let lane = format!("a-{}", transport.name());
        let of = job.ask().with("lane", &lane);
        let wanted = json!({"fault": "answer", "retry-after": 7, "body": "gone\r\nfishing \"é\"",
            "type": "text/plain;charset=utf-8", "scope": format!("lane:{lane}")});
        let told = throw(&server, &wanted).await;
        assert_eq!((&told["cleared"], &told["params"]["status"]), (&Value::Null, &json!("503")));
        let answer = answered(&server, transport, &of).await;
        assert_eq!(answer.status(), 503, "{}", transport.name());
        let headers = ["retry-after", "content-type", "cache-control"].map(|name| answer.header(name));
        assert_eq!(headers, ["7", "text/plain;charset=utf-8", "no-store"]);
        assert_eq!(String::from_utf8_lossy(&answer.body), "gone\r\nfishing \"é\"");
        let told = thrown(&server, told["id"].as_str().expect("an id")).await;
        assert_eq!((&told["struck"], told["cleared"].is_f64()), (&json!(1), true), "{told}");
        let of = of.with("client", &lane);
        let reader = Reader::open(&server.origins[0], transport, &of).await;
        let clients = http::get(&server.bench, "/api/clients").await.json();
        let ours = clients["clients"].as_array().expect("clients").iter();
        assert_eq!(
            ours.filter(|one| one["lane"] == lane.as_str()).count(),
            1,
            "no place was taken before: {clients}"
        );
        drop(reader);
    }
}

#[tokio::test]
async fn each_status_goes_out_with_the_type_that_was_asked_for() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let of = job.ask().with("lane", "a");
    for status in [200, 204, 205, 301, 304, 307, 401, 404, 418, 429, 500, 502, 503, 599] {
        throw(&server, &json!({"fault": "answer", "status": status, "scope": "lane:a"})).await;
        let answer = answered(&server, Transport::Sse, &of).await;
        assert_eq!((answer.status(), answer.body.as_slice()), (status, &b""[..]));
        assert_eq!(answer.header("content-type"), if status == 200 { "text/event-stream" } else { "" });
    }
    throw(
        &server,
        &json!({"fault": "answer", "status": 200, "type": "none", "body": ":\n\n", "scope": "lane:a"}),
    )
    .await;
    let answer = answered(&server, Transport::Sse, &of).await;
    assert_eq!((answer.header("content-type"), answer.body.as_slice()), ("", &b":\n\n"[..]));
}

#[tokio::test]
async fn once_is_once_for_each_lane_that_is_there_and_for_each_connection_of_who_names_none() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let lanes = ["a", "b"].map(|lane| job.ask().with("lane", lane));
    for of in &lanes {
        assert_eq!(answered(&server, Transport::Polling, of).await.status(), 200);
    }
    let mut anonymous = Connection::open(&server.origins[0]).await.expect("a connection");
    let path = job.ask().path("polling");
    let mut poll = async || {
        anonymous.send("GET", &path, &[], b"").await.expect("sent");
        bounded("an answer", anonymous.response()).await.expect("an answer").status()
    };
    assert_eq!(poll().await, 200);
    let id = throw(&server, &json!({"fault": "answer", "status": 502})).await["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!((poll().await, poll().await), (502, 200));
    for of in &lanes {
        assert_eq!(thrown(&server, &id).await["cleared"], Value::Null, "not all have come");
        assert_eq!(answered(&server, Transport::Polling, of).await.status(), 502);
        let again = answered(&server, Transport::Polling, of).await.status();
        assert_eq!(again, 200, "{of:?}");
    }
    let told = thrown(&server, &id).await;
    assert_eq!((&told["struck"], told["cleared"].is_f64()), (&json!(3), true), "{told}");
}

#[tokio::test]
async fn until_it_is_cleared_every_request_in_the_scope_is_answered_and_recorded() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let mut record = Record::listen(&server).await;
    let wanted =
        json!({"fault": "answer", "status": 429, "scope": "transport:polling", "lasts": "until-cleared"});
    let id = throw(&server, &wanted).await["id"].as_str().expect("an id").to_owned();
    let of = job.ask().with("lane", "a");
    for _ in 0..3 {
        assert_eq!(answered(&server, Transport::Polling, &of).await.status(), 429);
    }
    assert_eq!(
        answered(&server, Transport::LongPolling, &of.clone().with("wait", "100ms")).await.status(),
        200
    );
    let bad = answered(&server, Transport::Polling, &of.clone().with("limit", "none")).await;
    let nobody = answered(&server, Transport::Polling, &Ask::of("nobody")).await;
    assert_eq!((bad.status(), nobody.status()), (400, 404), "only what is well-formed");
    assert_eq!(clear(&server, &id).await["struck"], 3);
    assert_eq!(answered(&server, Transport::Polling, &of).await.status(), 200);
    let seen = record
        .until(|line| line["kind"] == "response" && line["status"] == 200 && line["transport"] == "polling")
        .await;
    let count = |kind: &str| {
        seen.iter().filter(|line| line["kind"] == kind && line["transport"] == "polling").count()
    };
    assert_eq!(seen.iter().filter(|line| line["kind"] == "response" && line["status"] == 429).count(), 3);
    assert_eq!(count("struck"), 3);
    assert!(count("request") >= 4, "{seen:?}");
    assert!(seen.iter().filter(|line| line["kind"] == "struck").all(|line| line["what"] == "answered"));
}

#[tokio::test]
async fn a_held_answer_has_no_end_until_the_throw_is_cleared() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let of = job.ask().with("lane", "a");
    let wanted =
        json!({"fault": "answer", "status": 200, "body": ": hello\n\n", "then": "hold", "scope": "lane:a"});
    let id = throw(&server, &wanted).await["id"].as_str().expect("an id").to_owned();
    let mut connection = ask(&server, Transport::Sse, &of).await;
    let head = bounded("the head", connection.head()).await.expect("a head");
    let mut body = Body::new(Framing::of(&head, false).expect("a framing"));
    let mut text = Vec::new();
    let progress = bounded("the body", connection.more(&mut body, &mut text)).await.expect("read");
    assert_eq!((progress, text.as_slice()), (Progress::Open, &b": hello\n\n"[..]));
    assert_eq!(thrown(&server, &id).await["cleared"], Value::Null, "it holds");
    clear(&server, &id).await;
    let progress = bounded("the end", connection.more(&mut body, &mut text)).await.expect("read");
    assert_eq!((progress, text.len()), (Progress::Complete, 9));
}

#[tokio::test]
async fn a_held_answer_is_over_when_its_peer_leaves() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let mut record = Record::listen(&server).await;
    let id = throw(&server, &json!({"fault": "answer", "then": "hold", "scope": "lane:a"})).await["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let mut connection = ask(&server, Transport::LongPolling, &job.ask().with("lane", "a")).await;
    assert_eq!(bounded("the head", connection.head()).await.expect("a head").status, 503);
    drop(connection);
    eventually("the end of the hold", PATIENCE, async || thrown(&server, &id).await["cleared"].is_f64())
        .await;
    let seen = record.until(|line| line["kind"] == "cleared").await;
    assert_eq!(seen.last().expect("a line")["why"], "once");
}

#[tokio::test]
async fn the_connection_is_cut_once_the_body_is_out_and_the_response_has_no_end() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    for how in ["fin", "rst"] {
        for size in [0, 3, 60_000] {
            let text = "x".repeat(size);
            throw(
                &server,
                &json!({"fault": "answer", "status": 200, "body": text, "then": how, "scope": "lane:a"}),
            )
            .await;
            let mut connection = ask(&server, Transport::Sse, &job.ask().with("lane", "a")).await;
            let head = bounded("the head", connection.head()).await.expect("a head");
            let mut body = Body::new(Framing::of(&head, false).expect("a framing"));
            let mut got = Vec::new();
            let end = loop {
                match bounded("the cut", connection.more(&mut body, &mut got)).await.expect("read") {
                    Progress::Open => {}
                    end => break end,
                }
            };
            assert_eq!((end, got.len()), (Progress::Cut, size), "{how}");
        }
    }
}

#[tokio::test]
async fn a_cut_at_the_request_comes_before_a_byte_of_an_answer() {
    let server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    for (how, kind) in [("rst", Some(ErrorKind::ConnectionReset)), ("fin", None)] {
        for transport in ALL {
            let told =
                throw(&server, &json!({"fault": "cut", "at": "request", "how": how, "scope": "lane:a"}))
                    .await;
            let of = job.ask().with("lane", "a");
            let mut connection = ask(&server, transport, &of).await;
            let what = format!("{how} on {}", transport.name());
            match (bounded(&what, connection.fill()).await, kind) {
                (Err(error), Some(kind)) => assert_eq!(error.kind(), kind, "{what}"),
                (Ok(false), None) => {}
                (other, _) => panic!("{what}: {other:?}"),
            }
            assert!(connection.buffer.is_empty(), "{what}");
            let told = thrown(&server, told["id"].as_str().expect("an id")).await;
            assert_eq!((&told["struck"], told["cleared"].is_f64()), (&json!(1), true), "{what}: {told}");
        }
    }
}

#[tokio::test]
async fn a_request_is_sent_on_to_another_origin_which_lets_it_in() {
    let server = Server::start_with(&["--lanes", "2"]);
    let job = server.synthetic(json!({"start": "ready"})).await;
    let page = server.bench.origin();
    let path = job.ask().with("lane", "a").path("polling");
    let from = |target: &http::Target, path: &str, origin: &str| {
        let (target, path, origin) = (target.clone(), path.to_owned(), origin.to_owned());
        async move { http::request(&target, "GET", &path, &[("Origin", &origin)], b"").await }
    };
    let allowed = |answer: &Response| answer.header("access-control-allow-origin").to_owned();
    assert_eq!(allowed(&from(&server.origins[1], &path, "null").await), "", "nobody was sent there");
    for status in [301, 302, 307, 308] {
        throw(
            &server,
            &json!({"fault": "answer", "status": status, "location": "origin:2", "scope": "lane:a"}),
        )
        .await;
        let answer = from(&server.origins[0], &path, &page).await;
        assert_eq!((answer.status(), allowed(&answer)), (status, page.clone()));
        assert_eq!(answer.header("location"), format!("{}{path}", server.origins[1].origin()));
    }
    // A browser that was sent on from one origin to another for the page of a third says no more than this.
    for (origin, allow) in [("null", "null"), (&page, &page), ("http://evil.example", "")] {
        let answer = from(&server.origins[1], &path, origin).await;
        assert_eq!((answer.status(), allowed(&answer).as_str()), (200, allow), "{origin}");
    }
    assert_eq!(allowed(&from(&server.origins[0], &path, "null").await), "", "it was sent to another");
    assert_eq!(allowed(&from(&server.origins[1], "/jobs/other/polling", "null").await), "");
    throw(&server, &json!({"fault": "answer", "status": 302, "location": "http://127.0.0.1:9/there?", "scope": "lane:a"})).await;
    assert_eq!(from(&server.origins[0], &path, &page).await.header("location"), "http://127.0.0.1:9/there?");
}
