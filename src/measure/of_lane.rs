//! The measures of a lane, each a function of the facts.

use super::facts::Facts;
use super::lane::{Lane, cursor};
use super::machine::State;
use super::tally::{KEPT, Times};
use super::{Observed, Value};

pub(super) fn number(value: u64, lines: Vec<usize>) -> Observed {
    Observed { value: Some(Value::Number(value)), lines }
}

/// A value that was told by one line, if it was told.
fn told<T>(of: Option<(T, usize)>, value: impl Fn(T) -> Value) -> Observed {
    of.map_or_else(Observed::default, |(one, line)| Observed { value: Some(value(one)), lines: vec![line] })
}

fn list<'a>(of: impl Iterator<Item = (String, &'a usize)>) -> Observed {
    let (words, lines): (Vec<String>, Vec<usize>) = of.map(|(word, line)| (word, *line)).unzip();
    Observed { value: Some(Value::List(words)), lines: lines.into_iter().take(KEPT).collect() }
}

/// What the server says of a lane is known only where the server's lines were kept at all.
fn if_served(lane: &Lane, facts: &Facts, of: impl FnOnce(&Lane) -> Observed) -> Observed {
    if facts.run.requests.count == 0 { Observed::default() } else { of(lane) }
}

pub(super) fn missed(facts: &Facts, lane: &Lane) -> Observed {
    let head = facts.head_of(lane);
    // Of a record that breaks off nobody knows what would have come: only what later events have overtaken is missed.
    let head = if facts.is_torn() { lane.ledger.highest } else { head };
    let Some(holes) = lane.ledger.holes(head) else { return Observed::default() };
    let count = holes.iter().map(|hole| hole.end() + 1 - hole.start()).sum::<u64>();
    let count = count.saturating_sub(lane.tallies.skipped.count);
    let log = facts.logs.get(&lane.job);
    let lines = holes.into_iter().flatten().take(if count == 0 { 0 } else { KEPT });
    let lines = lines.filter_map(|seq| log?.line_of(lane.nth, seq)).collect();
    number(count, lines)
}

pub(super) fn last(_: &Facts, lane: &Lane) -> Observed {
    let last = lane.tallies.events.lines.last();
    let highest = if lane.ledger.delivered > 0 { Some(lane.ledger.highest) } else { None };
    told(highest.zip(last.copied()), Value::Number)
}

pub(super) fn percent(_: &Facts, lane: &Lane) -> Observed {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    told(lane.tallies.percent, |percent| Value::Number(percent.max(0.0) as u64))
}

pub(super) fn requests(facts: &Facts, lane: &Lane) -> Observed {
    if_served(lane, facts, |lane| lane.served.requests.observed())
}

pub(super) fn connections(facts: &Facts, lane: &Lane) -> Observed {
    if_served(lane, facts, |lane| lane.served.connections.observed())
}

pub(super) fn heartbeats(facts: &Facts, lane: &Lane) -> Observed {
    if_served(lane, facts, |lane| lane.served.heartbeats.observed())
}

pub(super) fn unscripted(facts: &Facts, lane: &Lane) -> Observed {
    if_served(lane, facts, |lane| {
        let unsure = lane.clock.map_or(0.0, |clock| clock.unsure);
        let strangers = lane.attempts.strangers(&lane.served.feed, unsure);
        number(strangers.len() as u64, strangers.into_iter().take(KEPT).collect())
    })
}

pub(super) fn bytes_down(_: &Facts, lane: &Lane) -> Observed {
    told(lane.served.bytes().map(|(_, down, line)| (down, line)), Value::Number)
}

pub(super) fn bytes_up(_: &Facts, lane: &Lane) -> Observed {
    told(lane.served.bytes().map(|(up, _, line)| (up, line)), Value::Number)
}

pub(super) fn bytes_per_event(_: &Facts, lane: &Lane) -> Observed {
    let events = lane.tallies.events.count;
    let bytes = lane.served.bytes().filter(|_| events > 0);
    told(bytes.map(|(_, down, line)| (down / events.max(1), line)), Value::Number)
}

pub(super) fn delay(facts: &Facts, lane: &Lane) -> Observed {
    of_two_clocks(facts, lane, |lane| lane.tallies.delay.observed())
}

pub(super) fn first_delay(facts: &Facts, lane: &Lane) -> Observed {
    of_two_clocks(facts, lane, |lane| lane.tallies.delay.first())
}

/// Never a time from two clocks whose difference nobody knows.
fn of_two_clocks(facts: &Facts, lane: &Lane, of: impl FnOnce(&Lane) -> Observed) -> Observed {
    let native = facts.header.as_ref().is_some_and(|header| header.driver == "native");
    if native || lane.clock.is_some() { of(lane) } else { Observed::default() }
}

/// From each loss to the next request for the feed that the server saw. Failing again without one is the same wait.
pub(super) fn wait(facts: &Facts, lane: &Lane) -> Observed {
    of_two_clocks(facts, lane, |lane| {
        let mut times = Times::default();
        let mut lost = lane.lost.iter().peekable();
        while let Some((loss, noted)) = lost.next() {
            let next = lane.served.feed.iter().find(|(at, line)| (*at, *line) > (*loss, *noted));
            // Who is back before that was asked for already when it learned of its loss: a busy page learns late.
            let back = lane.spans.iter().find(|span| span.line > *noted && span.state == State::Open);
            let unsure = lane.clock.map_or(0.0, |clock| clock.unsure);
            let sooner = back.filter(|back| next.is_none_or(|(at, _)| *at > back.from + unsure));
            let until = match (sooner, next) {
                (Some(back), _) => {
                    times.enter(0.0, back.line);
                    (back.from, back.line)
                }
                (None, Some((at, line))) => {
                    times.enter(at - loss, *line);
                    (*at, *line)
                }
                (None, None) => break,
            };
            while lost.next_if(|again| **again < until).is_some() {}
        }
        times.observed()
    })
}

/// All of each loss, from the strike on. Who never caught up has no time for it, and so the lane has none.
pub(super) fn recovery(facts: &Facts, lane: &Lane) -> Observed {
    of_two_clocks(facts, lane, |lane| {
        let mut times = Times::default();
        for one in lane.recoveries.iter().filter(|one| !(one.by_hand && one.opened_at.is_none())) {
            let (Some(ms), Some(line)) = (one.whole(), one.caught_up_line) else {
                return Observed { value: None, lines: vec![one.lost_line] };
            };
            times.enter(ms, line);
        }
        times.observed()
    })
}

pub(super) fn clean(_: &Facts, lane: &Lane) -> Observed {
    told(lane.tallies.clean, Value::Flag)
}

pub(super) fn ended(_: &Facts, lane: &Lane) -> Observed {
    let lines = lane.tallies.end.unwrap_or(lane.tallies.last);
    Observed {
        value: Some(Value::Flag(lane.machine.complete)),
        lines: Some(lines).filter(|line| *line > 0).into_iter().collect(),
    }
}

pub(super) fn code(_: &Facts, lane: &Lane) -> Observed {
    told(lane.tallies.code, |code| Value::Number(code.into()))
}

pub(super) fn ready(_: &Facts, lane: &Lane) -> Observed {
    told(lane.tallies.ready, |ready| Value::Number(ready.into()))
}

pub(super) fn state(_: &Facts, lane: &Lane) -> Observed {
    let line = lane.spans.last().map(|span| span.line);
    let value = Some(Value::Text(lane.state().name().to_owned()));
    Observed { value, lines: line.into_iter().collect() }
}

pub(super) fn reason(_: &Facts, lane: &Lane) -> Observed {
    told(lane.tallies.reason.clone(), Value::Text)
}

pub(super) fn states(_: &Facts, lane: &Lane) -> Observed {
    list(lane.spans.iter().map(|span| (span.state.name().to_owned(), &span.line)))
}

pub(super) fn cursors(facts: &Facts, lane: &Lane) -> Observed {
    // The name of the log differs from run to run; its numbers do not.
    let seq = |text: &str| cursor(text).map_or_else(|| text.to_owned(), |(_, seq)| seq.to_string());
    let told = lane.served.cursors.iter().filter_map(|(text, line)| Some((seq(text.as_deref()?), line)));
    if_served(lane, facts, |_| list(told))
}

pub(super) fn statuses(facts: &Facts, lane: &Lane) -> Observed {
    let told = lane.served.statuses.iter().map(|(status, line)| (status.to_string(), line));
    if_served(lane, facts, |_| list(told))
}

pub(super) fn types(_: &Facts, lane: &Lane) -> Observed {
    list(lane.tallies.types.iter().map(|(kind, line)| (kind.clone(), line)))
}

pub(super) fn texts(_: &Facts, lane: &Lane) -> Observed {
    list(lane.tallies.texts.iter().map(|(text, line)| (text.clone(), line)))
}
