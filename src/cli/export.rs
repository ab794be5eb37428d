//! `wirebench export`: makes a record into what other programs read. 2 if it cannot be read, or lacks the bytes.

use std::io::{IsTerminal as _, Write as _, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};

use super::report::spare;
use crate::export::{Exported, Form};

/// Exports the record at `record` to the file `out`, or to standard output.
pub(super) fn export(record: &PathBuf, form: &Form, out: Option<&Path>) -> Result<ExitCode> {
    let out = out.filter(|out| *out != Path::new("-"));
    ensure!(
        out.is_some() || form.is_text || !stdout().is_terminal(),
        "wanted: a file for {}, which is no text. found: a terminal. fix: --out FILE, or pipe it on",
        form.name
    );
    let Exported { made, unread, lines } = form.export(record)?;
    if unread > 0 {
        // The export is what the rest says; who only looks at that would never know.
        eprintln!(
            "wirebench: {unread} of {lines} lines of {} could not be read, and are not in this; `wirebench check` tells each",
            record.display()
        );
    }
    if let Some(out) = out {
        spare(std::slice::from_ref(record), out)?;
        std::fs::write(out, made).with_context(|| format!("cannot write {}", out.display()))?;
    } else {
        stdout().write_all(&made).context("cannot write to standard output")?;
    }
    Ok(ExitCode::SUCCESS)
}
