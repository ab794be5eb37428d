//! A TCP relay that counts what passes, both ways: the measure that the server's own measure is held against. It can cut
//! a connection at a place in the bytes, which no clock decides.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Stops relaying on drop.
#[derive(Debug)]
pub struct Relay {
    pub address: SocketAddr,
    totals: Arc<Totals>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Totals {
    up: AtomicU64,
    down: AtomicU64,
    connections: AtomicU64,
    cuts: AtomicU64,
    /// Where the next cut is to be; taken by the connection that comes to it.
    cut_at: Mutex<Option<Vec<u8>>>,
}

impl Relay {
    /// A relay in front of `to`.
    pub async fn before(to: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let totals = Arc::new(Totals::default());
        let counted = totals.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                counted.connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(relay(client, to, counted.clone()));
            }
        });
        Ok(Self { address, totals, task })
    }

    /// Bytes from clients to the server.
    pub fn up(&self) -> u64 {
        self.totals.up.load(Ordering::Relaxed)
    }

    /// Bytes from the server to clients.
    pub fn down(&self) -> u64 {
        self.totals.down.load(Ordering::Relaxed)
    }

    /// Connections that were made.
    pub fn connections(&self) -> u64 {
        self.totals.connections.load(Ordering::Relaxed)
    }

    /// Cuts, once, the first connection on which `pattern` comes down: it still passes, and nothing behind it.
    pub fn cut_at(&self, pattern: &str) {
        *self.totals.cut_at.lock().expect("not poisoned") = Some(pattern.as_bytes().to_vec());
    }

    /// Connections that were cut.
    pub fn cuts(&self) -> u64 {
        self.totals.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(client: TcpStream, to: SocketAddr, totals: Arc<Totals>) {
    let Ok(server) = TcpStream::connect(to).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let cut = Notify::new();
    let both = async {
        tokio::join!(
            pump_up(from_client, to_server, &totals),
            pump_down(from_server, to_client, &totals, &cut)
        )
    };
    // A cut drops both sockets as they are.
    tokio::select! {
        _ = both => {}
        () = cut.notified() => {}
    }
}

/// Counts what was read; an end on one side becomes an end on the other.
async fn pump_up(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, totals: &Totals) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        totals.up.fetch_add(read as u64, Ordering::Relaxed);
        if to.write_all(&bytes[..read]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

/// As [`pump_up`], but for a cut, which is told to `cut`.
async fn pump_down(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, totals: &Totals, cut: &Notify) {
    let mut bytes = vec![0; 16 * 1024];
    let mut tail = Vec::new();
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let place = totals.place_of_cut(&mut tail, &bytes[..read]);
        let passed = place.unwrap_or(read);
        totals.down.fetch_add(passed as u64, Ordering::Relaxed);
        let written = to.write_all(&bytes[..passed]).await;
        if place.is_some() {
            totals.cuts.fetch_add(1, Ordering::Relaxed);
            cut.notify_one();
            return;
        }
        if written.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

impl Totals {
    /// How many of the bytes are still to pass, if the place of the cut is in them. `tail` keeps what came before, as far
    /// as the pattern may have begun in it.
    fn place_of_cut(&self, tail: &mut Vec<u8>, bytes: &[u8]) -> Option<usize> {
        let mut cut_at = self.cut_at.lock().expect("not poisoned");
        let length = cut_at.as_ref()?.len();
        let before = tail.len();
        tail.extend_from_slice(bytes);
        if let Some(at) = tail.windows(length).position(|window| Some(window) == cut_at.as_deref()) {
            *cut_at = None;
            return Some(at + length - before);
        }
        tail.drain(..tail.len().saturating_sub(length - 1));
        None
    }
}
