//! What the body that sends and the task that listens tell each other. Both live on one thread.

use std::cell::RefCell;
use std::task::{Context, Waker};

use crate::transport::pool::{Away, Notice};

/// A Close frame to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Close {
    /// The code.
    pub code: u16,
    /// At most 123 bytes.
    pub reason: String,
    /// Whether the peer's own Close has come: then the TCP connection may end at once (RFC 6455 §7.1.1).
    pub answered: bool,
}

/// Shared by the two.
#[derive(Debug, Default)]
pub(super) struct Talk {
    close: RefCell<Option<Close>>,
    waker: RefCell<Option<Waker>>,
}

impl Close {
    /// For this reason, of at most 123 bytes.
    pub(super) fn because(code: u16, reason: &str) -> Self {
        Self { code, reason: reason.to_owned(), answered: false }
    }

    /// The feed has ended and the reader has all of it.
    pub(super) fn ended() -> Self {
        Self::because(1000, "the job has ended")
    }

    /// The reader is to stay away.
    pub(super) fn away(notice: Notice) -> Self {
        match notice {
            Notice::Replaced { by } => {
                Self::because(4409, &format!("a newer reader of this client, by {by}, has its place"))
            }
            Notice::Removed => Self::because(4410, "the operator removed this client"),
        }
    }

    /// There is no room, or this reader is not to come back.
    pub(super) fn outside(away: Away, retry: u64) -> Self {
        match away {
            Away::Full { .. } => Self::because(1013, &format!("try again in {retry} ms")),
            Away::TakenOver => {
                Self::because(4409, "this client was taken over too often: another reader stays")
            }
            Away::Removed => Self::away(Notice::Removed),
        }
    }

    /// The token has expired: 4000 and the HTTP status of who comes with one that has.
    pub(super) fn expired() -> Self {
        Self::because(4401, "the token has expired")
    }

    /// The server stops.
    pub(super) fn stopping() -> Self {
        Self::because(1001, "the server is stopping")
    }
}

impl Talk {
    /// Asks the body to send a Close. The first one asked for is the one that is sent.
    pub(super) fn close(&self, close: Close) {
        self.close.borrow_mut().get_or_insert(close);
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }

    /// The Close to send, given once.
    pub(super) fn take(&self, cx: &Context<'_>) -> Option<Close> {
        let close = self.close.borrow_mut().take();
        if close.is_none() {
            self.waker.borrow_mut().get_or_insert_with(|| cx.waker().clone()).clone_from(cx.waker());
        }
        close
    }
}
