//! Finding the golden files, and the ways to cut their bytes.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// One golden case: the name of its file and what it says.
pub struct Case {
    pub name: String,
    pub path: PathBuf,
    pub says: Value,
}

impl Case {
    /// The bytes in the file beside the JSON.
    pub fn bytes_beside(&self, extension: &str) -> Vec<u8> {
        fs::read(self.path.with_extension(extension)).expect("the bytes beside the JSON")
    }

    /// The bytes that the case itself gives as hex.
    pub fn hex(&self) -> Vec<u8> {
        unhex(self.says["hex"].as_str().expect("hex"))
    }
}

/// All cases of a codec, by name. None at all is a mistake.
pub fn cases(codec: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(codec);
    let mut cases: Vec<Case> = fs::read_dir(&folder)
        .expect("the folder of golden files")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| Case {
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            says: serde_json::from_slice(&fs::read(&path).expect("JSON")).expect("JSON"),
            path,
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!cases.is_empty(), "no golden files in {}", folder.display());
    cases
}

/// Whole, byte by byte, with empty pieces, and in two at every position.
pub fn cuts(bytes: &[u8]) -> Vec<Vec<&[u8]>> {
    let mut ways =
        vec![vec![bytes], bytes.chunks(1).collect(), bytes.chunks(1).flat_map(|one| [one, &[]]).collect()];
    ways.extend((1..bytes.len()).map(|at| vec![&bytes[..at], &bytes[at..]]));
    ways
}

pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}
