//! From facts to verdicts: reads the scenario of a record's header again and has it judged.

use crate::measure::{Caveat, End, Facts};
use crate::scenario::{Player, Scenario, Verdict, judge};

/// What was judged.
pub(super) struct Judgement {
    /// The scenario, if it could be read.
    pub scenario: Option<Scenario>,
    pub verdicts: Vec<Verdict>,
    /// Why nothing was judged, if nothing was.
    pub not_judged: Option<String>,
}

/// Has the facts judged by the scenario that their header has with it.
pub(super) fn of(facts: &Facts) -> Judgement {
    let nothing = |why: String| Judgement { scenario: None, verdicts: Vec::new(), not_judged: Some(why) };
    let Some(header) = facts.header.as_ref().filter(|_| facts.end != End::Torn) else {
        return nothing(match facts.end {
            _ if facts.headless => "its first line is missing, which says what is expected".to_owned(),
            End::Torn => "the record is torn".to_owned(),
            _ => "it is no run's record: nobody said what is expected".to_owned(),
        });
    };
    if let End::Ended(why, _) = &facts.end
        && why == "interrupted"
    {
        return nothing("the run was ended early".to_owned());
    }
    let shown = format!("{}.toml", header.scenario);
    let read = Scenario::read_with(&header.scenario, &shown, &header.source, &header.settings, &[]);
    let scenario = match read {
        Ok(scenario) => scenario,
        Err(mistakes) => {
            let first = mistakes.told().into_iter().next();
            let first =
                first.map(|told| format!(": line {}: {}", told.line, told.mistake)).unwrap_or_default();
            return nothing(format!("this version cannot read its scenario{first}"));
        }
    };
    let player =
        Player { driver: header.driver.clone(), client: header.client.clone(), clock: header.time.clone() };
    let verdicts = judge(&scenario, &player, |lane, measure| facts.observed(lane, measure), &header.lanes);
    let not_judged = verdicts.is_empty().then(|| "nothing is expected".to_owned());
    Judgement { scenario: Some(scenario), verdicts, not_judged }
}

/// What a lane is beside its switches.
const NOT_SWITCHES: [&str; 6] = ["name", "transport", "count", "origin", "page", "through"];

/// Lanes that are switched differently are not compared like for like.
pub(super) fn unlike(scenario: &toml::Table) -> Option<Caveat> {
    let lanes = scenario.get("lane")?.as_array()?;
    let mut names: Vec<&str> = Vec::new();
    for lane in lanes {
        let table = lane.as_table()?;
        for (name, value) in table.iter().filter(|(name, _)| !NOT_SWITCHES.contains(&name.as_str())) {
            // A switch that only its own kind of client has says nothing of the others.
            let differs = lanes.iter().filter_map(toml::Value::as_table).any(|other| match other.get(name) {
                Some(theirs) => theirs != value,
                None => other.get("transport") == table.get("transport"),
            });
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
