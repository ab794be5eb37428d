//! A raw HTTP/1.1 client: one connection is one object, nothing is retried, pooled or followed behind one's back.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use socket2::{SockFilter, SockRef};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wirebench::proto::http1::{Body, Framing, ResponseHead, parse_response_head};

/// Where to connect, and what to call it: a relay is connected to, but the origin behind it is named.
#[derive(Clone, Debug)]
pub struct Target {
    pub address: SocketAddr,
    pub host: String,
}

impl Target {
    /// The target of a URL such as `http://127.0.0.1:8080`.
    pub fn of(url: &str) -> Self {
        let host = url.strip_prefix("http://").unwrap_or(url).trim_end_matches('/').to_owned();
        Self { address: host.parse().expect("an address and a port"), host }
    }

    /// The same origin reached through `address`.
    pub fn through(&self, address: SocketAddr) -> Self {
        Self { address, host: self.host.clone() }
    }

    /// The origin as a browser writes it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.host)
    }
}

/// A whole response.
#[derive(Debug)]
pub struct Response {
    pub head: ResponseHead,
    pub body: Vec<u8>,
}

impl Response {
    pub fn status(&self) -> u16 {
        self.head.status
    }

    pub fn header(&self, name: &str) -> &str {
        self.head.headers.get(name).unwrap_or_default()
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// How a body stands after more of it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There may be more.
    Open,
    /// That was all, and it was whole.
    Complete,
    /// The connection ended in the middle.
    Cut,
}

static OPENED: AtomicU64 = AtomicU64::new(0);

/// How many connections were opened: what is opened later has at least this serial.
pub fn opened() -> u64 {
    OPENED.load(Ordering::SeqCst)
}

/// One TCP connection that speaks HTTP/1.1.
#[derive(Debug)]
pub struct Connection {
    /// Its place among all that this process has opened: the kernel gives a port again, this is never given again.
    pub serial: u64,
    stream: TcpStream,
    host: String,
    /// Bytes that have come and are not yet used.
    pub buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(target: &Target) -> io::Result<Self> {
        let serial = OPENED.fetch_add(1, Ordering::SeqCst);
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { serial, stream, host: target.host.clone(), buffer: Vec::new() })
    }

    /// The port of this end, by which the server's record knows the connection.
    pub fn port(&self) -> u16 {
        self.stream.local_addr().map_or(0, |address| address.port())
    }

    /// Writes a request. A `Host` among `headers` replaces the connection's own.
    pub async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<()> {
        let mut lines = vec![format!("{method} {path} HTTP/1.1")];
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            lines.push(format!("Host: {}", self.host));
        }
        lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
        if !body.is_empty() {
            lines.push(format!("Content-Length: {}", body.len()));
        }
        let head = lines.join("\r\n") + "\r\n\r\n";
        self.write(&[head.as_bytes(), body].concat()).await
    }

    /// Writes bytes as they are.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Reads what has come into the buffer, waiting for the first byte; false when the peer has finished.
    pub async fn fill(&mut self) -> io::Result<bool> {
        self.buffer.reserve(64 * 1024);
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }

    /// The next response head, interim responses but 101 passed over.
    pub async fn head(&mut self) -> io::Result<ResponseHead> {
        loop {
            let parsed = parse_response_head(&self.buffer, 64 * 1024).map_err(io::Error::other)?;
            if let Some((head, size)) = parsed {
                self.buffer.drain(..size);
                if head.status == 101 || head.status >= 200 {
                    return Ok(head);
                }
            } else if !self.fill().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Reads more of `body` into `out`: at least a byte, unless it has come to its end.
    pub async fn more(&mut self, body: &mut Body, out: &mut Vec<u8>) -> io::Result<Progress> {
        let before = out.len();
        loop {
            let used = body.decode(&self.buffer, out).map_err(io::Error::other)?;
            self.buffer.drain(..used);
            if out.len() > before {
                return Ok(Progress::Open);
            }
            if body.is_complete() {
                return Ok(Progress::Complete);
            }
            match self.fill().await {
                Ok(true) => {}
                Ok(false) if body.end_of_stream().is_ok() => return Ok(Progress::Complete),
                _ => return Ok(Progress::Cut),
            }
        }
    }

    /// Reads the rest of a response whose head is already there.
    pub async fn rest(&mut self, head: ResponseHead) -> io::Result<Response> {
        let mut decoder = Body::new(Framing::of(&head, false).map_err(io::Error::other)?);
        let mut body = Vec::new();
        loop {
            match self.more(&mut decoder, &mut body).await? {
                Progress::Open => {}
                Progress::Complete => return Ok(Response { head, body }),
                Progress::Cut => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }

    /// The next response, whole.
    pub async fn response(&mut self) -> io::Result<Response> {
        let head = self.head().await?;
        self.rest(head).await
    }

    /// Lets little wait in the receive buffer: what is not read stays with the sender. (Far smaller than this, and the
    /// window is shorter than a segment of the loopback, which then moves at the pace of window probes.)
    pub fn narrow(&self) -> io::Result<()> {
        SockRef::from(&self.stream).set_recv_buffer_size(128 * 1024)
    }

    /// Ends with a reset instead of a polite end.
    pub fn reset(self) -> io::Result<()> {
        SockRef::from(&self.stream).set_linger(Some(std::time::Duration::ZERO))
    }

    /// Drops every packet that arrives from now on, unseen and unacknowledged: the peer is talking to a dead line.
    pub fn deafen(&self) -> io::Result<()> {
        // One instruction, `ret #0` (BPF_RET | BPF_K): keep nothing of the packet.
        SockRef::from(&self.stream).attach_filter(&[SockFilter::new(0x06, 0, 0, 0)])
    }

    /// Hears again after [`Connection::deafen`]; the peer's TCP sends anew what was missed.
    pub fn listen(&self) -> io::Result<()> {
        SockRef::from(&self.stream).detach_filter()
    }
}

/// One request on a connection of its own.
pub async fn request(
    target: &Target,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response {
    let exchange = async {
        let mut connection = Connection::open(target).await?;
        connection.send(method, path, headers, body).await?;
        connection.response().await
    };
    super::bounded(&format!("{method} {path}"), exchange)
        .await
        .unwrap_or_else(|error| panic!("{method} {path} at {}: {error}", target.address))
}

/// A GET on a connection of its own.
pub async fn get(target: &Target, path: &str) -> Response {
    request(target, "GET", path, &[], b"").await
}

/// A POST of JSON on a connection of its own.
pub async fn post(target: &Target, path: &str, json: &Value) -> Response {
    let body = json.to_string();
    request(target, "POST", path, &[("Content-Type", "application/json")], body.as_bytes()).await
}
