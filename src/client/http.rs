//! One exchange after the other over HTTP/1.1 (RFC 9112), on connections that are kept where both sides allow it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::OwnedSemaphorePermit;

use super::coding::Coding;
use super::connector::{Connector, Lines};
use super::per_origin::PerOrigin;
use super::url::Url;
use crate::proto::http1::{Body, Framing, ResponseHead, parse_response_head};
use crate::wire::{Sock, Wire};

/// A head longer than this is refused, as browsers refuse it (Chromium's limit is the same).
const MAX_HEAD: usize = 256 * 1024;
/// Bytes asked of a stream at once.
const READ: usize = 64 * 1024;

/// One connection and what has come on it unused.
#[derive(Debug)]
pub(super) struct Link<S: Sock> {
    wire: Wire<S>,
    pub(super) buffer: Vec<u8>,
    lines: Lines,
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: &'static str,
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// No connection came about.
    Refused,
    /// The connection ended before a byte of the response.
    Silent,
    /// What came is no response, or not all of its head.
    Broken(String),
}

impl Lost {
    /// For an observation.
    pub(super) fn cause(&self) -> String {
        match self {
            Self::Refused => "refused".to_owned(),
            Self::Silent => "connection lost".to_owned(),
            Self::Broken(why) => why.clone(),
        }
    }
}

/// How a body stands after more of it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// There may be more.
    Open,
    /// That was all, and it was whole.
    Complete,
    /// The connection ended in the middle of it, or its framing is broken.
    Cut,
}

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Sock> Link<S> {
    fn new(stream: S, lines: &Lines) -> Self {
        let wire = Wire::new(stream);
        lines.enter(wire.line());
        Self { wire, buffer: Vec::new(), lines: lines.clone() }
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.wire.write_all(bytes).await?;
        self.wire.flush().await
    }

    /// Reads what has come, waiting for the first byte; false when the peer has finished.
    pub(super) async fn fill(&mut self) -> io::Result<bool> {
        self.buffer.reserve(READ);
        Ok(self.wire.read_buf(&mut self.buffer).await? > 0)
    }

    /// The next response head; interim responses but 101 are passed over (RFC 9110 §15.2).
    pub(super) async fn head(&mut self) -> Result<ResponseHead, Lost> {
        let mut silent = self.buffer.is_empty();
        loop {
            let parsed = parse_response_head(&self.buffer, MAX_HEAD);
            let parsed = parsed.map_err(|error| Lost::Broken(format!("no response: {error}")))?;
            if let Some((head, size)) = parsed {
                self.buffer.drain(..size);
                if head.status == 101 || head.status >= 200 {
                    return Ok(head);
                }
                continue;
            }
            match self.fill().await {
                Ok(true) => silent = false,
                _ if silent => return Err(Lost::Silent),
                _ => return Err(Lost::Broken("connection lost".to_owned())),
            }
        }
    }

    /// Whether nothing has come on it since its last response: neither its end nor bytes that nobody asked for.
    async fn is_quiet(&mut self) -> bool {
        tokio::select! {
            biased;
            _ = self.fill() => false,
            () = std::future::ready(()) => true,
        }
    }

    /// The stream itself, for who reads and writes at once. What had come is in the buffer.
    pub(super) fn wire(&mut self) -> &mut Wire<S> {
        &mut self.wire
    }
}

impl<S: Sock> Drop for Link<S> {
    fn drop(&mut self) {
        self.lines.leave(self.wire.line());
    }
}

impl Request {
    pub(super) fn get(url: Url) -> Self {
        Self { method: "GET", url, headers: Vec::new(), body: Vec::new() }
    }

    pub(super) fn post(url: Url, body: String) -> Self {
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        Self { method: "POST", url, headers, body: body.into_bytes() }
    }

    #[must_use]
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Head and body as they go out. A value goes out as the UTF-8 it is; what would end the line is left out of it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut lines = vec![
            format!("{} {} HTTP/1.1", self.method, self.url.target()),
            format!("Host: {}", self.url.authority()),
        ];
        for (name, value) in &self.headers {
            lines.push(format!("{name}: {}", value.replace(['\r', '\n', '\0'], "")));
        }
        if self.method == "POST" {
            lines.push(format!("Content-Length: {}", self.body.len()));
        }
        let head = lines.join("\r\n") + "\r\n\r\n";
        [head.as_bytes(), &self.body].concat()
    }
}

/// Connections that wait for the next request, each with the authority it leads to.
type Idle<S> = Arc<Mutex<Vec<(String, Link<S>)>>>;

/// Opens connections, and keeps those that may be used again (RFC 9112 §9.3).
#[derive(Debug)]
pub(super) struct Http<C: Connector> {
    connector: Arc<C>,
    lines: Lines,
    idle: Idle<C::Stream>,
    per_origin: PerOrigin,
}

impl<C: Connector> Clone for Http<C> {
    fn clone(&self) -> Self {
        Self {
            connector: self.connector.clone(),
            lines: self.lines.clone(),
            idle: self.idle.clone(),
            per_origin: self.per_origin.clone(),
        }
    }
}

impl<C: Connector> Http<C> {
    pub(super) fn new(connector: Arc<C>, lines: Lines) -> Self {
        Self { connector, lines, idle: Idle::default(), per_origin: PerOrigin::default() }
    }

    /// The same with the slots of the browser that it is a part of.
    pub(super) fn within(self, per_origin: PerOrigin) -> Self {
        Self { per_origin, ..self }
    }

    /// A connection of its own.
    pub(super) async fn dial(&self, url: &Url) -> Result<Link<C::Stream>, Lost> {
        let stream = self.connector.connect(url).await.map_err(|_| Lost::Refused)?;
        Ok(Link::new(stream, &self.lines))
    }

    /// Sends a request and reads the head of its answer. A kept connection that turns out to be dead is replaced by a new
    /// one unseen, where the method allows that (RFC 9112 §9.3.1).
    pub(super) async fn ask(&self, request: &Request) -> Result<Answer<C>, Lost> {
        let authority = request.url.authority();
        let mut slot = self.per_origin.slot(&request.url).await;
        while let Some(mut link) = self.kept(&authority) {
            if !link.is_quiet().await {
                continue;
            }
            match self.exchange(link, request, &mut slot).await {
                Err(Lost::Silent) if request.method == "GET" => {}
                other => return other,
            }
        }
        let link = self.dial(&request.url).await?;
        self.exchange(link, request, &mut slot).await
    }

    /// Lets go of the connections that wait.
    pub(super) fn hang_up(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn kept(&self, authority: &str) -> Option<Link<C::Stream>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let at = idle.iter().rposition(|(leads_to, _)| leads_to == authority)?;
        Some(idle.remove(at).1)
    }

    async fn exchange(
        &self,
        mut link: Link<C::Stream>,
        request: &Request,
        slot: &mut Option<OwnedSemaphorePermit>,
    ) -> Result<Answer<C>, Lost> {
        // A failed write may still be followed by an answer that came before it; reading tells.
        let _ = link.send(&request.bytes()).await;
        let head = link.head().await?;
        let framing =
            Framing::of(&head, request.method == "HEAD").map_err(|error| Lost::Broken(error.to_string()))?;
        let closes = head.headers.all("connection").any(|value| names(value, "close"));
        let kept = !closes && framing != Framing::UntilClose;
        Ok(Answer {
            coding: Coding::of(&head),
            coded: Vec::new(),
            head,
            body: Body::new(framing),
            link,
            _slot: slot.take(),
            home: kept.then(|| (request.url.authority(), self.idle.clone())),
        })
    }
}

/// Whether a list of tokens has this one, in any case.
pub(super) fn names(list: &str, token: &str) -> bool {
    list.split(',').any(|part| part.trim().eq_ignore_ascii_case(token))
}

/// A response whose body is still to be read.
#[derive(Debug)]
pub(super) struct Answer<C: Connector> {
    pub(super) head: ResponseHead,
    body: Body,
    coding: Coding,
    coded: Vec<u8>,
    link: Link<C::Stream>,
    _slot: Option<OwnedSemaphorePermit>,
    home: Option<(String, Idle<C::Stream>)>,
}

impl<C: Connector> Answer<C> {
    /// Reads more of the body into `out`: at least a byte, unless it has come to its end.
    pub(super) async fn more(&mut self, out: &mut Vec<u8>) -> Progress {
        let before = out.len();
        loop {
            let decoded = self.body.decode(&self.link.buffer, &mut self.coded);
            // What came before the framing broke has come.
            let undone = self.coding.undo(&self.coded, out);
            self.coded.clear();
            let (Ok(used), Ok(())) = (decoded, undone) else { return Progress::Cut };
            self.link.buffer.drain(..used);
            if out.len() > before {
                return Progress::Open;
            }
            if self.body.is_complete() {
                return Progress::Complete;
            }
            match self.link.fill().await {
                Ok(true) => {}
                Ok(false) if self.body.end_of_stream().is_ok() => return Progress::Complete,
                _ => return Progress::Cut,
            }
        }
    }

    /// The whole body, at most `limit` bytes of it.
    pub(super) async fn whole(mut self, limit: usize) -> Result<(ResponseHead, Vec<u8>), Lost> {
        let mut body = Vec::new();
        loop {
            match self.more(&mut body).await {
                Progress::Open if body.len() > limit => {
                    return Err(Lost::Broken(format!("the response is longer than {limit} bytes")));
                }
                Progress::Open => {}
                Progress::Complete => {
                    let head = self.head.clone();
                    self.finish();
                    return Ok((head, body));
                }
                Progress::Cut => return Err(Lost::Broken("connection lost".to_owned())),
            }
        }
    }

    /// Gives the connection back for the next request, if the response is over and that was allowed.
    pub(super) fn finish(self) {
        // What has come unasked belongs to no request.
        if let Some((authority, idle)) = self.home
            && self.body.is_complete()
            && self.link.buffer.is_empty()
        {
            idle.lock().unwrap_or_else(PoisonError::into_inner).push((authority, self.link));
        }
    }
}
