//! The vigil over half-open connections: a peer that acknowledges nothing is given up.
//!
//! One rule for every stream, by the kernel's own account (`TCP_INFO`): bytes that stay unacknowledged for half of
//! `dead-after`, with no acknowledgement coming in, mean a dead peer. A heartbeat of at most a quarter of it puts bytes
//! on the line soon enough that the peer is freed within `dead-after` of falling silent. A peer that is merely slow
//! still acknowledges window probes and is left alone. One task looks after all lines: the streams themselves cannot,
//! for a stream whose buffers are full is not polled.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::line::Line;

/// The cause told of a line that was given up.
pub const DEAD: &str = "dead-after: nothing sent was acknowledged";

/// Looks after lines.
#[derive(Debug, Default)]
pub struct Vigil {
    inner: Mutex<Inner>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    watched: BTreeMap<u64, Watched>,
}

/// One stream's claim on the vigil; its line is looked after until this is dropped.
#[derive(Debug)]
pub struct Watch {
    vigil: Arc<Vigil>,
    id: u64,
}

#[derive(Debug)]
struct Watched {
    line: Arc<Line>,
    dead_after: Duration,
    silent_since: Option<Instant>,
}

impl Vigil {
    /// Looks after `line` until the claim is dropped.
    #[must_use]
    pub fn watch(self: &Arc<Self>, line: &Arc<Line>, dead_after: Duration) -> Watch {
        let mut inner = self.lock();
        inner.next += 1;
        let id = inner.next;
        inner.watched.insert(id, Watched { line: line.clone(), dead_after, silent_since: None });
        drop(inner);
        self.news.notify_one();
        Watch { vigil: self.clone(), id }
    }

    /// The task that looks; it never ends by itself.
    pub async fn keep(&self) {
        loop {
            match self.look(Instant::now()) {
                Some(pause) => {
                    tokio::select! { biased; () = sleep(pause) => (), () = self.news.notified() => () }
                }
                None => self.news.notified().await,
            }
        }
    }

    /// Looks at all lines once. Gives the time until the next look; `None` if there is nothing to look after.
    fn look(&self, now: Instant) -> Option<Duration> {
        let mut inner = self.lock();
        inner.watched.retain(|_, one| one.look(now));
        let shortest = inner.watched.values().map(|one| one.dead_after).min()?;
        Some((shortest / 8).clamp(Duration::from_millis(10), Duration::from_secs(5)))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.vigil.lock().watched.remove(&self.id);
    }
}

impl Watched {
    /// Whether to go on watching.
    fn look(&mut self, now: Instant) -> bool {
        let Some(tcp) = self.line.tcp_state() else { return false };
        let since = match self.silent_since {
            _ if tcp.unacked == 0 => None,
            Some(since) if tcp.last_ack >= now - since => Some(since),
            _ => Some(now),
        };
        self.silent_since = since;
        if since.is_some_and(|since| now - since >= self.dead_after / 2) {
            self.line.reset(DEAD);
            return false;
        }
        true
    }
}
