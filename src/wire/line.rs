//! The shared handle of one wire: its meter, its fate, and a look at the kernel's view of it.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::task::Context;

use atomic_waker::AtomicWaker;

use super::effect::Cut;
use super::sock::{TcpState, set_nodelay, tcp_state};

/// What is to become of a wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It lives.
    Open,
    /// The reading side ends as if the peer had closed, so the server above lets go in good order.
    Ended,
    /// The socket is closed at once, in order: the peer gets what was written, and a FIN.
    Cut,
    /// It is reset at once, whatever is queued.
    Reset,
}

/// The handle of one wire.
#[derive(Debug)]
pub struct Line {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    fate: AtomicU8,
    // One task polls a wire both ways, so one waker is enough.
    waker: AtomicWaker,
    // The descriptor while the socket is open. It is taken out before the socket closes, under this lock, so that
    // nobody asks about a number that has since been given to another socket.
    fd: Mutex<Option<RawFd>>,
    // As the accept loop set it, or somebody since.
    nodelay: AtomicBool,
    cause: OnceLock<&'static str>,
}

impl Line {
    pub(super) fn new(fd: Option<RawFd>) -> Self {
        Self {
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            fate: AtomicU8::new(Fate::Open as u8),
            waker: AtomicWaker::new(),
            fd: Mutex::new(fd),
            nodelay: AtomicBool::new(true),
            cause: OnceLock::new(),
        }
    }

    /// Bytes read from and written to the socket so far: client to server, server to client.
    pub fn totals(&self) -> (u64, u64) {
        (self.bytes_in.load(Ordering::Relaxed), self.bytes_out.load(Ordering::Relaxed))
    }

    /// Lets the reading side end, as if the peer had closed. The first cause told is kept.
    pub fn end(&self, cause: &'static str) {
        self.doom(Fate::Ended, cause);
    }

    /// Resets the connection: the peer gets a RST, what is queued is dropped. The first cause told is kept.
    pub fn reset(&self, cause: &'static str) {
        self.doom(Fate::Reset, cause);
    }

    /// Cuts the connection now: by a RST, or by closing the socket in order whatever was being said.
    pub fn cut(&self, how: Cut, cause: &'static str) {
        self.doom(if how == Cut::Rst { Fate::Reset } else { Fate::Cut }, cause);
    }

    /// Why it was ended or reset from here; `None` if it was not.
    pub fn cause(&self) -> Option<&'static str> {
        self.cause.get().copied()
    }

    /// What the kernel knows of the peer; `None` without a TCP socket or after it closed.
    pub fn tcp_state(&self) -> Option<TcpState> {
        let fd = self.fd.lock().unwrap_or_else(PoisonError::into_inner);
        tcp_state((*fd)?).ok()
    }

    /// Has the kernel send small writes at once, or lets it wait for the acknowledgement of the last (Nagle, RFC 896). A
    /// connection that nobody asks this of has it on.
    pub fn set_nodelay(&self, on: bool) {
        let fd = self.fd.lock().unwrap_or_else(PoisonError::into_inner);
        if self.nodelay.load(Ordering::Relaxed) != on
            && let Some(fd) = *fd
            && set_nodelay(fd, on).is_ok()
        {
            self.nodelay.store(on, Ordering::Relaxed);
        }
    }

    pub(super) fn register(&self, cx: &Context<'_>) -> Fate {
        self.waker.register(cx.waker());
        match self.fate.load(Ordering::Acquire) {
            fate if fate == Fate::Reset as u8 => Fate::Reset,
            fate if fate == Fate::Cut as u8 => Fate::Cut,
            fate if fate == Fate::Ended as u8 => Fate::Ended,
            _ => Fate::Open,
        }
    }

    pub(super) fn count_in(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn count_out(&self, bytes: usize) {
        self.bytes_out.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(super) fn close_fd(&self) {
        *self.fd.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn doom(&self, fate: Fate, cause: &'static str) {
        self.cause.get_or_init(|| cause);
        // A reset is final; an end may still be followed by one.
        self.fate.fetch_max(fate as u8, Ordering::AcqRel);
        self.waker.wake();
    }
}
