//! Reports from records: what is counted, and how it is told. `WIREBENCH_WRITE_DOCS=1` writes the expected files anew; what
//! they say then is to be checked by hand.

mod forms;
mod goldens;
mod large;

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the project.
fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The text of one.
fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("reading {name}: {error}"))
}

/// The records in a folder, by their names without the ending.
fn records(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(path(folder)).unwrap_or_else(|error| panic!("reading {folder}: {error}"));
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".jsonl").map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// Holds `found` against the file of that name, or writes it there.
fn same_as_file(name: &str, found: &str) {
    if std::env::var_os("WIREBENCH_WRITE_DOCS").is_some() {
        fs::write(path(name), found).unwrap_or_else(|error| panic!("writing {name}: {error}"));
    }
    let expected = text(name);
    assert!(expected == found, "{name} says\n{expected}\nand found was\n{found}");
}
