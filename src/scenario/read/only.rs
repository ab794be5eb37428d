//! A scenario with some of its lanes alone: what speaks of the others only is left out, and what cannot do without them told.

use super::book::{Book, one_of};
use crate::param::near;
use crate::scenario::mistakes::{Mistake, Place, Source};
use crate::scenario::model::{Expectation, Held, Moment, Scenario, Step, Verb};

/// Keeps the lanes of these names.
pub(super) fn keep(scenario: &mut Scenario, only: &[String], book: &mut Book) {
    let known: Vec<String> = scenario.lanes.iter().map(|lane| lane.name.clone()).collect();
    for name in only.iter().filter(|name| !known.contains(name)) {
        let source = book.sources.len();
        book.sources.push(Source { shown: "--lane".to_owned(), text: name.clone() });
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        book.note(Mistake {
            place: Place::new(source, 0..name.len()),
            title: format!("there is no lane called `{name}`"),
            wanted: one_of(&known),
            found: format!("`{name}`"),
            fix: near(name, known.iter().copied()).map(|name| format!("the nearest is `{name}`")),
        });
    }
    scenario.lanes.retain(|lane| only.contains(&lane.name));
    let gone: Vec<String> = known.into_iter().filter(|name| !only.contains(name)).collect();
    let transports: Vec<String> = scenario.lanes.iter().map(|lane| lane.transport.clone()).collect();
    let gone = Gone { lanes: gone, transports };
    let dropped: Vec<String> =
        scenario.steps.iter().filter(|step| gone.does(step)).filter_map(throw_of).collect();
    scenario.steps.retain(|step| {
        let clears = matches!(&step.verb, Verb::Clear(Some(name)) if dropped.contains(name));
        !gone.does(step) && !clears
    });
    for step in &scenario.steps {
        if let Moment::Lane { lane, .. } = &step.moment
            && gone.lanes.contains(lane)
        {
            book.note(Mistake {
                place: Place::new(0, step.span.clone()),
                title: format!("this step waits for the lane `{lane}`, which is left out"),
                wanted: format!("`--lane {lane}` as well"),
                found: only.join(", "),
                fix: None,
            });
        }
    }
    scenario.expectations.retain_mut(|expectation| gone.judges(expectation));
    let used = |name: &String| scenario.lanes.iter().any(|lane| lane.through.as_ref() == Some(name));
    let unused: Vec<String> =
        scenario.proxies.iter().map(|proxy| proxy.name.clone()).filter(|name| !used(name)).collect();
    scenario.proxies.retain(|proxy| !unused.contains(&proxy.name));
}

/// Who is left out.
struct Gone {
    lanes: Vec<String>,
    /// The transports that are still there.
    transports: Vec<String>,
}

impl Gone {
    /// Whether a step does something to somebody that is left out, and to nobody else.
    fn does(&self, step: &Step) -> bool {
        match &step.verb {
            Verb::Throw { body, .. } => {
                let scope = body.get("scope").and_then(|scope| scope.as_str()).unwrap_or("all");
                match scope.split_once(':') {
                    Some(("lane", name)) => self.lanes.iter().any(|lane| lane == name),
                    Some(("transport", name)) => !self.transports.iter().any(|transport| transport == name),
                    _ => false,
                }
            }
            Verb::Say { lane, .. } | Verb::Disconnect(lane) | Verb::Connect(lane) => {
                self.lanes.contains(lane)
            }
            Verb::Clear(_) | Verb::Command { .. } | Verb::Push(_) => false,
        }
    }

    /// Whether an expectation can still be judged; it is then of those alone that are left.
    fn judges(&self, expectation: &mut Expectation) -> bool {
        let named = !expectation.lanes.is_empty();
        expectation.lanes.retain(|lane| !self.lanes.contains(lane));
        let against = match &expectation.held {
            Held::Number(bound) => bound.lanes().map(str::to_owned).collect(),
            Held::Time(bound) => bound.lanes().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        (!named || !expectation.lanes.is_empty()) && !against.iter().any(|lane| self.lanes.contains(lane))
    }
}

fn throw_of(step: &Step) -> Option<String> {
    match &step.verb {
        Verb::Throw { name, .. } => name.clone(),
        _ => None,
    }
}
