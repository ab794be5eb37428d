//! The judge: what was observed of a run, held against what its scenario expects. It knows no record, only facts; so the same
//! record is judged alike wherever it was written.

mod compare;
mod verdict;
mod words;

pub use verdict::{Met, Verdict};

use super::model::{Expectation, Held, Lane, Player, Scenario};
use crate::measure::Observed;
use crate::record::LaneHeader;
use compare::{Against, against, holds};

/// Judges a run of this scenario by this player. `facts` says what was observed of a lane of the record, or of the whole run,
/// and `lanes` are those of the record.
///
/// Each lane is judged; but of readers that share a lane with a `count`, those of whom it holds have one verdict together.
pub fn judge(
    scenario: &Scenario,
    player: &Player,
    facts: impl Fn(Option<&str>, &str) -> Observed,
    lanes: &[LaneHeader],
) -> Vec<Verdict> {
    let judge = Judge { scenario, player, facts: &facts, lanes };
    scenario.expectations.iter().enumerate().flat_map(|(index, one)| judge.one(index, one)).collect()
}

struct Judge<'a> {
    scenario: &'a Scenario,
    player: &'a Player,
    facts: &'a dyn Fn(Option<&str>, &str) -> Observed,
    lanes: &'a [LaneHeader],
}

impl Judge<'_> {
    /// The verdicts of one expectation.
    fn one(&self, index: usize, expectation: &Expectation) -> Vec<Verdict> {
        let plain = Verdict::of(index, expectation);
        if let Some(why) = self.not_judged(expectation) {
            return vec![Verdict { met: Met::NotJudged(why), ..plain }];
        }
        let against = against(&expectation.held, &|name| self.others(name, expectation.measure));
        if expectation.run {
            let observed = (self.facts)(None, expectation.measure);
            return vec![Self::held(plain, expectation, &observed, &against)];
        }
        let named = |lane: &&Lane| match expectation.lanes.as_slice() {
            // Every lane; but none is held against itself.
            [] => !mentions(&expectation.held, &lane.name),
            names => names.contains(&lane.name),
        };
        let judged = self.scenario.lanes.iter().filter(named);
        let verdicts: Vec<Verdict> =
            judged.flat_map(|lane| self.readers(lane, &plain, expectation, &against)).collect();
        if verdicts.is_empty() {
            let why = "the record has no lane of which it is".to_owned();
            return vec![Verdict { met: Met::NotJudged(why), ..plain }];
        }
        verdicts
    }

    /// The verdicts on each reader of a lane; those on readers of whom it holds are one.
    fn readers(&self, lane: &Lane, plain: &Verdict, one: &Expectation, against: &Against) -> Vec<Verdict> {
        let verdicts = self.lanes.iter().filter(|header| is_of(header, lane)).map(|header| {
            let observed = (self.facts)(Some(&header.lane), one.measure);
            let verdict = Verdict {
                lane: Some(header.lane.clone()),
                name: Some(called(header, lane)),
                ..plain.clone()
            };
            Self::held(verdict, one, &observed, against)
        });
        let (met, mut missed): (Vec<Verdict>, Vec<Verdict>) =
            verdicts.partition(|verdict| verdict.met == Met::Met);
        if met.len() < 2 {
            missed.extend(met);
            return missed;
        }
        missed.push(Verdict::together(&lane.name, met));
        missed
    }

    fn held(plain: Verdict, one: &Expectation, observed: &Observed, against: &Against) -> Verdict {
        let met = if holds(&one.held, observed.value.as_ref(), against) { Met::Met } else { Met::Missed };
        Verdict {
            observed: words::observed(observed.value.as_ref(), one, met == Met::Missed, against),
            lines: observed.lines.clone(),
            met,
            ..plain
        }
    }

    /// Why it is not for this player.
    fn not_judged(&self, expectation: &Expectation) -> Option<String> {
        if let Some(because) = self.scenario.skipped(self.player) {
            return Some(because.to_owned());
        }
        if !expectation.on.is_empty() && !expectation.on.contains(&self.player.client) {
            return Some(format!("it is of {} alone", expectation.on.join(" and ")));
        }
        let clock = expectation.clock.as_ref().filter(|clock| **clock != self.player.clock);
        clock.map(|clock| format!("it is of the {clock} clock alone"))
    }

    /// What was observed of each reader of the lane of that name.
    fn others(&self, name: &str, measure: &str) -> Vec<Observed> {
        let lane = self.scenario.lanes.iter().find(|lane| lane.name == name);
        let readers = self.lanes.iter().filter(|header| lane.is_some_and(|lane| is_of(header, lane)));
        readers.map(|header| (self.facts)(Some(&header.lane), measure)).collect()
    }
}

/// Whether this reader is one of that lane's: by its name, or with its number behind it.
fn is_of(header: &LaneHeader, lane: &Lane) -> bool {
    let numbered = header.name.strip_prefix(&lane.name).and_then(|rest| rest.strip_prefix('-'));
    let number = numbered.and_then(|number| number.parse::<usize>().ok());
    header.name == lane.name
        || (lane.count > 1 && number.is_some_and(|number| (1..=lane.count).contains(&number)))
}

/// What people call this reader: those that share a lane have a number.
fn called(header: &LaneHeader, lane: &Lane) -> String {
    if lane.count > 1 && header.name == lane.name { header.lane.clone() } else { header.name.clone() }
}

/// Whether it is held against that lane.
fn mentions(held: &Held, name: &str) -> bool {
    match held {
        Held::Number(bound) => bound.lanes().any(|lane| lane == name),
        Held::Time(bound) => bound.lanes().any(|lane| lane == name),
        _ => false,
    }
}
