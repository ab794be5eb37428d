//! What a fault does to one direction of one wire: a stage that takes bytes and gives them, later, fewer, or never.
//!
//! Stages stand in a chain (`chain.rs`); each is pure but for the time it is given, so it is tested without sockets.

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

/// What a stage has to give now.
#[derive(Debug, PartialEq, Eq)]
pub enum Given {
    /// These bytes, never none.
    Bytes(Bytes),
    /// Nothing before this instant, or before more bytes come or the fault is cleared.
    Nothing(Option<Instant>),
    /// The connection is to be ended now: what was given before is sent first, nothing after.
    Cut(Cut),
}

/// How a connection is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// By closing the socket in order (FIN).
    Fin,
    /// By RST, what is queued in the kernel being dropped.
    Rst,
}

/// One fault at work on one direction of one wire.
pub trait Effect: Debug + Send {
    /// How many bytes it takes now. Zero holds the sender back; it is asked again after each [`Self::give`].
    fn room(&self) -> usize;

    /// Takes bytes, at most as many as there was room for.
    fn take(&mut self, bytes: Bytes, now: Instant);

    /// Gives what is due.
    fn give(&mut self, now: Instant) -> Given;

    /// The fault is cleared: all it holds, to be passed on at once and in order. What it cannot make whole again it
    /// answers with a cut.
    fn heal(&mut self) -> (Vec<Bytes>, Option<Cut>);

    /// An event of `bytes` was handed over and is the last thing that was; for faults that count events.
    fn event(&mut self, _bytes: usize) {}
}
