//! `wirebench export`: makes a record into what other programs read. 2 if it cannot be read, or lacks the bytes.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use super::report::spare;
use crate::export::Form;

/// Exports the record at `record` to the file `out`.
pub(super) fn export(record: &PathBuf, form: &Form, out: &Path) -> Result<ExitCode> {
    let made = form.export(record)?;
    spare(std::slice::from_ref(record), out)?;
    std::fs::write(out, made).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(ExitCode::SUCCESS)
}
