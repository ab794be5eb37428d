//! The table of a report: lanes by measures. Lanes that are many are folded into one row, with the worst of them beside it.

use super::read::Report;
use super::words::{NOTHING, number, observed, range, time};
use crate::measure::{ALL, Kind, Lane, Of, State, Value, named};
use crate::scenario::Met;

/// The measures that every table has, in their order, each with its head.
pub(super) const COLUMNS: [(&str, &str); 9] = [
    ("state", "state"),
    ("events", "events"),
    ("missed", "missed"),
    ("repeated", "repeated"),
    ("requests", "requests"),
    ("bytes-down", "bytes down"),
    ("delay", "delay"),
    ("wait", "wait"),
    ("recovery", "recovery"),
];

/// More lanes of one name than these are folded.
const FOLD: usize = 8;
/// The worst of them that are shown.
const WORST: usize = 3;

/// A row.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub lane: String,
    pub transport: String,
    pub cells: Vec<String>,
    /// Where this is one lane: which.
    pub index: Option<usize>,
}

/// What a measure is.
pub(super) fn means(name: &str) -> &'static str {
    ALL.iter().find(|one| one.name == name && one.of == Of::Lane).map_or("", |one| one.means)
}

/// Of what kind a measure of a lane is.
pub(super) fn kind(name: &str) -> Kind {
    named(name, Of::Lane).map_or(Kind::Text, |measure| measure.kind)
}

/// Groups of lanes: those of one name and transport, by their places.
pub(super) fn groups(report: &Report) -> Vec<(String, Vec<usize>)> {
    let mut groups: Vec<(String, String, Vec<usize>)> = Vec::new();
    for (index, lane) in report.facts.lanes.iter().enumerate() {
        let base = base(&lane.header.name);
        match groups.iter_mut().find(|one| one.0 == base && one.1 == lane.header.transport) {
            Some(group) => group.2.push(index),
            None => groups.push((base.to_owned(), lane.header.transport.clone(), vec![index])),
        }
    }
    groups.into_iter().map(|(base, _, lanes)| (base, lanes)).collect()
}

/// A name without the number of one of many: `reader-17` is a `reader`.
fn base(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((base, end)) if !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit()) => base,
        _ => name,
    }
}

/// The rows of a report.
pub(super) fn rows(report: &Report) -> Vec<Row> {
    groups(report)
        .into_iter()
        .flat_map(|(base, lanes)| {
            if lanes.len() > FOLD {
                let mut rows = vec![folded(report, &base, &lanes)];
                rows.extend(worst(report, &lanes).into_iter().map(|index| single(report, index)));
                rows
            } else {
                lanes.into_iter().map(|index| single(report, index)).collect()
            }
        })
        .collect()
}

fn single(report: &Report, index: usize) -> Row {
    let lane = &report.facts.lanes[index];
    let cell = |name: &str| observed(&report.facts.observed(Some(&lane.header.lane), name), kind(name));
    Row {
        lane: lane.header.name.clone(),
        transport: lane.header.transport.clone(),
        cells: COLUMNS.iter().map(|(name, _)| cell(name)).collect(),
        index: Some(index),
    }
}

fn folded(report: &Report, base: &str, lanes: &[usize]) -> Row {
    let cell = |name: &str| fold(report, lanes, name);
    Row {
        lane: format!("{base} ×{}", number(lanes.len() as u64)),
        transport: report.facts.lanes[lanes[0]].header.transport.clone(),
        cells: COLUMNS.iter().map(|(name, _)| cell(name)).collect(),
        index: None,
    }
}

/// The values of many lanes in one cell: words with how many have them, numbers from the least to the greatest.
fn fold(report: &Report, lanes: &[usize], name: &str) -> String {
    let values = lanes
        .iter()
        .filter_map(|index| report.facts.observed(Some(&report.facts.lanes[*index].header.lane), name).value);
    let mut words: Vec<(String, u64)> = Vec::new();
    let mut numbers: Option<(u64, u64)> = None;
    let mut times = None;
    for value in values {
        match value {
            Value::Number(one) => {
                let (least, greatest) = numbers.unwrap_or((one, one));
                numbers = Some((least.min(one), greatest.max(one)));
            }
            Value::Times(from, to) => {
                let (least, greatest) = times.unwrap_or((from, to));
                times = Some((from.min(least), to.max(greatest)));
            }
            other => {
                let word = super::words::value(&other, kind(name));
                match words.iter_mut().find(|one| one.0 == word) {
                    Some(one) => one.1 += 1,
                    None => words.push((word, 1)),
                }
            }
        }
    }
    if let Some((least, greatest)) = numbers {
        let unit = if kind(name) == Kind::Bytes { " B" } else { "" };
        return range(&format!("{}{unit}", number(least)), &format!("{}{unit}", number(greatest)));
    }
    if let Some((least, greatest)) = times {
        return range(&time(least), &time(greatest));
    }
    words.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let told = words.into_iter().map(|(word, count)| format!("{word} ×{}", number(count)));
    let told = told.collect::<Vec<_>>().join(", ");
    if told.is_empty() { NOTHING.to_owned() } else { told }
}

/// The lanes that one should look at: those of a missed expectation, that have not ended, that miss most, that took longest.
pub(super) fn worst(report: &Report, lanes: &[usize]) -> Vec<usize> {
    let missed: Vec<&str> = report
        .verdicts
        .iter()
        .filter(|verdict| verdict.met == Met::Missed)
        .filter_map(|verdict| verdict.lane.as_deref())
        .collect();
    let badness = |lane: &Lane| {
        let slowest = match report.facts.observed(Some(&lane.header.lane), "recovery").value {
            Some(Value::Times(_, slowest)) => slowest,
            _ => std::time::Duration::ZERO,
        };
        let lost = report.facts.number(Some(&lane.header.lane), "missed").unwrap_or_default();
        (missed.contains(&lane.header.lane.as_str()), lane.state() != State::Ended, lost, slowest)
    };
    let mut order: Vec<_> =
        lanes.iter().map(|index| (badness(&report.facts.lanes[*index]), *index)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let alike = order.iter().all(|(badness, _)| *badness == order[0].0);
    // Where all are alike, none is the worst.
    if alike { Vec::new() } else { order.into_iter().take(WORST).map(|(_, index)| index).collect() }
}
