//! The vigil over half-open connections: a peer that acknowledges nothing is given up.
//!
//! One rule for every stream, by the kernel's own account (`TCP_INFO`): bytes that stay unacknowledged for half of
//! `dead-after`, with no acknowledgement coming in, mean a dead peer. A heartbeat of at most a quarter of it puts bytes
//! on the line soon enough that the peer is freed within `dead-after` of falling silent. A peer that is merely slow
//! still acknowledges window probes and is left alone. One task looks after all lines: the streams themselves cannot,
//! for a stream whose buffers are full is not polled.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::line::Line;

/// The cause told of a line that was given up.
pub const DEAD: &str = "dead-after: nothing sent was acknowledged";

/// Looks after lines.
#[derive(Debug, Default)]
pub struct Vigil {
    watched: Mutex<Vec<Watched>>,
    news: Notify,
}

#[derive(Debug)]
struct Watched {
    line: Weak<Line>,
    dead_after: Duration,
    silent_since: Option<Instant>,
}

impl Vigil {
    /// Looks after `line` until it is dropped.
    pub fn watch(&self, line: &Arc<Line>, dead_after: Duration) {
        let watched = Watched { line: Arc::downgrade(line), dead_after, silent_since: None };
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).push(watched);
        self.news.notify_one();
    }

    /// The task that looks; it never ends by itself.
    pub async fn keep(&self) {
        loop {
            match self.look(Instant::now()) {
                Some(pause) => {
                    tokio::select! { () = sleep(pause) => (), () = self.news.notified() => () }
                }
                None => self.news.notified().await,
            }
        }
    }

    /// Looks at all lines once. Gives the time until the next look; `None` if there is nothing to look after.
    fn look(&self, now: Instant) -> Option<Duration> {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain_mut(|one| match one.line.upgrade() {
            Some(line) => one.look(&line, now),
            None => false,
        });
        let shortest = watched.iter().map(|one| one.dead_after).min()?;
        Some((shortest / 8).clamp(Duration::from_millis(10), Duration::from_secs(5)))
    }
}

impl Watched {
    /// Whether to go on watching.
    fn look(&mut self, line: &Line, now: Instant) -> bool {
        let Some(tcp) = line.tcp_state() else { return false };
        let since = match self.silent_since {
            _ if tcp.unacked == 0 => None,
            Some(since) if tcp.last_ack >= now - since => Some(since),
            _ => Some(now),
        };
        self.silent_since = since;
        if since.is_some_and(|since| now - since >= self.dead_after / 2) {
            line.reset(DEAD);
            return false;
        }
        true
    }
}
