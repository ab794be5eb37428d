//! Two runs of a scenario beside each other: what differs in states, events, verdicts, requests and measures. Times and bytes
//! differ only beyond bounds, for no two runs take the same time.

mod form;

use super::miss;
use super::read::Report;
use super::sequence::sequence;
use super::words;
use crate::measure::{ALL, Kind, Of, Value};
use crate::scenario::Met;

pub use form::{DIFF_FORMS, DiffForm, diff_form};

/// Times differ by more than this part of the greater one, and by more than [`TIME`].
const PART: f64 = 0.25;
/// What two clocks and a busy machine may make of the same wait.
const TIME: f64 = 0.25;
/// Bytes differ by more than this part: names and versions of clients have lengths of their own.
const BYTES: f64 = 0.10;
/// What the sequences tell better.
const BY_SEQUENCE: [&str; 4] = ["states", "cursors", "statuses", "types"];

/// What differs between two runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// The scenario.
    pub scenario: String,
    /// The first: its record and who played; none where there is no such run.
    pub a: Option<String>,
    /// The second.
    pub b: Option<String>,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The lanes; none of the whole run.
    pub lanes: Vec<String>,
    /// In what.
    pub what: String,
    /// How it is in the first.
    pub a: String,
    /// And in the second.
    pub b: String,
}

impl Diff {
    /// Whether the two are alike.
    pub fn is_same(&self) -> bool {
        self.a.is_some() && self.b.is_some() && self.differences.is_empty()
    }
}

/// What of two runs is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compared {
    /// All that is known of both.
    #[default]
    Everything,
    /// Outcome, verdicts, and what each lane did; no measures, which differ from run to run.
    Behaviour,
}

/// Holds two sets of runs against each other: those of the same scenario and client first, then those of the same scenario.
pub fn diff(a: &[Report], b: &[Report], compared: Compared) -> Vec<Diff> {
    let mut left: Vec<&Report> = b.iter().collect();
    let mut partners: Vec<Option<&Report>> = vec![None; a.len()];
    let client = |report: &Report| report.facts.header.as_ref().map(|header| header.client.clone());
    for strict in [true, false] {
        for (one, partner) in a.iter().zip(&mut partners).filter(|(_, partner)| partner.is_none()) {
            let fits = |other: &&Report| {
                other.scenario() == one.scenario() && (!strict || client(other) == client(one))
            };
            if let Some(place) = left.iter().position(fits) {
                *partner = Some(left.remove(place));
            }
        }
    }
    let both = a.iter().zip(partners).map(|(one, other)| match other {
        Some(other) => of(one, other, compared),
        None => lonely(one, true),
    });
    both.chain(left.into_iter().map(|other| lonely(other, false))).collect()
}

fn label(report: &Report) -> String {
    let version =
        report.facts.header.as_ref().map(|header| format!(", {}", header.version)).unwrap_or_default();
    format!("{} ({}{version})", report.name, report.player())
}

fn lonely(report: &Report, first: bool) -> Diff {
    let told = Some(label(report));
    let (a, b) = if first { (told, None) } else { (None, told) };
    Diff { scenario: report.scenario().to_owned(), a, b, differences: Vec::new() }
}

fn of(a: &Report, b: &Report, compared: Compared) -> Diff {
    let mut found = Vec::new();
    let mut differ = |lane: Option<&str>, what: &str, one: String, other: String| {
        if one == other {
            return;
        }
        let same = |known: &&mut Difference| {
            known.what == what
                && known.a == one
                && known.b == other
                && lane.is_some() != known.lanes.is_empty()
        };
        match (found.iter_mut().find(same), lane) {
            (Some(known), Some(lane)) => known.lanes.push(lane.to_owned()),
            _ => found.push(Difference {
                lanes: lane.map(str::to_owned).into_iter().collect(),
                what: what.to_owned(),
                a: one,
                b: other,
            }),
        }
    };
    differ(None, "outcome", a.outcome().name().to_owned(), b.outcome().name().to_owned());
    for (what, one, other) in verdicts(a, b) {
        differ(None, &what, one, other);
    }
    let measures = |lanes| match compared {
        Compared::Everything => measures(a, b, lanes),
        Compared::Behaviour => Vec::new(),
    };
    for (what, one, other) in measures(None) {
        differ(None, what, one, other);
    }
    let (left, right) = (sequence(a), sequence(b));
    for one in &left {
        let Some(other) = right.iter().find(|other| other.lane == one.lane) else {
            differ(Some(&one.lane), "lane", "there".to_owned(), "not there".to_owned());
            continue;
        };
        differ(Some(&one.lane), "what it did", one.steps.join(", "), other.steps.join(", "));
        // Which of several readers is which is a race: only as a set do they compare.
        if let (Some(own), Some(place)) = (only(a, &one.lane), only(b, &one.lane)) {
            for (what, left, right) in measures(Some((own, place))) {
                differ(Some(&one.lane), what, left, right);
            }
        }
    }
    for other in right.iter().filter(|other| left.iter().all(|one| one.lane != other.lane)) {
        differ(Some(&other.lane), "lane", "not there".to_owned(), "there".to_owned());
    }
    Diff { scenario: a.scenario().to_owned(), a: Some(label(a)), b: Some(label(b)), differences: found }
}

/// The one lane of that name, where there is one alone.
fn only(report: &Report, name: &str) -> Option<usize> {
    let mut places = report.facts.lanes.iter().enumerate().filter(|(_, lane)| lane.header.name == name);
    let (place, _) = places.next()?;
    places.next().is_none().then_some(place)
}

/// Expectations of both that came out differently.
fn verdicts(a: &Report, b: &Report) -> Vec<(String, String, String)> {
    let word = |met: &Met| match met {
        Met::Met => "met".to_owned(),
        Met::Missed => "missed".to_owned(),
        Met::NotJudged(_) => "not judged".to_owned(),
    };
    let key = |report: &Report, one: &crate::scenario::Verdict| {
        (miss::subject(one), one.expected.clone(), miss::place(report, one))
    };
    a.verdicts
        .iter()
        .filter_map(|one| {
            let other = b.verdicts.iter().find(|other| key(b, other) == key(a, one))?;
            let what = format!("{} is {}", miss::subject(one), one.expected);
            Some((what, word(&one.met), word(&other.met)))
        })
        .collect()
}

/// Measures of both that differ: of the run, or of a lane of each.
fn measures(a: &Report, b: &Report, lanes: Option<(usize, usize)>) -> Vec<(&'static str, String, String)> {
    let name = |report: &Report, place: usize| report.facts.lanes[place].header.lane.clone();
    let (left, right) = lanes.map(|(one, other)| (name(a, one), name(b, other))).unzip();
    let of = if lanes.is_some() { Of::Lane } else { Of::Run };
    ALL.iter()
        .filter(|one| one.of == of && !BY_SEQUENCE.contains(&one.name))
        .filter_map(|measure| {
            let one = a.facts.observed(left.as_deref(), measure.name).value;
            let other = b.facts.observed(right.as_deref(), measure.name).value;
            if alike(one.as_ref(), other.as_ref(), measure.kind) {
                return None;
            }
            let told = |value: Option<Value>| {
                value.map_or_else(|| words::NOTHING.to_owned(), |value| words::value(&value, measure.kind))
            };
            Some((measure.name, told(one), told(other)))
        })
        .collect()
}

fn alike(a: Option<&Value>, b: Option<&Value>, kind: Kind) -> bool {
    match (a, b) {
        (Some(Value::Times(least_a, greatest_a)), Some(Value::Times(least_b, greatest_b))) => {
            let near = |a: std::time::Duration, b: std::time::Duration| {
                let (a, b) = (a.as_secs_f64(), b.as_secs_f64());
                (a - b).abs() <= TIME.max(PART * a.max(b))
            };
            near(*least_a, *least_b) && near(*greatest_a, *greatest_b)
        }
        (Some(Value::Number(a)), Some(Value::Number(b))) if kind == Kind::Bytes => {
            #[expect(clippy::cast_precision_loss, reason = "compared roughly")]
            let bound = BYTES * (*a.max(b) as f64);
            #[expect(clippy::cast_precision_loss, reason = "compared roughly")]
            let apart = a.abs_diff(*b) as f64;
            apart <= bound
        }
        // What one side cannot know is no difference in behaviour.
        (None, _) | (_, None) => true,
        (a, b) => a == b,
    }
}
