//! The faults at work on one direction of a wire, one behind the other.
//!
//! Bytes go in at the front, from stage to stage as far as each has room, and come out at the back. A stage that is full
//! holds back the one before it, and the first one the sender. A stage that is taken out passes on what it holds: between
//! any two stages bytes may wait, so that none overtakes another.

use bytes::Bytes;
use tokio::time::Instant;

use super::effect::{Effect, Ending, Given, Handed, Passage, Queue, Start, Way};

/// What a wire takes at once.
pub(super) const CHUNK: usize = 64 << 10;

/// A direction.
#[derive(Debug)]
pub(super) struct Chain {
    way: Way,
    links: Vec<Link>,
    /// What has come out.
    pub out: Queue,
    ended: bool,
    // The link that ends the connection, once what has left it is out.
    ending: Option<(usize, Ending)>,
}

#[derive(Debug)]
struct Link {
    throw: u64,
    // Not yet taken, for want of room.
    waiting: Queue,
    effect: Box<dyn Effect>,
    // It means to end the connection at an event that has been handed over.
    closes: bool,
}

/// How far a chain has come.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// When to go on.
    pub due: Option<Instant>,
    /// The connection is to be ended now.
    pub ending: Option<Ending>,
}

impl Chain {
    pub(super) fn new(way: Way) -> Self {
        Self { way, links: Vec::new(), out: Queue::default(), ended: false, ending: None }
    }

    /// Puts a stage in, nearer to the peer than all others.
    pub(super) fn insert(&mut self, throw: u64, mut effect: Box<dyn Effect>, start: Start, now: Instant) {
        let ahead = start.ahead + self.held();
        effect.start(Start { ahead, ..start }, now);
        if self.ended {
            effect.end(now);
        }
        let link = Link { throw, waiting: Queue::default(), effect, closes: false };
        match self.way {
            Way::Down => self.links.push(link),
            Way::Up => {
                self.links.insert(0, link);
                self.ending = self.ending.map(|(at, ending)| (at + 1, ending));
            }
        }
    }

    /// Takes out what `throw` put in. Gives the end that comes of it.
    pub(super) fn heal(&mut self, throw: u64) -> Option<Ending> {
        let mut ending = None;
        while let Some(at) = self.links.iter().position(|link| link.throw == throw) {
            let mut link = self.links.remove(at);
            let (held, end) = link.effect.heal();
            ending = ending.or(end);
            let next = self.links.get_mut(at).map_or(&mut self.out, |next| &mut next.waiting);
            held.into_iter().chain(link.waiting.drain()).for_each(|bytes| next.push(bytes));
            self.ending = match self.ending {
                Some((ends, _)) if ends == at => None,
                Some((ends, end)) if ends > at => Some((ends - 1, end)),
                other => other,
            };
        }
        ending
    }

    /// Whether bytes pass as if it were not there.
    pub(super) fn is_idle(&self) -> bool {
        self.links.is_empty() && self.out.is_empty()
    }

    /// How much may be put in.
    pub(super) fn room(&mut self, now: Instant) -> usize {
        if self.ending.is_some() || self.ended { 0 } else { self.room_at(0, now) }
    }

    /// Puts bytes in, at most as many as there is room for.
    pub(super) fn take(&mut self, bytes: Bytes, now: Instant) {
        self.put(0, bytes, now);
    }

    /// The direction ends behind what has been put in.
    pub(super) fn end(&mut self, now: Instant) {
        if !std::mem::replace(&mut self.ended, true) {
            self.links.iter_mut().for_each(|link| link.effect.end(now));
        }
    }

    /// Whether the end is out.
    pub(super) fn end_is_out(&mut self, now: Instant) -> Passage {
        if !self.ended || !self.out.is_empty() {
            return Passage::Shut(None);
        }
        for link in &mut self.links {
            match link.effect.passage(now) {
                Passage::Open if link.waiting.is_empty() => {}
                Passage::Open => return Passage::Shut(None),
                shut @ Passage::Shut(_) => return shut,
            }
        }
        Passage::Open
    }

    /// Moves what is due as far as it goes. To be called again when `out` has been emptied.
    pub(super) fn pump(&mut self, now: Instant) -> Progress {
        loop {
            let (mut due, mut moved) = (None, false);
            for at in (0..self.links.len()).rev() {
                moved |= self.fill(at, now);
                moved |= self.pass(at, now, &mut due);
                if let Some((instant, ending)) = self.links[at].effect.deadline() {
                    if instant <= now {
                        return Progress { due, ending: Some(ending) };
                    }
                    due = earlier(due, Some(instant));
                }
            }
            if !moved {
                return Progress { due, ending: self.over() };
            }
        }
    }

    /// Bytes that went in and are not out.
    pub(super) fn held(&self) -> usize {
        self.links.iter().map(|link| link.waiting.len() + link.effect.held()).sum()
    }

    /// Since when a stage has kept back what the kernel would have sent.
    pub(super) fn withheld_since(&self) -> Option<Instant> {
        self.links.iter().filter_map(|link| link.effect.withheld_since()).min()
    }

    /// An event was handed over.
    pub(super) fn event(&mut self, handed: Handed) {
        self.links.iter_mut().for_each(|link| link.closes |= link.effect.event(handed));
    }

    /// Whether a stage means to end the connection at an event that was handed over.
    pub(super) fn closes(&self) -> bool {
        self.links.iter().any(|link| link.closes)
    }

    /// What has been handed over ends when so many bytes more have been put in.
    pub(super) fn handed_ends(&mut self, in_bytes: usize) {
        let mut ahead = in_bytes;
        for link in &mut self.links {
            ahead += link.waiting.len();
            link.effect.handed_ends(ahead);
            ahead += link.effect.held();
        }
    }

    fn room_at(&mut self, at: usize, now: Instant) -> usize {
        match self.links.get_mut(at) {
            Some(link) if link.waiting.is_empty() => link.effect.room(now).min(CHUNK),
            None if self.out.is_empty() => CHUNK,
            _ => 0,
        }
    }

    /// Puts bytes in front of a link, which takes as many as it has room for.
    fn put(&mut self, at: usize, bytes: Bytes, now: Instant) {
        match self.links.get_mut(at) {
            Some(link) => {
                link.waiting.push(bytes);
                self.fill(at, now);
            }
            None => self.out.push(bytes),
        }
    }

    /// Has a link take what waits for it.
    fn fill(&mut self, at: usize, now: Instant) -> bool {
        let Link { waiting, effect, .. } = &mut self.links[at];
        let mut moved = false;
        while !waiting.is_empty()
            && let Some(bytes) = waiting.pop(effect.room(now))
        {
            effect.take(bytes, now);
            moved = true;
        }
        moved
    }

    /// Has a link give what the next one has room for.
    fn pass(&mut self, at: usize, now: Instant, due: &mut Option<Instant>) -> bool {
        let mut moved = false;
        while self.ending.is_none_or(|(ends, _)| at > ends) && self.room_at(at + 1, now) > 0 {
            match self.links[at].effect.give(now) {
                Given::Bytes(bytes) => {
                    self.put(at + 1, bytes, now);
                    moved = true;
                }
                Given::Nothing(instant) => {
                    *due = earlier(*due, instant);
                    break;
                }
                Given::Cut(ending) => self.ending = Some((at, ending)),
            }
        }
        moved
    }

    /// The end that has been decided, once what was given before is out.
    fn over(&self) -> Option<Ending> {
        let (at, ending) = self.ending?;
        let later = &self.links[at + 1..];
        let is_out = later.iter().all(|link| link.waiting.is_empty() && link.effect.held() == 0);
        ((is_out && self.out.is_empty()) || self.way == Way::Up).then_some(ending)
    }
}

/// The earlier of two instants that may not be.
pub(super) fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
