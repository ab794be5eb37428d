//! A TCP relay that counts what passes, both ways: the measure that the server's own measure is held against.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
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
    tokio::join!(pump(from_client, to_server, &totals.up), pump(from_server, to_client, &totals.down));
}

/// Counts what was read; an end on one side becomes an end on the other.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, count: &AtomicU64) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        count.fetch_add(read as u64, Ordering::Relaxed);
        if to.write_all(&bytes[..read]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}
