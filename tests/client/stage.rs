//! Servers that play a script over pipes in memory, in simulated time, and write down what they were asked.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, ReadBuf};
use tokio::time::{Instant, sleep};
use wirebench::client::{Connector, Url};
use wirebench::proto::http1::{RequestHead, parse_request_head};
use wirebench::wire::Sock;

/// What a server does on one connection, from its first request on.
#[derive(Clone, Debug)]
pub enum Act {
    Send(Vec<u8>),
    Pause(u64),
    /// Waits for the next request on this connection.
    Next,
    Reset,
    /// Reads on until the client hangs up, keeping what it hears, and says nothing more.
    Hang,
    /// Answers a WebSocket handshake, with these further header lines.
    Shake(&'static str),
}

/// What becomes of one connection. At the end of its acts it is closed in order.
#[derive(Clone, Debug)]
pub enum Play {
    Refuse,
    Never,
    Acts(Vec<Act>),
}

/// What was asked, and when.
#[derive(Clone, Debug)]
pub struct Asked {
    pub at: u64,
    pub head: RequestHead,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)
    }
}

#[derive(Debug)]
struct Inner {
    began: Instant,
    plays: Mutex<VecDeque<Play>>,
    /// What becomes of every connection after those.
    rest: Play,
    asked: Mutex<Vec<Asked>>,
    heard: Mutex<Vec<u8>>,
    connections: Mutex<Vec<(u64, String)>>,
}

/// The servers of all addresses.
#[derive(Clone, Debug)]
pub struct Stage(Arc<Inner>);

impl Stage {
    /// One connection after the other by these plays; later ones are accepted and hear nothing.
    pub fn new(plays: &[Play]) -> Self {
        Self::with_rest(plays, Play::Acts(vec![Act::Hang]))
    }

    pub fn with_rest(plays: &[Play], rest: Play) -> Self {
        Self(Arc::new(Inner {
            began: Instant::now(),
            plays: Mutex::new(plays.to_vec().into()),
            rest,
            asked: Mutex::default(),
            heard: Mutex::default(),
            connections: Mutex::default(),
        }))
    }

    /// Milliseconds since it was set up.
    pub fn at(&self) -> u64 {
        u64::try_from(self.0.began.elapsed().as_millis()).expect("not that long")
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.0.asked.lock().expect("not poisoned").clone()
    }

    /// All that was heard by [`Act::Hang`].
    pub fn heard(&self) -> Vec<u8> {
        self.0.heard.lock().expect("not poisoned").clone()
    }

    /// When each connection was tried, and to whom.
    pub fn connections(&self) -> Vec<(u64, String)> {
        self.0.connections.lock().expect("not poisoned").clone()
    }

    async fn perform(self, acts: Vec<Act>, mut io: DuplexStream, reset: Arc<AtomicBool>) {
        let mut buffer = Vec::new();
        if !self.request(&mut io, &mut buffer).await {
            return;
        }
        for act in acts {
            match act {
                Act::Send(bytes) => drop(io.write_all(&bytes).await),
                Act::Pause(ms) => sleep(Duration::from_millis(ms)).await,
                Act::Next => {
                    if !self.request(&mut io, &mut buffer).await {
                        return;
                    }
                }
                Act::Reset => reset.store(true, Ordering::Release),
                Act::Hang => {
                    while matches!(io.read_buf(&mut buffer).await, Ok(1..)) {}
                    self.0.heard.lock().expect("not poisoned").append(&mut buffer);
                }
                Act::Shake(more) => {
                    let asked = self.asked();
                    let key = asked.last().and_then(|asked| asked.header("sec-websocket-key"));
                    let accept = actix_http::ws::hash_key(key.expect("a key").as_bytes());
                    let accept = String::from_utf8_lossy(&accept).into_owned();
                    let head =
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
                    let head = format!("{head}Sec-WebSocket-Accept: {accept}\r\n{more}\r\n");
                    drop(io.write_all(head.as_bytes()).await);
                }
            }
        }
    }

    /// Reads a request and writes it down; false when the client has hung up.
    async fn request(&self, io: &mut DuplexStream, buffer: &mut Vec<u8>) -> bool {
        loop {
            if let Some((head, size)) = parse_request_head(buffer, 1 << 20).expect("a request") {
                buffer.drain(..size);
                let asked = Asked { at: self.at(), head };
                self.0.asked.lock().expect("not poisoned").push(asked);
                return true;
            }
            if !matches!(io.read_buf(buffer).await, Ok(1..)) {
                return false;
            }
        }
    }
}

impl Connector for Stage {
    type Stream = Pipe;

    async fn connect(&self, to: &Url) -> io::Result<Pipe> {
        self.0.connections.lock().expect("not poisoned").push((self.at(), to.authority()));
        let play = self.0.plays.lock().expect("not poisoned").pop_front();
        let acts = match play.unwrap_or_else(|| self.0.rest.clone()) {
            Play::Refuse => return Err(io::ErrorKind::ConnectionRefused.into()),
            Play::Never => std::future::pending().await,
            Play::Acts(acts) => acts,
        };
        let (client, server) = tokio::io::duplex(1 << 20);
        let reset = Arc::new(AtomicBool::new(false));
        tokio::spawn(self.clone().perform(acts, server, reset.clone()));
        Ok(Pipe { io: client, reset })
    }
}

/// The client's end of a pipe, which can be reset as TCP can.
#[derive(Debug)]
pub struct Pipe {
    io: DuplexStream,
    reset: Arc<AtomicBool>,
}

impl Sock for Pipe {}

impl AsyncRead for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        let ended = buf.filled().len() == before;
        if ended && self.reset.load(Ordering::Acquire) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// A play that sends this and ends the connection in order.
pub fn says(bytes: impl AsRef<[u8]>) -> Play {
    Play::Acts(vec![Act::Send(bytes.as_ref().to_vec())])
}

/// The same, and then the connection is reset.
pub fn says_and_resets(bytes: impl AsRef<[u8]>) -> Play {
    Play::Acts(vec![Act::Send(bytes.as_ref().to_vec()), Act::Reset])
}

/// The same, and then nothing more.
pub fn says_and_hangs(bytes: impl AsRef<[u8]>) -> Play {
    Play::Acts(vec![Act::Send(bytes.as_ref().to_vec()), Act::Hang])
}

/// A response whose body is what follows until the connection ends.
pub fn head(status: u16, fields: &str) -> String {
    format!("HTTP/1.1 {status} Some\r\n{fields}Connection: close\r\n\r\n")
}

/// An event stream that ends with the connection.
pub fn stream(body: &str) -> String {
    head(200, "Content-Type: text/event-stream\r\n") + body
}
