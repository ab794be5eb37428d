//! For whoever must choose: a decision record to be filled in, with what was measured and how to measure it again.

use super::markdown::{escaped, table};
use super::{scenarios, verdicts};
use crate::record::Header;
use crate::report::miss;
use crate::report::read::Report;
use crate::scenario::{Lane, Met};

/// What comes before the measurements: nobody but the reader knows it.
const BEFORE: &str = "\
# N. How the page hears of [what]

Date: [date]. Status: proposed.

## What we need

- What must not be lost: [state or history; what a missed event would cost]
- Between us and the reader: [proxies, balancers, their time-outs; HTTP/1.1 or 2]
- Who talks: [the server; the page, how often]
- How much: [events a second, bytes an event, readers, tabs; how late is too late]

## What we choose

[transport], because [the one or two rows below that decided it].
The way out where it does not pass: [transport].

## What we measured";

/// What comes after them.
const AFTER: &str = "\
## What it costs

- Bytes: [an event, an idle hour], for [n] readers
- Code that is ours now: [coming back, cursor, gap, heartbeat]
- What a page cannot see: [statuses, reasons, half-open lines]

## When we would decide otherwise

[the number or the fact that would change it]";

pub(super) fn write(reports: &[Report]) -> String {
    let mut parts = vec![BEFORE.to_owned()];
    parts.extend(scenarios(reports).iter().map(|runs| scenario(runs)));
    parts.extend(again(reports));
    parts.push(AFTER.to_owned());
    parts.join("\n\n")
}

fn scenario(runs: &[&Report]) -> String {
    let mut parts = vec![format!("### {}", escaped(&runs[0].title))];
    parts.extend(runs[0].question.as_deref().map(escaped));
    parts.extend(runs.iter().map(|run| self::run(run)));
    parts.join("\n\n")
}

fn run(report: &Report) -> String {
    let header = report.facts.header.as_ref();
    let changed = header.map(|one| one.settings.join(", ")).filter(|settings| !settings.is_empty());
    let changed = changed.map(|settings| format!(", with {}", escaped(&settings))).unwrap_or_default();
    let mut parts = vec![format!("{}{changed}: {}.", escaped(&report.player()), escaped(&verdicts(report)))];
    parts.extend(
        report
            .caveats
            .iter()
            .map(|one| format!("> {}", escaped(format!("{} {}", one.text, one.remedy).trim_end()))),
    );
    parts.extend(table(report));
    parts.extend(switched(report));
    let missed: Vec<_> = report
        .missed()
        .map(|one| {
            let subject = escaped(&miss::subject(one));
            format!("- {subject}: expected {}, observed {}", escaped(&one.expected), escaped(&one.observed))
        })
        .collect();
    if !missed.is_empty() {
        parts.push(format!("Not as expected:\n\n{}", missed.join("\n")));
    }
    parts.extend(not_judged(report));
    parts.join("\n\n")
}

/// What each lane is switched to: without that a row says nothing to who did not write the scenario.
fn switched(report: &Report) -> Option<String> {
    let lanes = &report.read.as_ref()?.lanes;
    let told = |lane: &Lane| {
        let switches = lane.settings.iter().map(|(name, value)| format!("{name}={value}"));
        let through = lane.through.iter().map(|proxy| format!("through {proxy}"));
        let page = lane.other_page.then(|| "in a page of another origin".to_owned());
        let all: Vec<String> = switches.chain(through).chain(page).collect();
        let all = if all.is_empty() { "as by default".to_owned() } else { all.join(", ") };
        format!("{} {}", escaped(&lane.name), escaped(&all))
    };
    Some(format!("Lanes: {}.", lanes.iter().map(told).collect::<Vec<_>>().join("; ")))
}

/// What was expected and could not be held against anything.
fn not_judged(report: &Report) -> Option<String> {
    let told: Vec<String> = report
        .verdicts
        .iter()
        .filter_map(|one| match &one.met {
            Met::NotJudged(why) => Some(format!("- {}: {}", escaped(&miss::subject(one)), escaped(why))),
            _ => None,
        })
        .collect();
    (!told.is_empty()).then(|| format!("Not judged:\n\n{}", told.join("\n")))
}

/// The commands that measure it again, each once.
fn again(reports: &[Report]) -> Option<String> {
    let mut commands: Vec<String> = Vec::new();
    for header in reports.iter().filter_map(|report| report.facts.header.as_ref()) {
        let command = command(header);
        if !commands.contains(&command) {
            commands.push(command);
        }
    }
    let header = reports.iter().find_map(|report| report.facts.header.as_ref())?;
    let by = format!("Measured with wirebench {}, and again by:", escaped(&header.version));
    Some(format!("{by}\n\n```sh\n{}\n```", commands.join("\n")))
}

/// How a run is played again.
fn command(header: &Header) -> String {
    let name: String =
        header.scenario.chars().filter(|one| one.is_ascii_alphanumeric() || "._-".contains(*one)).collect();
    let mut parts = vec![format!("wirebench play scenarios/{name}.toml")];
    match header.driver.as_str() {
        "native" if header.client != "standard" => {
            parts.push(format!("--profile {}", quoted(&header.client)));
        }
        "native" | "page" => {}
        driver => parts.push(format!("--driver {}", quoted(driver))),
    }
    if header.driver == "native" && header.time != "virtual" {
        parts.push("--clock real".to_owned());
    }
    parts.extend(header.settings.iter().map(|one| format!("--set {}", quoted(one))));
    parts.join(" ")
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain =
        !word.is_empty() && word.chars().all(|one| one.is_ascii_alphanumeric() || "._-=,:+/".contains(one));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
