//! A network in memory: addresses that are listened at, and [`Pipe`]s to whoever listens there.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::pipe::Pipe;
use super::sock::Sock as _;

/// The first of the ports that connections come from (RFC 6335 §6: the dynamic ports), and how many there are.
const PORTS: (u16, u32) = (49_152, 16_384);

/// All addresses that are listened at. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Network(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    listeners: BTreeMap<SocketAddr, Backlog>,
    dialed: u32,
}

#[derive(Debug, Default)]
struct Backlog {
    waiting: VecDeque<(Pipe, SocketAddr)>,
    waker: Option<Waker>,
}

/// Listens at an address until it is dropped.
#[derive(Debug)]
pub struct Listener {
    network: Network,
    address: SocketAddr,
}

impl Network {
    /// Listens.
    ///
    /// # Errors
    /// If somebody does there already.
    pub fn listen(&self, address: SocketAddr) -> io::Result<Listener> {
        let mut inner = self.lock();
        if inner.listeners.contains_key(&address) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        inner.listeners.insert(address, Backlog::default());
        Ok(Listener { network: self.clone(), address })
    }

    /// Connects, from an address of its own. As with a kernel it need not have been accepted yet.
    ///
    /// # Errors
    /// If nobody listens there.
    pub fn dial(&self, address: SocketAddr) -> io::Result<Pipe> {
        let mut inner = self.lock();
        let from = caller(inner.dialed);
        let Some(backlog) = inner.listeners.get_mut(&address) else {
            return Err(io::ErrorKind::ConnectionRefused.into());
        };
        let (near, far) = Pipe::pair();
        backlog.waiting.push_back((far, from));
        let waker = backlog.waker.take();
        inner.dialed += 1;
        drop(inner);
        waker.into_iter().for_each(Waker::wake);
        Ok(near)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// The next connection, and where it comes from.
    pub fn poll_accept(&self, cx: &Context<'_>) -> Poll<(Pipe, SocketAddr)> {
        let mut inner = self.network.lock();
        // It is there as long as this is.
        let Some(backlog) = inner.listeners.get_mut(&self.address) else { return Poll::Pending };
        if let Some(accepted) = backlog.waiting.pop_front() {
            return Poll::Ready(accepted);
        }
        backlog.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let backlog = self.network.lock().listeners.remove(&self.address);
        // Those that nobody accepted are reset, as a kernel does it.
        backlog.into_iter().flat_map(|backlog| backlog.waiting).for_each(|(pipe, _)| pipe.reset());
    }
}

/// Where the so manieth connection comes from.
fn caller(number: u32) -> SocketAddr {
    let (first, count) = PORTS;
    let ip = u32::from(Ipv4Addr::LOCALHOST) + number / count % (1 << 16);
    let port = first + u16::try_from(number % count).unwrap_or_default();
    SocketAddr::new(IpAddr::V4(ip.into()), port)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn at() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 2], 8080))
    }

    fn refused(network: &Network) -> bool {
        network.dial(at()).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    }

    #[tokio::test(start_paused = true)]
    async fn who_dials_is_connected_while_somebody_listens_and_refused_otherwise() {
        let network = Network::default();
        assert!(refused(&network));
        let listener = network.listen(at()).expect("free");
        assert!(network.listen(at()).is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse));
        let mut near = network.dial(at()).expect("connected");
        near.write_all(b"hello").await.expect("written before it is accepted");
        let (mut far, first) = poll_fn(|cx| listener.poll_accept(cx)).await;
        let mut five = [0; 5];
        far.read_exact(&mut five).await.expect("read");
        assert_eq!(&five, b"hello");
        let mut waiting = network.dial(at()).expect("connected");
        drop(listener);
        assert!(refused(&network));
        assert_eq!(waiting.read_u8().await.map_err(|e| e.kind()), Err(io::ErrorKind::ConnectionReset));
        far.write_all(b"still").await.expect("it lives on");
        near.read_exact(&mut five).await.expect("read");
        let listener = network.listen(at()).expect("free again");
        let _near = network.dial(at()).expect("connected");
        let (_, other) = poll_fn(|cx| listener.poll_accept(cx)).await;
        assert_ne!(first, other);
    }

    #[test]
    fn callers_do_not_share_an_address() {
        let all: std::collections::BTreeSet<_> = (0..100_000).map(caller).collect();
        assert_eq!(all.len(), 100_000);
    }
}
