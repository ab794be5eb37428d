//! The stream wrapper itself. It counts what the socket really took and gave, not what was asked for.

use std::borrow::Cow;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::chains::Moved;
use super::connection::Connection;
use super::effect::Ending;
use super::line::{Line, flag};
use super::sock::Sock;
use super::tidy::{HttpDate, Tidy};

/// One connection's byte stream, metered, and at the mercy of its [`Line`].
#[derive(Debug)]
pub struct Wire<S: Sock> {
    // Taken out by a cut: from then on every poll is refused.
    io: Option<S>,
    line: Arc<Line>,
    connection: Option<Arc<Connection>>,
    // Who is known to the line as waiting to read, unless the line says that they were woken.
    known: Option<Waker>,
    tidy: Option<Tidy>,
}

impl<S: Sock> Wire<S> {
    /// Wraps a stream.
    pub fn new(io: S) -> Self {
        let line = Arc::new(Line::new(io.kernel()));
        Self { io: Some(io), line, connection: None, known: None, tidy: None }
    }

    /// The same wire, entered in the books as `connection`.
    #[must_use]
    pub fn entered(mut self, connection: Arc<Connection>) -> Self {
        self.connection = Some(connection);
        self
    }

    /// The same wire, which leaves nothing of the heads of answers to chance.
    #[must_use]
    pub fn tidied(mut self, date: HttpDate) -> Self {
        self.tidy = Some(Tidy::new(date));
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

    /// The stream, unless it has been or is now to be cut.
    fn live(&mut self, flags: u32) -> io::Result<&mut S> {
        if flags & (flag::CUT | flag::RESET) != 0 {
            self.sever(flags);
        }
        self.io.as_mut().ok_or_else(|| io::ErrorKind::ConnectionReset.into())
    }

    /// The stream and its line while nothing is done to it: then only who has to wait need be known to the line.
    #[inline]
    fn plain(&mut self) -> Option<(&mut S, &Line)> {
        let Self { io: Some(io), line, .. } = self else { return None };
        (line.flags() & flag::DONE_TO == 0).then_some((io, &**line))
    }

    #[cold]
    fn sever(&mut self, flags: u32) {
        let Some(io) = self.io.take() else { return };
        if flags & flag::BURIED != 0 {
            return self.line.bury(io);
        }
        self.line.close_socket();
        if flags & flag::RESET != 0 { io.reset() } else { io.close() }
    }

    /// Ends the connection as a stage has decided.
    fn cut<T>(&mut self, (how, cause): Ending) -> Poll<io::Result<T>> {
        self.line.cut(how, cause);
        self.sever(self.line.flags());
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }
}

impl<S: AsyncRead + Unpin + Sock> Wire<S> {
    #[cold]
    fn poll_read_staged(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Self { io: Some(io), line, .. } = self else {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        };
        let mut held = line.chains();
        let Some(chains) = held.as_mut() else { return read(io, line, cx, buf) };
        if chains.is_idle() {
            line.unstaged(&mut held);
            return read(io, line, cx, buf);
        }
        let moved = chains.read(io, line, cx, buf)?;
        drop(held);
        self.answer(moved)
    }
}

impl<S: AsyncWrite + Unpin + Sock> Wire<S> {
    #[cold]
    fn poll_write_staged(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { io: Some(io), line, .. } = self else {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        };
        let mut held = line.chains();
        let Some(chains) = held.as_mut() else { return write(io, line, cx, bytes) };
        if chains.is_idle() {
            line.unstaged(&mut held);
            return write(io, line, cx, bytes);
        }
        let moved = chains.write(io, line, cx, bytes)?;
        drop(held);
        self.answer(moved)
    }

    fn poll_put(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if let Some((io, line)) = self.plain() {
            let written = write(io, line, cx, buf);
            if written.is_pending() {
                line.waits_to_write(cx);
            }
            return written;
        }
        let flags = self.line.writing(cx);
        self.live(flags)?;
        if flags & flag::STAGED != 0 {
            return self.poll_write_staged(cx, buf);
        }
        let Self { io, line, .. } = self;
        io.as_mut().map_or(Poll::Pending, |io| write(io, line, cx, buf))
    }

    #[cold]
    fn poll_put_tidied(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let tidied = self.tidy.as_mut().map_or(Cow::Borrowed(buf), |tidy| tidy.of(buf));
        let written = self.poll_put(cx, &tidied);
        if let (Poll::Ready(Ok(bytes)), Some(tidy)) = (&written, &mut self.tidy) {
            tidy.wrote(*bytes);
        }
        written
    }

    /// Moves on what is held; before the `last` of it is out, the socket may not be shut down.
    #[cold]
    fn poll_push(&mut self, cx: &mut Context<'_>, last: bool) -> Poll<io::Result<()>> {
        let Self { io: Some(io), line, .. } = self else {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        };
        let mut held = line.chains();
        let moved = match held.as_mut() {
            None => Moved::Done(()),
            Some(chains) if last => chains.finish(io, line, cx)?,
            Some(chains) => chains.flush(io, line, cx)?,
        };
        if held.as_ref().is_some_and(|chains| chains.is_idle()) {
            line.unstaged(&mut held);
        }
        drop(held);
        self.answer(moved)
    }
}

impl<S: Sock> Wire<S> {
    fn answer<T>(&mut self, moved: Moved<T>) -> Poll<io::Result<T>> {
        match moved {
            Moved::Done(value) => Poll::Ready(Ok(value)),
            Moved::Pending => Poll::Pending,
            Moved::Cut(ending) => self.cut(ending),
        }
    }
}

/// Reads from the socket itself.
#[inline]
fn read<S: AsyncRead + Unpin>(
    io: &mut S,
    line: &Line,
    cx: &mut Context<'_>,
    buf: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    let before = buf.filled().len();
    ready!(Pin::new(io).poll_read(cx, buf))?;
    line.count_in(&buf.filled()[before..]);
    Poll::Ready(Ok(()))
}

/// Writes to the socket itself.
#[inline]
fn write<S: AsyncWrite + Unpin>(
    io: &mut S,
    line: &Line,
    cx: &mut Context<'_>,
    bytes: &[u8],
) -> Poll<io::Result<usize>> {
    let written = Pin::new(io).poll_write(cx, bytes);
    let taken = match &written {
        Poll::Ready(Ok(taken)) => *taken,
        _ => 0,
    };
    line.leaves(bytes.len() - taken);
    if taken > 0 {
        line.count_out(&bytes[..taken]);
    }
    written
}

impl<S: AsyncRead + Unpin + Sock> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let is_known = self.known.as_ref().is_some_and(|known| known.will_wake(cx.waker()));
        if is_known && let Some((io, line)) = self.plain() {
            return read(io, line, cx, buf);
        }
        if !is_known {
            self.known = Some(cx.waker().clone());
        }
        let flags = self.line.reading(cx);
        self.live(flags)?;
        if flags & flag::ENDED != 0 {
            return Poll::Ready(Ok(()));
        }
        if flags & flag::STAGED != 0 {
            return self.poll_read_staged(cx, buf);
        }
        let Self { io, line, .. } = &mut *self;
        io.as_mut().map_or(Poll::Pending, |io| read(io, line, cx, buf))
    }
}

impl<S: AsyncWrite + Unpin + Sock> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.tidy.is_some() { self.poll_put_tidied(cx, buf) } else { self.poll_put(cx, buf) }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let flags = self.line.writing(cx);
        if flags != 0 || self.tidy.is_some() {
            let first = bufs.iter().find(|buf| !buf.is_empty()).map_or(&[][..], |buf| &**buf);
            return self.poll_write(cx, first);
        }
        let wanted: usize = bufs.iter().map(|buf| buf.len()).sum();
        let Self { io: Some(io), line, .. } = &mut *self else {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        };
        let written = Pin::new(io).poll_write_vectored(cx, bufs);
        let taken = match &written {
            Poll::Ready(Ok(taken)) => *taken,
            _ => 0,
        };
        line.leaves(wanted - taken);
        line.count_out_many(taken);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.io.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some((io, line)) = self.plain() {
            let flushed = Pin::new(io).poll_flush(cx);
            if flushed.is_pending() {
                line.waits_to_write(cx);
            }
            return flushed;
        }
        let flags = self.line.writing(cx);
        self.live(flags)?;
        if flags & flag::STAGED != 0 {
            ready!(self.poll_push(cx, false))?;
        }
        Pin::new(self.live(flags)?).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flags = self.line.writing(cx);
        self.live(flags)?;
        if flags & flag::BURIED != 0 {
            self.sever(flags);
            return Poll::Ready(Ok(()));
        }
        if flags & flag::STAGED != 0 {
            ready!(self.poll_push(cx, true))?;
        }
        Pin::new(self.live(flags)?).poll_shutdown(cx)
    }
}

impl<S: Sock> Drop for Wire<S> {
    fn drop(&mut self) {
        if self.line.flags() & flag::BURIED != 0 {
            self.sever(flag::BURIED);
        }
        self.line.close_socket();
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
