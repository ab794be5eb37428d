//! The instrument doubts itself: every reason to distrust the numbers of a record, those that it tells and those that can be
//! seen in it, each in words and with a remedy.

use std::collections::BTreeMap;

use serde_json::Value;

use super::facts::{End, Facts};
use super::read::Line;
use crate::record::What;

/// A reason to distrust.
#[derive(Clone, Debug, PartialEq)]
pub struct Caveat {
    /// Its name.
    pub name: String,
    /// In words.
    pub text: String,
    /// What can be done about it.
    pub remedy: String,
    /// The lines that say so, at most some.
    pub lines: Vec<usize>,
}

impl Caveat {
    /// A caveat that has words of its own.
    pub fn new(name: &str, text: String, remedy: &str, lines: Vec<usize>) -> Self {
        Self { name: name.to_owned(), text, remedy: remedy.to_owned(), lines }
    }
}

/// Events made so much later than due make delays a lie about the wire, ms.
const PRODUCER_LATE: f64 = 100.0;
/// Delays of a wire on one machine are shorter than this, ms.
const UNCERTAIN: f64 = 20.0;
/// A clock that is off so far is set wrong, ms.
const FAR_OFF: f64 = 2000.0;
/// The caveat of bytes that found no room.
const NOT_KEPT: &str = "bytes-not-kept";
/// Lines that are named.
const SHOWN: usize = 5;

pub(super) struct Circumstances<'a> {
    pub facts: &'a Facts,
    /// What the server says of no lane.
    pub others: &'a [Line],
    /// All that the server says.
    pub news: &'a [&'a Line],
}

/// All of them, the gravest first.
pub(super) fn caveats(here: &Circumstances<'_>) -> Vec<Caveat> {
    let mut found = of_the_record(here.facts);
    found.extend(lost(here));
    found.extend(told(here));
    found.extend(not_kept(here));
    found.extend(here.facts.throws.iter().filter(|throw| throw.struck == 0).map(|throw| {
        let text = format!("{} was thrown at {} and struck nothing.", throw.title(), throw.aim());
        let remedy = "Throw it when something in its scope is open.";
        Caveat::new("nothing-struck", text, remedy, vec![throw.line])
    }));
    found.extend(producer_late(here));
    found.extend(clocks(here.facts));
    found.extend(timers(here.facts));
    // The server says it as well as the line of the throw.
    let mut seen = Vec::new();
    found.retain(|one| {
        let key = (one.name.clone(), one.text.clone());
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
    found
}

fn of_the_record(facts: &Facts) -> Vec<Caveat> {
    let mut found = Vec::new();
    match &facts.end {
        End::Torn => found.push(Caveat::new(
            "torn",
            if facts.bad.last().is_some_and(|bad| bad.line == facts.lines) {
                format!("This record is torn: it breaks off in the middle of line {}.", facts.lines)
            } else {
                format!("This record is torn: it breaks off after line {}.", facts.lines)
            },
            "What follows is counted up to there. Play it again.",
            vec![facts.lines],
        )),
        End::Ended(why, problem) if why == "interrupted" || why == "failed" => {
            let problem = problem.as_ref().map(|problem| format!(": {problem}")).unwrap_or_default();
            let text = if why == "failed" {
                format!("The run failed{problem}.")
            } else {
                format!("The run was ended early{problem}.")
            };
            found.push(Caveat::new(why, text, "Play it again, to its end.", vec![facts.lines]));
        }
        _ => {}
    }
    if facts.headless {
        found.push(Caveat::new(
            "no-header",
            "This record of a run lacks its first line, of the kind run: nobody knows what was expected."
                .to_owned(),
            "Lanes are those that were seen. Play it again.",
            vec![1],
        ));
    }
    if facts.server_only && facts.header.is_none() && !facts.headless && !facts.lanes.is_empty() {
        found.push(Caveat::new(
            "server-only",
            "Only the server speaks in this record: what lanes received, lost or asked for is not in it."
                .to_owned(),
            "Look at its bytes and connections; `wirebench play` records both sides.",
            Vec::new(),
        ));
    }
    if let Some(second) = facts.more_runs.first() {
        let runs = facts.more_runs.len() + 1;
        found.push(Caveat::new(
            "several-runs",
            format!("This record holds {runs} runs, the second from line {second} on: they are counted as one, by what the first expects."),
            "Give each run a record of its own.",
            facts.more_runs.iter().take(SHOWN).copied().collect(),
        ));
    }
    found.extend(passed_over(facts));
    found
}

/// The lines that cannot be read: the first with the reason, all with their numbers.
fn passed_over(facts: &Facts) -> Option<Caveat> {
    let bad: Vec<_> = facts.passed_over().collect();
    let first: Vec<String> =
        bad.iter().take(SHOWN).map(|bad| format!("line {} ({})", bad.line, bad.reason)).collect();
    let rest: Vec<usize> = bad.iter().skip(SHOWN).map(|bad| bad.line).collect();
    let rest = if rest.is_empty() { String::new() } else { format!(" and {}", numbers(&rest)) };
    (!bad.is_empty()).then(|| {
        Caveat::new(
            "bad-lines",
            format!("Lines could not be read and are passed over: {}{rest}.", first.join(", ")),
            "wirebench check tells each of them.",
            bad.iter().take(SHOWN).map(|bad| bad.line).collect(),
        )
    })
}

/// Rising numbers, those in a row as one: `7, 9 to 12`.
fn numbers(rising: &[usize]) -> String {
    let mut rows: Vec<(usize, usize)> = Vec::new();
    for number in rising {
        match rows.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => rows.push((*number, *number)),
        }
    }
    let told: Vec<String> = rows
        .iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first} to {last}") })
        .collect();
    told.join(", ")
}

fn lost(here: &Circumstances<'_>) -> Option<Caveat> {
    let mut lines = Vec::new();
    let mut sum = 0;
    for (line, seen) in here.news {
        if let What::Lost { lines: count } = &seen.what {
            sum += count;
            lines.push(*line);
        }
    }
    lines.truncate(SHOWN);
    (sum > 0).then(|| {
        let text = format!("{sum} lines of the server's record were lost: its counts are too low.");
        Caveat::new("lost", text, "Play it with fewer events or lanes.", lines)
    })
}

/// Bytes that a record was to hold and that found no room: each connection tells its own.
fn not_kept(here: &Circumstances<'_>) -> Option<Caveat> {
    let (mut lines, mut sum) = (Vec::new(), 0);
    for (line, seen) in here.news {
        if let What::Caveat { caveat, values: Some(values) } = &seen.what
            && caveat == NOT_KEPT
        {
            sum += ["up", "down"].iter().filter_map(|way| values.get(*way)?.as_u64()).sum::<u64>();
            lines.push(*line);
        }
    }
    let connections =
        if lines.len() == 1 { "1 connection".to_owned() } else { format!("{} connections", lines.len()) };
    lines.truncate(SHOWN);
    (!lines.is_empty()).then(|| {
        let text = format!("{sum} bytes of {connections} are not in this record: it was to hold no more.");
        let remedy =
            "What is measured is whole. To export all of it, play it again with --bytes=BYTES for more.";
        Caveat::new(NOT_KEPT, text, remedy, lines)
    })
}

/// Those that the record tells itself, but for the lanes' late timers.
fn told(here: &Circumstances<'_>) -> Vec<Caveat> {
    let all = here.news.iter().map(|(line, seen)| (*line, &seen.what));
    all.filter_map(|(line, what)| {
        let What::Caveat { caveat, values } = what else { return None };
        if caveat == NOT_KEPT {
            return None;
        }
        let values = values.clone().unwrap_or_default();
        // One that lasts is told so at the throw, and may strike later.
        let id = values.get("id").and_then(Value::as_str);
        let later = here.facts.throws.iter().any(|throw| Some(throw.id.as_str()) == id && throw.struck > 0);
        if caveat == "nothing-struck" && later {
            return None;
        }
        let (text, remedy) = words(here.facts, caveat, &values);
        Some(Caveat::new(caveat, text, &remedy, vec![line]))
    })
    .collect()
}

/// What the record's own caveats mean.
fn words(facts: &Facts, name: &str, values: &BTreeMap<String, Value>) -> (String, String) {
    let value = |name: &str| match values.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "?".to_owned(),
    };
    let throw = facts.throws.iter().find(|throw| throw.id == value("id"));
    let (text, remedy) = match name {
        "weaker" => (
            format!(
                "{} is weaker than asked for: wanted {}, got {}.",
                value("fault"),
                value("wanted"),
                value("got")
            ),
            "What the system did not give may need more rights (CAP_NET_ADMIN).",
        ),
        "nothing-struck" => (
            throw.map_or_else(
                || format!("{} struck nothing.", value("fault")),
                |throw| format!("{} was thrown at {} and struck nothing.", throw.title(), throw.aim()),
            ),
            "Throw it when something in its scope is open.",
        ),
        _ => {
            let told = values.keys().map(|name| format!("{name} {}", value(name)));
            let told = told.collect::<Vec<_>>().join(", ");
            let text = values.get("text").and_then(Value::as_str).map(str::to_owned);
            let text = text.unwrap_or_else(|| match told.as_str() {
                "" => format!("{name}."),
                told => format!("{name}: {told}."),
            });
            (text, "")
        }
    };
    (text, remedy.to_owned())
}

fn producer_late(here: &Circumstances<'_>) -> Option<Caveat> {
    let mut late: Vec<(f64, usize)> = here
        .others
        .iter()
        .filter_map(|(line, seen)| match &seen.what {
            What::Appended { due, .. } => Some((seen.at - due, *line)),
            _ => None,
        })
        .collect();
    late.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ms, line) = *late.get((late.len() * 95).div_ceil(100).checked_sub(1)?)?;
    (ms > PRODUCER_LATE).then(|| {
        let text =
            format!("Events were made up to {ms:.0} ms later than due (95 of 100): the machine was busy.");
        Caveat::new("producer-late", text, "Take a longer interval or a quieter machine.", vec![line])
    })
}

fn clocks(facts: &Facts) -> Vec<Caveat> {
    let mut found = Vec::new();
    let by_browser = facts.header.as_ref().is_none_or(|header| header.driver != "native");
    let spoke = || facts.lanes.iter().filter(|lane| !lane.spans.is_empty());
    let unknown: Vec<&str> =
        spoke().filter(|lane| by_browser && lane.clock.is_none()).map(|lane| &*lane.header.name).collect();
    if !unknown.is_empty() {
        found.push(Caveat::new(
            "clock-unknown",
            format!("Nobody knows by how much the clock of {} is off.", names(&unknown)),
            "Its instants stand as its own clock told them; its delays are not told.",
            Vec::new(),
        ));
    }
    let all = || spoke().filter_map(|lane| Some((&*lane.header.name, lane.clock?)));
    let unsure: Vec<_> = all().filter(|(_, clock)| clock.unsure > UNCERTAIN).collect();
    if let Some(most) = unsure.iter().map(|(_, clock)| clock.unsure).reduce(f64::max) {
        let lanes: Vec<&str> = unsure.iter().map(|(name, _)| *name).collect();
        let text = format!("The clock of {} is known to ± {most:.0} ms only.", names(&lanes));
        let remedy = "Compare delays between lanes, not their absolute values.";
        found.push(Caveat::new("clock-uncertain", text, remedy, Vec::new()));
    }
    let off: Vec<_> = all().filter(|(_, clock)| clock.ms.abs() > FAR_OFF).collect();
    if let Some(most) = off.iter().map(|(_, clock)| clock.ms.abs()).reduce(f64::max) {
        let lanes: Vec<&str> = off.iter().map(|(name, _)| *name).collect();
        let text = format!("The clock of {} is off by {:.1} s.", names(&lanes), most / 1000.0);
        let remedy = "It is taken into account; set the clock of that machine.";
        found.push(Caveat::new("clock-offset", text, remedy, Vec::new()));
    }
    found
}

fn timers(facts: &Facts) -> Option<Caveat> {
    let late: Vec<_> = facts
        .lanes
        .iter()
        .filter_map(|lane| lane.tallies.late_timer.map(|(ms, line)| (&*lane.header.name, ms, line)))
        .collect();
    let most = late.iter().map(|(_, ms, _)| *ms).reduce(f64::max)?;
    let lanes: Vec<&str> = late.iter().map(|(name, ..)| *name).collect();
    Some(Caveat::new(
        "late-timer",
        format!("The timer of {} ticked up to {most:.0} ms late: the machine was busy.", names(&lanes)),
        "Its polls, waits and stamps may be as late; close what else is busy and play it again.",
        late.iter().take(SHOWN).map(|(.., line)| *line).collect(),
    ))
}

/// Some names, and how many more.
fn names(names: &[&str]) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {more} more lanes") } else { shown }
}
