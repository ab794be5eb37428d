//! `wirebench diff`: what differs between two runs, or between two folders of them. Exit codes: 0 alike, 1 different, 2 a record
//! could not be read.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::report::{Compared, Diff, DiffForm};

/// Prints what differs between the runs at `a` and those at `b`.
pub(super) fn diff(a: &Path, b: &Path, behaviour: bool, form: &DiffForm) -> Result<ExitCode> {
    let read = |path: &Path| super::report::read(&[path.to_owned()]);
    let compared = if behaviour { Compared::Behaviour } else { Compared::Everything };
    let diffs = crate::report::diff(&read(a)?, &read(b)?, compared);
    super::print(form.write(&diffs).trim_end())?;
    Ok(ExitCode::from(u8::from(!diffs.iter().all(Diff::is_same))))
}
