//! tokio-tungstenite, a WebSocket client for Rust. It does not reconnect: who uses it carries the cursor.

use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream as _;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::support::ask::Element;
use crate::support::bounded;
use crate::support::server::Server;
use crate::{cut_once, whole};

async fn next(socket: &mut WebSocketStream<TcpStream>) -> Option<Result<Message, Error>> {
    bounded("the next message", poll_fn(|cx| Pin::new(&mut *socket).poll_next(cx))).await
}

#[tokio::test]
async fn tungstenite_reads_a_feed_through_a_cut() {
    let server = Server::start();
    let (job, relay, origin) = cut_once(&server).await;
    let mut elements: Vec<Element> = Vec::new();
    let mut cursor = "earliest".to_owned();
    for cut in [true, false] {
        let url = format!("ws://{}{}", origin.host, job.ask().after(&cursor).path("websocket"));
        let stream = TcpStream::connect(relay.address).await.expect("the relay");
        let (mut socket, response) =
            bounded("the handshake", client_async(&url, stream)).await.expect("a handshake");
        assert_eq!(response.status().as_u16(), 101);
        let end = loop {
            match next(&mut socket).await {
                Some(Ok(Message::Text(text))) => {
                    let element = Element::of_json(&text);
                    cursor = element.cursor(&job.epoch).unwrap_or(cursor);
                    elements.push(element);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => break other,
            }
        };
        match end {
            Some(Err(_)) => assert!(cut, "only the cut makes it fail: {end:?}"),
            Some(Ok(Message::Close(Some(close)))) => {
                assert_eq!((cut, close.code), (false, CloseCode::Normal), "{close:?}");
                assert!(next(&mut socket).await.is_none(), "it is closed in good order");
            }
            other => panic!("wanted an end, found {other:?}"),
        }
    }
    whole("tungstenite", &elements, &relay);
}
