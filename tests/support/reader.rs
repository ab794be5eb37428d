//! One reader for all transports, so that a story is told once and runs over each of them.
//!
//! Whoever adds a transport adds it to [`Transport::named`] and to the two matches below; the suites fail until then.

use std::io;
use std::ops::Deref;

use super::ask::{Ask, Element, Encoding, Next, Refusal};
use super::bounded;
use super::http::{Connection, Target};
use super::polling::Polling;
use super::sse::Sse;
use super::websocket::{HANDSHAKE, WebSocket};

/// A transport that there is a reader for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Polling,
    LongPolling,
    Sse,
    FetchStream,
    WebSocket,
}

/// A transport and how it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    pub transport: Transport,
    /// `fanout=stock`.
    pub stock: bool,
    pub encoding: Encoding,
}

impl From<Transport> for Way {
    fn from(transport: Transport) -> Self {
        Self { transport, stock: false, encoding: Encoding::Json }
    }
}

impl Deref for Way {
    type Target = Transport;

    fn deref(&self) -> &Transport {
        &self.transport
    }
}

impl Way {
    /// For people.
    pub fn label(self) -> String {
        let stock = if self.stock { ", stock" } else { "" };
        format!("{} in {}{stock}", self.name(), self.encoding.name())
    }

    /// Whether an event says its type: a raw one on a WebSocket is its payload alone.
    pub fn says_types(self) -> bool {
        self.encoding != Encoding::Raw || self.transport != Transport::WebSocket
    }

    /// What `ask` is by this way. What it says itself is left as it is.
    fn asks(self, ask: &Ask) -> Ask {
        let mut ask = ask.clone();
        if self.stock && ask.get("fanout").is_none() {
            ask = ask.with("fanout", "stock");
        }
        if self.encoding != Encoding::Json && ask.get("encoding").is_none() {
            ask = ask.with("encoding", self.encoding.name());
        }
        ask
    }
}

impl Transport {
    /// The transport of that name; `None` where no reader is written for it yet.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "polling" => Some(Self::Polling),
            "long-polling" => Some(Self::LongPolling),
            "sse" => Some(Self::Sse),
            "fetch-stream" => Some(Self::FetchStream),
            "websocket" => Some(Self::WebSocket),
            _ => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Polling => "polling",
            Self::LongPolling => "long-polling",
            Self::Sse => "sse",
            Self::FetchStream => "fetch-stream",
            Self::WebSocket => "websocket",
        }
    }

    /// Whether a connection stands while nothing happens; a poller has none that the server could count.
    pub fn holds_a_connection(self) -> bool {
        self != Self::Polling && self != Self::LongPolling
    }

    /// Whether its parameters stand in a body.
    pub fn is_posted(self) -> bool {
        self == Self::FetchStream
    }

    /// Sends a request for a feed.
    pub async fn send(self, connection: &mut Connection, ask: &Ask) -> io::Result<()> {
        let mut headers = ask.header_pairs();
        if self == Self::WebSocket {
            headers.extend(HANDSHAKE);
        }
        if !self.is_posted() {
            return connection.send("GET", &ask.path(self.name()), &headers, b"").await;
        }
        headers.push(("Content-Type", "application/json"));
        let path = format!("/jobs/{}/{}", ask.job, self.name());
        connection.send("POST", &path, &headers, ask.body().as_bytes()).await
    }

    /// The code that a refusal has here: an HTTP status, or for a WebSocket a close code after the 101.
    pub fn refusal(self, status: u16) -> u16 {
        if self == Self::WebSocket { 4000 + status } else { status }
    }

    /// The code with which one who has everything is told to stop.
    pub fn stop(self) -> u16 {
        if self == Self::WebSocket { 1000 } else { 204 }
    }
}

/// A request that is sent and whose answer nobody has read yet.
#[derive(Debug)]
pub struct Pending {
    pub connection: Connection,
    way: Way,
    target: Target,
    ask: Ask,
}

/// The first poll that may be held is answered soon, so that a reader stands where it was put before a story goes on.
const FIRST_WAIT: &str = "100ms";

impl Pending {
    pub async fn send(target: &Target, way: impl Into<Way>, ask: &Ask) -> Self {
        bounded("a connection", Self::try_send(target, way, ask)).await.expect("a connection")
    }

    /// Connects and sends, however long that takes.
    pub async fn try_send(target: &Target, way: impl Into<Way>, ask: &Ask) -> io::Result<Self> {
        let way = way.into();
        let ask = way.asks(ask);
        let first = match way.transport {
            Transport::LongPolling if ask.get("wait").is_none() => ask.clone().with("wait", FIRST_WAIT),
            _ => ask.clone(),
        };
        let mut connection = Connection::open(target).await?;
        way.transport.send(&mut connection, &first).await?;
        Ok(Self { connection, way, target: target.clone(), ask })
    }

    /// Reads the beginning of the answer.
    pub async fn begin(self) -> Result<Reader, Refusal> {
        let what = format!("the beginning of {}", self.ask.path(self.way.name()));
        bounded(&what, self.try_begin()).await.unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Reads the beginning of the answer, however long that takes.
    pub async fn try_begin(self) -> io::Result<Result<Reader, Refusal>> {
        let Self { connection, way, target, ask } = self;
        let line = match way.transport {
            Transport::Polling | Transport::LongPolling => {
                Polling::begin(way.name(), &ask, &target, connection).await?.map(Line::Polling)
            }
            Transport::Sse | Transport::FetchStream => {
                Sse::begin(way.is_posted(), &ask, connection).await?.map(Line::Sse)
            }
            Transport::WebSocket => WebSocket::begin(&ask, connection).await?.map(Line::WebSocket),
        };
        Ok(line.map(|line| Reader {
            transport: way.transport,
            line,
            events: Vec::new(),
            told: Vec::new(),
            cursor: None,
            payload_bytes: 0,
            epoch: String::new(),
        }))
    }
}

/// The line that a reader reads from.
#[derive(Debug)]
pub enum Line {
    Polling(Polling),
    Sse(Sse),
    WebSocket(WebSocket),
}

/// A reader and what it has seen.
#[derive(Debug)]
pub struct Reader {
    pub transport: Transport,
    pub line: Line,
    /// Elements with a number.
    pub events: Vec<Element>,
    /// What the server said beside them.
    pub told: Vec<Element>,
    /// Where it stands.
    pub cursor: Option<String>,
    /// What the JSON envelopes of its events sum to.
    pub payload_bytes: u64,
    epoch: String,
}

impl Reader {
    /// Connects as one who may fail at it: the connection's error, or how the server refused.
    pub async fn try_connect(
        target: &Target,
        way: impl Into<Way>,
        ask: &Ask,
    ) -> io::Result<Result<Self, Refusal>> {
        Pending::try_send(target, way, ask).await?.try_begin().await
    }

    /// Connects and reads the beginning of the answer.
    pub async fn connect(target: &Target, way: impl Into<Way>, ask: &Ask) -> Result<Self, Refusal> {
        Pending::send(target, way, ask).await.begin().await
    }

    /// Connects where a refusal would be a failure.
    pub async fn open(target: &Target, way: impl Into<Way>, ask: &Ask) -> Self {
        let way = way.into();
        let reader = Self::connect(target, way, ask).await;
        reader.unwrap_or_else(|refusal| panic!("{} refused {ask:?}: {refusal:?}", way.label()))
    }

    /// What comes next.
    pub async fn next(&mut self) -> Next {
        let what = format!("the next element by {}, after {:?}", self.transport.name(), self.cursor);
        let next = bounded(&what, self.try_next()).await;
        next.unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// What comes next, whenever that is; an error is the connection's, or a status that no feed is answered with.
    pub async fn try_next(&mut self) -> io::Result<Next> {
        let next = match &mut self.line {
            Line::Polling(polling) => polling.next().await,
            Line::Sse(sse) => sse.next().await,
            Line::WebSocket(socket) => socket.next().await,
        }?;
        if let Next::Element(element) = &next {
            self.note(element);
        }
        Ok(next)
    }

    /// The connection beneath.
    pub fn connection(&self) -> &Connection {
        match &self.line {
            Line::Polling(polling) => &polling.connection,
            Line::Sse(sse) => &sse.connection,
            Line::WebSocket(socket) => &socket.connection,
        }
    }

    /// Reads until it has `count` more events, passing over what is told beside them.
    pub async fn take(&mut self, count: usize) {
        let wanted = self.events.len() + count;
        while self.events.len() < wanted {
            let next = self.next().await;
            assert!(
                matches!(next, Next::Element(_)),
                "{}: wanted an event, found {next:?}",
                self.transport.name()
            );
        }
    }

    /// Reads until the element of that type.
    pub async fn until(&mut self, kind: &str) -> Element {
        loop {
            match self.next().await {
                Next::Element(element) if element.kind == kind => return element,
                Next::Element(_) => {}
                other => panic!("{}: wanted {kind}, found {other:?}", self.transport.name()),
            }
        }
    }

    /// Reads until there are no more elements, and says how it came to an end.
    pub async fn end(&mut self) -> Next {
        loop {
            let next = self.next().await;
            if !matches!(next, Next::Element(_)) {
                return next;
            }
        }
    }

    /// The numbers of the events it has.
    pub fn seqs(&self) -> Vec<u64> {
        self.events.iter().filter_map(|event| event.seq).collect()
    }

    /// What was told beside the events, `hello` and heartbeats left out.
    pub fn notices(&self) -> Vec<&Element> {
        self.told.iter().filter(|told| !["hello", "heartbeat"].contains(&told.kind.as_str())).collect()
    }

    /// The connection beneath, to do something to it.
    pub fn into_connection(self) -> Connection {
        match self.line {
            Line::Polling(polling) => polling.connection,
            Line::Sse(sse) => sse.connection,
            Line::WebSocket(socket) => socket.connection,
        }
    }

    fn note(&mut self, element: &Element) {
        if let Some(epoch) = element.value["epoch"].as_str() {
            epoch.clone_into(&mut self.epoch);
        }
        if let Line::Polling(polling) = &self.line
            && let Some((epoch, _)) = polling.cursor.split_once('.')
        {
            epoch.clone_into(&mut self.epoch);
        }
        self.cursor = element.cursor(&self.epoch).or(self.cursor.take());
        if element.seq.is_some() {
            self.payload_bytes += element.text.len() as u64;
            self.events.push(element.clone());
        } else {
            self.told.push(element.clone());
        }
    }
}
