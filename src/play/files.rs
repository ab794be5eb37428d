//! Finding and reading scenario files.

use std::io;
use std::path::{Path, PathBuf};

use crate::scenario::{Mistakes, Scenario};

/// A file as it was read.
pub struct Loaded {
    /// Where it is.
    pub path: PathBuf,
    /// What it says, or what is wrong with it.
    pub read: Result<Scenario, Mistakes>,
}

/// The files that these paths mean: a folder stands for the `*.toml` in it, in the order of their names.
///
/// # Errors
/// The first path that is not there, or a folder without any.
pub fn find(paths: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let told = |error: io::Error| {
            let fix = match error.kind() {
                io::ErrorKind::NotFound => {
                    "; name it from where you stand: those of this project are in its folder scenarios"
                }
                _ => "",
            };
            io::Error::new(error.kind(), format!("{}: {error}{fix}", path.display()))
        };
        if !path.metadata().map_err(told)?.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = path.read_dir().and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(told)?;
        let is_scenario = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "toml");
        let mut found: Vec<PathBuf> =
            entries.into_iter().map(|entry| entry.path()).filter(is_scenario).collect();
        if found.is_empty() {
            let none = format!("{}: no *.toml in this folder", path.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, none));
        }
        found.sort();
        files.append(&mut found);
    }
    Ok(files)
}

/// Reads a file, with what is set for this time and only these lanes.
///
/// # Errors
/// Those of the disk; mistakes are part of what is loaded.
pub(super) fn load(path: &Path, settings: &[String], lanes: &[String]) -> io::Result<Loaded> {
    let shown = path.display().to_string();
    let text = std::fs::read(path).and_then(|bytes| {
        let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8, as TOML is");
        String::from_utf8(bytes).map_err(not_text)
    });
    let text = text.map_err(|error| io::Error::new(error.kind(), format!("{shown}: {error}")))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Loaded { path: path.to_owned(), read: Scenario::read_with(&name, &shown, &text, settings, lanes) })
}
