//! The chunks of one wire as they cross the socket, for who listens: the latest of them, up to a bound.
//!
//! While nobody listens nothing is kept, and a chunk costs one look at the wire's flags.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::effect::Way;
use super::line::Line;

/// Bytes that crossed the socket in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Which way.
    pub way: Way,
    /// When.
    pub at: Instant,
    /// What.
    pub bytes: Bytes,
}

/// What a tape held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Bytes that there was no room for: all of them older than those of the chunks.
    pub missed: u64,
    /// In the order in which they crossed.
    pub chunks: Vec<Chunk>,
}

/// Listens to a wire until it is dropped.
#[derive(Debug)]
pub struct Tape {
    line: Arc<Line>,
    reel: Arc<Reel>,
}

/// Hears each piece at the moment in which it crosses, from a wire's first byte to its last. It is called by whoever moves the
/// bytes: it must be quick, and ask nothing of the wire but what [`Line::totals`] and [`Line::speech`] say.
pub trait Ear: std::fmt::Debug + Send + Sync {
    /// These have crossed in one piece.
    fn crossed(&self, way: Way, bytes: &[u8]);
}

/// Where the chunks are kept.
#[derive(Debug)]
pub(super) struct Reel {
    most: usize,
    kept: Mutex<Kept>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    chunks: VecDeque<Chunk>,
    bytes: usize,
    missed: u64,
}

impl Tape {
    pub(super) fn new(line: Arc<Line>, most: usize) -> Self {
        let reel = Reel { most, kept: Mutex::default(), news: Notify::new() };
        Self { line, reel: Arc::new(reel) }
    }

    pub(super) fn reel(&self) -> &Arc<Reel> {
        &self.reel
    }

    /// What has crossed since this was last asked.
    pub fn heard(&self) -> Heard {
        let mut kept = self.reel.kept();
        kept.bytes = 0;
        Heard { missed: std::mem::take(&mut kept.missed), chunks: kept.chunks.drain(..).collect() }
    }

    /// Waits until something has crossed since [`Self::heard`] was last asked.
    pub async fn news(&self) {
        loop {
            let news = self.reel.news.notified();
            if !self.reel.kept().chunks.is_empty() {
                return;
            }
            news.await;
        }
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        self.line.unreel(&self.reel);
    }
}

impl Reel {
    pub(super) fn record(&self, way: Way, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let mut kept = self.kept();
        kept.bytes += bytes.len();
        kept.chunks.push_back(Chunk { way, at: Instant::now(), bytes: Bytes::copy_from_slice(bytes) });
        while kept.bytes > self.most
            && let Some(oldest) = kept.chunks.pop_front()
        {
            kept.bytes -= oldest.bytes.len();
            kept.missed += oldest.bytes.len() as u64;
        }
        drop(kept);
        self.news.notify_one();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;
    use crate::wire::Wire;

    fn told(heard: &Heard) -> Vec<(Way, &[u8])> {
        heard.chunks.iter().map(|chunk| (chunk.way, &chunk.bytes[..])).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_tape_holds_the_chunks_in_order_with_their_times_and_says_what_it_had_no_room_for() {
        let (near, mut far) = duplex(64);
        let mut wire = Wire::new(near);
        wire.write_all(b"unheard").await.expect("written");
        let tape = wire.line().tape(8);
        let start = Instant::now();
        wire.write_all(b"abc").await.expect("written");
        tokio::time::advance(std::time::Duration::from_millis(7)).await;
        far.write_all(b"de").await.expect("written");
        wire.read_exact(&mut [0; 2]).await.expect("read");
        tape.news().await;
        let heard = tape.heard();
        assert_eq!((told(&heard), heard.missed), (vec![(Way::Down, &b"abc"[..]), (Way::Up, b"de")], 0));
        let times: Vec<_> = heard.chunks.iter().map(|chunk| (chunk.at - start).as_millis()).collect();
        assert_eq!(times, [0, 7]);
        for piece in [b"1234", b"5678", b"90ab"] {
            wire.write_all(piece).await.expect("written");
        }
        let heard = tape.heard();
        assert_eq!((told(&heard), heard.missed), (vec![(Way::Down, &b"5678"[..]), (Way::Down, b"90ab")], 4));
        assert_eq!(tape.heard(), Heard::default());
    }

    #[tokio::test]
    async fn nothing_is_kept_when_the_last_listener_has_gone() {
        let (near, _far) = duplex(64);
        let mut wire = Wire::new(near);
        let (one, other) = (wire.line().tape(9), wire.line().tape(9));
        drop(one);
        wire.write_all(b"abc").await.expect("written");
        assert_eq!(told(&other.heard()), [(Way::Down, &b"abc"[..])]);
        let reel = other.reel().clone();
        drop(other);
        wire.write_all(b"abc").await.expect("written");
        assert_eq!((reel.kept().bytes, wire.line().flags()), (0, 0));
    }
}
