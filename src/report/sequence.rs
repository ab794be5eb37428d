//! What a lane did, without what differs from run to run: the folded sequence. Two players of a scenario behave alike where
//! these are equal; `docs/reference/drivers.md` tells the folding.

use std::collections::{BTreeMap, HashSet};

use super::read::Report;
use crate::measure::{Facts, Lane, Mark, Sign, Span, State, Value};
use crate::scenario::Ready;

/// The connections that a browser makes to one origin over HTTP/1.1, and the transport that does not count among them.
const PER_ORIGIN: usize = 6;
const WEBSOCKET: &str = "websocket";

/// One lane's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The lane as the scenario calls it.
    pub lane: String,
    /// Its states, with close codes, in their order; the events that came; what it asked and was answered.
    pub steps: Vec<String>,
}

/// The folded sequences of a record, lane by lane; the readers of a lane with a count together, however they are numbered.
pub fn sequence(report: &Report) -> Vec<Sequence> {
    let lanes = &report.facts.lanes;
    let mut names: Vec<&str> = Vec::new();
    for lane in lanes {
        if !names.contains(&lane.header.name.as_str()) {
            names.push(&lane.header.name);
        }
    }
    let of = |name: &&str| {
        let readers: Vec<&Lane> = lanes.iter().filter(|lane| lane.header.name == *name).collect();
        let steps = match &readers[..] {
            [one] => steps(report, one),
            many => together(many.iter().map(|lane| steps(report, lane)).collect()),
        };
        Sequence { lane: (*name).to_owned(), steps }
    };
    names.iter().map(of).collect()
}

fn steps(report: &Report, lane: &Lane) -> Vec<String> {
    if races(report, lane) {
        return vec!["a race for a connection".to_owned()];
    }
    let skipped = report.facts.observed(Some(&lane.header.lane), "skipped").value;
    let skips = matches!(skipped, Some(Value::Number(1..)));
    let mut steps = if is_stepped(report) { interleaved(lane) } else { apart(lane, skips) };
    steps.extend(asked(&report.facts, lane));
    steps
}

/// What several readers did, as a set: which of them is the first is a race.
fn together(all: Vec<Vec<String>>) -> Vec<String> {
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for steps in all {
        *counted.entry(steps.join(", ")).or_default() += 1;
    }
    counted.into_iter().map(|(steps, count)| format!("{count} × ({steps})")).collect()
}

/// Whether lanes set out at the same instant for more connections than a browser makes to one origin: which of them come
/// first is a race, and what they do then depends on it. What they expect is judged all the same.
fn races(report: &Report, lane: &Lane) -> bool {
    let at_once = report.read.as_ref().is_some_and(|scenario| scenario.ready == Ready::AtOnce);
    let counts =
        |other: &&Lane| other.header.origin == lane.header.origin && other.header.transport != WEBSOCKET;
    at_once && counts(&lane) && report.facts.lanes.iter().filter(counts).count() > PER_ORIGIN
}

/// Whether the steps of the scenario make the events: then which event comes in which state is no race with the feed.
fn is_stepped(report: &Report) -> bool {
    let source = report.read.as_ref().and_then(|scenario| scenario.feed.get("source"));
    source.and_then(serde_json::Value::as_str) == Some("push")
}

/// States, then events: in which state an event came is a race.
fn apart(lane: &Lane, skips: bool) -> Vec<String> {
    let mut steps = Vec::new();
    for span in &lane.spans {
        state(span, &mut steps);
    }
    fold_cycles(&mut steps);
    let ended = lane.spans.last().is_some_and(|span| span.state == State::Ended);
    steps.extend(shape(&runs(lane), ended, skips));
    steps
}

/// Who comes back again and again does so as often as there is time: a cycle that repeats stands once.
fn fold_cycles(steps: &mut Vec<String>) {
    for length in 1..=3 {
        let mut at = 0;
        while at + 2 * length <= steps.len() {
            if steps[at..at + length] == steps[at + length..at + 2 * length] {
                steps.drain(at..at + length);
            } else {
                at += 1;
            }
        }
    }
}

/// The events in their order, as runs of numbers.
fn runs(lane: &Lane) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for seq in events(lane).iter().map(|mark| mark.seq) {
        match runs.last_mut() {
            Some((_, to)) if *to + 1 == seq => *to = seq,
            _ => runs.push((seq, seq)),
        }
    }
    runs
}

/// The shape of `runs`. Where a run is broken is a race with the feed; that it is broken, and how it goes on, is not.
fn shape(runs: &[(u64, u64)], ended: bool, skips: bool) -> Vec<String> {
    let (Some((first, _)), Some((_, last))) = (runs.first(), runs.last()) else { return Vec::new() };
    // Who is given the last state alone begins with whichever it was.
    let from = if *first == 1 && !skips { "1" } else { "" };
    let mut told = vec![format!("{from}–")];
    for pair in runs.windows(2) {
        let how = match pair[1].0 {
            again if again == *first => format!("again {from}–"),
            back if back <= pair[0].1 => "back –".to_owned(),
            _ => "gap –".to_owned(),
        };
        if told.last() != Some(&how) {
            told.push(how);
        }
    }
    if ended && let Some(open) = told.last_mut() {
        open.push_str(&last.to_string());
    }
    told
}

/// States, with the events that came in each as runs of numbers, and close codes.
fn interleaved(lane: &Lane) -> Vec<String> {
    let mut steps = Vec::new();
    let mut spans = lane.spans.iter().peekable();
    let mut run: Option<(u64, u64)> = None;
    for mark in events(lane) {
        while let Some(span) = spans.next_if(|span| span.line < mark.line) {
            flush(&mut run, &mut steps);
            state(span, &mut steps);
        }
        run = match run {
            Some((from, to)) if to + 1 == mark.seq => Some((from, mark.seq)),
            _ => {
                flush(&mut run, &mut steps);
                Some((mark.seq, mark.seq))
            }
        };
    }
    flush(&mut run, &mut steps);
    for span in spans {
        state(span, &mut steps);
    }
    steps
}

/// Its events as the lane saw them: its lines stand in its order.
fn events(lane: &Lane) -> Vec<&Mark> {
    let mut marks: Vec<_> =
        lane.marks.iter().filter(|mark| matches!(mark.sign, Sign::Event | Sign::End)).collect();
    marks.sort_by_key(|mark| mark.line);
    marks
}

fn state(span: &Span, steps: &mut Vec<String>) {
    let code = span.code.filter(|_| matches!(span.state, State::Closed | State::GivenUp));
    steps.push(
        code.map_or_else(|| span.state.name().to_owned(), |code| format!("{} {code}", span.state.name())),
    );
}

/// The events after which its state changed: the last that it had when it set out again.
fn lasts(lane: &Lane) -> HashSet<String> {
    let events = events(lane);
    let before = |span: &Span| events.iter().take_while(|mark| mark.line < span.line).last();
    lane.spans.iter().filter_map(before).map(|mark| mark.seq.to_string()).collect()
}

fn flush(run: &mut Option<(u64, u64)>, steps: &mut Vec<String>) {
    if let Some((from, to)) = run.take() {
        steps.push(if from == to { from.to_string() } else { format!("{from}–{to}") });
    }
}

/// What it asked and how that was answered. Who asks again and again does so at moments of its own: what it asked after, and
/// how often, is a race with the feed, so its statuses compare as a set, unchanged polls apart.
fn asked(facts: &Facts, lane: &Lane) -> Vec<String> {
    let list = |measure: &str| match facts.observed(Some(&lane.header.lane), measure).value {
        Some(Value::List(words)) => words,
        _ => Vec::new(),
    };
    let mut statuses = list("statuses");
    if lane.asks() {
        statuses.retain(|status| status != "304");
        statuses.sort();
        statuses.dedup();
        return if statuses.is_empty() {
            Vec::new()
        } else {
            vec![format!("answered {{{}}}", statuses.join(", "))]
        };
    }
    let lasts = lasts(lane);
    let own = |cursor: String| if lasts.contains(&cursor) { "its last".to_owned() } else { cursor };
    let mut cursors: Vec<String> = list("cursors").into_iter().map(own).collect();
    // A browser may send the same request again by itself when its connection died: that is asked once.
    cursors.dedup();
    statuses.dedup();
    let told =
        |name: &str, words: Vec<String>| (!words.is_empty()).then(|| format!("{name} {}", words.join(", ")));
    [told("asked after", cursors), told("answered", statuses)].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(runs: &[(u64, u64)], ended: bool) -> String {
        shape(runs, ended, false).join(", ")
    }

    #[test]
    fn where_a_run_is_broken_is_left_out_and_how_it_goes_on_is_not() {
        assert_eq!(told(&[(1, 201)], true), "1–201");
        assert_eq!(told(&[(1, 44), (71, 201)], true), told(&[(1, 41), (69, 90), (99, 201)], true));
        assert_eq!(told(&[(1, 44), (71, 201)], true), "1–, gap –201");
        assert_eq!(told(&[(1, 44), (1, 201)], true), "1–, again 1–201");
        assert_eq!(told(&[(1, 44), (40, 60)], false), "1–, back –");
        assert_eq!(told(&[(9, 44)], false), "–", "who begins later says so");
        assert_eq!(told(&[], true), "");
    }

    #[test]
    fn a_cycle_that_repeats_stands_once() {
        let fold = |text: &str| {
            let mut steps: Vec<String> = text.split(' ').map(str::to_owned).collect();
            fold_cycles(&mut steps);
            steps.join(" ")
        };
        assert_eq!(
            fold("open waiting connecting waiting connecting waiting open"),
            "open waiting connecting waiting open"
        );
        assert_eq!(fold("connecting connecting open"), "connecting open");
        assert_eq!(
            fold("connecting open closed connecting open ended"),
            "connecting open closed connecting open ended"
        );
    }

    #[test]
    fn readers_of_one_lane_are_a_set() {
        let steps = |text: &str| vec![text.to_owned()];
        let all = together(vec![steps("closed"), steps("open"), steps("closed")]);
        assert_eq!(all, ["2 × (closed)", "1 × (open)"]);
    }
}
