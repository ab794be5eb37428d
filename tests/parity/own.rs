//! What each transport promises by itself: headers, heartbeats, conditions, bounds and close codes.

use std::time::Duration;

use serde_json::json;
use wirebench::proto::event_stream::{self, Item};
use wirebench::proto::websocket::Opcode;

use crate::support::ask::Next;
use crate::support::http;
use crate::support::reader::{Line, Reader, Transport};
use crate::support::server::Server;
use crate::support::{PATIENCE, bounded, eventually};

#[tokio::test]
async fn an_event_stream_forbids_proxies_to_buffer_or_change_it() {
    let server = Server::start();
    let job = server.finished(1).await;
    let reader = job.open(Transport::Sse, &job.ask()).await;
    let Line::Sse(sse) = &reader.line else { unreachable!() };
    assert_eq!(sse.headers.get("content-type"), Some("text/event-stream"));
    assert_eq!(sse.headers.get("cache-control"), Some("no-cache, no-transform"));
    assert_eq!(sse.headers.get("x-accel-buffering"), Some("no"));
}

#[tokio::test]
async fn retry_is_sent_when_it_was_asked_for_and_only_then() {
    let server = Server::start();
    let job = server.finished(1).await;
    for (ask, expected) in [(job.ask().with("retry", "700ms"), Some(700)), (job.ask(), None)] {
        let mut reader = job.open(Transport::Sse, &ask).await;
        assert_eq!(reader.end().await, Next::Ended);
        let Line::Sse(sse) = &reader.line else { unreachable!() };
        assert_eq!(sse.retry, expected);
    }
}

#[tokio::test]
async fn heartbeats_are_comments_pings_or_events_as_asked() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let ask = job.ask().with("heartbeat", "100ms");
    let mut sse = job.open(Transport::Sse, &ask).await;
    let mut socket = job.open(Transport::WebSocket, &ask).await;
    for reader in [&mut sse, &mut socket] {
        reader.until("hello").await;
        let silent = tokio::time::timeout(Duration::from_millis(500), reader.next()).await;
        assert!(silent.is_err(), "no element is due: {silent:?}");
    }
    let (Line::Sse(sse), Line::WebSocket(socket)) = (&sse.line, &socket.line) else { unreachable!() };
    assert!(sse.comments.len() >= 2, "{:?}", sse.comments);
    assert!(socket.pings >= 2, "{}", socket.pings);
    for transport in [Transport::Sse, Transport::WebSocket] {
        let mut reader = job.open(transport, &ask.clone().with("heartbeat-as", "event")).await;
        for _ in 0..2 {
            let heartbeat = reader.until("heartbeat").await;
            assert_eq!(heartbeat.value["head"], json!(0), "{}", heartbeat.text);
            assert!(heartbeat.value["time"].is_f64(), "{}", heartbeat.text);
        }
    }
}

#[tokio::test]
async fn a_poll_has_an_etag_and_is_answered_304_by_it() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    for after in [job.cursor(head), job.cursor(0)] {
        let path = job.ask().after(&after).path("polling");
        let answer = http::get(&server.bench, &path).await;
        assert_eq!(answer.status(), 200);
        assert!(answer.header("content-type").starts_with("application/json"));
        assert_eq!(answer.header("cache-control"), "no-cache");
        let body = answer.json();
        assert_eq!(body["head"], json!(head));
        assert_eq!(answer.header("etag"), format!("\"{}\"", job.cursor(head)));
        assert_eq!((&body["ended"], &body["more"]), (&json!(false), &json!(false)));
        let condition = [("If-None-Match", answer.header("etag"))];
        let again = http::request(&server.bench, "GET", &path, &condition, b"").await;
        assert_eq!((again.status(), again.body.len()), (304, 0), "after {after}");
    }
    job.command("resume").await;
    job.reached(head + 2).await;
    let tag = format!("\"{}\"", job.cursor(head));
    let path = job.ask().after(&job.cursor(head)).path("polling");
    let news = http::request(&server.bench, "GET", &path, &[("If-None-Match", &tag)], b"").await;
    assert_eq!(news.status(), 200);
}

#[tokio::test]
async fn a_poll_by_last_event_id_is_never_answered_304_nor_stored() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    let path = job.ask().path("polling");
    for seq in [1, head] {
        let cursor = job.cursor(seq);
        let first = http::request(&server.bench, "GET", &path, &[("Last-Event-ID", &cursor)], b"").await;
        for tag in [first.header("etag"), "*"] {
            let headers = [("Last-Event-ID", cursor.as_str()), ("If-None-Match", tag)];
            let answer = http::request(&server.bench, "GET", &path, &headers, b"").await;
            assert_eq!((answer.status(), answer.header("cache-control")), (200, "no-store"), "{tag}");
            let events = answer.json()["events"].as_array().map_or(0, Vec::len) as u64;
            assert_eq!(events, head - seq, "what comes after {cursor}");
        }
    }
}

#[tokio::test]
async fn a_bounded_poll_says_that_there_is_more() {
    let server = Server::start();
    let job = server.finished(24).await;
    let mut after = job.cursor(0);
    let mut batches = Vec::new();
    loop {
        let ask = job.ask().with("limit", "10").after(&after);
        let body = http::get(&server.bench, &ask.path("polling")).await.json();
        batches.push((
            body["events"].as_array().map_or(0, Vec::len),
            body["more"] == true,
            body["ended"] == true,
        ));
        body["cursor"].as_str().expect("a cursor").clone_into(&mut after);
        if body["ended"] == true || batches.len() > 5 {
            break;
        }
    }
    assert_eq!(batches, [(10, true, false), (10, true, false), (5, false, true)]);
    assert_eq!(http::get(&server.bench, &job.ask().after(&after).path("polling")).await.status(), 204);
}

#[tokio::test]
async fn a_websocket_is_closed_with_the_code_that_says_why() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let long = vec![b'x'; 1 << 20];
    let cases: [(Opcode, &[u8], u16); 4] = [
        (Opcode::Binary, b"{}", 1003),
        (Opcode::Text, b"\xff", 1007),
        (Opcode::Text, &long, 1009),
        (Opcode::Continuation, b"", 1002),
    ];
    for (opcode, payload, code) in cases {
        let mut reader = job.open(Transport::WebSocket, &job.ask()).await;
        reader.until("hello").await;
        let Line::WebSocket(socket) = &mut reader.line else { unreachable!() };
        // The server may close before it has taken all of it.
        let _ = socket.send(opcode, payload).await;
        let end = reader.end().await;
        assert!(
            matches!(&end, Next::Closed(found, _) if *found == code),
            "{opcode:?}, wanted {code}: {end:?}"
        );
    }
    eventually("no readers after the closes", PATIENCE, async || job.readers().await == 0).await;
}

#[tokio::test]
async fn a_frame_that_declares_too_much_is_refused_before_it_has_come() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let mut reader = job.open(Transport::WebSocket, &job.ask()).await;
    reader.until("hello").await;
    let Line::WebSocket(socket) = &mut reader.line else { unreachable!() };
    // 1 GiB, masked, and not one byte of it: who waits for it lets a client fill the memory.
    let header = [0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4];
    socket.connection.write(&header).await.expect("sent");
    let end = reader.end().await;
    assert!(matches!(end, Next::Closed(1009, _)), "{end:?}");
}

#[tokio::test]
async fn an_element_is_one_chunk_of_an_event_stream() {
    let server = Server::start();
    let job = server.finished(20).await;
    let mut connection = http::Connection::open(&server.bench).await.expect("a connection");
    connection.send("GET", &job.ask().path("sse"), &[], b"").await.expect("sent");
    assert_eq!(bounded("a head", connection.head()).await.expect("a head").status, 200);
    while !connection.buffer.ends_with(b"0\r\n\r\n") {
        assert!(bounded("the body", connection.fill()).await.expect("bytes"), "the body is whole");
    }
    let mut rest = String::from_utf8(connection.buffer).expect("UTF-8");
    let mut blocks = 0;
    loop {
        let (size, after) = rest.split_once("\r\n").expect("a chunk size");
        let size = usize::from_str_radix(size, 16).expect("hexadecimal");
        if size == 0 {
            break;
        }
        let chunk = &after[..size];
        assert!(chunk.ends_with("\n\n") && chunk.matches("\n\n").count() == 1, "one block: {chunk:?}");
        blocks += 1;
        rest = after[size + 2..].to_owned();
    }
    assert_eq!(blocks, 22, "hello, twenty events and the end");
}

#[tokio::test]
async fn an_event_stream_over_http_1_0_has_no_chunks_and_ends_with_the_connection() {
    let server = Server::start();
    let job = server.finished(20).await;
    for keep in ["", "Connection: keep-alive\r\n"] {
        let mut connection = http::Connection::open(&server.bench).await.expect("a connection");
        let (path, host) = (job.ask().path("sse"), &server.bench.host);
        let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n{keep}\r\n");
        connection.write(request.as_bytes()).await.expect("sent");
        while bounded("the end of the connection", connection.fill()).await.expect("no reset") {}
        let text = String::from_utf8(connection.buffer).expect("UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        assert_eq!(head.split(' ').nth(1), Some("200"), "{head}");
        let head = head.to_ascii_lowercase();
        assert!(!head.contains("transfer-encoding") && !head.contains("content-length"), "{head}");
        let mut items = Vec::new();
        event_stream::Decoder::new(1 << 20).decode(body.as_bytes(), &mut items).expect("an event stream");
        let kinds: Vec<&str> = items.iter().filter_map(kind).collect();
        assert_eq!((kinds.len(), kinds.first(), kinds.last()), (22, Some(&"hello"), Some(&"done")), "{body}");
    }
}

/// The type of an event.
fn kind(item: &Item) -> Option<&str> {
    let Item::Event { kind, .. } = item else { return None };
    Some(kind)
}

#[tokio::test]
async fn a_ping_is_answered_and_a_close_too() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let mut reader = job.open(Transport::WebSocket, &job.ask()).await;
    reader.until("hello").await;
    let Line::WebSocket(socket) = &mut reader.line else { unreachable!() };
    socket.send(Opcode::Ping, b"are you there").await.expect("sent");
    assert_eq!(bounded("a pong", socket.pong()).await.expect("a pong"), b"are you there");
    socket.send(Opcode::Close, &1000_u16.to_be_bytes()).await.expect("sent");
    assert_eq!(reader.next().await, Next::Stop(1000));
    eventually("no readers after the close", PATIENCE, async || job.readers().await == 0).await;
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let mut readers: Vec<Reader> = Vec::new();
    for transport in [Transport::Sse, Transport::WebSocket] {
        let mut reader = job.open(transport, &job.ask()).await;
        reader.until("hello").await;
        readers.push(reader);
    }
    server.interrupt();
    for mut reader in readers {
        let end = reader.end().await;
        match reader.transport {
            Transport::WebSocket => assert!(matches!(end, Next::Closed(1001, _)), "{end:?}"),
            _ => assert!(matches!(end, Next::Ended | Next::Cut), "{end:?}"),
        }
    }
}
