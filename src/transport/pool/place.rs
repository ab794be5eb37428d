//! What one reader holds of the pool: a seat that can be told something, and a place that is given back on drop.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;

use super::Pool;
use super::members::Key;
use crate::feed::{Bell, Cursor, Job, Reader};

/// How a reader reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transport) enum Kind {
    /// By one response after another, each with an end.
    Poll,
    /// By one that has none of its own.
    Stream,
}

/// What a reader that is inside is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transport) enum Notice {
    /// A newer reader of the same client has its place.
    Replaced {
        /// The transport of the newer one.
        by: &'static str,
    },
    /// The operator removed the client.
    Removed,
}

impl Notice {
    /// The type of the element that says it.
    pub(in crate::transport) fn name(self) -> &'static str {
        match self {
            Self::Replaced { .. } => "replaced",
            Self::Removed => "removed",
        }
    }
}

/// What the pool and a reader share.
#[derive(Debug)]
pub(in crate::transport) struct Seat {
    pub(super) kind: Kind,
    notice: OnceLock<Notice>,
    seq: AtomicU64,
    reads: OnceLock<(Weak<Job>, Bell)>,
}

/// A reader's place; given back on drop.
#[derive(Debug)]
pub(in crate::transport) struct Place {
    pool: Arc<Pool>,
    key: Key,
    seat: Arc<Seat>,
}

/// A response body that holds a place: whatever a transport makes of its answer, the place lives as long as that.
pub(in crate::transport) struct Placed {
    body: BoxBody,
    _place: Place,
}

impl Seat {
    pub(super) fn new(kind: Kind) -> Arc<Self> {
        Arc::new(Self { kind, notice: OnceLock::new(), seq: AtomicU64::new(0), reads: OnceLock::new() })
    }

    /// What it was told, if anything.
    pub(in crate::transport) fn notice(&self) -> Option<Notice> {
        self.notice.get().copied()
    }

    /// Its reader has everything up to `seq`.
    pub(in crate::transport) fn stands_at(&self, seq: u64) {
        self.seq.store(seq, Ordering::Relaxed);
    }

    /// Tells its reader something, and wakes it. The first thing told is what holds.
    pub(super) fn tell(&self, notice: Notice) {
        self.notice.get_or_init(|| notice);
        // Stored first, then rung; a reader registers and then looks.
        if let Some((_, bell)) = self.reads.get() {
            bell.ring();
        }
    }

    /// Where its reader stands, and how far that is from the head.
    pub(super) fn stands(&self) -> (Option<Cursor>, u64) {
        let seq = self.seq.load(Ordering::Relaxed);
        let Some(job) = self.reads.get().and_then(|(job, _)| job.upgrade()) else { return (None, 0) };
        (Some(Cursor { epoch: job.epoch(), seq }), job.extent().0.saturating_sub(seq))
    }
}

impl Place {
    pub(super) fn new(pool: Arc<Pool>, key: Key, seat: Arc<Seat>) -> Self {
        Self { pool, key, seat }
    }

    /// It is this reader's, who can be woken through it.
    pub(in crate::transport) fn reads(&self, reader: &Reader) {
        self.seat.stands_at(reader.cursor().seq);
        self.seat.reads.get_or_init(|| (Arc::downgrade(reader.job()), reader.bell()));
    }

    /// Its seat.
    pub(in crate::transport) fn seat(&self) -> &Arc<Seat> {
        &self.seat
    }

    /// The client's name.
    pub(in crate::transport) fn client(&self) -> &Arc<str> {
        &self.key.client
    }

    /// `body`, holding this place.
    pub(in crate::transport) fn hold(self, body: BoxBody) -> Placed {
        Placed { body, _place: self }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.pool.leave(&self.key, &self.seat);
    }
}

impl MessageBody for Placed {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
