//! What a fault does to one direction of one wire: a stage that takes bytes and gives them, later, fewer, or never.
//!
//! Stages stand in a chain (`chain.rs`); each is pure but for the time it is given, so it is tested without sockets.

use std::collections::VecDeque;
use std::fmt::Debug;

use bytes::Bytes;
use tokio::time::Instant;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Client to server.
    Up,
    /// Server to client.
    Down,
}

/// How a connection is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// By closing the socket in order (FIN).
    Fin,
    /// By RST, what is queued in the kernel being dropped.
    Rst,
}

/// The end that a fault makes of a connection, and the cause that is told of it.
pub type Ending = (Cut, &'static str);

/// What a stage has to give now.
#[derive(Debug, PartialEq, Eq)]
pub enum Given {
    /// These bytes, never none.
    Bytes(Bytes),
    /// Nothing before this instant, which is yet to come, or before more bytes come or the fault is cleared.
    Nothing(Option<Instant>),
    /// The connection is to be ended now: what was given before is sent first, nothing after.
    Cut(Ending),
}

/// What is being said on a wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Speech {
    /// Nothing: what goes down next is the head of a response.
    #[default]
    Heads,
    /// The body of a response that has no end of its own.
    Stream {
        /// Whether its head asks proxies not to hold it.
        unbuffered: bool,
    },
    /// WebSocket frames.
    Frames,
}

impl Speech {
    pub(super) fn to_bits(self) -> u8 {
        match self {
            Self::Heads => 0,
            Self::Stream { unbuffered: false } => 1,
            Self::Stream { unbuffered: true } => 2,
            Self::Frames => 3,
        }
    }

    pub(super) fn from_bits(bits: u8) -> Self {
        match bits {
            1 => Self::Stream { unbuffered: false },
            2 => Self::Stream { unbuffered: true },
            3 => Self::Frames,
            _ => Self::Heads,
        }
    }
}

/// Where a stage begins that goes down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// So many bytes were being passed on when it was put in. What follows them begins with a head, a chunk or a frame.
    pub ahead: usize,
    /// What is being said after those.
    pub speech: Speech,
}

/// An event that a transport has handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Its bytes.
    pub bytes: usize,
    /// How many bytes of the same response follow it.
    pub after: usize,
}

/// Whether the end of a direction, a FIN, gets through a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It does.
    Open,
    /// Not before this instant, which is yet to come, or before the fault is cleared.
    Shut(Option<Instant>),
}

/// One fault at work on one direction of one wire.
pub trait Effect: Debug + Send {
    /// It is put into a chain.
    fn start(&mut self, _start: Start, _now: Instant) {}

    /// How many bytes it takes now. Zero holds the sender back; it is asked again after each [`Self::give`], and at the
    /// instant that this names.
    fn room(&mut self, now: Instant) -> usize;

    /// Takes bytes, at least one and at most as many as there was room for.
    fn take(&mut self, bytes: Bytes, now: Instant);

    /// Gives what is due. Asked only when there is somebody to take it.
    fn give(&mut self, now: Instant) -> Given;

    /// Bytes that it has taken and will give.
    fn held(&self) -> usize;

    /// The fault is cleared: all it holds, to be passed on at once and in order. What it cannot make whole again it
    /// answers with a cut.
    fn heal(&mut self) -> (Vec<Bytes>, Option<Ending>);

    /// When it cuts, whoever takes and gives until then.
    fn deadline(&self) -> Option<(Instant, Ending)> {
        None
    }

    /// The end of the direction has come.
    fn end(&mut self, _now: Instant) {}

    /// Whether that passes. By default behind everything that is held.
    fn passage(&mut self, _now: Instant) -> Passage {
        if self.held() == 0 { Passage::Open } else { Passage::Shut(None) }
    }

    /// Since when it has kept back bytes that the kernel would have sent, in the place of a peer that is not there.
    fn withheld_since(&self) -> Option<Instant> {
        None
    }

    /// An event was handed over, and is the last one for now. Whether it is the last one altogether.
    fn event(&mut self, _handed: Handed) -> bool {
        false
    }

    /// After an event that is the last one altogether: what has been handed over ends when it has taken so many bytes more.
    fn handed_ends(&mut self, _in_bytes: usize) {}
}

/// Bytes in order, in the chunks that they came in.
#[derive(Debug, Default)]
pub struct Queue {
    chunks: VecDeque<Bytes>,
    bytes: usize,
}

impl Queue {
    /// Adds a chunk; an empty one is no chunk.
    pub fn push(&mut self, bytes: Bytes) {
        self.bytes += bytes.len();
        if !bytes.is_empty() {
            self.chunks.push_back(bytes);
        }
    }

    /// The next chunk, cut to at most so many bytes.
    pub fn pop(&mut self, most: usize) -> Option<Bytes> {
        let front = self.chunks.front_mut()?;
        if most == 0 {
            return None;
        }
        let chunk = front.split_to(most.min(front.len()));
        if front.is_empty() {
            self.chunks.pop_front();
        }
        self.bytes -= chunk.len();
        Some(chunk)
    }

    /// The next chunk, as given.
    pub fn given(&mut self, most: usize) -> Given {
        self.pop(most).map_or(Given::Nothing(None), Given::Bytes)
    }

    /// The next chunk as it stands.
    pub fn front(&self) -> Option<&Bytes> {
        self.chunks.front()
    }

    /// All of it.
    pub fn drain(&mut self) -> Vec<Bytes> {
        self.bytes = 0;
        self.chunks.drain(..).collect()
    }

    /// How many bytes.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }
}
