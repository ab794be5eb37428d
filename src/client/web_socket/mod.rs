//! `WebSocket` as a page sees it (WHATWG `WebSockets` over RFC 6455): messages, `error`, and `close` with code and `wasClean`,
//! with a browser's departures where a [`Profile`] asks for them. It never reconnects; a lane does that over it.

mod handshake;
mod talk;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::connector::{Connector, Lines};
use super::http::Http;
use super::profile::Profile;
use super::url::Url;

/// How much is read ahead of who listens. (A browser's API has no bound at all.)
const AHEAD: usize = 64;

/// What a [`WebSocket`] is made with, beside its address.
#[derive(Clone, Debug)]
pub struct WebSocketInit {
    /// Which browser it is like.
    pub profile: Profile,
    /// The origin of the page that opens it; none sends no `Origin`.
    pub page: Option<String>,
    /// The subprotocols that are asked for.
    pub protocols: Vec<String>,
    /// Further request headers, such as cookies.
    pub headers: Vec<(String, String)>,
    /// Where `Sec-WebSocket-Key` and the masks come from.
    pub seed: u64,
    /// Bytes that a message may have.
    pub limit: usize,
}

impl Default for WebSocketInit {
    fn default() -> Self {
        Self {
            profile: Profile::standard(),
            page: None,
            protocols: Vec::new(),
            headers: Vec::new(),
            seed: 1,
            limit: 64 << 20,
        }
    }
}

/// What a `WebSocket` does. A page sees all but `Ping`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketHappening {
    /// `open`.
    Open {
        /// The subprotocol that the server chose; empty for none.
        protocol: String,
    },
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// The server has pinged and is answered.
    Ping {
        /// Bytes of the whole frame.
        bytes: usize,
    },
    /// `error`.
    Error {
        /// Why, which no page is told.
        cause: String,
    },
    /// `close`, the last thing that happens.
    Close {
        /// The code: the server's, 1005 where its Close had none, 1006 where none came.
        code: u16,
        /// The server's reason.
        reason: String,
        /// `wasClean`.
        was_clean: bool,
    },
}

/// `readyState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketState {
    /// The handshake is not over.
    Connecting = 0,
    /// Messages may go.
    Open = 1,
    /// A Close went out or came in.
    Closing = 2,
    /// Over.
    Closed = 3,
}

/// Why an order was not carried out, as the exceptions of the API have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SocketError {
    /// `close()` with a code that is neither 1000 nor 3000 to 4999.
    #[error("InvalidAccessError: wanted the code 1000 or one from 3000 to 4999 and found {0}")]
    InvalidAccess(u16),
    /// A reason of more than 123 bytes.
    #[error("SyntaxError: the reason has {0} bytes, more than 123")]
    Syntax(usize),
    /// `send()` before `open`.
    #[error("InvalidStateError: it is still connecting")]
    InvalidState,
}

/// What its task is asked to do.
#[derive(Debug)]
enum Order {
    Text(String),
    Binary(Vec<u8>),
    Close(Option<(u16, String)>),
    /// The page goes away: 1001, which no script can send.
    Leave,
}

/// A `WebSocket`. Dropping it drops its connection as it is.
#[derive(Debug)]
pub struct WebSocket {
    happenings: mpsc::Receiver<SocketHappening>,
    orders: mpsc::UnboundedSender<Order>,
    state: Arc<AtomicU8>,
    lines: Lines,
    /// Its task, to be ended with it; none of one that has left and says its last word.
    task: Option<JoinHandle<()>>,
}

impl WebSocket {
    /// Opens one. It begins to connect at once, as a task of the present runtime.
    pub fn open(connector: impl Connector, url: Url, init: WebSocketInit) -> Self {
        let lines = Lines::default();
        Self::over(Http::new(Arc::new(connector), lines.clone()), lines, url, init)
    }

    pub(super) fn over<C: Connector>(http: Http<C>, lines: Lines, url: Url, init: WebSocketInit) -> Self {
        let (tell, happenings) = mpsc::channel(AHEAD);
        let (orders, obeys) = mpsc::unbounded_channel();
        let state = Arc::new(AtomicU8::new(SocketState::Connecting as u8));
        let socket = talk::Socket::new(init, tell, obeys, state.clone());
        Self { happenings, orders, state, lines, task: Some(tokio::spawn(socket.run(http, url))) }
    }

    /// What happens next; `None` after its close.
    pub async fn next(&mut self) -> Option<SocketHappening> {
        self.happenings.recv().await
    }

    /// `readyState`, now; what happened before may not have been taken by [`next`](Self::next) yet.
    pub fn ready_state(&self) -> SocketState {
        match self.state.load(Ordering::Acquire) {
            0 => SocketState::Connecting,
            1 => SocketState::Open,
            2 => SocketState::Closing,
            _ => SocketState::Closed,
        }
    }

    /// Its connections: one at the most.
    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Sends a text message. After a close it is dropped silently, as the API has it.
    ///
    /// # Errors
    /// [`SocketError::InvalidState`].
    pub fn send_text(&self, text: &str) -> Result<(), SocketError> {
        self.send(Order::Text(text.to_owned()))
    }

    /// Sends a binary message.
    ///
    /// # Errors
    /// [`SocketError::InvalidState`].
    pub fn send_binary(&self, bytes: &[u8]) -> Result<(), SocketError> {
        self.send(Order::Binary(bytes.to_vec()))
    }

    /// `close(code, reason)`: begins the closing handshake; without a code the Close frame has none.
    ///
    /// # Errors
    /// [`SocketError::InvalidAccess`] or [`SocketError::Syntax`].
    pub fn close(&self, code: Option<u16>, reason: &str) -> Result<(), SocketError> {
        if let Some(code) = code
            && code != 1000
            && !(3000..=4999).contains(&code)
        {
            return Err(SocketError::InvalidAccess(code));
        }
        if reason.len() > 123 {
            return Err(SocketError::Syntax(reason.len()));
        }
        let said = code.or((!reason.is_empty()).then_some(1000)).map(|code| (code, reason.to_owned()));
        let _ = self.orders.send(Order::Close(said));
        Ok(())
    }

    /// The page goes away: the server is told 1001, and nothing happens here any more.
    pub fn leave(mut self) {
        self.happenings.close();
        let _ = self.orders.send(Order::Leave);
        self.task = None;
    }

    fn send(&self, order: Order) -> Result<(), SocketError> {
        if self.ready_state() == SocketState::Connecting {
            return Err(SocketError::InvalidState);
        }
        let _ = self.orders.send(order);
        Ok(())
    }
}

impl Drop for WebSocket {
    fn drop(&mut self) {
        // One whose close has been told has only good manners left, and ends by itself.
        if let Some(task) = self.task.as_ref().filter(|_| self.ready_state() != SocketState::Closed) {
            task.abort();
        }
    }
}
