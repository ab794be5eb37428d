//! A lane's clients: each reads one job's feed by one transport and writes down what it sees, as the page's lanes do
//! (docs/reference/record.md).

mod asking;
mod asking_answer;
mod desk;
mod elements;
mod fetch_stream;
mod run;
mod sse;
mod talk;
mod web_socket;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::clock::Wall;
use super::coming_back::ComingBack;
use super::connector::{Connector, Lines};
use super::per_origin::PerOrigin;
use super::profile::Profile;
use super::url::Url;
use crate::record::Observation;

/// What a client reads, and as whom.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Where the feed is, such as `http://127.0.0.2:8080`.
    pub origin: Url,
    /// The job.
    pub job: String,
    /// The lane's name, which is also its name in the pool of clients.
    pub name: String,
    /// What the feed is switched to (docs/reference/feed.md, "Query parameters"), but for `after`, `lane` and `client`.
    pub settings: BTreeMap<String, String>,
    /// Which browser it is like.
    pub profile: Profile,
    /// The origin of the page it is in; none means the feed's own.
    pub page: Option<String>,
    /// The slots of its browser, which it shares with that browser's other lanes; by default without bound.
    pub per_origin: PerOrigin,
    /// Where chance comes from: back-off, WebSocket keys and masks.
    pub seed: u64,
    /// The clock of its observations.
    pub wall: Wall,
}

impl Lane {
    /// A lane without settings, like the standards, on real time. Make it inside a runtime.
    pub fn new(origin: Url, job: &str, name: &str) -> Self {
        Self {
            origin,
            job: job.to_owned(),
            name: name.to_owned(),
            settings: BTreeMap::new(),
            profile: Profile::standard(),
            page: None,
            per_origin: PerOrigin::default(),
            seed: 1,
            wall: Wall::default(),
        }
    }

    /// The same with one more setting.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// How a client reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// An `EventSource`.
    Sse,
    /// Requests in an interval.
    Polling(Polling),
    /// Requests that the server holds.
    LongPolling(LongPolling),
    /// A POST whose answer is an event stream.
    FetchStream(ComingBack),
    /// A WebSocket.
    WebSocket(ComingBack),
}

impl Transport {
    /// Its name in addresses and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sse => "sse",
            Self::Polling(_) => "polling",
            Self::LongPolling(_) => "long-polling",
            Self::FetchStream(_) => "fetch-stream",
            Self::WebSocket(_) => "websocket",
        }
    }

    /// Whether script can give its requests headers, which it cannot of an `EventSource` or a `WebSocket`.
    fn has_headers(self) -> bool {
        !matches!(self, Self::Sse | Self::WebSocket(_))
    }
}

/// How an XHR poller asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    /// From an answer to the next request, or from request to request where they may overlap.
    pub interval: Duration,
    /// How long a request may take.
    pub timeout: Duration,
    /// How many requests may be under way: 1 never lets them overlap. (A browser has six connections to an origin.)
    pub at_most: usize,
    /// Whether it says which answer it has (`If-None-Match`), and so may be answered 304.
    pub conditional: bool,
}

impl Polling {
    /// As the page polls: one after the other, conditional, patient for four intervals.
    pub fn every(interval: Duration) -> Self {
        let timeout = (interval * 4).max(Duration::from_secs(5));
        Self { interval, timeout, at_most: 1, conditional: true }
    }
}

/// How a long poller asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongPolling {
    /// How long past its wait an answer may be under way.
    pub slack: Duration,
    /// From a failure to the next request.
    pub again: Duration,
    /// As with [`Polling`].
    pub conditional: bool,
}

impl Default for LongPolling {
    fn default() -> Self {
        Self { slack: Duration::from_secs(10), again: Duration::from_secs(1), conditional: true }
    }
}

/// Where a reader stands. It outlives each connection, so that a client opened by hand goes on where the last one was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// The log's.
    pub epoch: Option<String>,
    /// `<epoch>.<seq>` of the last event it has.
    pub cursor: Option<String>,
    /// Connections tried so far.
    pub attempt: u32,
    /// Whether some connection has been open.
    pub opened: bool,
    /// Whether the end event has come.
    pub ended: bool,
    /// `replaced` or `removed`, if it was told to stay away.
    pub away: Option<String>,
}

/// A command for the job.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// Names it, so that its answer can be told from others.
    pub id: String,
    /// `start`, `pause`, `resume`, `speed`, `cancel`.
    pub command: String,
    /// How much faster, with `speed`.
    pub factor: Option<f64>,
}

/// Whom a client tells what it sees.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(Observation) + Send + Sync>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

impl Observer {
    /// Calls this with each observation, as it happens and in its order. It must not block.
    pub fn new(tell: impl Fn(Observation) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// Sends each observation into a channel without bound.
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<Observation>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let tell = move |seen| {
            // Nobody may be interested any more.
            let _ = sender.send(seen);
        };
        (Self::new(tell), receiver)
    }

    fn tell(&self, seen: Observation) {
        (self.0)(seen);
    }
}

#[derive(Debug)]
enum Order {
    Close,
    Disconnect,
    Connect,
    Command(Command),
}

/// A client at work. Dropping it closes it.
///
/// ```no_run
/// use wirebench::client::{Client, ComingBack, Lane, Observer, Profile, Reader, Tcp, Transport};
///
/// # async fn read() -> Result<(), Box<dyn std::error::Error>> {
/// let origin = "http://127.0.0.1:8080".parse()?;
/// let lane = Lane { profile: Profile::firefox(), ..Lane::new(origin, "demo", "l1") };
/// let transport = Transport::WebSocket(ComingBack::RESUMING);
/// let (observer, mut seen) = Observer::channel();
/// let client = Client::start(Tcp::default(), lane, transport, Reader::default(), observer);
/// while let Some(observation) = seen.recv().await {
///     println!("{}", observation.to_line());
/// }
/// println!("it stands at {:?}", client.finished().await.cursor);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Client {
    orders: mpsc::UnboundedSender<Order>,
    lines: Lines,
    task: JoinHandle<Reader>,
}

impl Client {
    /// Sets out to read, as a task of the present runtime, from where `reader` stands: `Reader::default()` is new here.
    pub fn start(
        connector: impl Connector,
        lane: Lane,
        transport: Transport,
        reader: Reader,
        observer: Observer,
    ) -> Self {
        let (orders, obeys) = mpsc::unbounded_channel();
        let lines = Lines::default();
        let work = run::Work::new(connector, lane, transport, reader, observer, obeys, lines.clone());
        Self { orders, lines, task: tokio::spawn(work.run()) }
    }

    /// Closes it for good.
    pub fn close(&self) {
        let _ = self.orders.send(Order::Close);
    }

    /// Disconnects it by hand; it stays away until [`connect`](Self::connect).
    pub fn disconnect(&self) {
        let _ = self.orders.send(Order::Disconnect);
    }

    /// Connects again, from where it was, after [`disconnect`](Self::disconnect).
    pub fn connect(&self) {
        let _ = self.orders.send(Order::Connect);
    }

    /// Sends a command: by a frame of its WebSocket, else by a POST of its own.
    pub fn command(&self, command: Command) {
        let _ = self.orders.send(Order::Command(command));
    }

    /// Its connections, for who wants to count or to strike them.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Waits until it is over: closed, at the end of the job, or given up. Tells where it stands.
    pub async fn finished(mut self) -> Reader {
        // It ends before its time only with its runtime.
        (&mut self.task).await.unwrap_or_default()
    }
}
