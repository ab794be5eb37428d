//! A TCP connection in memory: two ends, each with a send and a receive buffer, and what a kernel makes of FIN, RST and a
//! filter, as measured of Linux on loopback (docs/decisions/0012-simulated-stage.md).
//!
//! Bytes take no time. What a peer has sent and this end's buffer has taken stays readable after its RST; what it had not taken is
//! dropped with it.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

use super::sock::{Kernel, Sock, TcpState};

/// What one end sends before its writer has to wait, once the other's receive buffer is full.
const SEND_BUFFER: usize = 64 << 10;
/// What one end takes before anybody reads it.
const RECEIVE_BUFFER: usize = 64 << 10;

/// One end.
#[derive(Debug)]
pub struct Pipe(PipeKernel);

/// What can be asked and told of one end while somebody else has it.
#[derive(Clone, Debug)]
pub struct PipeKernel {
    both: Arc<Mutex<Both>>,
    side: usize,
}

#[derive(Debug)]
struct Both {
    ends: [End; 2],
    // To be woken once the lock is free, for a waker is foreign code.
    wakes: [Option<Waker>; 4],
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what can happen to a connection, each by itself")]
struct End {
    /// Sent, and not taken by the other end.
    sent: VecDeque<u8>,
    /// Taken, and not read.
    taken: VecDeque<u8>,
    /// A FIN follows what was sent.
    finished: bool,
    /// The other's FIN has come.
    peer_finished: bool,
    /// A RST has come, and who reads or writes next is to be told.
    untold: Option<io::ErrorKind>,
    /// A RST has come.
    broken: bool,
    /// Nobody has this end any more.
    closed: bool,
    /// What comes in is dropped, unseen and unacknowledged.
    deaf: bool,
    nodelay: bool,
    last_heard: Instant,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Pipe {
    /// Two ends of a connection. Make it inside a runtime.
    pub fn pair() -> (Self, Self) {
        let both = Both { ends: [End::new(), End::new()], wakes: [None, None, None, None] };
        let both = Arc::new(Mutex::new(both));
        (Self(PipeKernel { both: both.clone(), side: 0 }), Self(PipeKernel { both, side: 1 }))
    }
}

impl PipeKernel {
    /// Has what comes in dropped, unseen and unacknowledged, or no longer. What was dropped is sent again at once then.
    pub(super) fn set_deaf(&self, deaf: bool) {
        self.with(|both, side| {
            both.ends[side].deaf = deaf;
            both.move_on();
        });
    }

    pub(super) fn tcp_state(&self) -> TcpState {
        self.with(|both, side| {
            let silent = both.is_silent();
            let End { sent, last_heard, finished, peer_finished, .. } = &both.ends[side];
            let pending = !sent.is_empty() || (*finished && !*peer_finished && silent);
            TcpState { unacked: u32::from(silent && pending), last_ack: last_heard.elapsed(), retransmits: 0 }
        })
    }

    pub(super) fn nodelay(&self) -> bool {
        self.with(|both, side| both.ends[side].nodelay)
    }

    pub(super) fn set_nodelay(&self, on: bool) {
        self.with(|both, side| both.ends[side].nodelay = on);
    }

    fn with<T>(&self, act: impl FnOnce(&mut Both, usize) -> T) -> T {
        let mut both = self.both.lock().unwrap_or_else(PoisonError::into_inner);
        let done = act(&mut both, self.side);
        let wakes = std::mem::take(&mut both.wakes);
        drop(both);
        wakes.into_iter().flatten().for_each(Waker::wake);
        done
    }
}

impl Both {
    /// Whether a filter keeps the ends from hearing each other: what one sends does not arrive, or is not acknowledged.
    fn is_silent(&self) -> bool {
        self.ends.iter().any(|end| end.deaf)
    }

    /// Moves what can be moved, both ways.
    fn move_on(&mut self) {
        if !self.is_silent() {
            self.deliver(0);
            self.deliver(1);
        }
    }

    /// Moves what one end has sent, as far as the other has room.
    fn deliver(&mut self, from: usize) {
        let [first, second] = &mut self.ends;
        let (end, peer) = if from == 0 { (first, second) } else { (second, first) };
        if !end.sent.is_empty() && peer.closed {
            // There is nobody to take it: the answer is a RST.
            end.reset_came();
            return self.wake(from, true, true);
        }
        let room = RECEIVE_BUFFER.saturating_sub(peer.taken.len()).min(end.sent.len());
        if room > 0 {
            peer.taken.extend(end.sent.drain(..room));
            end.last_heard = Instant::now();
            peer.last_heard = end.last_heard;
        }
        let ends = end.finished
            && end.sent.is_empty()
            && !std::mem::replace(&mut peer.peer_finished, end.finished && end.sent.is_empty());
        if room > 0 {
            self.wake(from, false, true);
        }
        if room > 0 || ends {
            self.wake(1 - from, true, false);
        }
    }

    /// One end sends a RST, which is lost where nothing is heard.
    fn reset(&mut self, from: usize) {
        self.ends[from].sent.clear();
        // No FIN follows it.
        self.ends[from].finished = false;
        if !self.is_silent() && !self.ends[1 - from].closed {
            self.ends[1 - from].reset_came();
            self.wake(1 - from, true, true);
        }
    }

    fn wake(&mut self, side: usize, reader: bool, writer: bool) {
        if reader && let Some(waker) = self.ends[side].reader.take() {
            self.wakes[2 * side] = Some(waker);
        }
        if writer && let Some(waker) = self.ends[side].writer.take() {
            self.wakes[2 * side + 1] = Some(waker);
        }
    }

    fn close(&mut self, side: usize) {
        if std::mem::replace(&mut self.ends[side].closed, true) {
            return;
        }
        if !self.ends[side].taken.is_empty() {
            // RFC 2525 §2.17: what is left unread makes a RST of the FIN.
            return self.reset(side);
        }
        self.ends[side].finished = true;
        self.move_on();
    }
}

impl End {
    fn new() -> Self {
        Self {
            sent: VecDeque::new(),
            taken: VecDeque::new(),
            finished: false,
            peer_finished: false,
            untold: None,
            broken: false,
            closed: false,
            deaf: false,
            nodelay: true,
            last_heard: Instant::now(),
            reader: None,
            writer: None,
        }
    }

    fn reset_came(&mut self) {
        self.sent.clear();
        self.broken = true;
        self.untold =
            Some(if self.peer_finished { io::ErrorKind::BrokenPipe } else { io::ErrorKind::ConnectionReset });
    }
}

impl AsyncRead for Pipe {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.0.with(|both, side| {
            let end = &mut both.ends[side];
            let count = buf.remaining().min(end.taken.as_slices().0.len());
            if count > 0 {
                buf.put_slice(&end.taken.as_slices().0[..count]);
                end.taken.drain(..count);
                both.move_on();
                return Poll::Ready(Ok(()));
            }
            if buf.remaining() == 0 || end.peer_finished {
                return Poll::Ready(Ok(()));
            }
            if let Some(error) = end.untold.take() {
                return Poll::Ready(Err(error.into()));
            }
            if end.broken {
                return Poll::Ready(Ok(()));
            }
            end.reader = Some(cx.waker().clone());
            Poll::Pending
        })
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.with(|both, side| {
            let end = &mut both.ends[side];
            if let Some(error) = end.untold.take() {
                return Poll::Ready(Err(error.into()));
            }
            if end.broken || end.finished {
                return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
            }
            let count = bytes.len().min(SEND_BUFFER.saturating_sub(end.sent.len()));
            if count == 0 && !bytes.is_empty() {
                end.writer = Some(cx.waker().clone());
                return Poll::Pending;
            }
            end.sent.extend(&bytes[..count]);
            both.move_on();
            // Nobody need be told of what it has just done itself.
            both.wakes[2 * side + 1] = None;
            Poll::Ready(Ok(count))
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.with(|both, side| {
            both.ends[side].finished = true;
            both.move_on();
        });
        Poll::Ready(Ok(()))
    }
}

impl Sock for Pipe {
    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::Pipe(self.0.clone()))
    }

    fn reset(self) {
        self.0.with(|both, side| {
            both.ends[side].closed = true;
            both.reset(side);
        });
    }

    fn close(self) {
        self.0.with(|both, side| {
            while !both.ends[side].taken.is_empty() {
                both.ends[side].taken.clear();
                both.move_on();
            }
        });
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        self.0.with(Both::close);
    }
}
