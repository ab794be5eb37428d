//! `wirebench check`: reads a record and says whether each line is one of record v1, and which are not.
//!
//! A torn last line, as a full disk or a killed process leaves it, is named like any other bad line; the rest counts.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::args::Format;
use crate::record::{Observation, VERSION, What};

/// Bad lines that are shown one by one.
const SHOWN: usize = 10;

/// What was found.
#[derive(Debug, Default, Serialize)]
struct Findings {
    lines: u64,
    good: u64,
    bad: u64,
    /// Lines by kind; `unknown` are those of a later version.
    kinds: BTreeMap<String, u64>,
    problems: Vec<Problem>,
}

#[derive(Debug, Serialize)]
struct Problem {
    line: u64,
    column: usize,
    reason: String,
}

/// Reads the record at `path` and prints what was found.
pub(super) fn check(path: &Path, format: Format) -> Result<ExitCode> {
    let told = || format!("cannot read {}", path.display());
    let mut findings = Findings::default();
    for line in BufReader::new(File::open(path).with_context(told)?).split(b'\n') {
        findings.take(&line.with_context(told)?);
    }
    super::print(&match format {
        Format::Json => serde_json::to_string(&findings)?,
        Format::Text => findings.text(path),
    })?;
    Ok(ExitCode::from(u8::from(findings.bad > 0)))
}

impl Findings {
    fn take(&mut self, line: &[u8]) {
        self.lines += 1;
        let read = serde_json::from_slice::<Observation>(line).map_err(|e| (e.column(), e.to_string()));
        let good = read.and_then(|seen| match seen.v {
            VERSION => Ok(seen),
            other => Err((1, format!("version {other}, and this program reads {VERSION}"))),
        });
        match good {
            Ok(seen) => {
                self.good += 1;
                *self.kinds.entry(kind(&seen.what)).or_default() += 1;
            }
            Err((column, reason)) => {
                self.bad += 1;
                if self.problems.len() < SHOWN {
                    self.problems.push(Problem { line: self.lines, column, reason });
                }
            }
        }
    }

    fn text(&self, path: &Path) -> String {
        let kinds = self.kinds.iter().map(|(kind, count)| format!("{count:>8}  {kind}"));
        let total = std::iter::once(format!("{:>8}  good of {} lines", self.good, self.lines));
        let problems = self
            .problems
            .iter()
            .map(|Problem { line, column, reason }| format!("{}:{line}:{column}: {reason}", path.display()));
        let more = self.bad.saturating_sub(self.problems.len() as u64);
        let more = (more > 0).then(|| format!("… and {more} more bad lines"));
        let none = (self.good == 0 && self.lines > 0).then(|| {
            "No line is one of a record. Scenario files are read by wirebench scenario check.".to_owned()
        });
        kinds.chain(total).chain(problems).chain(more).chain(none).collect::<Vec<_>>().join("\n")
    }
}

/// The `kind` as it stands in the line.
fn kind(what: &What) -> String {
    let value = serde_json::to_value(what).unwrap_or_default();
    value["kind"].as_str().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_named_with_its_place_and_the_rest_counts() {
        let mut findings = Findings::default();
        findings.take(br#"{"v":1,"at":1,"clock":"lane","kind":"gap","dir":"down","from":1,"to":2}"#);
        findings.take(br#"{"v":2,"at":1,"clock":"lane","kind":"gap","dir":"down","from":1,"to":2}"#);
        findings.take(br#"{"v":1,"at":1,"clock":"lane","kind":"ga"#);
        assert_eq!((findings.good, findings.bad), (1, 2));
        assert_eq!(findings.kinds["gap"], 1);
        assert_eq!(findings.problems[1].line, 3);
        assert!(findings.problems[0].reason.contains("version 2"));
    }
}
