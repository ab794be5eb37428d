//! What a good server does unasked, and what is missing when it is switched off.

use std::time::Duration;

use serde_json::json;

use crate::support::ask::{Ask, Next};
use crate::support::bounded;
use crate::support::http::{self, Connection, Response};
use crate::support::reader::{Line, Transport, Way};
use crate::support::server::{Job, Server};
use crate::{in_every_encoding, on_every_transport};

const STREAMS: [Transport; 2] = [Transport::Sse, Transport::FetchStream];

/// The whole answer to a request for a feed.
async fn answer(job: &Job<'_>, transport: Transport, ask: &Ask) -> (Response, Connection) {
    let mut connection = Connection::open(&job.server.bench).await.expect("a connection");
    let answer = bounded(transport.name(), async {
        transport.send(&mut connection, ask).await?;
        connection.response().await
    });
    let answer = answer.await.expect("an answer");
    (answer, connection)
}

#[tokio::test]
async fn without_ids_an_event_stream_has_no_id_lines() {
    let server = Server::start();
    let job = server.finished(5).await;
    for transport in STREAMS {
        for (ids, lines) in [("on", 6), ("off", 0)] {
            let (answer, _) = answer(&job, transport, &job.ask().with("ids", ids)).await;
            let text = String::from_utf8(answer.body).expect("UTF-8");
            assert_eq!(
                text.lines().filter(|line| line.starts_with("id:")).count(),
                lines,
                "ids={ids}: {text}"
            );
            assert_eq!(text.lines().filter(|line| line.starts_with("event: progress")).count(), 5, "{text}");
        }
    }
    let stock = job.ask().with("fanout", "stock").with("ids", "off");
    let (answer, _) = answer(&job, Transport::Sse, &stock).await;
    assert!(!String::from_utf8_lossy(&answer.body).contains("id:"));
}

#[tokio::test]
async fn without_first_bytes_a_stream_begins_with_its_head_alone() {
    on_every_transport(async |server, way| {
        // The stock event stream says its keep-alive at once, whatever is asked.
        if !way.holds_a_connection() || (way.stock && way.transport == Transport::Sse) {
            return;
        }
        let job = server.synthetic(json!({"count": 3, "interval": "1ms", "start": "ready"})).await;
        let mut connection = Connection::open(&server.bench).await.expect("a connection");
        let mut ask = job.ask().with("first-bytes", "off").with("heartbeat", "off");
        if way.stock {
            ask = ask.with("fanout", "stock");
        }
        if way.transport == Transport::Sse {
            ask = ask.with("retry", "1s");
        }
        way.transport.send(&mut connection, &ask).await.expect("sent");
        let head = bounded("the head", connection.head()).await.expect("a head");
        assert!([101, 200].contains(&head.status), "{}", head.status);
        let silent = tokio::time::timeout(Duration::from_millis(300), connection.fill()).await;
        assert!(silent.is_err() && connection.buffer.is_empty(), "{}", way.label());
        job.command("start").await;
        let mut text = String::new();
        while !text.contains("\"done\"") {
            assert!(bounded("the rest", connection.fill()).await.expect("bytes"), "{text}");
            text = String::from_utf8_lossy(&connection.buffer).into_owned();
        }
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in {text}"));
        assert!(at("\"hello\"") < at("\"seq\":1,"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn without_first_bytes_nothing_is_missing() {
    in_every_encoding(async |server, way| {
        if !way.holds_a_connection() {
            return;
        }
        let job = server.finished(5).await;
        let ask = job.ask().with("first-bytes", "off");
        let mut reader = job.open(way, &ask).await;
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!((reader.seqs(), reader.told[0].kind.as_str()), ((1..=6).collect(), "hello"));
        let mut reader = job.open(way, &ask.after("zz.9")).await;
        assert_eq!(reader.end().await, Next::Ended);
        let told: Vec<&str> = reader.told.iter().map(|told| told.kind.as_str()).collect();
        assert_eq!(told, ["hello", "unknown-epoch"]);
    })
    .await;
}

#[tokio::test]
async fn unless_unbuffered_a_proxy_is_not_asked_to_pass_the_stream_on() {
    let server = Server::start();
    let job = server.finished(1).await;
    for transport in STREAMS {
        for (unbuffered, cache, accel) in [("on", "no-cache, no-transform", "no"), ("off", "no-cache", "")] {
            let (answer, _) = answer(&job, transport, &job.ask().with("unbuffered", unbuffered)).await;
            assert_eq!(answer.header("cache-control"), cache, "{}", transport.name());
            assert_eq!(answer.header("x-accel-buffering"), accel, "{}", transport.name());
        }
    }
}

#[tokio::test]
async fn without_resume_whoever_connects_gets_what_comes_from_now_on() {
    on_every_transport(async |server, way| {
        // A poll is over before anything comes.
        if way.transport == Transport::Polling {
            return;
        }
        let (job, head) = server.held(5).await;
        let ask = job.ask().after(&job.cursor(2)).with("resume", "off").with("wait", "10m");
        let ask = if way.transport == Transport::LongPolling { ask } else { without(ask, "wait") };
        let mut connection = Connection::open(&server.bench).await.expect("a connection");
        way.transport.send(&mut connection, &ask).await.expect("sent");
        crate::support::eventually("the reader", crate::support::PATIENCE, async || job.readers().await == 1)
            .await;
        job.command("cancel").await;
        let mut text = String::new();
        while !text.contains("\"cancelled\"") {
            assert!(bounded("the end", connection.fill()).await.expect("bytes"), "{text}");
            text = String::from_utf8_lossy(&connection.buffer).into_owned();
        }
        assert_eq!(text.matches("\"seq\":").count(), 1, "{text}");
        assert!(text.contains(&format!("\"seq\":{}", head + 1)), "{text}");
    })
    .await;
}

fn without(mut ask: Ask, name: &str) -> Ask {
    ask.query.retain(|(known, _)| known != name);
    ask
}

#[tokio::test]
async fn without_resume_a_poll_has_nothing_to_give_and_a_bad_cursor_is_still_refused() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    let ask = job.ask().after(&job.cursor(2)).with("resume", "off");
    let answer = http::get(&server.bench, &ask.path("polling")).await;
    assert_eq!((&answer.json()["events"], &answer.json()["cursor"]), (&json!([]), &json!(job.cursor(head))));
    assert_eq!(http::get(&server.bench, &ask.after("k3").path("polling")).await.status(), 400);
}

#[tokio::test]
async fn without_keep_alive_each_poll_ends_its_connection() {
    let server = Server::start();
    let job = server.finished(5).await;
    for transport in [Transport::Polling, Transport::LongPolling] {
        for (after, status) in [(job.cursor(0), 200), (job.cursor(6), 204)] {
            for keep in ["on", "off"] {
                let ask = job.ask().after(&after).with("keep-alive", keep);
                let (answer, mut connection) = answer(&job, transport, &ask).await;
                assert_eq!(answer.status(), status, "{after}");
                let closes = answer.header("connection").eq_ignore_ascii_case("close");
                assert_eq!(closes, keep == "off", "{} {after} keep-alive={keep}", transport.name());
                if closes {
                    assert!(!bounded("the end", connection.fill()).await.expect("no reset"));
                }
            }
        }
    }
}

#[tokio::test]
async fn without_nodelay_everything_still_comes() {
    on_every_transport(async |server, way: Way| {
        let job = server.synthetic(json!({"count": 20, "interval": "1ms"})).await;
        let mut reader = job.open(way, &job.ask().with("nodelay", "off")).await;
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(reader.seqs(), (1..=21).collect::<Vec<u64>>());
        // The switch is the connection's, and the next request on it may want it otherwise.
        if let Line::Polling(polling) = reader.line {
            assert!(polling.polls > 0);
        }
    })
    .await;
}

#[tokio::test]
async fn checkpoints_put_each_id_into_a_block_of_its_own_behind_the_event() {
    let server = Server::start();
    let job = server.finished(3).await;
    let body = async |query: &str| {
        let path = format!("/jobs/{}/sse?heartbeat=off{query}", job.name);
        String::from_utf8(http::get(&server.bench, &path).await.body).expect("UTF-8")
    };
    let blocks = |text: &str| text.split_terminator("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let behind = blocks(&body("&checkpoint=on").await);
    assert_eq!(behind.len(), 1 + 4 * 2, "hello, and two blocks an event: {behind:?}");
    for (seq, pair) in (1..=4).zip(behind[1..].chunks(2)) {
        assert!(pair[0].starts_with("event: ") && !pair[0].contains("id: "), "{pair:?}");
        assert_eq!(pair[1], format!("id: {}", job.cursor(seq)));
    }
    assert_eq!(blocks(&body("").await).len(), 5);
    let without = body("&checkpoint=on&ids=off").await;
    assert!(!without.contains("id: "), "without ids there are none to set apart: {without}");
}
