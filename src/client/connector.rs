//! Where byte streams come from, and the books of those that are open.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::url::Url;
use crate::wire::{Line, Network, Pipe, Sock};

/// Opens byte streams to an address. Each is put on a [`Wire`](crate::wire::Wire), which counts its bytes and on which
/// it can be cut.
pub trait Connector: Send + Sync + 'static {
    /// What it opens.
    type Stream: AsyncRead + AsyncWrite + Sock + Unpin + Send + 'static;

    /// Connects, however long that takes. An error is a refused connection or a name that is not known.
    fn connect(&self, to: &Url) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// Connects by TCP, with `TCP_NODELAY` as browsers have it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tcp {
    /// Connects to this address whatever the URL says: a relay in front of it. `Host` still names the URL's.
    pub through: Option<SocketAddr>,
}

impl Connector for Tcp {
    type Stream = TcpStream;

    async fn connect(&self, to: &Url) -> io::Result<TcpStream> {
        let stream = match self.through {
            Some(address) => TcpStream::connect(address).await?,
            None => TcpStream::connect(to.address()).await?,
        };
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Connects in a network in memory, to the addresses that URLs name: there are no names, so hosts are IP addresses.
#[derive(Clone, Debug)]
pub struct Dial(pub Network);

impl Connector for Dial {
    type Stream = Pipe;

    async fn connect(&self, to: &Url) -> io::Result<Pipe> {
        let (host, port) = to.address();
        let ip: IpAddr = host.parse().map_err(|_| {
            let text = format!("a simulated network has IP addresses, and {host} is none");
            io::Error::new(io::ErrorKind::NotFound, text)
        })?;
        self.0.dial(SocketAddr::new(ip, port))
    }
}

/// The books of one client's connections, shared with whoever wants to read them or to strike a wire.
#[derive(Clone, Debug, Default)]
pub struct Lines(Arc<Mutex<Books>>);

#[derive(Debug, Default)]
struct Books {
    connections: u64,
    closed: (u64, u64),
    open: Vec<Arc<Line>>,
}

impl Lines {
    /// The connections that are open now.
    pub fn open(&self) -> Vec<Arc<Line>> {
        self.with(|books| books.open.clone())
    }

    /// How many connections were made.
    pub fn connections(&self) -> u64 {
        self.with(|books| books.connections)
    }

    /// Bytes of all connections at the socket: server to client, client to server.
    pub fn totals(&self) -> (u64, u64) {
        self.with(|books| books.open.iter().map(|line| line.totals()).fold(books.closed, plus))
    }

    pub(super) fn enter(&self, line: &Arc<Line>) {
        self.with(|books| {
            books.connections += 1;
            books.open.push(line.clone());
        });
    }

    pub(super) fn leave(&self, line: &Arc<Line>) {
        self.with(|books| {
            books.open.retain(|open| !Arc::ptr_eq(open, line));
            books.closed = plus(books.closed, line.totals());
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut Books) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn plus(a: (u64, u64), b: (u64, u64)) -> (u64, u64) {
    (a.0 + b.0, a.1 + b.1)
}
