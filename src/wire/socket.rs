//! What is set on the socket of a wire, by whom, and the socket itself once its end is kept from the peer.

use std::io;
use std::os::fd::RawFd;

use super::sock::{Sock, TcpState, attach_deaf_filter, detach_filter, nodelay, set_nodelay, tcp_state};

/// A socket whose connection is over and whose peer has not been told.
trait Buried: Send {
    /// Tells it, by a RST.
    fn reset(self: Box<Self>);
}

impl<S: Sock> Buried for S {
    fn reset(self: Box<Self>) {
        Sock::reset(*self);
    }
}

/// The socket by its number.
pub(super) struct Socket {
    // The descriptor while the socket is open. It is taken out before the socket closes, under the lock of whoever has this,
    // so that nobody asks about a number that has since been given to another socket.
    fd: Option<RawFd>,
    // What requests ask for, and what is set. At first as the accept loop set it, or somebody since.
    wanted_nodelay: bool,
    nodelay: bool,
    // The throws that want it otherwise.
    delays: Vec<u64>,
    deaf: Vec<u64>,
    grave: Option<Box<dyn Buried>>,
}

impl Socket {
    pub(super) fn new(fd: Option<RawFd>) -> Self {
        Self { fd, wanted_nodelay: true, nodelay: true, delays: Vec::new(), deaf: Vec::new(), grave: None }
    }

    pub(super) fn is_open(&self) -> bool {
        self.fd.is_some()
    }

    pub(super) fn is_buried(&self) -> bool {
        self.grave.is_some()
    }

    pub(super) fn tcp_state(&self) -> Option<TcpState> {
        tcp_state(self.fd?).ok()
    }

    pub(super) fn nodelay(&self) -> Option<bool> {
        nodelay(self.fd?).ok()
    }

    pub(super) fn set_nodelay(&mut self, on: bool) {
        self.wanted_nodelay = on;
        self.settle_nodelay();
    }

    pub(super) fn delay(&mut self, throw: u64) {
        self.delays.push(throw);
        self.settle_nodelay();
    }

    pub(super) fn deafen(&mut self, throw: u64) -> io::Result<()> {
        if let Some(fd) = self.fd
            && self.deaf.is_empty()
        {
            attach_deaf_filter(fd)?;
        }
        self.deaf.push(throw);
        Ok(())
    }

    /// Takes back what `throw` did; `heard` is called before the peer hears again.
    pub(super) fn heal(&mut self, throw: u64, heard: impl FnOnce()) {
        self.delays.retain(|other| *other != throw);
        self.settle_nodelay();
        if !self.deaf.contains(&throw) {
            return;
        }
        self.deaf.retain(|other| *other != throw);
        if !self.deaf.is_empty() {
            return;
        }
        heard();
        if let Some(fd) = self.fd {
            // It was attached, and the socket is open: there is nothing that could be refused.
            let _ = detach_filter(fd);
        }
        if let Some(buried) = self.grave.take() {
            self.fd = None;
            buried.reset();
        }
    }

    /// Keeps it until whoever deafened it is healed.
    pub(super) fn bury<S: Sock>(&mut self, io: S) {
        if self.deaf.is_empty() {
            self.fd = None;
            return io.reset();
        }
        self.grave = Some(Box::new(io));
    }

    pub(super) fn close(&mut self) {
        if self.grave.is_none() {
            self.fd = None;
        }
    }

    fn settle_nodelay(&mut self) {
        let on = self.wanted_nodelay && self.delays.is_empty();
        if self.nodelay != on
            && let Some(fd) = self.fd
            && set_nodelay(fd, on).is_ok()
        {
            self.nodelay = on;
        }
    }
}

impl std::fmt::Debug for Socket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Socket")
            .field("fd", &self.fd)
            .field("buried", &self.grave.is_some())
            .finish_non_exhaustive()
    }
}
