//! One lane as a fold of its observations: states, account, times, losses, and what the server says of it.

use super::instants::Instants;
use super::ledger::{Entry, Ledger};
use super::log::Log;
use super::machine::{Machine, State, is_end};
use super::recovery::{Now, Recoveries, Recovery};
use super::served::Served;
use super::tallies::Tallies;
use super::unscripted::Attempts;
use crate::record::{Clock, LaneHeader, Observation, What};

/// A state that lasted.
#[derive(Clone, Debug)]
pub struct Span {
    /// Since when, by the server's clock.
    pub from: f64,
    /// Until when; none where it lasts.
    pub to: Option<f64>,
    /// Which.
    pub state: State,
    /// The line that began it.
    pub line: usize,
    /// Why, where somebody said so.
    pub cause: String,
    /// The close code.
    pub code: Option<u16>,
    /// Nobody but the browser knew how long it would wait.
    pub browser_decides: bool,
}

/// What a mark is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "kinds of observations: docs/reference/record.md")]
pub enum Sign {
    Event,
    End,
    Request,
    Response,
    Command,
    Ack,
    Failed,
    Remark,
    Heartbeat,
    Closed,
    Struck,
}

/// Something that happened at an instant.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// By the server's clock.
    pub at: f64,
    /// The line.
    pub line: usize,
    /// Of what.
    pub sign: Sign,
    /// An event that was older than the connection it came on.
    pub replay: bool,
    /// The event's number.
    pub seq: u64,
}

/// A lane's clock: server minus lane, and how sure that is.
#[derive(Clone, Copy, Debug)]
pub struct Offset {
    /// Server minus lane, ms.
    pub ms: f64,
    /// Half of the best round trip: how far it can be off.
    pub unsure: f64,
}

/// The logs of a job, and whether its readers have logs of their own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feed<'a> {
    pub log: &'a Log,
    pub apart: bool,
}

/// The facts about one lane.
#[derive(Debug)]
pub struct Lane {
    /// Who it is.
    pub header: LaneHeader,
    /// The job it reads.
    pub job: String,
    /// Its states in their order.
    pub spans: Vec<Span>,
    /// What it and the server saw of it.
    pub marks: Vec<Mark>,
    /// Its losses.
    pub recoveries: Vec<Recovery>,
    /// Its clock.
    pub clock: Option<Offset>,
    pub(super) machine: Machine,
    pub(super) ledger: Ledger,
    /// Which of its job's logs it reads.
    pub(super) nth: usize,
    /// Accounts of the logs that it read before.
    pub(super) before: Vec<Ledger>,
    pub(super) tallies: Tallies,
    pub(super) served: Served,
    pub(super) attempts: Attempts,
    /// Each time its connection failed or closed, before it had the end: when, and the line.
    pub(super) lost: Vec<(f64, usize)>,
    /// Since when it has been closed by hand or for good.
    pub(super) left: Option<f64>,
    losses: Recoveries,
    epoch: Option<String>,
    opened_at: f64,
    since: f64,
    has: u64,
    /// It asked for all there is.
    earliest: bool,
}

impl Lane {
    pub(super) fn new(header: LaneHeader, job: String) -> Self {
        Self {
            header,
            job,
            spans: Vec::new(),
            marks: Vec::new(),
            recoveries: Vec::new(),
            clock: None,
            machine: Machine::default(),
            ledger: Ledger::default(),
            nth: 0,
            before: Vec::new(),
            tallies: Tallies::default(),
            served: Served::default(),
            attempts: Attempts::default(),
            lost: Vec::new(),
            left: None,
            losses: Recoveries::new(),
            epoch: None,
            opened_at: f64::INFINITY,
            since: f64::INFINITY,
            has: 0,
            earliest: false,
        }
    }

    /// Its client asks for each answer, and none stays open.
    pub fn asks(&self) -> bool {
        matches!(self.header.transport.as_str(), "polling" | "long-polling")
    }

    /// Its state at the end.
    pub fn state(&self) -> State {
        self.machine.state
    }

    /// Two instants of it and of the server may contradict each other by so much, ms.
    pub fn slack(&self) -> f64 {
        // Lines of one instant are noted one after the other.
        self.clock.map_or(25.0, |clock| (2.0 * clock.unsure).max(25.0))
    }

    /// The server's time of something seen.
    fn server_time(&self, seen: &Observation) -> f64 {
        let offset = self.clock.filter(|_| seen.clock == Clock::Lane);
        seen.at + offset.map_or(0.0, |clock| clock.ms)
    }

    /// Folds one of its own observations.
    pub(super) fn fold(&mut self, line: usize, seen: &Observation, feed: Feed<'_>) {
        if let What::Clock { offset, rtt, .. } = &seen.what {
            self.clock = Some(Offset { ms: *offset, unsure: rtt / 2.0 });
            return;
        }
        let at = self.server_time(seen);
        self.which_log(&seen.what);
        let asks = self.asks();
        self.machine.step(&self.header.transport, &seen.what);
        self.turn(at, line, &seen.what);
        let head = if feed.apart { self.ledger.highest } else { feed.log.head_at(self.nth, at) };
        let complete = self.machine.complete;
        self.losses.fold(Now { what: &seen.what, line, at, head, complete, has: self.has, asks });
        if is_loss(&seen.what) && !complete {
            self.lost.push((at, line));
        }
        self.attempts.fold(&seen.what, asks, at);
        self.mark(at, line, &seen.what);
        self.count(at, line, &seen.what);
        self.tallies.last = line;
    }

    /// All lines are folded.
    pub(super) fn settle(&mut self) {
        let losses = std::mem::replace(&mut self.losses, Recoveries::new());
        let asked: &Instants<()> = &self.served.asked;
        self.recoveries = losses.settle(&self.served.strikes, asked, self.slack());
        for (at, line, _) in &self.served.marks {
            let mark = Mark { at: *at, line: *line, sign: Sign::Struck, replay: false, seq: 0 };
            self.marks.push(mark);
        }
        if self.earliest {
            // Nobody told it where that was: it got nothing at all.
            self.ledger.begin_after(0);
        }
        self.marks.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.line.cmp(&b.line)));
    }

    /// Which log this is about; another one than before means that it begins a new account.
    fn which_log(&mut self, what: &What) {
        let (epoch, base) = match what {
            What::Hello { epoch, after, .. } => (Some(epoch.as_str()), cursor(after).map(|(_, seq)| seq)),
            What::UnknownEpoch { epoch, .. } => (Some(epoch.as_str()), Some(0)),
            What::Connecting { cursor: told, .. }
            | What::Request { cursor: told, .. }
            | What::Waiting { cursor: told, .. } => {
                let stands = told.as_deref().and_then(cursor);
                (stands.map(|(epoch, _)| epoch), stands.map(|(_, seq)| seq))
            }
            _ => return,
        };
        self.earliest |= matches!(what, What::Connecting { url, .. } if url.contains("after=earliest"));
        let unknown = matches!(what, What::UnknownEpoch { .. });
        if let Some(epoch) = epoch.filter(|epoch| self.epoch.as_deref() != Some(epoch)) {
            if self.epoch.is_some() || (unknown && self.ledger.delivered > 0) {
                self.before.push(std::mem::take(&mut self.ledger));
                self.nth += 1;
                self.has = 0;
            }
            self.epoch = Some(epoch.to_owned());
        }
        if let Some(base) = base {
            self.ledger.begin_after(base);
        }
    }

    fn turn(&mut self, at: f64, line: usize, what: &What) {
        let state = self.machine.state;
        let decides = matches!(what, What::Waiting { wait: None, .. });
        match self.spans.last_mut() {
            Some(last) if last.state == state => {
                last.browser_decides |= decides;
                return;
            }
            Some(last) => last.to = Some(at),
            None if state == State::Idle => return,
            None => {}
        }
        let Machine { cause, code, .. } = &self.machine;
        let (cause, code) = (cause.clone(), *code);
        self.spans.push(Span { from: at, to: None, state, line, cause, code, browser_decides: decides });
    }

    fn mark(&mut self, at: f64, line: usize, what: &What) {
        if matches!(what, What::Opened { .. }) {
            self.opened_at = at;
        }
        let sign = match what {
            What::Event(seen) if is_end(&seen.kind) => Sign::End,
            What::Event(_) => Sign::Event,
            What::Request { .. } => Sign::Request,
            // Who asks has a request of its own right after it.
            What::Connecting { .. } if !self.asks() => Sign::Request,
            What::Response { .. } => Sign::Response,
            What::Command { .. } => Sign::Command,
            What::Ack { .. } => Sign::Ack,
            What::Failed { .. } => Sign::Failed,
            What::Heartbeat { .. } => Sign::Heartbeat,
            What::Closed { .. } => Sign::Closed,
            What::Gap { .. }
            | What::UnknownEpoch { .. }
            | What::Hello { .. }
            | What::Replaced { .. }
            | What::Removed { .. }
            | What::Full { .. } => Sign::Remark,
            _ => return,
        };
        let (mut replay, mut seq) = (false, 0);
        if let What::Event(seen) = what {
            // 50 ms: what was said just before the stream was open is not a replay of the past.
            replay = !self.asks() && seen.time.unwrap_or(at) < self.opened_at - 50.0;
            seq = seen.seq;
        }
        self.marks.push(Mark { at, line, sign, replay, seq });
    }

    fn count(&mut self, at: f64, line: usize, what: &What) {
        let asks = self.asks();
        let tallies = &mut self.tallies;
        match what {
            What::Connecting { .. } => {
                tallies.attempts.one(line);
                self.since = self.since.min(at);
                self.left = None;
            }
            // The browser asks again where no script can see it.
            What::Waiting { wait: None, .. } if !asks => tallies.attempts.one(line),
            What::Opened { .. } => {
                tallies.opens.one(line);
                self.left = None;
            }
            What::Response { skipped: Some(skipped), .. } => tallies.skipped.more(*skipped, line),
            What::Gap { from, to, .. } => {
                tallies.gaps.one(line);
                tallies.forgotten.more((to + 1).saturating_sub(*from), line);
                self.ledger.gap(*from, *to);
            }
            What::UnknownEpoch { .. } => tallies.unknown_epochs.one(line),
            What::Failed { cause, ready } => {
                tallies.errors.one(line);
                tallies.ready = ready.map(|ready| (ready, line)).or(tallies.ready.take());
                tallies.reason = Some((cause.clone(), line));
            }
            What::Full { .. } => tallies.full.one(line),
            What::Replaced { .. } => tallies.replaced.one(line),
            What::Command { .. } => tallies.commands.one(line),
            What::Ack { ok, .. } => if *ok { &mut tallies.acks } else { &mut tallies.refused }.one(line),
            What::Stop { .. } => tallies.stopped.one(line),
            What::Closed { cause, code, clean, .. } => {
                tallies.code = code.map(|code| (code, line)).or(tallies.code.take());
                tallies.clean = clean.map(|clean| (clean, line)).or(tallies.clean.take());
                tallies.reason = Some((self.machine.cause.clone(), line));
                if cause == "hand" || cause == "closed" {
                    self.left = Some(at);
                }
            }
            What::Caveat { caveat, values } if caveat == "late-timer" => {
                let late = values.as_ref().and_then(|values| values.get("late")?.as_f64());
                tallies.late_timer = Some((late.unwrap_or_default(), line));
            }
            What::Event(seen) => self.event(at, line, seen),
            _ => {}
        }
    }

    fn event(&mut self, at: f64, line: usize, seen: &crate::record::Seen) {
        let tallies = &mut self.tallies;
        let entry = self.ledger.enter(seen.seq);
        self.has = self.has.max(seen.seq);
        match entry {
            Entry::Repeated => tallies.repeated.one(line),
            Entry::Reordered => tallies.reordered.one(line),
            Entry::New => {}
        }
        if entry != Entry::Repeated {
            tallies.events.one(line);
        }
        tallies.payload.more(seen.payload, line);
        tallies.seqs.push(seen.seq);
        tallies.types.push((seen.kind.clone(), line));
        if let Some(text) = &seen.text {
            tallies.texts.push((text.clone(), line));
        }
        if let Some(percent) = seen.percent {
            tallies.percent = Some((percent, line));
        }
        if is_end(&seen.kind) {
            tallies.end = Some(line);
        }
        // A repeat was already old when it was sent again, and so was what happened before this lane was there at all, or
        // while it was away: their lag says nothing of the wire.
        let live = entry != Entry::Repeated && !self.losses.replaying;
        if let Some(time) = seen.time.filter(|time| live && *time >= self.since) {
            tallies.delay.enter(at - time, line);
        }
    }
}

/// Whether a connection is lost by this, and not given up by whoever had it.
fn is_loss(what: &What) -> bool {
    match what {
        What::Failed { .. } => true,
        What::Closed { cause, .. } => !matches!(cause.as_str(), "hand" | "closed" | "ended" | "next-run"),
        _ => false,
    }
}

/// `<epoch>.<seq>`.
pub(super) fn cursor(text: &str) -> Option<(&str, u64)> {
    let (epoch, seq) = text.split_once('.')?;
    Some((epoch, seq.parse().ok()?))
}
