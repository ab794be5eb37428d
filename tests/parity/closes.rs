//! How a WebSocket that breaks the protocol is closed: with the code that says why, and with time to answer.

use std::time::{Duration, Instant};

use serde_json::json;
use wirebench::proto::websocket::{Opcode, encode_frame};

use crate::support::ask::{Ask, Next};
use crate::support::bounded;
use crate::support::http::Target;
use crate::support::reader::{Line, Reader, Transport};
use crate::support::server::Server;

const MASK: [u8; 4] = [1, 2, 3, 4];
/// The promise is half a second for the peer's Close.
const TIME_TO_ANSWER: Duration = Duration::from_millis(300);

/// What a client may send, masked.
fn frame(opcode: Opcode, fin: bool, payload: &[u8]) -> Vec<u8> {
    encode_frame(opcode, fin, payload, Some(MASK))
}

/// A frame with these bits set in its first byte.
fn with_bits(bits: u8, mut frame: Vec<u8>) -> Vec<u8> {
    frame[0] |= bits;
    frame
}

/// A header that declares more than is taken, and 2 MiB of what it declares.
fn declared_too_long() -> Vec<u8> {
    let mut frame = vec![0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0];
    frame.extend(MASK);
    frame.resize(frame.len() + (2 << 20), b'x');
    frame
}

/// What is wrong, the bytes of it, and the code that says so.
fn offences() -> Vec<(&'static str, Vec<u8>, u16)> {
    let command = br#"{"command":"pause"}"#;
    let half = vec![b'x'; 40_000];
    let fragments = [frame(Opcode::Text, false, &half), frame(Opcode::Continuation, true, &half)].concat();
    let interrupted = [frame(Opcode::Text, false, b"{"), frame(Opcode::Text, true, b"}")].concat();
    vec![
        ("an unmasked frame", encode_frame(Opcode::Text, true, command, None), 1002),
        ("RSV1", with_bits(0x40, frame(Opcode::Text, true, command)), 1002),
        ("RSV2", with_bits(0x20, frame(Opcode::Text, true, command)), 1002),
        ("RSV3", with_bits(0x10, frame(Opcode::Text, true, command)), 1002),
        ("a reserved opcode", with_bits(0x02, frame(Opcode::Text, true, command)), 1002),
        ("a ping in pieces", frame(Opcode::Ping, false, b""), 1002),
        ("a long ping", frame(Opcode::Ping, true, &[0; 126]), 1002),
        ("a message within a message", interrupted, 1002),
        ("two fragments that are too long together", fragments, 1009),
        ("a frame that declares too much and goes on", declared_too_long(), 1009),
        ("text that is not UTF-8", frame(Opcode::Text, true, b"\xff"), 1007),
    ]
}

/// Commits an offence, and gives how it ended if the Close is answered or not: the Close, how the connection ended
/// after it, and how long that took.
async fn offend(target: Target, ask: Ask, bytes: Vec<u8>, answers: bool) -> (Next, String, Duration) {
    let mut reader = Reader::open(&target, Transport::WebSocket, &ask).await;
    reader.until("hello").await;
    let since = Instant::now();
    let Line::WebSocket(socket) = &mut reader.line else { unreachable!() };
    let sent = bounded("the offence to be taken", socket.connection.write(&bytes)).await;
    let close = reader.end().await;
    let Line::WebSocket(socket) = &mut reader.line else { unreachable!() };
    if answers && sent.is_ok() {
        let Next::Closed(code, _) = &close else { return (close, "no Close".into(), since.elapsed()) };
        socket.send(Opcode::Close, &code.to_be_bytes()).await.expect("the Close is answered");
    }
    let end = loop {
        match bounded("the end of the connection", socket.connection.fill()).await {
            Ok(true) => {}
            Ok(false) => break "ended".to_owned(),
            Err(error) => break format!("{error}"),
        }
    };
    let after = if socket.connection.buffer.is_empty() { end } else { "more after the Close".into() };
    (close, after, since.elapsed())
}

#[tokio::test]
async fn what_breaks_the_protocol_is_closed_with_its_code_and_may_answer() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    let mut tasks = Vec::new();
    for answers in [true, false] {
        for (what, bytes, code) in offences() {
            let task = tokio::spawn(offend(server.bench.clone(), job.ask(), bytes, answers));
            tasks.push((what, code, answers, task));
        }
    }
    for (what, code, answers, task) in tasks {
        let (close, end, took) = task.await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(
            matches!(&close, Next::Closed(found, _) if *found == code),
            "{what}: wanted {code}: {close:?}"
        );
        assert_eq!(end, "ended", "{what}, answered: {answers}");
        assert!(answers || took >= TIME_TO_ANSWER, "{what}: there was no time to answer: {took:?}");
    }
    assert_eq!(job.info().await["state"], "ready", "no command was carried out");
}
