//! The measures of the whole run.

use super::facts::Facts;
use super::of_lane::number;
use super::{Observed, Value};

pub(super) fn requests(facts: &Facts) -> Observed {
    some(&facts.run.requests)
}

pub(super) fn connections(facts: &Facts) -> Observed {
    some(&facts.run.connections)
}

/// Without any line of the server nothing is known of what it saw.
fn some(tally: &super::tally::Tally) -> Observed {
    if tally.count == 0 { Observed::default() } else { tally.observed() }
}

pub(super) fn peak(facts: &Facts) -> Observed {
    facts.run.peak.map_or_else(Observed::default, |(most, line)| number(most, vec![line]))
}

pub(super) fn bytes_down(facts: &Facts) -> Observed {
    sum(facts, |(_, down, _)| down)
}

pub(super) fn bytes_up(facts: &Facts) -> Observed {
    sum(facts, |(up, _, _)| up)
}

fn sum(facts: &Facts, which: impl Fn((u64, u64, usize)) -> u64) -> Observed {
    let all: Vec<_> = facts.lanes.iter().filter_map(|lane| lane.served.bytes()).collect();
    let lines = all.iter().map(|(.., line)| *line).take(8).collect();
    let sum = all.iter().copied().map(which).reduce(|a, b| a + b);
    Observed { value: sum.map(Value::Number), lines }
}

pub(super) fn events(facts: &Facts) -> Observed {
    let newest = facts.logs.values().filter_map(super::log::Log::newest);
    newest.max_by_key(|one| one.seq).map_or_else(Observed::default, |one| number(one.seq, vec![one.line]))
}
