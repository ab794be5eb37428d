//! The life of one socket after its handshake: messages both ways, and each way it can end (RFC 6455 §5 to §7).

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use fastrand::Rng;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::{Order, SocketHappening, SocketState, WebSocketInit, handshake};
use crate::client::connector::Connector;
use crate::client::http::{Http, Link};
use crate::client::profile::Complaint;
use crate::client::url::Url;
use crate::proto::websocket::{
    Assembler, Decoder, Frame, FrameError, Message, MessageError, Opcode, Sender, encode_frame,
};
use crate::wire::Wire;

/// What a server that broke a rule is still told before the connection is dropped may take as long as this.
const LAST_WORDS: Duration = Duration::from_secs(1);
const READ: usize = 64 * 1024;

/// What a Close frame said.
#[derive(Clone, Debug, Default)]
struct Said {
    code: u16,
    reason: String,
}

/// How it is over: whether `error` fires, and what `close` says.
struct End {
    error: Option<String>,
    close: Said,
    clean: bool,
}

/// A broken rule: why, and the code RFC 6455 has for it.
struct Broken(String, u16);

pub(super) struct Socket {
    init: WebSocketInit,
    rng: Rng,
    tell: mpsc::Sender<SocketHappening>,
    orders: mpsc::UnboundedReceiver<Order>,
    state: Arc<AtomicU8>,
    out: Vec<u8>,
    decoder: Decoder,
    assembler: Assembler,
    /// We have sent our Close.
    closing: bool,
    /// The server's Close.
    heard: Option<Said>,
    deadline: Option<Instant>,
    /// A page has been told that it is closed.
    told: bool,
}

impl Socket {
    pub(super) fn new(
        init: WebSocketInit,
        tell: mpsc::Sender<SocketHappening>,
        orders: mpsc::UnboundedReceiver<Order>,
        state: Arc<AtomicU8>,
    ) -> Self {
        let mut decoder = Decoder::new(Sender::Server, init.limit as u64);
        if init.profile.web_socket.takes_masked_frames {
            decoder = decoder.with_any_mask();
        }
        Self {
            rng: Rng::with_seed(init.seed),
            tell,
            orders,
            state,
            out: Vec::new(),
            decoder,
            assembler: Assembler::new(init.limit),
            closing: false,
            heard: None,
            deadline: None,
            told: false,
            init,
        }
    }

    pub(super) async fn run<C: Connector>(mut self, http: Http<C>, url: Url) {
        let end = match self.begin(&http, &url).await {
            Ok(link) => self.talk(link).await,
            Err(cause) => End::abnormal(Some(cause)),
        };
        self.over(end).await;
    }

    /// Says how it ended, once.
    async fn over(&mut self, end: End) {
        if std::mem::replace(&mut self.told, true) {
            return;
        }
        self.enter(SocketState::Closed);
        if let Some(cause) = end.error {
            self.say(SocketHappening::Error { cause }).await;
        }
        let Said { code, reason } = end.close;
        self.say(SocketHappening::Close { code, reason, was_clean: end.clean }).await;
    }

    async fn begin<C: Connector>(&mut self, http: &Http<C>, url: &Url) -> Result<Link<C::Stream>, String> {
        let mut key = [0; 16];
        self.rng.fill(&mut key);
        let (link, protocol) = tokio::select! {
            biased;
            shaken = handshake::shake(http, url, &self.init, key) => shaken?,
            // Nothing but a close can come before the handshake is over.
            _ = self.orders.recv() => return Err("closed before the connection was established".to_owned()),
        };
        self.enter(SocketState::Open);
        self.say(SocketHappening::Open { protocol }).await;
        Ok(link)
    }

    async fn talk<S>(&mut self, mut link: Link<S>) -> End
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + crate::wire::Sock + Unpin,
    {
        let come = std::mem::take(&mut link.buffer);
        let (mut reader, mut writer) = tokio::io::split(link.wire());
        let mut buffer = vec![0; READ];
        let mut end = self.take(&come, &mut reader).await;
        while end.is_none() {
            let wake = self.deadline.unwrap_or_else(Instant::now);
            tokio::select! {
                biased;
                written = writer.write(&self.out), if !self.out.is_empty() => match written {
                    Ok(count) => drop(self.out.drain(..count)),
                    // Reading tells how the connection ended.
                    Err(_) => self.out.clear(),
                },
                order = self.orders.recv(), if !self.closing => self.obey(order),
                () = sleep_until(wake), if self.deadline.is_some() => end = Some(self.late()),
                // The last, for a peer that never falls silent is not to keep the others from their turn.
                read = reader.read(&mut buffer) => end = match read {
                    Ok(count @ 1..) => self.take(&buffer[..count], &mut reader).await,
                    other => Some(self.gone(other.map(|_| ()))),
                },
            }
        }
        let _ = tokio::time::timeout(LAST_WORDS, self.last_words(&mut writer)).await;
        end.unwrap_or_else(|| End::abnormal(None))
    }

    async fn last_words<S>(&mut self, writer: &mut WriteHalf<&mut Wire<S>>) -> io::Result<()>
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + crate::wire::Sock + Unpin,
    {
        writer.write_all(&self.out).await?;
        writer.shutdown().await
    }

    /// What has come; some end, if it was the last.
    async fn take<S>(&mut self, bytes: &[u8], reader: &mut ReadHalf<&mut Wire<S>>) -> Option<End>
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + crate::wire::Sock + Unpin,
    {
        let mut frames = Vec::new();
        let decoded = self.decoder.decode(bytes, &mut frames);
        for frame in frames {
            let first_close = frame.opcode == Opcode::Close && self.heard.is_none();
            if let Err(broken) = self.frame(frame).await {
                return Some(self.fail(broken));
            }
            if first_close && let Some(said) = self.heard.clone() {
                let traits = &self.init.profile.web_socket;
                if traits.fin_with_close_is_unclean && ends_now(reader).await {
                    return Some(End { error: None, close: said, clean: false });
                }
                if traits.closes_at_close {
                    self.over(End { error: None, close: said, clean: true }).await;
                }
            }
        }
        // After the Close nothing counts any more.
        decoded.err().filter(|_| self.heard.is_none()).map(|error| self.fail(error.into()))
    }

    async fn frame(&mut self, frame: Frame) -> Result<(), Broken> {
        if self.heard.is_some() {
            let fails = self.init.profile.web_socket.frame_after_close_fails;
            return if fails { Err(Broken("a frame behind a Close".to_owned(), 1002)) } else { Ok(()) };
        }
        if frame.opcode == Opcode::Close {
            return self.closed(&frame.payload);
        }
        let bytes = frame.bytes;
        let happening = match self.assembler.push(frame)? {
            // WHATWG, "when a WebSocket message has been received" step 1: not in the state Closing.
            Some(Message::Text(_) | Message::Binary(_)) if self.closing => return Ok(()),
            Some(Message::Text(text)) => SocketHappening::Text(text),
            Some(Message::Binary(bytes)) => SocketHappening::Binary(bytes),
            Some(Message::Ping(payload)) => {
                self.queue(Opcode::Pong, &payload);
                SocketHappening::Ping { bytes }
            }
            _ => return Ok(()),
        };
        self.say(happening).await;
        Ok(())
    }

    /// The server's Close: answered, unless it is the answer. The codec refuses codes that must not be *sent*; a receiver is
    /// told of some of them.
    fn closed(&mut self, payload: &[u8]) -> Result<(), Broken> {
        let said = match payload.split_first_chunk::<2>() {
            None if payload.is_empty() => Said { code: 1005, reason: String::new() },
            None if self.init.profile.web_socket.takes_half_codes => {
                Said { code: 1005, reason: String::new() }
            }
            None => return Err(Broken("a close payload of one byte".to_owned(), 1002)),
            Some((code, reason)) => {
                let code = u16::from_be_bytes(*code);
                if self.init.profile.web_socket.refused_codes.contains(&code) {
                    return Err(Broken(format!("the close code {code}"), 1002));
                }
                let text = String::from_utf8(reason.to_vec());
                let reason = text.map_err(|_| Broken("a close reason that is not UTF-8".to_owned(), 1007))?;
                Said { code, reason }
            }
        };
        if !self.closing {
            self.closing = true;
            // Also a code that should not be goes back as it came; these never stand in a frame.
            let echo = if matches!(said.code, 1005 | 1006 | 1015) { Vec::new() } else { payload.to_vec() };
            self.queue(Opcode::Close, &echo);
        }
        self.heard = Some(said);
        self.enter(SocketState::Closing);
        // To end the connection is the server's part (§7.1.1).
        self.deadline = Some(Instant::now() + self.init.profile.web_socket.linger);
        Ok(())
    }

    fn obey(&mut self, order: Option<Order>) {
        let said = match order {
            Some(Order::Text(text)) => return self.queue(Opcode::Text, text.as_bytes()),
            Some(Order::Binary(bytes)) => return self.queue(Opcode::Binary, &bytes),
            Some(Order::Close(said)) => said,
            Some(Order::Leave) => {
                // Nobody waits for the answer.
                self.deadline = Some(Instant::now());
                Some((1001, String::new()))
            }
            // The task is aborted with the last handle, but for who has left.
            None => None,
        };
        let mut payload = Vec::new();
        if let Some((code, reason)) = said {
            payload = [&code.to_be_bytes()[..], reason.as_bytes()].concat();
        }
        self.closing = true;
        self.enter(SocketState::Closing);
        self.queue(Opcode::Close, &payload);
        self.deadline = self.deadline.or(Some(Instant::now() + self.init.profile.web_socket.close_timeout));
    }

    /// The connection has ended, in order or not.
    fn gone(&self, how: io::Result<()>) -> End {
        let traits = &self.init.profile.web_socket;
        if let Some(said) = &self.heard {
            return End { error: None, close: said.clone(), clean: how.is_ok() };
        }
        let (fires, cause) = match how {
            Ok(()) => (traits.error_at_fin, "ended without a Close".to_owned()),
            Err(error) => (traits.error_at_reset, error.kind().to_string()),
        };
        End::abnormal(fires.then_some(cause))
    }

    /// Who should have ended the connection did not in time.
    fn late(&mut self) -> End {
        if let Some(said) = self.heard.take() {
            return End { error: None, close: said, clean: true };
        }
        let fires = self.init.profile.web_socket.error_at_close_timeout;
        End::abnormal(fires.then(|| "the Close was not answered".to_owned()))
    }

    /// "Fail the WebSocket connection" (§7.1.7).
    fn fail(&mut self, Broken(cause, code): Broken) -> End {
        let told = match self.init.profile.web_socket.complaint {
            Complaint::None => None,
            Complaint::ProtocolError if code != 1009 => Some(1002),
            _ => Some(code),
        };
        if let Some(code) = told.filter(|_| !self.closing) {
            self.queue(Opcode::Close, &u16::to_be_bytes(code));
        }
        End::abnormal(Some(cause))
    }

    fn queue(&mut self, opcode: Opcode, payload: &[u8]) {
        let mut mask = [0; 4];
        self.rng.fill(&mut mask);
        self.out.extend_from_slice(&encode_frame(opcode, true, payload, Some(mask)));
    }

    fn enter(&self, state: SocketState) {
        self.state.store(state as u8, Ordering::Release);
    }

    async fn say(&self, happening: SocketHappening) {
        let _ = self.tell.send(happening).await;
    }
}

/// Whether the stream has ended already, without waiting for it.
async fn ends_now(reader: &mut (impl tokio::io::AsyncRead + Unpin)) -> bool {
    let mut byte = [0];
    tokio::select! {
        biased;
        read = reader.read(&mut byte) => matches!(read, Ok(0)),
        () = std::future::ready(()) => false,
    }
}

impl End {
    /// 1006: no Close has come.
    fn abnormal(error: Option<String>) -> Self {
        Self { error, close: Said { code: 1006, reason: String::new() }, clean: false }
    }
}

impl From<FrameError> for Broken {
    fn from(error: FrameError) -> Self {
        Self(error.to_string(), error.close_code())
    }
}

impl From<MessageError> for Broken {
    fn from(error: MessageError) -> Self {
        let code = match error {
            MessageError::Utf8 => 1007,
            MessageError::TooLong { .. } => 1009,
            MessageError::Close(_) => 1002,
        };
        Self(error.to_string(), code)
    }
}
