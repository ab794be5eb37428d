//! The stream wrapper itself. It counts what the socket really took and gave, not what was asked for.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connection::Connection;
use super::line::{Fate, Line};
use super::sock::Sock;

/// One connection's byte stream, metered, and cut when its [`Line`] says so.
#[derive(Debug)]
pub struct Wire<S: Sock> {
    // Taken out by a reset: from then on every poll is refused.
    io: Option<S>,
    line: Arc<Line>,
    connection: Option<Arc<Connection>>,
}

impl<S: Sock> Wire<S> {
    /// Wraps a stream.
    pub fn new(io: S) -> Self {
        let line = Arc::new(Line::new(io.fd()));
        Self { io: Some(io), line, connection: None }
    }

    /// The same wire, entered in the books as `connection`.
    #[must_use]
    pub fn entered(mut self, connection: Arc<Connection>) -> Self {
        self.connection = Some(connection);
        self
    }

    /// What it was entered as.
    pub fn connection(&self) -> Option<&Arc<Connection>> {
        self.connection.as_ref()
    }

    /// Its handle.
    pub fn line(&self) -> &Arc<Line> {
        &self.line
    }

    /// The stream, unless it has been or is now to be reset.
    fn live(&mut self, cx: &Context<'_>) -> io::Result<(&mut S, Fate)> {
        let fate = self.line.register(cx);
        if matches!(fate, Fate::Cut | Fate::Reset)
            && let Some(io) = self.io.take()
        {
            self.line.close_fd();
            match fate {
                Fate::Reset => io.reset(),
                _ => drop(io),
            }
        }
        match &mut self.io {
            Some(io) => Ok((io, fate)),
            None => Err(io::ErrorKind::ConnectionReset.into()),
        }
    }
}

impl<S: AsyncRead + Unpin + Sock> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let (io, fate) = self.live(cx)?;
        if fate == Fate::Ended {
            return Poll::Ready(Ok(()));
        }
        ready!(Pin::new(io).poll_read(cx, buf))?;
        self.line.count_in(buf.filled().len() - before);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin + Sock> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let (io, _) = self.live(cx)?;
        let written = ready!(Pin::new(io).poll_write(cx, buf))?;
        self.line.count_out(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let (io, _) = self.live(cx)?;
        let written = ready!(Pin::new(io).poll_write_vectored(cx, bufs))?;
        self.line.count_out(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.io.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let (io, _) = self.live(cx)?;
        Pin::new(io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let (io, _) = self.live(cx)?;
        Pin::new(io).poll_shutdown(cx)
    }
}

impl<S: Sock> Drop for Wire<S> {
    fn drop(&mut self) {
        self.line.close_fd();
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    async fn pair() -> (Wire<TcpStream>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let address = listener.local_addr().expect("address");
        let (accepted, connected) = tokio::join!(listener.accept(), TcpStream::connect(address));
        (Wire::new(accepted.expect("accepted").0), connected.expect("connected"))
    }

    #[tokio::test]
    async fn bytes_are_counted_as_the_socket_moves_them() {
        let (mut wire, mut peer) = pair().await;
        peer.write_all(b"hello").await.expect("written");
        let mut five = [0; 5];
        wire.read_exact(&mut five).await.expect("read");
        wire.write_all(b"you too").await.expect("written");
        assert_eq!(wire.line().totals(), (5, 7));
        assert_eq!(wire.line().tcp_state().map(|s| s.retransmits), Some(0));
    }

    #[tokio::test]
    async fn nodelay_is_set_through_the_line_and_only_when_it_changes() {
        let (wire, _peer) = pair().await;
        let told = |wire: &Wire<TcpStream>| wire.io.as_ref().map(|io| io.nodelay().expect("told"));
        wire.io.as_ref().expect("open").set_nodelay(true).expect("set");
        for on in [true, false, false, true] {
            wire.line().set_nodelay(on);
            assert_eq!(told(&wire), Some(on));
        }
    }

    #[tokio::test]
    async fn a_reset_line_gives_the_peer_a_rst_while_a_read_is_pending() {
        let (mut wire, mut peer) = pair().await;
        let line = wire.line().clone();
        let reading = tokio::spawn(async move { wire.read_u8().await.map_err(|e| e.kind()) });
        tokio::task::yield_now().await;
        line.reset("test");
        assert_eq!(reading.await.expect("joined"), Err(io::ErrorKind::ConnectionReset));
        assert_eq!(peer.read_u8().await.map_err(|e| e.kind()), Err(io::ErrorKind::ConnectionReset));
        assert_eq!(line.tcp_state(), None);
    }

    #[tokio::test]
    async fn an_ended_line_reads_as_closed_and_can_still_write() {
        let (mut wire, mut peer) = pair().await;
        wire.line().end("test");
        assert_eq!(wire.read_u8().await.map_err(|e| e.kind()), Err(io::ErrorKind::UnexpectedEof));
        wire.write_all(b"bye").await.expect("written");
        drop(wire);
        let mut rest = Vec::new();
        peer.read_to_end(&mut rest).await.expect("read");
        assert_eq!(rest, b"bye");
    }
}
