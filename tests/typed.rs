//! What is typed comes back as it is (docs/reference/api.md): as an event stream that ends, once for a nonce, or behind
//! a handshake; and what cannot be answered is said clearly.

#[path = "support/mod.rs"]
mod support;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use support::bounded;
use support::http::{self, Connection};
use support::server::Server;
use support::websocket::HANDSHAKE;

const STREAM: &str = "/api/typed/event-stream";
const SOCKET: &str = "/api/typed/websocket";
const MOST: usize = 4096;
/// An empty message, masked.
const HELLO: [u8; 6] = [0x81, 0x80, 1, 2, 3, 4];

fn asked(path: &str, bytes: &[u8]) -> String {
    format!("{path}?bytes={}", URL_SAFE_NO_PAD.encode(bytes))
}

/// All that comes behind the handshake until the server ends, after this was said behind a first message.
async fn behind(server: &Server, bytes: &[u8], said: &[u8]) -> Vec<u8> {
    let exchange = async {
        let mut connection = Connection::open(&server.bench).await?;
        connection.send("GET", &asked(SOCKET, bytes), &HANDSHAKE, b"").await?;
        let head = connection.head().await?;
        assert_eq!(head.status, 101);
        // Nothing comes before the page has said something.
        connection.write(&HELLO).await?;
        connection.write(said).await?;
        while connection.fill().await? {}
        Ok::<_, std::io::Error>(std::mem::take(&mut connection.buffer))
    };
    bounded("a typed socket", exchange).await.expect("an exchange")
}

#[tokio::test]
async fn an_event_stream_is_the_bytes_that_were_typed_and_comes_once_for_a_nonce() {
    let server = Server::start();
    let all: Vec<u8> = (0..=255).cycle().take(MOST).collect();
    for bytes in [&b""[..], b"data: 1\n\n", b"\xef\xbb\xbfid: \0\r\xff", &all] {
        let answer = http::get(&server.bench, &asked(STREAM, bytes)).await;
        assert_eq!((answer.status(), answer.header("content-type")), (200, "text/event-stream"));
        assert_eq!(
            (answer.header("x-content-type-options"), answer.header("cache-control")),
            ("nosniff", "no-store")
        );
        assert_eq!(answer.body, bytes);
    }
    let once = format!("{}&nonce=a-1_Z", asked(STREAM, b"data: 1\n\n"));
    assert_eq!(http::get(&server.bench, &once).await.status(), 200);
    for _ in 0..2 {
        let again = http::get(&server.bench, &once).await;
        assert_eq!((again.status(), again.body.len()), (204, 0), "an EventSource that comes back is stopped");
    }
    let other = once.replace("a-1_Z", "a-2_Z");
    assert_eq!(http::get(&server.bench, &other).await.status(), 200);
}

#[tokio::test]
async fn a_socket_is_the_bytes_that_were_typed_and_ends_behind_them() {
    let server = Server::start();
    // A masked Close 1000, as a browser answers one; without it the end comes after a while.
    let close = [0x88, 0x82, 1, 2, 3, 4, 0x03 ^ 1, 0xe8 ^ 2];
    for (bytes, said) in [
        (&b"\x81\x05hello"[..], &b""[..]),
        (b"\x88\x02\x03\xe8", &close),
        (b"", &[]),
        (b"\xff\x00no frames at all", b"nor these"),
    ] {
        assert_eq!(behind(&server, bytes, said).await, bytes);
    }
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_clearly() {
    let server = Server::start();
    let long = asked(STREAM, &[0; MOST + 1]);
    let bad = |query: &str| format!("{STREAM}?{query}");
    for (path, place) in [
        (bad("bytes=%2B%2B%2B"), "query parameter bytes"),
        (bad("bytes=A"), "query parameter bytes"),
        (bad("bytes=AAAA%3D"), "query parameter bytes"),
        (long, "query parameter bytes"),
        (bad("nonce="), "query parameter nonce"),
        (bad(&format!("nonce={}", "a".repeat(65))), "query parameter nonce"),
        (bad("byte=AAAA"), "query parameter byte"),
        (format!("{SOCKET}?nonce=a"), "query parameter nonce"),
    ] {
        let answer = http::get(&server.bench, &path).await;
        assert_eq!(answer.status(), 400, "{path}");
        let error = &answer.json()["error"];
        assert_eq!(error["where"], place, "{path}");
        for member in ["wanted", "found", "fix"] {
            assert!(error[member].as_str().is_some_and(|text| !text.is_empty()), "{member} of {path}");
        }
    }
    let plain = http::get(&server.bench, SOCKET).await;
    assert_eq!((plain.status(), plain.header("upgrade")), (426, "websocket"));
    assert_eq!(
        http::get(&server.origins[0], &asked(STREAM, b"")).await.status(),
        404,
        "the bench alone answers"
    );
}

#[tokio::test]
async fn strangers_are_refused_on_both() {
    let server = Server::start();
    for (name, value) in [("Origin", "http://evil.example"), ("Host", "evil.example")] {
        for (path, shake) in [(STREAM, &[][..]), (SOCKET, &HANDSHAKE[..])] {
            let headers = [&[(name, value)], shake].concat();
            let answer =
                http::request(&server.bench, "GET", &asked(path, b"data: 1\n\n"), &headers, b"").await;
            assert_eq!(answer.status(), 403, "{name} at {path}");
            assert_eq!(answer.json()["error"]["where"], format!("header {name}"));
        }
    }
}
