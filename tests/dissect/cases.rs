//! The golden cases: what crossed a connection, and the spans of it.

use std::fs;
use std::path::{Path, PathBuf};

use wirebench::proto::dissect::{Span, Way};

use crate::notation::bytes_of;

/// One case.
pub struct Case {
    pub name: String,
    /// What it shows.
    pub title: String,
    /// As it crossed.
    pub pieces: Vec<(Way, Vec<u8>)>,
}

impl Case {
    /// All that went one way.
    pub fn bytes(&self, way: Way) -> Vec<u8> {
        self.pieces.iter().filter(|(own, _)| *own == way).flat_map(|(_, bytes)| bytes.clone()).collect()
    }

    pub fn spans(&self) -> Vec<Span> {
        crate::dissected(self.pieces.iter().map(|(way, bytes)| (*way, &bytes[..])))
    }

    /// The file with the spans.
    pub fn expected(&self) -> PathBuf {
        folder().join(&self.name).with_extension("jsonl")
    }
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/wire")
}

/// All cases, by name.
pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = fs::read_dir(folder())
        .expect("the folder of golden files")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "in"))
        .map(|path| read(&path))
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(cases.len() >= 30, "{} cases", cases.len());
    cases
}

/// `# what it shows`, then lines of what crossed: `> ` up and `< ` down. Lines one behind the other that go the same way
/// are one piece.
fn read(path: &Path) -> Case {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut lines = text.lines();
    let title = lines.next().and_then(|line| line.strip_prefix("# "));
    let title = title.unwrap_or_else(|| panic!("{name}: wanted a first line with # and what it shows"));
    let mut pieces: Vec<(Way, Vec<u8>)> = Vec::new();
    for line in lines {
        let way = match line.get(..2) {
            Some("> ") => Way::Up,
            Some("< ") => Way::Down,
            _ => panic!("{name}: wanted a line that begins with > or <, found {line:?}"),
        };
        let bytes = bytes_of(&line[2..]).unwrap_or_else(|error| panic!("{name}: {error}"));
        match pieces.last_mut() {
            Some((last, piece)) if *last == way => piece.extend(bytes),
            _ => pieces.push((way, bytes)),
        }
    }
    Case { name, title: title.to_owned(), pieces }
}
