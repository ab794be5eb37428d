//! The faults at work on a wire, both ways, and the moving of bytes through them to and from the socket.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::chain::{Chain, Progress, earlier};
use super::effect::{Ending, Passage, Way};
use super::line::Line;

/// What is read from a socket at once.
const READ: usize = 8 << 10;

/// What comes of moving bytes.
pub(super) enum Moved<T> {
    /// This.
    Done(T),
    /// Nothing yet; who asked will be woken.
    Pending,
    /// The connection is to be ended.
    Cut(Ending),
}

/// Both directions.
#[derive(Debug)]
pub(super) struct Chains {
    /// Server to client.
    pub down: Chain,
    /// Client to server.
    pub up: Chain,
    /// The last event has been handed over, and the writer has not come with it yet.
    pub unmarked: bool,
    /// Who has more to hand over, and may not while the connection is to end at what has been.
    pub kept_waiting: Option<Waker>,
    writing: Timer,
    reading: Timer,
}

/// Wakes one side when something is due.
#[derive(Debug, Default)]
struct Timer(Option<Pin<Box<Sleep>>>);

impl Default for Chains {
    fn default() -> Self {
        Self {
            down: Chain::new(Way::Down),
            up: Chain::new(Way::Up),
            unmarked: false,
            kept_waiting: None,
            writing: Timer::default(),
            reading: Timer::default(),
        }
    }
}

impl Chains {
    pub(super) fn way(&mut self, way: Way) -> &mut Chain {
        if way == Way::Down { &mut self.down } else { &mut self.up }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.down.is_idle() && self.up.is_idle()
    }

    pub(super) fn heal(&mut self, throw: u64) -> Option<Ending> {
        let (down, up) = (self.down.heal(throw), self.up.heal(throw));
        down.or(up)
    }

    /// Takes bytes from the writer.
    pub(super) fn write<S: AsyncWrite + Unpin>(
        &mut self,
        io: &mut S,
        line: &Line,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> io::Result<Moved<usize>> {
        if std::mem::take(&mut self.unmarked) {
            self.down.handed_ends(bytes.len());
        }
        let mut taken = 0;
        loop {
            let now = Instant::now();
            let progress = self.push(io, line, cx, now)?;
            if let Some(ending) = progress.ending {
                return Ok(Moved::Cut(ending));
            }
            let room = self.down.room(now).min(bytes.len() - taken);
            if room > 0 {
                self.down.take(Bytes::copy_from_slice(&bytes[taken..taken + room]), now);
                taken += room;
            } else if !self.writing.is_due(progress.due, cx) {
                line.leaves(bytes.len() - taken);
                return Ok(if taken > 0 { Moved::Done(taken) } else { Moved::Pending });
            }
        }
    }

    /// Moves on what is due.
    pub(super) fn flush<S: AsyncWrite + Unpin>(
        &mut self,
        io: &mut S,
        line: &Line,
        cx: &mut Context<'_>,
    ) -> io::Result<Moved<()>> {
        if std::mem::take(&mut self.unmarked) {
            // It has not come to the writer, which has given all it has: something above keeps it back.
            self.down.handed_ends(0);
        }
        loop {
            let progress = self.push(io, line, cx, Instant::now())?;
            if let Some(ending) = progress.ending {
                return Ok(Moved::Cut(ending));
            }
            if !self.writing.is_due(progress.due, cx) {
                return Ok(Moved::Done(()));
            }
        }
    }

    /// Moves on what is due; done when all of it is out, and the end may follow.
    pub(super) fn finish<S: AsyncWrite + Unpin>(
        &mut self,
        io: &mut S,
        line: &Line,
        cx: &mut Context<'_>,
    ) -> io::Result<Moved<()>> {
        self.down.end(Instant::now());
        loop {
            let now = Instant::now();
            let progress = self.push(io, line, cx, now)?;
            if let Some(ending) = progress.ending {
                return Ok(Moved::Cut(ending));
            }
            let due = match self.down.end_is_out(now) {
                Passage::Open => return Ok(Moved::Done(())),
                Passage::Shut(due) => earlier(progress.due, due),
            };
            if !self.writing.is_due(due, cx) {
                return Ok(Moved::Pending);
            }
        }
    }

    /// Gives bytes to the reader; none of them are the end.
    pub(super) fn read<S: AsyncRead + Unpin>(
        &mut self,
        io: &mut S,
        line: &Line,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> io::Result<Moved<()>> {
        let before = buf.filled().len();
        loop {
            let now = Instant::now();
            let progress = self.up.pump(now);
            if let Some(ending) = progress.ending {
                return Ok(Moved::Cut(ending));
            }
            if let Some(bytes) = self.up.out.pop(buf.remaining()) {
                buf.put_slice(&bytes);
                continue;
            }
            if buf.remaining() == 0 {
                return Ok(Moved::Done(()));
            }
            if self.pull(io, line, cx, now)? {
                continue;
            }
            let due = match self.up.end_is_out(now) {
                Passage::Open => return Ok(Moved::Done(())),
                Passage::Shut(due) => earlier(progress.due, due),
            };
            if buf.filled().len() > before {
                return Ok(Moved::Done(()));
            }
            if !self.reading.is_due(due, cx) {
                return Ok(Moved::Pending);
            }
        }
    }

    /// Takes bytes from the socket, as many as there is room for. Whether any came, or the end of them.
    fn pull<S: AsyncRead + Unpin>(
        &mut self,
        io: &mut S,
        line: &Line,
        cx: &mut Context<'_>,
        now: Instant,
    ) -> io::Result<bool> {
        let room = self.up.room(now).min(READ);
        if room == 0 {
            return Ok(false);
        }
        let mut space = [0; READ];
        let mut read = ReadBuf::new(&mut space[..room]);
        if Pin::new(io).poll_read(cx, &mut read)?.is_pending() {
            return Ok(false);
        }
        match read.filled() {
            [] => self.up.end(now),
            bytes => {
                line.count_in(bytes);
                self.up.take(Bytes::copy_from_slice(bytes), now);
            }
        }
        Ok(true)
    }

    /// Moves bytes to the socket, as far as it takes them.
    fn push<S: AsyncWrite + Unpin>(
        &mut self,
        io: &mut S,
        line: &Line,
        cx: &mut Context<'_>,
        now: Instant,
    ) -> io::Result<Progress> {
        loop {
            while let Some(bytes) = self.down.out.front() {
                match Pin::new(&mut *io).poll_write(cx, bytes)? {
                    Poll::Ready(0) => return Err(io::ErrorKind::WriteZero.into()),
                    Poll::Ready(written) => {
                        line.count_out(&bytes[..written]);
                        self.down.out.pop(written);
                    }
                    Poll::Pending => return Ok(self.down.pump(now)),
                }
            }
            let progress = self.down.pump(now);
            if progress.ending.is_some() || self.down.out.is_empty() {
                return Ok(progress);
            }
        }
    }
}

impl Timer {
    /// Whether it is that time already. If not, `cx` is woken then.
    fn is_due(&mut self, due: Option<Instant>, cx: &mut Context<'_>) -> bool {
        let Some(due) = due else { return false };
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if sleep.deadline() != due {
            sleep.as_mut().reset(due);
        }
        sleep.as_mut().poll(cx).is_ready()
    }
}
