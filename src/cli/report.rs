//! `wirebench report`: what some records mean, in some form. Says by its exit code what came of them: 0 all that was expected was
//! met, 1 something was missed or a record is torn, 2 a record could not be read, or not all of its lines.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::report::{Dress, Form, Outcome, Report, Unread};

/// Records that were read, and why others were not.
#[derive(Default)]
pub(super) struct Records {
    /// Those that were, in their order.
    pub(super) reports: Vec<Report>,
    unread: Vec<Unread>,
}

impl Records {
    /// Says of which records not everything was read. Whether there are any.
    pub(super) fn complain(&self) -> bool {
        let holed: Vec<&Report> = self.reports.iter().filter(|report| !report.facts.is_whole()).collect();
        for report in &holed {
            super::complain(&not_whole(report));
        }
        for unread in &self.unread {
            super::complain(&unread.to_string());
        }
        !holed.is_empty() || !self.unread.is_empty()
    }
}

/// Reports on the records at `paths`, to standard output or to the file `out`.
pub(super) fn report(paths: &[PathBuf], form: &Form, out: Option<&Path>) -> Result<ExitCode> {
    let records = read(paths)?;
    let reports = &records.reports;
    if reports.is_empty() {
        records.complain();
        return Ok(ExitCode::from(super::COULD_NOT_RUN));
    }
    let dress = if out.is_none() { super::dress::Dress::of_stdout().of_report() } else { Dress::default() };
    let mut text = form.write(reports, dress);
    match out {
        None => super::print(text.trim_end())?,
        Some(out) => {
            spare(paths, out)?;
            if !text.ends_with('\n') {
                text.push('\n');
            }
            fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))?;
        }
    }
    let bad = |report: &Report| matches!(report.outcome(), Outcome::Missed | Outcome::Torn);
    let code = if records.complain() { super::COULD_NOT_RUN } else { u8::from(reports.iter().any(bad)) };
    Ok(ExitCode::from(code))
}

/// What could not be read of it. Its caveats say which lines, and why.
fn not_whole(report: &Report) -> String {
    let bad = report.facts.passed_over().count();
    let lines = match bad {
        0 => String::new(),
        1 => "1 line of it could not be read".to_owned(),
        more => format!("{more} lines of it could not be read"),
    };
    let header = if report.facts.headless { "its first line, of the kind run, is missing" } else { "" };
    let told: Vec<&str> = [header, lines.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    format!("{} is reported as far as it can be read: {}", report.name, told.join(", and "))
}

/// A report is not to be written over a record.
pub(super) fn spare(paths: &[PathBuf], out: &Path) -> Result<()> {
    let same = |path: &PathBuf| {
        fs::canonicalize(path).ok().zip(fs::canonicalize(out).ok()).is_some_and(|(a, b)| a == b)
    };
    let ends_so = out.extension().is_some_and(|ending| ending == "jsonl") && out.exists();
    if ends_so || paths.iter().any(same) {
        bail!("--out {} is a record: choose another file", out.display());
    }
    Ok(())
}

/// All records at these paths, in their order; a folder stands for the `*.jsonl` in it, by their names. One that cannot be read
/// hides no other.
pub(super) fn read(paths: &[PathBuf]) -> Result<Records> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            files.extend(records(path)?);
        } else {
            files.push(path.clone());
        }
    }
    let mut records = Records::default();
    for file in &files {
        match Report::of_file(file) {
            Ok(report) => records.reports.push(report),
            Err(unread) => records.unread.push(unread),
        }
    }
    Ok(records)
}

fn records(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read {}", folder.display()))?.path();
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            files.push(path);
        }
    }
    if files.is_empty() {
        bail!("wanted records, and found no *.jsonl in {}; wirebench play writes them", folder.display());
    }
    files.sort();
    Ok(files)
}
