//! What happened between losing a connection and having everything again: the instants, all by the server's clock, out of
//! the lane's own lines and the server's. The same fold as the page's (`web/model/recovery.js`); [`Recovery::parts`] makes
//! durations of them.

use super::instants::Instants;
use crate::record::What;

/// One loss, and how it ended. Instants are in milliseconds since 1970.
#[derive(Clone, Debug, Default)]
pub struct Recovery {
    /// Why it was lost, as the lane knew it.
    pub cause: String,
    /// Somebody closed it by hand.
    pub by_hand: bool,
    /// When the lane noticed, and the line that says so.
    pub lost_at: f64,
    /// That line.
    pub lost_line: usize,
    /// When a fault struck its connection.
    pub struck_at: Option<f64>,
    /// Which.
    pub fault: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When the client set out on the attempt that succeeded; none where the browser did.
    pub set_out_at: Option<f64>,
    /// When that request was seen by the server.
    pub served_at: Option<f64>,
    /// When it was open again.
    pub opened_at: Option<f64>,
    /// When the first thing came down.
    pub byte_at: Option<f64>,
    /// When the first event did.
    pub first_at: Option<f64>,
    /// When it had all there was at the reopening.
    pub caught_up_at: Option<f64>,
    /// The line of that.
    pub caught_up_line: Option<usize>,
    /// Events that were older than the reopening.
    pub replayed: u64,
    /// Its answers come whole.
    asking: bool,
    /// The head at the reopening.
    target: u64,
    /// When the loss before this was over: what struck before cannot have caused this one.
    settled_at: f64,
    /// When the lane last heard anything before the loss.
    heard_at: f64,
}

/// What a fault does that ends a connection or answers for the server; `at-work` alone need not end anything.
const DECISIVE: [&str; 4] = ["reset", "ended", "answered", "closing"];
/// Causes that a later and clearer one replaces.
const VAGUE: [&str; 2] = ["hand", "error event"];

/// The names of a recovery's parts, in their order.
pub const PARTS: [&str; 5] = ["detect", "wait", "connect", "first byte", "caught up"];

impl Recovery {
    /// Detect, wait, connect, first byte, caught up, each in milliseconds and none where it cannot be known. Two clocks
    /// meet here: what comes out a little below zero is zero, and what is off by more than both could be is unknown.
    pub fn parts(&self, slack: f64) -> [Option<f64>; 5] {
        let between = |from: Option<f64>, to: Option<f64>| {
            let ms = to? - from?;
            (ms >= -2.0 * slack).then_some(ms.max(0.0))
        };
        // An EventSource does not tell when it sets out; the server's request line tells when its request had come.
        let left = self.opened_at.and(self.set_out_at.or(self.served_at));
        let came = if self.asking { self.opened_at } else { self.byte_at };
        [
            between(self.struck_at, Some(self.lost_at)),
            between(Some(self.lost_at), left),
            between(left, self.opened_at),
            if self.asking { None } else { between(self.opened_at, self.byte_at) },
            between(came, self.caught_up_at),
        ]
    }

    /// All of it in milliseconds, from the strike, or from the loss where nobody struck; none before it is over.
    pub fn whole(&self) -> Option<f64> {
        let from = self.struck_at.map_or(self.lost_at, |struck| struck.min(self.lost_at));
        self.caught_up_at.map(|to| (to - from).max(0.0))
    }

    /// Which strike was its cause and which request brought it back.
    fn attribute(&mut self, strikes: &Instants<(String, String)>, served: &Instants<()>, slack: f64) {
        if !self.by_hand {
            let before =
                strikes.iter().filter(|(at, _)| *at > self.settled_at - slack && *at <= self.lost_at + slack);
            let before: Vec<_> = before.collect();
            let decisive =
                before.iter().rev().find(|(_, (_, what))| DECISIVE.contains(&what.as_str())).copied();
            // What is only at work ended nothing, unless nothing has come through since.
            let strike =
                decisive.or_else(|| before.iter().find(|(at, _)| *at >= self.heard_at - slack).copied());
            if let Some((at, (fault, _))) = strike {
                self.struck_at = Some(*at);
                self.fault.clone_from(fault);
            }
        }
        let Some(opened) = self.opened_at else { return };
        let mut back = served.iter().filter(|(at, ())| *at > self.lost_at - slack && *at <= opened + slack);
        self.served_at = back.next_back().map(|(at, ())| *at);
    }
}

/// The losses of one lane.
#[derive(Debug)]
pub(super) struct Recoveries {
    list: Vec<Recovery>,
    /// The last one is not over.
    open: bool,
    heard_at: f64,
    /// The event folded last was one to catch up with, made before the connection was back.
    pub replaying: bool,
}

/// One observation of the lane and what is known beside it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now<'a> {
    pub what: &'a What,
    pub line: usize,
    /// By the server's clock.
    pub at: f64,
    /// The head of the log then.
    pub head: u64,
    /// The lane has the end event.
    pub complete: bool,
    /// The highest event it has.
    pub has: u64,
    /// Its answers come whole.
    pub asks: bool,
}

impl Recoveries {
    pub(super) fn new() -> Self {
        Self { list: Vec::new(), open: false, heard_at: f64::NEG_INFINITY, replaying: false }
    }

    /// Folds one observation of the lane.
    pub(super) fn fold(&mut self, now: Now<'_>) {
        self.replaying = false;
        if let Some((cause, by_hand)) = loss(now.what) {
            if !now.complete && cause != "next-run" && cause != "ended" && cause != "closed" {
                self.lose(now, cause, by_hand);
            }
        } else if let Some(open) = self.pending() {
            match now.what {
                What::Waiting { .. } => {
                    open.attempts += 1;
                    open.set_out_at = None;
                }
                What::Connecting { .. } | What::Request { .. } if open.opened_at.is_none() => {
                    open.set_out_at = Some(now.at);
                }
                What::Opened { .. } => {
                    (open.opened_at, open.target, open.asking) = (Some(now.at), now.head, now.asks);
                    if now.asks {
                        self.heard(now);
                    }
                }
                _ if open.opened_at.is_some() && came(now.what) => self.down(now),
                _ => {}
            }
        }
        if came(now.what) {
            self.heard_at = now.at;
        }
    }

    /// The losses, each with its strike and its request.
    pub(super) fn settle(
        mut self,
        strikes: &Instants<(String, String)>,
        served: &Instants<()>,
        slack: f64,
    ) -> Vec<Recovery> {
        for one in &mut self.list {
            one.attribute(strikes, served, slack);
        }
        self.list
    }

    fn pending(&mut self) -> Option<&mut Recovery> {
        self.list.last_mut().filter(|_| self.open)
    }

    fn down(&mut self, now: Now<'_>) {
        let Some(open) = self.pending() else { return };
        match now.what {
            // The server's head then; other lanes may have seen later events before this was read.
            What::Hello { head, .. } => {
                open.target = *head;
                self.heard(now);
            }
            What::Event(seen) => {
                open.byte_at.get_or_insert(now.at);
                open.first_at.get_or_insert(now.at);
                let (old, done) = (seen.seq <= open.target, seen.seq >= open.target);
                open.replayed += u64::from(old);
                if done {
                    (open.caught_up_at, open.caught_up_line) = (Some(now.at), Some(now.line));
                    self.open = false;
                }
                self.replaying = old;
            }
            _ => self.heard(now),
        }
    }

    /// Something came that is no event: who had all there was has caught up by that.
    fn heard(&mut self, now: Now<'_>) {
        let Some(open) = self.pending() else { return };
        open.byte_at.get_or_insert(now.at);
        if now.has >= open.target {
            (open.caught_up_at, open.caught_up_line) = (Some(now.at), Some(now.line));
            self.open = false;
        }
    }

    fn lose(&mut self, now: Now<'_>, cause: String, by_hand: bool) {
        let full = matches!(now.what, What::Full { .. });
        if let Some(open) = self.pending() {
            // An EventSource that is told "no room" had been opened for it: it is still away.
            if open.first_at.is_none() && full {
                (open.opened_at, open.byte_at) = (None, None);
            }
            // Failing again while still away is the same loss.
            if open.opened_at.is_none() {
                // Failed on the way back: that, and no longer the hand that closed it, is why it is away.
                if VAGUE.contains(&open.cause.as_str()) || cause == "refused for good" {
                    open.cause = cause;
                }
                return;
            }
        }
        let settled_at = self.list.last().and_then(|last| last.opened_at).unwrap_or(f64::NEG_INFINITY);
        self.list.push(Recovery {
            cause,
            by_hand,
            lost_at: now.at,
            lost_line: now.line,
            settled_at,
            heard_at: self.heard_at,
            ..Recovery::default()
        });
        self.open = true;
    }
}

/// The cause of a loss, and whether it was by hand, if this is one.
fn loss(what: &What) -> Option<(String, bool)> {
    match what {
        What::Full { .. } => Some(("full".to_owned(), false)),
        What::Failed { cause, .. } => Some((cause.clone(), cause == "hand")),
        What::Closed { cause, code, .. } => {
            let by_hand = cause == "hand";
            let told = code.filter(|code| *code != 0 && !by_hand).map(|code| code.to_string());
            Some((told.unwrap_or_else(|| cause.clone()), by_hand))
        }
        _ => None,
    }
}

/// Whether something of the feed came down.
fn came(what: &What) -> bool {
    matches!(
        what,
        What::Event(_)
            | What::Hello { .. }
            | What::Response { .. }
            | What::Heartbeat { .. }
            | What::Gap { .. }
            | What::Replaced { .. }
            | What::Removed { .. }
    )
}
