//! The bytes of the lanes' connections in the record, where that is asked for: each piece in the order in which it crossed, from the
//! first byte to the last (docs/reference/record.md, `bytes`).
//!
//! Bytes up are held until an answer begins, for whose they are is known only when their request has been read. The bench's own
//! origin is left out: its page and its API are nobody's feed, and the record itself goes down there.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::state::State;
use crate::pace::{Micros, now};
use crate::record::{Direction, Observation, Recorder, What};
use crate::wire::{Connection, Ear, Speech, Way};

/// How many bytes the record may hold. Once a piece has found no room none does, so that what is kept has its gaps at the end.
#[derive(Debug)]
pub(super) struct Budget {
    most: u64,
    kept: AtomicU64,
    is_spent: AtomicBool,
}

/// The bytes of one connection, if they are kept.
pub(super) struct Kept(Option<Arc<Scribe>>);

/// Writes the bytes of one connection down.
#[derive(Debug)]
struct Scribe {
    recorder: Recorder,
    budget: Arc<Budget>,
    connection: Weak<Connection>,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// Pieces that went up and whose request may not be read yet.
    up: Vec<(Micros, Vec<u8>)>,
    /// Bytes that there was no room for, up and down.
    missed: (u64, u64),
}

impl Budget {
    pub(super) fn new(most: u64) -> Self {
        Self { most, kept: AtomicU64::new(0), is_spent: AtomicBool::new(false) }
    }

    fn takes(&self, bytes: usize) -> bool {
        if self.is_spent.load(Ordering::Relaxed) {
            return false;
        }
        let fits = self.kept.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64 <= self.most;
        if !fits {
            self.is_spent.store(true, Ordering::Relaxed);
        }
        fits
    }
}

impl Kept {
    /// Keeps the bytes of `connection` from now on, if it is a lane's and the record is to hold them.
    pub(super) fn begin(state: &State, connection: &Arc<Connection>) -> Self {
        let Some(budget) = state.bytes.as_ref().filter(|_| connection.origin() > 0) else {
            return Self(None);
        };
        let scribe = Arc::new(Scribe {
            recorder: state.context.recorder.clone(),
            budget: budget.clone(),
            connection: Arc::downgrade(connection),
            held: Mutex::default(),
        });
        connection.line().heard_by(scribe.clone());
        Self(Some(scribe))
    }

    /// Nothing more crosses: what was held is written, and how much is missing.
    pub(super) fn end(&self) {
        let Some(scribe) = &self.0 else { return };
        let mut held = scribe.held();
        scribe.write_held(&mut held);
        let (up, down) = std::mem::take(&mut held.missed);
        for (dir, missed) in [(Direction::Up, up), (Direction::Down, down)] {
            if missed > 0 {
                scribe.note(now(), What::Bytes { dir, bytes: String::new(), missed: Some(missed) });
            }
        }
        if up + down > 0 {
            let values = BTreeMap::from([("up".to_owned(), up.into()), ("down".to_owned(), down.into())]);
            let caveat = "bytes-not-kept".to_owned();
            scribe.note(now(), What::Caveat { caveat, values: Some::<BTreeMap<String, Value>>(values) });
        }
    }
}

impl Ear for Scribe {
    fn crossed(&self, way: Way, bytes: &[u8]) {
        if bytes.is_empty() || !self.recorder.is_on() {
            return;
        }
        let mut held = self.held();
        if !self.budget.takes(bytes.len()) {
            let missed = if way == Way::Up { &mut held.missed.0 } else { &mut held.missed.1 };
            *missed += bytes.len() as u64;
            return;
        }
        if way == Way::Up {
            held.up.push((now(), bytes.to_vec()));
            // Frames are of the request before them, which has been read.
            if !self.is_upgraded() {
                return;
            }
        }
        self.write_held(&mut held);
        if way == Way::Down {
            self.note_bytes(now(), Direction::Down, bytes);
        }
    }
}

impl Scribe {
    fn write_held(&self, held: &mut Held) {
        for (at, bytes) in held.up.drain(..) {
            self.note_bytes(at, Direction::Up, &bytes);
        }
    }

    fn note_bytes(&self, at: Micros, dir: Direction, bytes: &[u8]) {
        self.note(at, What::Bytes { dir, bytes: STANDARD.encode(bytes), missed: None });
    }

    fn note(&self, at: Micros, what: What) {
        let Some(connection) = self.connection.upgrade() else { return };
        let (lane, transport) = connection.current().unzip();
        self.recorder.note(|| Observation {
            at: at.millis(),
            lane: lane.map(|lane| lane.to_string()),
            transport: transport.flatten().map(str::to_owned),
            conn: Some(connection.number().to_string()),
            ..Observation::by_server(what)
        });
    }

    fn is_upgraded(&self) -> bool {
        self.connection.upgrade().is_some_and(|connection| connection.line().speech() == Speech::Frames)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
