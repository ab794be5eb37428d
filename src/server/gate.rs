//! The listener of one origin, which can be closed and opened at once by anybody on its thread.
//!
//! It listens while it is wished to and no throw refuses. Whoever keeps it closed is counted, so that of two the first to
//! be over does not open it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use tokio::time::sleep;

use super::ground::{Bound, Ground, Listening};
use crate::signal;
use crate::wire::ByteStream;

/// Between two tries to listen where somebody else does meanwhile.
const AGAIN: Duration = Duration::from_millis(200);

/// One listener.
pub(super) struct Gate {
    address: SocketAddr,
    ground: Ground,
    // Bound, and not yet with the thread that serves it.
    bound: RefCell<Option<Bound>>,
    listener: RefCell<Option<Listening>>,
    waker: RefCell<Option<Waker>>,
    wished: Cell<bool>,
    refusals: Cell<usize>,
    ended: Cell<bool>,
    listening: signal::Sender<bool>,
}

impl Gate {
    /// A gate that is open, and who is told whether it is.
    pub(super) fn new(address: SocketAddr, bound: Bound) -> (Self, signal::Receiver<bool>) {
        let (listening, told) = signal::channel(true);
        let gate = Self {
            address,
            ground: bound.ground(),
            bound: RefCell::new(Some(bound)),
            listener: RefCell::default(),
            waker: RefCell::default(),
            wished: Cell::new(true),
            refusals: Cell::new(0),
            ended: Cell::new(false),
            listening,
        };
        (gate, told)
    }

    /// Listens with the runtime of this thread.
    pub(super) fn begin(&self) {
        let bound = self.bound.borrow_mut().take();
        *self.listener.borrow_mut() = bound.and_then(|bound| bound.begin().ok());
    }

    /// Closes for good.
    pub(super) fn end(&self) {
        self.ended.set(true);
        self.close();
    }

    /// Whether it is to listen where no throw refuses.
    ///
    /// # Errors
    /// Why it cannot.
    pub(super) fn wish(&self, listening: bool) -> Result<(), String> {
        self.wished.set(listening);
        self.settle()
    }

    /// Closes it, for one throw.
    pub(super) fn refuse(&self) {
        self.refusals.set(self.refusals.get() + 1);
        self.close();
    }

    /// That throw is over. Where somebody else listens by now it is tried again and again.
    pub(super) fn admit(self: &Rc<Self>) {
        self.refusals.set(self.refusals.get().saturating_sub(1));
        let Err(reason) = self.settle() else { return };
        tracing::error!("cannot listen again: {reason}");
        let gate = self.clone();
        tokio::task::spawn_local(async move {
            while gate.settle().is_err() {
                sleep(AGAIN).await;
            }
        });
    }

    /// The next connection.
    pub(super) async fn accept(&self) -> io::Result<(ByteStream, SocketAddr)> {
        poll_fn(|cx| {
            *self.waker.borrow_mut() = Some(cx.waker().clone());
            match &*self.listener.borrow() {
                Some(listener) => listener.poll_accept(cx),
                None => Poll::Pending,
            }
        })
        .await
    }

    fn settle(&self) -> Result<(), String> {
        if !self.wished.get() || self.refusals.get() > 0 || self.ended.get() {
            self.close();
            return Ok(());
        }
        if self.listener.borrow().is_none() {
            *self.listener.borrow_mut() = Some(self.ground.listen(self.address)?);
            // Whoever waits for the next connection is to wait at this listener.
            self.waker.borrow_mut().take().into_iter().for_each(Waker::wake);
        }
        self.listening.set(true);
        Ok(())
    }

    fn close(&self) {
        *self.listener.borrow_mut() = None;
        self.listening.set(false);
    }
}
