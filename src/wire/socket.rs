//! What is set on the socket of a wire, by whom, and the socket itself once its end is kept from the peer.

use std::io;

use super::sock::{Kernel, Segments, Sock, TcpState};

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

/// The socket, by whom to ask about it.
pub(super) struct Socket {
    // The descriptor, or whatever stands for it, while the socket is open. It is taken out before the socket closes, under the lock of whoever has this,
    // so that nobody asks about a number that has since been given to another socket.
    kernel: Option<Kernel>,
    // What the kernel had counted when it was taken out.
    segments: Option<Segments>,
    // What requests ask for, and what is set. At first as the accept loop set it, or somebody since.
    wanted_nodelay: bool,
    nodelay: bool,
    // The throws that want it otherwise.
    delays: Vec<u64>,
    deaf: Vec<u64>,
    grave: Option<Box<dyn Buried>>,
}

impl Socket {
    pub(super) fn new(kernel: Option<Kernel>) -> Self {
        Self {
            kernel,
            segments: None,
            wanted_nodelay: true,
            nodelay: true,
            delays: Vec::new(),
            deaf: Vec::new(),
            grave: None,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.kernel.is_some()
    }

    pub(super) fn is_buried(&self) -> bool {
        self.grave.is_some()
    }

    pub(super) fn tcp_state(&self) -> Option<TcpState> {
        self.kernel.as_ref()?.tcp_state().ok()
    }

    /// What the kernel has counted, or had when the socket closed.
    pub(super) fn segments(&self) -> Option<Segments> {
        self.kernel.as_ref().map_or(self.segments, Kernel::segments)
    }

    pub(super) fn nodelay(&self) -> Option<bool> {
        self.kernel.as_ref()?.nodelay().ok()
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
        if let Some(kernel) = &self.kernel
            && self.deaf.is_empty()
        {
            kernel.deafen()?;
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
        if let Some(kernel) = &self.kernel {
            // It was attached, and the socket is open: there is nothing that could be refused.
            let _ = kernel.hear();
        }
        if let Some(buried) = self.grave.take() {
            self.take_out();
            buried.reset();
        }
    }

    /// Keeps it until whoever deafened it is healed.
    pub(super) fn bury<S: Sock>(&mut self, io: S) {
        if self.deaf.is_empty() {
            self.take_out();
            return io.reset();
        }
        self.grave = Some(Box::new(io));
    }

    pub(super) fn close(&mut self) {
        if self.grave.is_none() {
            self.take_out();
        }
    }

    fn take_out(&mut self) {
        if let Some(kernel) = self.kernel.take() {
            self.segments = kernel.segments();
        }
    }

    fn settle_nodelay(&mut self) {
        let on = self.wanted_nodelay && self.delays.is_empty();
        if self.nodelay != on
            && let Some(kernel) = &self.kernel
            && kernel.set_nodelay(on).is_ok()
        {
            self.nodelay = on;
        }
    }
}

impl std::fmt::Debug for Socket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Socket")
            .field("kernel", &self.kernel)
            .field("buried", &self.grave.is_some())
            .finish_non_exhaustive()
    }
}
