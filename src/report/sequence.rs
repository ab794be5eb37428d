//! What a lane did, without what differs from run to run: the folded sequence. Two players of a scenario behave alike where
//! these are equal; `docs/reference/drivers.md` tells the folding.

use crate::measure::{Facts, Lane, Sign, State, Value};

/// One lane's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The lane as the scenario calls it.
    pub lane: String,
    /// States, runs of events, close codes, in their order; then what it asked and was answered.
    pub steps: Vec<String>,
}

/// The folded sequences of a record, lane by lane.
pub fn sequence(facts: &Facts) -> Vec<Sequence> {
    let of = |lane: &Lane| {
        let mut steps = seen(lane);
        steps.extend(asked(facts, lane));
        Sequence { lane: lane.header.name.clone(), steps }
    };
    facts.lanes.iter().map(of).collect()
}

/// What differs between the sequences of two records, in words.
pub fn differs(a: &Facts, b: &Facts) -> Vec<String> {
    let (a, b) = (sequence(a), sequence(b));
    let mut found = Vec::new();
    for one in &a {
        match b.iter().find(|other| other.lane == one.lane) {
            None => found.push(format!("{}: the second has no such lane", one.lane)),
            Some(other) if other.steps != one.steps => {
                found.push(format!("{}: {} / {}", one.lane, one.steps.join(", "), other.steps.join(", ")));
            }
            Some(_) => {}
        }
    }
    let missing = b.iter().filter(|one| a.iter().all(|other| other.lane != one.lane));
    found.extend(missing.map(|one| format!("{}: the first has no such lane", one.lane)));
    found
}

/// States, with the events that came in each as runs of numbers, and close codes.
fn seen(lane: &Lane) -> Vec<String> {
    let mut steps = Vec::new();
    let mut spans = lane.spans.iter().peekable();
    let mut run: Option<(u64, u64)> = None;
    let mut marks: Vec<_> =
        lane.marks.iter().filter(|mark| matches!(mark.sign, Sign::Event | Sign::End)).collect();
    // As the lane saw them: its lines stand in its order.
    marks.sort_by_key(|mark| mark.line);
    for mark in marks {
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

fn state(span: &crate::measure::Span, steps: &mut Vec<String>) {
    let code = span.code.filter(|_| matches!(span.state, State::Closed | State::GivenUp));
    steps.push(
        code.map_or_else(|| span.state.name().to_owned(), |code| format!("{} {code}", span.state.name())),
    );
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
    let mut cursors = list("cursors");
    // A browser may send the same request again by itself when its connection died: that is asked once.
    cursors.dedup();
    statuses.dedup();
    let told =
        |name: &str, words: Vec<String>| (!words.is_empty()).then(|| format!("{name} {}", words.join(", ")));
    [told("asked after", cursors), told("answered", statuses)].into_iter().flatten().collect()
}
