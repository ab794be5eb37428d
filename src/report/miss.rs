//! A missed expectation as a compiler would show it: the file, the line, the caret, what was expected, what was observed, and
//! the lines of the record that say so.

use super::read::Report;
use crate::scenario::Verdict;

/// What is judged: `missed of bare`, `requests of the run`.
pub(super) fn subject(verdict: &Verdict) -> String {
    format!("{} of {}", verdict.measure, verdict.whose())
}

/// The place of a verdict in its scenario: line and column, from 1.
pub(super) fn place(report: &Report, verdict: &Verdict) -> (usize, usize) {
    let before = report.source().get(..verdict.span.start).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// The file of the scenario; a record does not know its folder.
pub(super) fn file(report: &Report) -> String {
    format!("{}.toml", report.scenario())
}

/// The whole paragraph.
pub(super) fn paragraph(report: &Report, verdict: &Verdict, coloured: bool) -> String {
    let Some(scenario) = &report.read else { return String::new() };
    let line = |number| report.line(number).map(|_| report.told(number));
    verdict.render(scenario, &file(report), line, coloured)
}
