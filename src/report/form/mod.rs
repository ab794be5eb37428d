//! What can be made of reports: one file each, one list. Nobody else enumerates.

mod decision;
mod html;
mod json;
mod junit;
mod markdown;
mod text;

use super::read::Report;
use super::words::visible;

pub use json::schema;
pub(super) use markdown::escaped;

/// How a form is dressed, where it can be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dress {
    /// In colour.
    pub colour: bool,
    /// Columns of the terminal, if there is one.
    pub width: Option<u16>,
}

/// One form.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Its name, as `--format` takes it.
    pub name: &'static str,
    /// For whom it is.
    pub means: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// The ending of a file of it.
    pub ending: &'static str,
    write: fn(&[Report], Dress) -> String,
}

impl Form {
    /// Makes it of some reports, in the order in which they are told.
    pub fn write(&self, reports: &[Report], dress: Dress) -> String {
        (self.write)(reports, dress)
    }
}

/// All of them.
pub const FORMS: &[Form] = &[
    Form {
        name: "text",
        means: "for the terminal",
        media_type: "text/plain; charset=utf-8",
        ending: "txt",
        write: |reports, dress| visible(&text::write(reports, dress), dress.colour),
    },
    Form {
        name: "json",
        means: "for programs",
        media_type: "application/json",
        ending: "json",
        write: |reports, _| json::write(reports),
    },
    Form {
        name: "junit",
        means: "for continuous integration",
        media_type: "application/xml",
        ending: "xml",
        write: |reports, _| junit::write(reports),
    },
    Form {
        name: "markdown",
        means: "for a pull request",
        media_type: "text/markdown; charset=utf-8",
        ending: "md",
        write: |reports, _| visible(&markdown::write(reports), false),
    },
    Form {
        name: "decision",
        means: "a decision record to be filled in",
        media_type: "text/markdown; charset=utf-8",
        ending: "md",
        write: |reports, _| visible(&decision::write(reports), false),
    },
    Form {
        name: "html",
        means: "one page with the timeline",
        media_type: "text/html; charset=utf-8",
        ending: "html",
        write: |reports, _| visible(&html::write(reports), false),
    },
];

/// The form of that name.
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.name == name)
}

/// The timeline of a run as an image; `None` of a record without lanes.
pub fn svg(report: &Report) -> Option<String> {
    html::svg(report).map(|image| visible(&image, false))
}

/// Reports of one scenario, in the order in which they came.
fn scenarios(reports: &[Report]) -> Vec<Vec<&Report>> {
    let mut groups: Vec<Vec<&Report>> = Vec::new();
    for report in reports {
        let same = |group: &&mut Vec<&Report>| group[0].scenario() == report.scenario();
        match groups.iter_mut().find(same) {
            Some(group) => group.push(report),
            None => groups.push(vec![report]),
        }
    }
    groups
}

/// What came of all, in a sentence.
fn summary(reports: &[Report]) -> String {
    use super::read::Outcome::{Met, Missed, NotJudged, Torn};
    let count = |outcome| reports.iter().filter(|report| report.outcome() == outcome).count();
    let parts = [(Met, "met"), (Missed, "missed"), (Torn, "torn"), (NotJudged, "not judged")];
    let told: Vec<String> = parts
        .iter()
        .map(|(outcome, word)| (count(*outcome), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    format!("{}: {}", super::words::count(reports.len(), "run", "runs"), told.join(", "))
}

/// How a verdict of a run reads in a line: `4 met, 1 missed`, or why nothing was judged.
fn verdicts(report: &Report) -> String {
    use crate::scenario::Met;
    let count = |is: fn(&Met) -> bool| report.verdicts.iter().filter(|verdict| is(&verdict.met)).count();
    let parts = [
        (count(|met| *met == Met::Met), "met"),
        (count(|met| *met == Met::Missed), "missed"),
        (count(|met| matches!(met, Met::NotJudged(_))), "not judged"),
    ];
    let told: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    match (&report.not_judged, told.is_empty()) {
        (Some(why), true) => why.clone(),
        (None, true) => "nothing is expected".to_owned(),
        _ => told.join(", "),
    }
}
