//! `wirebench scenario check`: reads scenario files and tells every mistake in them, without playing any.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::args::Format;
use crate::scenario::{Mistakes, Scenario};

/// Reads the scenarios at `paths` and prints what was found.
pub(super) fn check(paths: &[PathBuf], format: Format) -> Result<ExitCode> {
    let files = files(paths)?;
    let mut read = Vec::new();
    for file in &files {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        read.push((file, Scenario::read(&name(file), &file.display().to_string(), &text)));
    }
    let mistakes: usize =
        read.iter().map(|(_, scenario)| scenario.as_ref().err().map_or(0, Mistakes::count)).sum();
    match format {
        Format::Json => {
            let files: Vec<Value> =
                read.iter().map(|(file, scenario)| told(file, scenario.as_ref())).collect();
            super::print(&json!({ "mistakes": mistakes, "files": files }).to_string())?;
        }
        Format::Text => {
            for (file, scenario) in &read {
                match scenario {
                    Ok(scenario) => {
                        super::print(&format!("{} is good: {}", file.display(), parts(scenario)))?;
                    }

                    Err(mistakes) => super::say(&format!("{}\n", mistakes.render(coloured()))),
                }
            }
            if mistakes > 0 {
                let bad = read.iter().filter(|(_, scenario)| scenario.is_err()).count();
                super::complain(&format!("{} in {}", counted(mistakes, "mistake"), counted(bad, "file")));
            }
        }
    }
    Ok(ExitCode::from(if mistakes > 0 { super::COULD_NOT_RUN } else { 0 }))
}

/// The files that these paths stand for: of a folder every `*.toml` in it, by name.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let told = || format!("cannot read the folder {}", path.display());
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).with_context(told)? {
            let file = entry.with_context(told)?.path();
            if file.extension().is_some_and(|ending| ending == "toml") {
                inside.push(file);
            }
        }
        if inside.is_empty() {
            bail!("there is no *.toml in the folder {}", path.display());
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// What the scenario in this file is called.
pub(super) fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether what is said on standard error may be coloured (<https://no-color.org>).
pub(super) fn coloured() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && std::io::stderr().is_terminal()
}

fn told(file: &Path, scenario: Result<&Scenario, &Mistakes>) -> Value {
    let mistakes = scenario.err().map(Mistakes::told).unwrap_or_default();
    json!({ "file": file.display().to_string(), "scenario": name(file), "good": scenario.is_ok(), "mistakes": mistakes })
}

fn parts(scenario: &Scenario) -> String {
    let lanes = scenario.lanes.iter().map(|lane| lane.count).sum();
    let parts = [
        counted(lanes, "lane"),
        counted(scenario.steps.len(), "step"),
        counted(scenario.expectations.len(), "expectation"),
    ];
    parts.join(", ")
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
