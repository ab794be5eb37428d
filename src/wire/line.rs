//! The shared handle of one wire: its meter, its fate, the faults at work on it, and a look at the kernel's view of it.

use std::sync::atomic::{AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Waker};

use atomic_waker::AtomicWaker;
use tokio::time::Instant;

use super::chains::Chains;
use super::count::Count;
use super::effect::{Cut, Effect, Handed, Speech, Start, Way};
use super::sock::{Kernel, Segments, Sock, TcpState};
use super::socket::Socket;
use super::tape::{Ear, Reel, Tape};

/// Flags of a wire. None of them is up while nothing is done to it, and its bytes take the short way.
pub(super) mod flag {
    /// The reading side ends as if the peer had closed, so the server above lets go in good order.
    pub const ENDED: u32 = 1;
    /// The socket is closed at once, in order: the peer gets what was written, and a FIN.
    pub const CUT: u32 = 2;
    /// It is reset at once, whatever is queued.
    pub const RESET: u32 = 4;
    /// There are stages, or bytes of those that were.
    pub const STAGED: u32 = 8;
    /// Somebody listens to the chunks.
    pub const TAPED: u32 = 16;
    /// A response is open behind which only so much may pile up.
    pub const BOUNDED: u32 = 32;
    /// The last event has been handed over, and the connection will end at it.
    pub const CLOSING: u32 = 64;
    /// The peer is not to hear of the connection's end.
    pub const BURIED: u32 = 128;
    /// Whoever was known to wait has been woken, and must be known anew.
    pub const WOKEN: u32 = 256;
    /// Any of those by which bytes do not simply pass.
    pub const DONE_TO: u32 = ENDED | CUT | RESET | STAGED | BURIED | WOKEN;
}

/// The cause told of a line on which more was sent.
pub const PILED_UP: &str = "more than 64 KiB were sent behind an open response";

/// The handle of one wire.
#[derive(Debug)]
pub struct Line {
    count: Count,
    flags: AtomicU32,
    reader: AtomicWaker,
    writer: AtomicWaker,
    socket: Mutex<Socket>,
    cause: OnceLock<&'static str>,
    speech: AtomicU8,
    // What the server has ready and the wire has not taken. A server gives heads, chunks and frames whole, so behind it
    // one of these begins.
    backlog: AtomicUsize,
    chains: Mutex<Option<Box<Chains>>>,
    reels: Mutex<Vec<Arc<Reel>>>,
    ear: OnceLock<Arc<dyn Ear>>,
}

/// A response without an end of its own is open until this is dropped.
#[derive(Debug)]
pub struct OpenResponse(Arc<Line>);

impl Line {
    pub(super) fn new(kernel: Option<Kernel>) -> Self {
        Self {
            count: Count::default(),
            flags: AtomicU32::new(0),
            reader: AtomicWaker::new(),
            writer: AtomicWaker::new(),
            socket: Mutex::new(Socket::new(kernel)),
            cause: OnceLock::new(),
            speech: AtomicU8::new(Speech::Heads.to_bits()),
            backlog: AtomicUsize::new(0),
            chains: Mutex::new(None),
            reels: Mutex::default(),
            ear: OnceLock::new(),
        }
    }

    /// Bytes read from and written to the socket so far: client to server, server to client.
    pub fn totals(&self) -> (u64, u64) {
        self.count.totals()
    }

    /// Bytes read that are surely of no later request than the one that is being answered.
    pub(super) fn answered(&self) -> u64 {
        if self.speech() == Speech::Frames { self.totals().0 } else { self.count.answered() }
    }

    /// Lets the reading side end, as if the peer had closed. The first cause told is kept.
    pub fn end(&self, cause: &'static str) {
        self.doom(flag::ENDED, cause);
    }

    /// Resets the connection: the peer gets a RST, what is queued is dropped. The first cause told is kept.
    pub fn reset(&self, cause: &'static str) {
        self.doom(flag::RESET, cause);
    }

    /// Cuts the connection now: by a RST, or by closing the socket in order whatever was being said.
    pub fn cut(&self, how: Cut, cause: &'static str) {
        self.doom(if how == Cut::Rst { flag::RESET } else { flag::CUT }, cause);
    }

    /// Why it was ended or reset from here; `None` if it was not.
    pub fn cause(&self) -> Option<&'static str> {
        self.cause.get().copied()
    }

    /// Puts a stage in, nearer to the peer than those that are there. Called between two polls of the wire, so that no byte
    /// that comes later gets past it.
    pub fn strike(&self, throw: u64, way: Way, effect: Box<dyn Effect>) {
        let start = Start { ahead: self.backlog.load(Ordering::Relaxed), speech: self.speech() };
        let mut chains = self.chains();
        let chain = chains.get_or_insert_default().way(way);
        let start = if way == Way::Down { start } else { Start::default() };
        chain.insert(throw, effect, start, Instant::now());
        self.raise(flag::STAGED);
        drop(chains);
        self.wake();
    }

    /// Takes back whatever `throw` has done to it that can be taken back: its stages, its filter, its Nagle.
    pub fn heal(&self, throw: u64) {
        self.socket().heal(throw, || self.lower(flag::BURIED));
        let mut kept = None;
        let mut chains = self.chains();
        if let Some(chains) = chains.as_mut() {
            if let Some((how, cause)) = chains.heal(throw) {
                self.cut(how, cause);
            }
            if !chains.down.closes() {
                self.lower(flag::CLOSING);
                kept = chains.kept_waiting.take();
            }
        }
        drop(chains);
        self.wake();
        kept.into_iter().for_each(Waker::wake);
    }

    /// Drops whatever the peer sends before the kernel acknowledges it, and keeps the end of the connection from the peer,
    /// until `throw` is healed. A byte stream without a socket has nothing to filter.
    ///
    /// # Errors
    /// The system does not allow the filter (`CAP_NET_ADMIN`); then nothing is done.
    pub fn deafen(&self, throw: u64) -> std::io::Result<()> {
        self.socket().deafen(throw)?;
        self.raise(flag::BURIED);
        Ok(())
    }

    /// Whether the connection is over and its peer is not to hear of it before [`Self::heal`].
    pub fn is_buried(&self) -> bool {
        self.socket().is_buried()
    }

    /// Whether there is a socket beneath, of the system or simulated.
    pub fn has_socket(&self) -> bool {
        self.socket().is_open()
    }

    /// Has the kernel let small writes wait (Nagle, RFC 896), whatever requests ask for, until `throw` is healed.
    pub fn delay(&self, throw: u64) {
        self.socket().delay(throw);
    }

    /// What the kernel knows of the peer; `None` without a TCP socket or after it closed. Bytes that are withheld in the
    /// place of a peer that is not there count as sent.
    pub fn tcp_state(&self) -> Option<TcpState> {
        let state = self.socket().tcp_state()?;
        let withheld = || self.chains().as_ref().and_then(|chains| chains.down.withheld_since());
        if self.flags() & flag::STAGED != 0
            && let Some(since) = withheld()
        {
            let silent = state.last_ack.max(since.elapsed());
            return Some(TcpState { unacked: state.unacked + 1, last_ack: silent, ..state });
        }
        Some(state)
    }

    /// What the kernel counted, until now or its end; `None` where nothing counts.
    pub fn segments(&self) -> Option<Segments> {
        self.socket().segments()
    }

    /// Has the kernel send small writes at once, or lets it wait for the acknowledgement of the last (Nagle, RFC 896). A
    /// connection that nobody asks this of has it on.
    pub fn set_nodelay(&self, on: bool) {
        self.socket().set_nodelay(on);
    }

    /// Whether small writes are sent at once, as the kernel says; `None` without a TCP socket.
    pub fn nodelay(&self) -> Option<bool> {
        self.socket().nodelay()
    }

    /// An event was handed over and is the last thing that was, but for so many bytes of the same response.
    pub fn handed(&self, bytes: usize, after: usize) {
        if self.flags() & flag::STAGED == 0 {
            return;
        }
        if let Some(chains) = self.chains().as_mut()
            && !chains.down.closes()
        {
            chains.down.event(Handed { bytes, after });
            if chains.down.closes() {
                chains.unmarked = true;
                self.raise(flag::CLOSING);
            }
        }
    }

    /// Whether the last event has been handed over: the connection will end at it.
    pub fn is_closing(&self) -> bool {
        self.flags() & flag::CLOSING != 0
    }

    /// The same; if it is, `cx` is woken when that is taken back. Who hands over need not be the task that polls the wire.
    pub fn waits_closing(&self, cx: &Context<'_>) -> bool {
        if !self.is_closing() {
            return false;
        }
        // Under the lock under which it is taken back.
        let mut chains = self.chains();
        if let Some(chains) = chains.as_mut().filter(|_| self.is_closing()) {
            chains.kept_waiting = Some(cx.waker().clone());
        }
        self.is_closing()
    }

    /// What is being said on it.
    pub fn speech(&self) -> Speech {
        Speech::from_bits(self.speech.load(Ordering::Relaxed))
    }

    /// WebSocket frames follow.
    pub fn upgraded(&self) {
        self.speech.store(Speech::Frames.to_bits(), Ordering::Relaxed);
    }

    /// A response is open from here on that has no end of its own, or is held; `speech` is what goes down meanwhile. Who
    /// sends on and on behind it is reset: the server above reads all of it, and never looks at it.
    #[must_use]
    pub fn open_response(self: &Arc<Self>, speech: Speech) -> OpenResponse {
        self.speech.store(speech.to_bits(), Ordering::Relaxed);
        self.count.bound();
        self.raise(flag::BOUNDED);
        OpenResponse(self.clone())
    }

    /// Listens to the chunks as they cross the socket, keeping the latest of them, up to `most` bytes.
    pub fn tape(self: &Arc<Self>, most: usize) -> Tape {
        let tape = Tape::new(self.clone(), most);
        self.reels().push(tape.reel().clone());
        self.raise(flag::TAPED);
        tape
    }

    /// Has `ear` hear all that crosses from now on. Only the first is heard.
    pub fn heard_by(&self, ear: Arc<dyn Ear>) {
        if self.ear.set(ear).is_ok() {
            self.raise(flag::TAPED);
        }
    }

    pub(super) fn unreel(&self, reel: &Arc<Reel>) {
        let mut reels = self.reels();
        reels.retain(|other| !Arc::ptr_eq(other, reel));
        if reels.is_empty() && self.ear.get().is_none() {
            self.lower(flag::TAPED);
        }
    }

    #[inline]
    pub(super) fn flags(&self) -> u32 {
        self.flags.load(Ordering::Acquire)
    }

    /// Has `cx` woken for the reading side; gives the flags.
    pub(super) fn reading(&self, cx: &Context<'_>) -> u32 {
        // Before it is known: woken meanwhile, it is woken again.
        self.lower(flag::WOKEN);
        self.reader.register(cx.waker());
        self.flags()
    }

    /// Has `cx` woken for the writing side; gives the flags.
    pub(super) fn writing(&self, cx: &Context<'_>) -> u32 {
        self.writer.register(cx.waker());
        self.flags()
    }

    /// Has `cx` woken for the writing side, which waits for the socket; at once if something was done meanwhile.
    #[cold]
    pub(super) fn waits_to_write(&self, cx: &Context<'_>) {
        if self.writing(cx) & flag::DONE_TO != 0 {
            cx.waker().wake_by_ref();
        }
    }

    pub(super) fn count_in(&self, bytes: &[u8]) {
        self.count.came_in(bytes.len());
        let flags = self.flags();
        if flags & (flag::TAPED | flag::BOUNDED) == 0 {
            return;
        }
        if flags & flag::TAPED != 0 {
            self.record(Way::Up, bytes);
        }
        if flags & flag::BOUNDED != 0 && self.count.is_piled_up() {
            self.reset(PILED_UP);
        }
    }

    #[inline]
    pub(super) fn count_out(&self, bytes: &[u8]) {
        self.count.went_out(bytes.len());
        if self.flags() & flag::TAPED != 0 {
            self.record(Way::Down, bytes);
        }
    }

    /// So many bytes went out in pieces, and nobody listens.
    pub(super) fn count_out_many(&self, bytes: usize) {
        self.count.went_out(bytes);
    }

    /// The server has so much more ready than has been taken.
    #[inline]
    pub(super) fn leaves(&self, backlog: usize) {
        self.backlog.store(backlog, Ordering::Relaxed);
    }

    pub(super) fn chains(&self) -> MutexGuard<'_, Option<Box<Chains>>> {
        self.chains.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There are no stages any more, and no bytes of any.
    pub(super) fn unstaged(&self, chains: &mut Option<Box<Chains>>) {
        *chains = None;
        self.lower(flag::STAGED);
    }

    /// Keeps a socket whose end the peer is not to hear of.
    pub(super) fn bury<S: Sock>(&self, io: S) {
        self.socket().bury(io);
    }

    pub(super) fn close_socket(&self) {
        self.socket().close();
    }

    #[cold]
    fn record(&self, way: Way, bytes: &[u8]) {
        self.ear.get().into_iter().for_each(|ear| ear.crossed(way, bytes));
        self.reels().iter().for_each(|reel| reel.record(way, bytes));
    }

    fn socket(&self) -> MutexGuard<'_, Socket> {
        self.socket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reels(&self) -> MutexGuard<'_, Vec<Arc<Reel>>> {
        self.reels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn raise(&self, flag: u32) {
        self.flags.fetch_or(flag, Ordering::AcqRel);
    }

    fn lower(&self, flag: u32) {
        self.flags.fetch_and(!flag, Ordering::AcqRel);
    }

    fn wake(&self) {
        // Before, so that a poll that begins now makes itself known; and after, for one that did so and was woken here.
        self.raise(flag::WOKEN);
        self.reader.wake();
        self.writer.wake();
        self.raise(flag::WOKEN);
    }

    fn doom(&self, fate: u32, cause: &'static str) {
        self.cause.get_or_init(|| cause);
        self.raise(fate);
        self.wake();
    }
}

impl Drop for OpenResponse {
    fn drop(&mut self) {
        self.0.lower(flag::BOUNDED);
        self.0.speech.store(Speech::Heads.to_bits(), Ordering::Relaxed);
    }
}
