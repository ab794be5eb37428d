//! `EventSource` as WHATWG HTML §9.2 has it, with a browser's departures where a [`Profile`] asks for them.

mod source;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::connector::{Connector, Lines};
use super::http::Http;
use super::profile::Profile;
use super::url::Url;

/// How much is read ahead of who listens.
const AHEAD: usize = 64;

/// `readyState` (HTML §9.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyState {
    /// Not connected, or to be connected again.
    Connecting = 0,
    /// Open.
    Open = 1,
    /// Given up, or closed by hand.
    Closed = 2,
}

/// What an [`EventSource`] is made with, beside its address.
#[derive(Clone, Debug)]
pub struct EventSourceInit {
    /// Which browser it is like.
    pub profile: Profile,
    /// The origin of the page that opens it, such as `http://example.org`; none means the origin it asks.
    pub page: Option<String>,
    /// `withCredentials`: what a server of another origin must allow by name then.
    pub with_credentials: bool,
    /// Further request headers, such as cookies.
    pub headers: Vec<(String, String)>,
    /// Bytes that a line or an event may have.
    pub limit: usize,
}

impl Default for EventSourceInit {
    fn default() -> Self {
        Self {
            profile: Profile::standard(),
            page: None,
            with_credentials: false,
            headers: Vec::new(),
            limit: 64 << 20,
        }
    }
}

/// What an `EventSource` does. A page sees `Open`, `Message` and `Error`; the rest is for who looks closer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A request goes out; a browser's silent repeats each are one.
    Requested {
        /// Whom it asks.
        url: Url,
        /// `Last-Event-ID`, if it has one.
        last_event_id: Option<String>,
    },
    /// A response has come, be it a redirect or a refusal.
    Responded {
        /// Its status.
        status: u16,
    },
    /// `open`.
    Open,
    /// An event.
    Message {
        /// Its type.
        kind: String,
        /// Its data.
        data: String,
        /// `lastEventId`.
        last_event_id: String,
        /// The origin of the address the response came from, after redirects.
        origin: String,
        /// Bytes of its block.
        bytes: usize,
    },
    /// A comment.
    Comment {
        /// What stands behind its colon.
        text: String,
    },
    /// `error`.
    Error {
        /// `readyState` as the event's listener finds it: `Connecting` will try again, `Closed` has given up.
        ready_state: ReadyState,
        /// Why, which no page is told.
        cause: String,
    },
}

/// An `EventSource`. Dropping it closes it.
#[derive(Debug)]
pub struct EventSource {
    happenings: mpsc::Receiver<Happening>,
    state: Arc<AtomicU8>,
    lines: Lines,
    task: JoinHandle<()>,
}

impl EventSource {
    /// Opens one. It begins to connect at once, as a task of the present runtime.
    pub fn open(connector: impl Connector, url: Url, init: EventSourceInit) -> Self {
        let lines = Lines::default();
        Self::over(Http::new(Arc::new(connector), lines.clone()), lines, url, init)
    }

    pub(super) fn over<C: Connector>(http: Http<C>, lines: Lines, url: Url, init: EventSourceInit) -> Self {
        let (tell, happenings) = mpsc::channel(AHEAD);
        let state = Arc::new(AtomicU8::new(ReadyState::Connecting as u8));
        let source = source::Source::new(http, url, init, state.clone(), tell);
        Self { happenings, state, lines, task: tokio::spawn(source.run()) }
    }

    /// What happens next; `None` when nothing will, for it is closed.
    pub async fn next(&mut self) -> Option<Happening> {
        self.happenings.recv().await
    }

    /// `readyState`, now; what happened before may not have been taken by [`next`](Self::next) yet.
    pub fn ready_state(&self) -> ReadyState {
        match self.state.load(Ordering::Acquire) {
            0 => ReadyState::Connecting,
            1 => ReadyState::Open,
            _ => ReadyState::Closed,
        }
    }

    /// Its connections.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Closes it. Nothing happens any more, not even an event.
    pub fn close(&mut self) {
        self.state.store(ReadyState::Closed as u8, Ordering::Release);
        self.task.abort();
        self.happenings.close();
        while self.happenings.try_recv().is_ok() {}
    }
}

impl Drop for EventSource {
    fn drop(&mut self) {
        self.task.abort();
    }
}
