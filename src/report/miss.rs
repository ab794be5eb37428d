//! A missed expectation as a compiler would show it: the file, the line, the caret, what was expected, what was observed, and
//! the lines of the record that say so.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::judged::Verdict;
use super::read::Report;

/// How many lines of the record are shown.
const SHOWN: usize = 5;

/// What is judged: `missed of bare`, `requests of the run`.
pub(super) fn subject(verdict: &Verdict) -> String {
    match &verdict.lane {
        Some(lane) => format!("{} of {lane}", verdict.measure),
        None => format!("{} of the run", verdict.measure),
    }
}

/// The place of a verdict in its scenario: line and column, from 1.
pub(super) fn place(report: &Report, verdict: &Verdict) -> (usize, usize) {
    let before = report.source().get(..verdict.span.start).unwrap_or_default();
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// The file of the scenario, as it is called where nobody knows its folder.
pub(super) fn file(report: &Report) -> String {
    format!("{}.toml", report.scenario())
}

/// The lines of the record that say so, told.
pub(super) fn evidence(report: &Report, verdict: &Verdict) -> Vec<String> {
    let mut told: Vec<String> = verdict.lines.iter().take(SHOWN).map(|line| report.told(*line)).collect();
    if verdict.lines.len() > SHOWN {
        told.push(format!("… and {} more", verdict.lines.len() - SHOWN));
    }
    told
}

/// The whole paragraph.
pub(super) fn paragraph(report: &Report, verdict: &Verdict, coloured: bool) -> String {
    let title = format!("expectation missed: {}", subject(verdict));
    let label = format!("expected {}, observed {}", verdict.expected, verdict.observed);
    let source = report.source();
    let end = verdict.span.end.min(source.len());
    let start = verdict.span.start.min(end);
    // What a span over several lines is about stands on its first.
    let end = source.get(start..end).and_then(|text| text.find('\n')).map_or(end, |length| start + length);
    let file = file(report);
    let caret = AnnotationKind::Primary.span(start..end).label(&label);
    let snippet = Snippet::source(source).path(&file).annotation(caret);
    let because = verdict.because.iter().map(|because| Level::NOTE.message(because));
    let evidence = evidence(report, verdict);
    let evidence = (!evidence.is_empty()).then(|| format!("{} says\n{}", report.name, evidence.join("\n")));
    let evidence = evidence.iter().map(|evidence| Level::NOTE.message(evidence));
    let group = Level::ERROR.primary_title(&title).element(snippet).elements(because.chain(evidence));
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let rendered = renderer.render(&[group]);
    // The renderer fills lines up with blanks here and there.
    rendered.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
