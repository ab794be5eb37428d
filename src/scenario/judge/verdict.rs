//! A verdict, and how one that is missed is told: the file, the line, the caret, what was expected and observed, and the lines
//! of the record that say so.

use annotate_snippets::Level;

use super::words::{expected, grouped, some};
use crate::measure::KEPT;
use crate::scenario::mistakes::paragraph;
use crate::scenario::model::{Expectation, Scenario, Span};

/// How many lines of the record are shown.
const LINES: usize = 6;
/// How many characters of each.
const WIDE: usize = 160;

/// Whether an expectation is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// It is.
    Met,
    /// It is not.
    Missed,
    /// It was not judged, for this reason.
    NotJudged(String),
}

/// What is to be said of one expectation and one lane, several lanes, or the whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which of the scenario's expectations, from 0.
    pub expectation: usize,
    /// Its measure.
    pub measure: &'static str,
    /// The lane, as the record calls it; none where it is of several, of the run, or was not judged.
    pub lane: Option<String>,
    /// The lane, as people know it; none where it is of the run, or was not judged.
    pub name: Option<String>,
    /// Of how many lanes it is; 0 where it is of the run, or was not judged.
    pub lanes: usize,
    /// Where the expectation stands in the file.
    pub span: Span,
    /// What was expected, in words.
    pub expected: String,
    /// What was observed, in words.
    pub observed: String,
    /// The lines of the record that say so, counted from 1.
    pub lines: Vec<usize>,
    /// Whether it is met.
    pub met: Met,
    /// The reason that the scenario gives.
    pub because: Option<String>,
}

impl Verdict {
    /// One that says nothing yet.
    pub(super) fn of(index: usize, one: &Expectation) -> Self {
        Self {
            expectation: index,
            measure: one.measure,
            lane: None,
            name: None,
            lanes: usize::from(!one.run),
            span: one.span.clone(),
            expected: expected(one),
            observed: String::new(),
            lines: Vec::new(),
            met: Met::Missed,
            because: one.because.clone(),
        }
    }

    /// One verdict instead of those on several readers of a lane, which it holds of each.
    pub(super) fn together(name: &str, verdicts: Vec<Self>) -> Self {
        let lanes = verdicts.len();
        let observed: Vec<String> = verdicts.iter().map(|verdict| verdict.observed.clone()).collect();
        let first = verdicts.into_iter().next();
        // There are at least two: whoever calls has counted them.
        let first = first.unwrap_or_else(|| unreachable!("no verdict is together with none"));
        Self {
            lane: None,
            name: Some(name.to_owned()),
            lanes,
            observed: some(&observed),
            lines: Vec::new(),
            ..first
        }
    }

    /// Of whom it is, in words: `sse`, `1,000 lanes of many`, `the run`.
    pub fn whose(&self) -> String {
        match &self.name {
            Some(name) if self.lanes > 1 => format!("{} lanes of {name}", grouped(self.lanes as u64)),
            Some(name) => name.clone(),
            None if self.lanes > 0 => "the lanes".to_owned(),
            None => "the run".to_owned(),
        }
    }

    /// As rustc would tell it. The file is shown as `shown`; `line` gives a line of the record by its number.
    pub fn render(
        &self,
        scenario: &Scenario,
        shown: &str,
        line: impl Fn(usize) -> Option<String>,
        coloured: bool,
    ) -> String {
        let title = match &self.met {
            Met::Met => format!("{}: `{}` is as expected", self.whose(), self.measure),
            Met::Missed => format!("{}: `{}` is not as expected", self.whose(), self.measure),
            Met::NotJudged(_) => format!("{}: `{}` was not judged", self.whose(), self.measure),
        };
        let mut notes = vec![(Level::NOTE.with_name("expected"), self.expected.clone())];
        match &self.met {
            Met::NotJudged(why) => notes.push((Level::NOTE.with_name("why"), why.clone())),
            _ => notes.push((Level::NOTE.with_name("observed"), self.observed.clone())),
        }
        if let Some(because) = &self.because {
            notes.push((Level::NOTE.with_name("because"), because.clone()));
        }
        for number in self.lines.iter().take(LINES) {
            if let Some(line) = line(*number) {
                notes.push((Level::NOTE.with_name(format!("record, line {number}")), shortened(&line)));
            }
        }
        if self.lines.len() > LINES {
            notes.push((Level::NOTE.with_name("record"), further(self.lines.len())));
        }
        paragraph(&title, (shown, &scenario.source, self.span.clone()), "", notes, coloured)
    }
}

/// How many lines are not shown of those that are known. A measure keeps some of the lines that it was counted from, and where
/// it is full nobody knows how many more there are.
fn further(known: usize) -> String {
    match known.saturating_sub(LINES) {
        _ if known >= KEPT => "and further lines".to_owned(),
        1 => "and 1 further line".to_owned(),
        more => format!("and {more} further lines"),
    }
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(WIDE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
