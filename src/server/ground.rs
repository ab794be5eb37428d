//! What origins listen on: the system's network, or one in memory.

use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use tokio::net::TcpListener;

use super::bind::bind;
use crate::wire::{ByteStream, Listener, Network};

/// Either.
#[derive(Clone)]
pub(super) enum Ground {
    System,
    Simulated(Network),
}

/// An address that is taken, and where nobody is accepted yet.
pub(super) enum Bound {
    System(std::net::TcpListener),
    Simulated(Network, Listener),
}

/// A listener at work.
pub(super) enum Listening {
    System(TcpListener),
    Simulated(Listener),
}

impl Bound {
    /// Where it is.
    pub(super) fn ground(&self) -> Ground {
        match self {
            Self::System(_) => Ground::System,
            Self::Simulated(network, _) => Ground::Simulated(network.clone()),
        }
    }

    /// Listens, with the runtime of this thread.
    pub(super) fn begin(self) -> io::Result<Listening> {
        Ok(match self {
            Self::System(listener) => Listening::System(TcpListener::from_std(listener)?),
            Self::Simulated(_, listener) => Listening::Simulated(listener),
        })
    }
}

impl Ground {
    /// Listens at an address, with the runtime of this thread.
    ///
    /// # Errors
    /// What stands in the way, in a line.
    pub(super) fn listen(&self, address: SocketAddr) -> Result<Listening, String> {
        match self {
            Self::System => {
                let bound = bind(address).map_err(|error| error.to_string())?;
                TcpListener::from_std(bound).map(Listening::System).map_err(|error| error.to_string())
            }
            Self::Simulated(network) => {
                network.listen(address).map(Listening::Simulated).map_err(|error| error.to_string())
            }
        }
    }
}

impl Listening {
    /// The next connection, and where it comes from.
    pub(super) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(ByteStream, SocketAddr)>> {
        match self {
            Self::System(listener) => {
                let (stream, peer) = ready!(listener.poll_accept(cx))?;
                // Off by default in the kernel, and then an event can wait 40 ms for the acknowledgement of the last.
                let _ = stream.set_nodelay(true);
                Poll::Ready(Ok((ByteStream::Tcp(stream), peer)))
            }
            Self::Simulated(listener) => {
                listener.poll_accept(cx).map(|(pipe, peer)| Ok((ByteStream::Pipe(pipe), peer)))
            }
        }
    }
}
