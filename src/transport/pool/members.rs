//! The logic of the pool, given the time: who comes in, who stays outside, who is kept a while, whose name must wait.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Client;
use super::member::{Coming, Member};
use super::place::{Kind, Seat};

/// How long a poller is a client after its last answer.
const LINGER: Duration = Duration::from_secs(15);
/// How long the name of a client that was removed is told to stop.
const STAY_AWAY: Duration = Duration::from_secs(60);

/// A client's name on a job.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub job: Arc<str>,
    pub client: Arc<str>,
}

/// Why a reader must stay outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::transport) enum Away {
    /// There are as many clients as may be.
    Full {
        /// That many.
        max: usize,
    },
    /// Its client has been taken over too often of late; the one inside stays.
    TakenOver,
    /// The operator removed its client.
    Removed,
}

/// All clients.
#[derive(Debug)]
pub(super) struct Members {
    max: usize,
    made: u64,
    by_key: HashMap<Key, Member>,
    // When to look at those that have no open request: one entry a member, looked at again if it has polled since.
    expiring: BinaryHeap<Reverse<(Instant, u64, Key)>>,
    // Those that are called after their connection.
    nameless: HashMap<u64, Vec<Key>>,
    removed: HashMap<Key, Instant>,
    removals: VecDeque<(Instant, Key)>,
}

impl Away {
    /// In a word, for the log.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Full { .. } => "full",
            Self::TakenOver => "taken over too often",
            Self::Removed => "removed",
        }
    }
}

impl Key {
    pub(super) fn new(job: &str, client: &str) -> Self {
        Self { job: job.into(), client: client.into() }
    }
}

type Admitted = Result<(Arc<Seat>, Vec<Arc<Seat>>), Away>;

impl Members {
    pub(super) fn new(max: usize) -> Self {
        Self {
            max,
            made: 0,
            by_key: HashMap::new(),
            expiring: BinaryHeap::new(),
            nameless: HashMap::new(),
            removed: HashMap::new(),
            removals: VecDeque::new(),
        }
    }

    pub(super) fn set_max(&mut self, max: usize) {
        self.max = max;
    }

    pub(super) fn max(&self) -> usize {
        self.max
    }

    pub(super) fn count(&mut self, now: Instant) -> usize {
        self.expire(now);
        self.by_key.len()
    }

    pub(super) fn clients(&mut self, now: Instant) -> Vec<Client> {
        self.expire(now);
        self.by_key.iter().map(|(key, member)| member.told(key)).collect()
    }

    /// Gives the newcomer's seat, and those whose place it takes.
    pub(super) fn admit(&mut self, coming: Coming, now: Instant) -> Admitted {
        self.expire(now);
        if self.removed.contains_key(&coming.key) {
            return Err(Away::Removed);
        }
        if let Some(member) = self.by_key.get_mut(&coming.key) {
            return member.again(coming, now).ok_or(Away::TakenOver);
        }
        if self.by_key.len() >= self.max {
            return Err(Away::Full { max: self.max });
        }
        self.made += 1;
        let key = coming.key.clone();
        if let Some(connection) = coming.nameless_on() {
            self.nameless.entry(connection).or_default().push(key.clone());
        }
        let (member, seat) = Member::new(self.made, coming);
        self.by_key.insert(key, member);
        Ok((seat, Vec::new()))
    }

    /// A reader has gone: a stream is a client no more, a poller is one for a while.
    pub(super) fn leave(&mut self, key: &Key, seat: &Arc<Seat>, now: Instant) {
        let Some(member) = self.by_key.get_mut(key) else { return };
        if member.gone(seat) != Some(true) {
            return;
        }
        if seat.kind == Kind::Stream {
            self.forget(key);
            return;
        }
        let until = now + LINGER;
        member.expires = Some(until);
        if !member.watched {
            member.watched = true;
            self.expiring.push(Reverse((until, member.id, key.clone())));
        }
    }

    /// Gives those who are to be told; `None` if it is not there.
    pub(super) fn remove(&mut self, key: &Key, now: Instant) -> Option<Vec<Arc<Seat>>> {
        self.expire(now);
        let member = self.forget(key)?;
        let until = now + STAY_AWAY;
        self.removed.insert(key.clone(), until);
        self.removals.push_back((until, key.clone()));
        Some(member.into_readers())
    }

    /// A connection has closed.
    pub(super) fn closed(&mut self, connection: u64) {
        for key in self.nameless.remove(&connection).unwrap_or_default() {
            self.by_key.remove(&key);
        }
    }

    fn forget(&mut self, key: &Key) -> Option<Member> {
        let member = self.by_key.remove(key)?;
        let number = key.client.strip_prefix('c').and_then(|number| number.parse().ok());
        if let Some(number) = number
            && let Some(keys) = self.nameless.get_mut(&number)
        {
            keys.retain(|known| known != key);
            if keys.is_empty() {
                self.nameless.remove(&number);
            }
        }
        Some(member)
    }

    /// Forgets pollers that have not come back, and lets removed names come back. Costs nothing while none is due.
    fn expire(&mut self, now: Instant) {
        while self.expiring.peek().is_some_and(|Reverse((due, ..))| *due <= now) {
            let Some(Reverse((_, id, key))) = self.expiring.pop() else { break };
            let Some(member) = self.by_key.get_mut(&key).filter(|member| member.id == id) else { continue };
            match member.expires {
                Some(due) if due > now => self.expiring.push(Reverse((due, id, key))),
                Some(_) => drop(self.forget(&key)),
                None => member.watched = false,
            }
        }
        while self.removals.front().is_some_and(|(until, _)| *until <= now) {
            let Some((_, key)) = self.removals.pop_front() else { break };
            if self.removed.get(&key).is_some_and(|until| *until <= now) {
                self.removed.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coming(client: &str, kind: Kind) -> Coming {
        let transport = if kind == Kind::Poll { "polling" } else { "sse" };
        Coming::new("job", Some(client), (transport, kind), None, None)
    }

    fn stream(members: &mut Members, client: &str, now: Instant) -> Admitted {
        members.admit(coming(client, Kind::Stream), now)
    }

    fn key(client: &str) -> Key {
        Key::new("job", client)
    }

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn those_inside_stay_and_one_more_is_told_that_it_is_full() {
        let (mut members, now) = (Members::new(2), Instant::now());
        let (first, _) = stream(&mut members, "a", now).expect("room");
        stream(&mut members, "b", now).expect("room");
        assert_eq!(stream(&mut members, "c", now).err(), Some(Away::Full { max: 2 }));
        assert!(stream(&mut members, "b", now).is_ok(), "who is inside needs no room");
        members.leave(&key("a"), &first, now);
        assert!(stream(&mut members, "c", now).is_ok());
        members.set_max(1);
        assert_eq!(members.count(now), 2, "a lower maximum sends nobody away");
        assert_eq!(stream(&mut members, "d", now).err(), Some(Away::Full { max: 1 }));
    }

    #[test]
    fn a_newer_reader_takes_the_place_of_the_older_and_the_olders_end_changes_nothing() {
        let (mut members, now) = (Members::new(9), Instant::now());
        let (old, _) = stream(&mut members, "a", now).expect("room");
        let (new, replaced) = stream(&mut members, "a", now).expect("its own place");
        assert!(replaced.len() == 1 && Arc::ptr_eq(&replaced[0], &old));
        members.leave(&key("a"), &old, now);
        assert_eq!(members.count(now), 1);
        members.leave(&key("a"), &new, now);
        assert_eq!(members.count(now), 0);
    }

    #[test]
    fn polls_of_one_client_never_replace_each_other_but_a_stream_and_a_held_poll_do() {
        let (mut members, now) = (Members::new(9), Instant::now());
        let poll = |members: &mut Members| members.admit(coming("a", Kind::Poll), now).expect("room");
        let (one, none) = poll(&mut members);
        assert!(none.is_empty());
        let (two, none) = poll(&mut members);
        assert!(none.is_empty(), "two held polls of one client");
        let (_, replaced) = stream(&mut members, "a", now).expect("room");
        assert_eq!(replaced.len(), 2);
        members.leave(&key("a"), &one, now);
        members.leave(&key("a"), &two, now);
        let (_, replaced) = poll(&mut members);
        assert_eq!(replaced.len(), 1, "a poll takes over from a stream");
        assert_eq!(members.count(now), 1);
    }

    #[test]
    fn after_five_takeovers_within_half_a_minute_the_next_is_refused_and_later_is_not() {
        let (mut members, start) = (Members::new(9), Instant::now());
        stream(&mut members, "a", start).expect("room");
        for takeover in 0..5 {
            assert!(stream(&mut members, "a", start + seconds(takeover)).is_ok());
        }
        assert_eq!(stream(&mut members, "a", start + seconds(6)).err(), Some(Away::TakenOver));
        assert_eq!(stream(&mut members, "a", start + seconds(29)).err(), Some(Away::TakenOver));
        assert!(stream(&mut members, "a", start + seconds(30)).is_ok(), "the first is long ago");
        assert_eq!(stream(&mut members, "a", start + seconds(30)).err(), Some(Away::TakenOver));
    }

    #[test]
    fn a_poller_is_a_client_until_fifteen_seconds_after_its_last_answer() {
        let (mut members, start) = (Members::new(1), Instant::now());
        let poll = |members: &mut Members, now| {
            let (seat, _) = members.admit(coming("a", Kind::Poll), now).expect("room");
            members.leave(&key("a"), &seat, now);
        };
        poll(&mut members, start);
        poll(&mut members, start + seconds(10));
        let full = Some(Away::Full { max: 1 });
        assert_eq!(stream(&mut members, "b", start + seconds(24)).err(), full);
        assert!(stream(&mut members, "b", start + seconds(25)).is_ok());
        assert_eq!(members.admit(coming("a", Kind::Poll), start + seconds(26)).err(), full);
    }

    #[test]
    fn many_polls_leave_one_thing_to_look_at() {
        let (mut members, start) = (Members::new(1), Instant::now());
        for second in 0..1000 {
            let now = start + seconds(second);
            let (seat, _) = members.admit(coming("a", Kind::Poll), now).expect("room");
            members.leave(&key("a"), &seat, now);
            assert_eq!((members.expiring.len(), members.by_key.len()), (1, 1));
        }
    }

    #[test]
    fn a_removed_name_is_told_to_stop_for_a_minute() {
        let (mut members, start) = (Members::new(9), Instant::now());
        let (seat, _) = stream(&mut members, "a", start).expect("room");
        let told = members.remove(&key("a"), start).expect("it is there");
        assert!(told.len() == 1 && Arc::ptr_eq(&told[0], &seat));
        assert!(members.remove(&key("a"), start).is_none(), "it is gone");
        members.leave(&key("a"), &seat, start);
        assert_eq!(stream(&mut members, "a", start + seconds(59)).err(), Some(Away::Removed));
        assert!(
            members.admit(Coming::new("other", Some("a"), ("sse", Kind::Stream), None, None), start).is_ok()
        );
        assert!(stream(&mut members, "a", start + seconds(60)).is_ok());
        assert!(members.removed.is_empty() && members.removals.is_empty());
    }
}
