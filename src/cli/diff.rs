//! `wirebench diff`: what differs between two runs, or between two folders of them. Exit codes: 0 alike, 1 different, 2 a record,
//! or a line of one, could not be read.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::report::{Compared, Diff, DiffForm};

/// Prints what differs between the runs at `a` and those at `b`.
pub(super) fn diff(a: &Path, b: &Path, behaviour: bool, form: &DiffForm) -> Result<ExitCode> {
    let read = |path: &Path| super::report::read(&[path.to_owned()]);
    let compared = if behaviour { Compared::Behaviour } else { Compared::Everything };
    let a = read(a)?;
    let mut holes = a.complain();
    if a.reports.is_empty() {
        return Ok(ExitCode::from(super::COULD_NOT_RUN));
    }
    let b = read(b)?;
    holes |= b.complain();
    // Nothing can be held against nothing.
    if b.reports.is_empty() {
        return Ok(ExitCode::from(super::COULD_NOT_RUN));
    }
    let diffs = crate::report::diff(&a.reports, &b.reports, compared);
    super::print(form.write(&diffs).trim_end())?;
    let code = if holes { super::COULD_NOT_RUN } else { u8::from(!diffs.iter().all(Diff::is_same)) };
    Ok(ExitCode::from(code))
}
