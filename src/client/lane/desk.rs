//! Where a client's observations are written: who it is, where its reader stands, and by which clock.

use std::collections::HashMap;

use super::{Lane, Observer, Reader};
use crate::client::clock::Wall;
use crate::record::{Clock, Direction, Observation, VERSION, What};

/// Writes observations.
#[derive(Clone, Debug)]
pub(super) struct Pen {
    observer: Observer,
    lane: String,
    transport: &'static str,
    wall: Wall,
}

impl Pen {
    pub(super) fn now(&self) -> f64 {
        self.wall.now()
    }

    pub(super) fn note(&self, attempt: u32, at: f64, what: What) {
        self.observer.tell(Observation {
            v: VERSION,
            at,
            clock: Clock::Lane,
            lane: Some(self.lane.clone()),
            transport: Some(self.transport.to_owned()),
            conn: Some(format!("a{attempt}")),
            what,
            run: None,
        });
    }
}

/// A pen and the reader it is about.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) pen: Pen,
    pub(super) reader: Reader,
    pub(super) job: String,
    pub(super) client: String,
    pub(super) encoding: String,
    /// When each command went up, for the time its ack took.
    pub(super) asked: HashMap<String, f64>,
}

impl Desk {
    pub(super) fn new(lane: &Lane, transport: &'static str, reader: Reader, observer: Observer) -> Self {
        let pen = Pen { observer, lane: lane.name.clone(), transport, wall: lane.wall };
        Self {
            pen,
            reader,
            job: lane.job.clone(),
            client: lane.name.clone(),
            encoding: lane.settings.get("encoding").map_or("json", String::as_str).to_owned(),
            asked: HashMap::new(),
        }
    }

    pub(super) fn now(&self) -> f64 {
        self.pen.now()
    }

    pub(super) fn note(&self, what: What) {
        self.note_at(self.now(), what);
    }

    pub(super) fn note_at(&self, at: f64, what: What) {
        self.pen.note(self.reader.attempt, at, what);
    }

    /// One more connection is tried.
    pub(super) fn connecting(&mut self, url: String, cursor: Option<String>) {
        self.reader.attempt += 1;
        self.note(What::Connecting { attempt: self.reader.attempt, url, cursor });
    }

    pub(super) fn opened(&mut self, ready: Option<u8>) {
        self.opened_at(self.now(), ready);
    }

    pub(super) fn opened_at(&mut self, at: f64, ready: Option<u8>) {
        self.reader.opened = true;
        self.note_at(at, What::Opened { ready, origin: None, peer: None });
    }

    pub(super) fn failed(&self, cause: &str, ready: Option<u8>) {
        self.note(What::Failed { cause: cause.to_owned(), ready });
    }

    /// A connection is over, without a close code.
    pub(super) fn closed(&self, cause: &str, ready: Option<u8>) {
        self.note(What::Closed {
            cause: cause.to_owned(),
            ready,
            code: None,
            reason: None,
            clean: None,
            bytes_in: None,
            bytes_out: None,
            requests: None,
            segments: None,
        });
    }

    pub(super) fn waiting(&self, cause: &str, wait: Option<f64>, attempt: u32) {
        let cursor = self.reader.cursor.clone();
        self.note(What::Waiting { cause: cause.to_owned(), wait, attempt, cursor });
    }

    /// No room.
    pub(super) fn full(&self, retry: f64, status: Option<u16>, code: Option<u16>) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds to wait")]
        let retry = Some(retry as u64);
        self.note(What::Full { dir: Direction::Down, max: None, retry, status, code });
    }

    /// 204: there is no more.
    pub(super) fn stopped(&self) {
        let cause = (!self.reader.ended).then(|| "told to stop".to_owned());
        self.note(What::Stop { status: Some(204), code: None, cause });
    }

    /// What to ask for: who does not resume knows nothing of what it missed.
    pub(super) fn where_to_go_on(&self, resumes: bool) -> (String, Option<String>) {
        let known = self.reader.cursor.clone().filter(|_| resumes);
        let other = if self.reader.opened && !resumes { "latest" } else { "earliest" };
        (known.clone().unwrap_or_else(|| other.to_owned()), known)
    }

    /// Stands at a cursor that the server told. It never goes back in one log: answers may overtake each other.
    pub(super) fn stand(&mut self, cursor: &str) {
        let Some((epoch, seq)) = parse_cursor(cursor) else { return };
        let stands = self.reader.cursor.as_deref().and_then(parse_cursor);
        if stands.is_none_or(|(own, had)| own != epoch || seq >= had) {
            self.reader.cursor = Some(cursor.to_owned());
        }
        self.reader.epoch = Some(epoch.to_owned());
    }
}

/// `<epoch>.<seq>`.
pub(super) fn parse_cursor(text: &str) -> Option<(&str, u64)> {
    let (epoch, seq) = text.split_once('.')?;
    Some((epoch, seq.parse().ok()?))
}
