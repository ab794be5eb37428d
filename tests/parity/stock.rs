//! `fanout=stock`: what the crates make of the feed by themselves, and where that differs from the shared one.

use std::time::Duration;

use serde_json::json;

use crate::support::ask::Next;
use crate::support::reader::{Line, Transport, Way};
use crate::support::server::Server;

fn stock(transport: Transport) -> Way {
    Way { stock: true, ..transport.into() }
}

#[tokio::test]
async fn the_stock_event_stream_has_the_head_and_the_keep_alive_of_its_crate() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let ask = job.ask().with("heartbeat", "100ms").with("retry", "700ms");
    let mut reader = job.open(stock(Transport::Sse), &ask).await;
    reader.until("hello").await;
    let silent = tokio::time::timeout(Duration::from_millis(500), reader.next()).await;
    assert!(silent.is_err(), "no element is due: {silent:?}");
    let Line::Sse(stream) = &reader.line else { unreachable!() };
    assert_eq!(stream.headers.get("cache-control"), Some("no-cache"));
    assert_eq!(stream.headers.get("x-accel-buffering"), None);
    assert_eq!(stream.retry, Some(700));
    assert!(stream.comments.len() >= 2, "{:?}", stream.comments);
    assert!(stream.comments.iter().all(|comment| comment.trim() == "keep-alive"), "{:?}", stream.comments);
}

#[tokio::test]
async fn stock_heartbeats_can_be_events_or_off() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    for transport in [Transport::Sse, Transport::WebSocket] {
        let ask = job.ask().with("heartbeat", "100ms").with("heartbeat-as", "event");
        let mut reader = job.open(stock(transport), &ask).await;
        assert_eq!(reader.until("heartbeat").await.value["head"], json!(0));
        let mut reader = job.open(stock(transport), &job.ask().with("heartbeat", "off")).await;
        reader.until("hello").await;
        let silent = tokio::time::timeout(Duration::from_millis(500), reader.next()).await;
        assert!(silent.is_err(), "{silent:?}");
        if let Line::Sse(stream) = &reader.line {
            assert!(stream.comments.is_empty(), "{:?}", stream.comments);
        }
    }
}

#[tokio::test]
async fn a_stock_websocket_pings_answers_and_takes_commands() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let ask = job.ask().with("heartbeat", "100ms");
    let mut reader = job.open(stock(Transport::WebSocket), &ask).await;
    reader.until("hello").await;
    let silent = tokio::time::timeout(Duration::from_millis(500), reader.next()).await;
    assert!(silent.is_err(), "{silent:?}");
    let Line::WebSocket(socket) = &mut reader.line else { unreachable!() };
    assert!(socket.pings >= 2, "{}", socket.pings);
    socket.command(&json!({"command": "cancel", "id": "1"})).await.expect("sent");
    assert_eq!(reader.until("ack").await.value["ok"], true);
    assert_eq!(reader.end().await, Next::Ended);
}

#[tokio::test]
async fn a_stock_websocket_is_closed_with_the_codes_of_the_shared_one() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let mut reader = job.open(stock(Transport::WebSocket), &job.ask()).await;
    reader.until("hello").await;
    let Line::WebSocket(socket) = &mut reader.line else { unreachable!() };
    socket.send(wirebench::proto::websocket::Opcode::Binary, b"{}").await.expect("sent");
    assert!(matches!(reader.end().await, Next::Closed(1003, _)));
    let mut reader = job.open(stock(Transport::WebSocket), &job.ask()).await;
    reader.until("hello").await;
    server.interrupt();
    assert!(matches!(reader.end().await, Next::Closed(1001, _)));
}
