//! From facts to verdicts: reads the scenario of a record's header again and has it judged.

use super::judged::Verdict;
use crate::measure::{Caveat, End, Facts};

/// The verdicts, and why there are none.
pub(super) fn of(facts: &Facts) -> (Vec<Verdict>, Option<String>) {
    match &facts.end {
        End::NoRun => (Vec::new(), Some("it is no run's record: nobody said what is expected".to_owned())),
        End::Torn => (Vec::new(), Some("the record is torn: nothing is judged".to_owned())),
        End::Ended(..) => (Vec::new(), Some("nothing is expected".to_owned())),
    }
}

/// What a lane is beside its switches.
const NOT_SWITCHES: [&str; 6] = ["name", "transport", "count", "origin", "page", "through"];

/// Lanes that are switched differently are not compared like for like.
pub(super) fn unlike(scenario: &toml::Table) -> Option<Caveat> {
    let lanes = scenario.get("lane")?.as_array()?;
    let mut names: Vec<&str> = Vec::new();
    let switches = |lane: &'_ toml::Value| lane.as_table().cloned().unwrap_or_default();
    for lane in lanes {
        let table = lane.as_table()?;
        for (name, value) in table.iter().filter(|(name, _)| !NOT_SWITCHES.contains(&name.as_str())) {
            let differs = lanes.iter().any(|other| switches(other).get(name) != Some(value));
            if differs && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    names.sort_unstable();
    (!names.is_empty()).then(|| {
        let text = format!("Not like for like: lanes differ by {}.", names.join(", "));
        Caveat::new("differ", text, "Where that is not the lesson, switch them alike.", Vec::new())
    })
}
