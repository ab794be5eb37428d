//! Checks of the house itself: how long files are, that each says what it is, and who may know whom.
//! Each check is a function from text to complaints, so that it is also shown to fail on a bad sample.

mod arrows;
mod chance;
mod files;
mod paths;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every file below `folder` (relative to the project) with one of these endings, packages left out.
fn sources(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join(folder), &mut found);
    found.sort();
    found
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| endings.iter().any(|known| end == *known)))
        .map(|path| {
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("reading {name}: {error}"));
            (name, text)
        })
        .collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "node_modules") {
            walk(&path, found);
        } else if path.is_file() {
            found.push(path);
        }
    }
}

/// Fails with all complaints at once, one a line.
fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaint(s):\n{}", complaints.len(), complaints.join("\n"));
}
