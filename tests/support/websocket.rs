//! A WebSocket reader: the handshake by hand, frames by the codec, pings answered as a browser answers them.

use std::collections::VecDeque;
use std::io;

use serde_json::Value;
use wirebench::proto::websocket::{Assembler, Decoder, Message, Opcode, Sender, encode_frame};

use super::ask::{Ask, Element, Encoding, Next, Refusal};
use super::http::Connection;

/// The key of RFC 6455 §1.3. It need not be secret, and the server cannot tell.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
const LIMIT: usize = 64 << 20;

/// The headers of the opening handshake (§4.1).
pub const HANDSHAKE: [(&str, &str); 4] = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", KEY),
];

#[derive(Debug)]
pub struct WebSocket {
    pub connection: Connection,
    /// Pings that were answered.
    pub pings: u64,
    decoder: Decoder,
    assembler: Assembler,
    messages: VecDeque<Message>,
    first: Option<Next>,
    saw_end: bool,
    encoding: Encoding,
    counted: u64,
}

impl WebSocket {
    /// Finishes the handshake. A Close that comes before anything else, other than 1000, is a refusal.
    pub async fn begin(ask: &Ask, mut connection: Connection) -> io::Result<Result<Self, Refusal>> {
        let head = connection.head().await?;
        if head.status != 101 {
            let code = head.status;
            let body = connection.rest(head).await?.body;
            return Ok(Err(Refusal { code, reason: String::from_utf8_lossy(&body).into_owned() }));
        }
        let accept = actix_http::ws::hash_key(KEY.as_bytes());
        assert_eq!(head.headers.get("sec-websocket-accept").map(str::as_bytes), Some(&accept[..]), "§4.2.2");
        let mut socket = Self {
            connection,
            pings: 0,
            decoder: Decoder::new(Sender::Server, LIMIT as u64),
            assembler: Assembler::new(LIMIT),
            messages: VecDeque::new(),
            first: None,
            saw_end: false,
            encoding: ask.encoding(),
            counted: 0,
        };
        match socket.next().await? {
            Next::Closed(code, reason) => Ok(Err(Refusal { code, reason })),
            first => {
                socket.first = Some(first);
                Ok(Ok(socket))
            }
        }
    }

    pub async fn next(&mut self) -> io::Result<Next> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        loop {
            let Some(message) = self.message().await? else { return Ok(Next::Cut) };
            match message {
                Message::Text(text) => {
                    let in_text = matches!(self.encoding, Encoding::Json | Encoding::Raw);
                    if in_text && !is_ack(&text) {
                        let element = Element::of(self.encoding, text.as_bytes(), true, None);
                        return Ok(Next::Element(self.note(element)));
                    }
                    let element = Element::of_json(&text);
                    assert_eq!(element.kind, "ack", "elements are binary messages: {text}");
                    return Ok(Next::Element(element));
                }
                Message::Binary(bytes) => {
                    assert_ne!(self.encoding, Encoding::Json, "JSON is text");
                    let element = Element::of(self.encoding, &bytes, false, None);
                    return Ok(Next::Element(self.note(element)));
                }
                Message::Ping(payload) => {
                    self.pings += 1;
                    self.send(Opcode::Pong, &payload).await?;
                }
                Message::Pong(_) => {}
                Message::Close(close) => {
                    return Ok(self.closed(close.map(|close| (close.code, close.reason))));
                }
            }
        }
    }

    /// Reads until a pong, and gives what it carries. Elements before it are passed over.
    pub async fn pong(&mut self) -> io::Result<Vec<u8>> {
        loop {
            match self.message().await? {
                Some(Message::Pong(payload)) => return Ok(payload),
                Some(Message::Close(close)) => panic!("wanted a pong, found {close:?}"),
                Some(_) => {}
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }

    /// Sends a frame, masked as a client must (§5.3).
    pub async fn send(&mut self, opcode: Opcode, payload: &[u8]) -> io::Result<()> {
        self.connection.write(&encode_frame(opcode, true, payload, Some(MASK))).await
    }

    /// Sends a command.
    pub async fn command(&mut self, command: &Value) -> io::Result<()> {
        self.send(Opcode::Text, command.to_string().as_bytes()).await
    }

    /// In raw nothing is numbered: who reads counts on from where `hello` says that it stands.
    fn note(&mut self, mut element: Element) -> Element {
        if self.encoding == Encoding::Raw {
            if element.is_told() {
                let cursor = element.cursor("").unwrap_or_default();
                let seq = cursor.split_once('.').and_then(|(_, seq)| seq.parse().ok());
                self.counted = seq.unwrap_or(self.counted);
            } else {
                self.counted += 1;
                element.seq = Some(self.counted);
            }
        }
        // Without types any event may be the end event; the Close behind it says so.
        self.saw_end |= element.is_end() || (self.encoding == Encoding::Raw && element.seq.is_some());
        element
    }

    fn closed(&self, close: Option<(u16, String)>) -> Next {
        match close {
            Some((1000, _)) if self.saw_end => Next::Ended,
            Some((1000, _)) => Next::Stop(1000),
            Some((code, reason)) => Next::Closed(code, reason),
            None => Next::Closed(1005, String::new()),
        }
    }

    /// The next message; `None` when the connection ended without a Close.
    async fn message(&mut self) -> io::Result<Option<Message>> {
        loop {
            if let Some(message) = self.messages.pop_front() {
                return Ok(Some(message));
            }
            if self.connection.buffer.is_empty() && !matches!(self.connection.fill().await, Ok(true)) {
                return Ok(None);
            }
            let bytes = std::mem::take(&mut self.connection.buffer);
            let mut frames = Vec::new();
            self.decoder.decode(&bytes, &mut frames).map_err(io::Error::other)?;
            for frame in frames {
                self.messages.extend(self.assembler.push(frame).map_err(io::Error::other)?);
            }
        }
    }
}

fn is_ack(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|value| value["type"] == "ack")
}
