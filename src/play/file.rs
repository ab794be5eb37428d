//! The record of a run on the disk: each line is with the system before the next thing happens, so that what kills this program
//! leaves all that was seen.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::record::Observation;

/// A record that is being written.
pub struct RecordFile {
    file: File,
    path: PathBuf,
}

impl RecordFile {
    /// A new record. One that is there already is written anew.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { file: File::create(path)?, path: path.to_owned() })
    }

    /// Writes a line, in one piece.
    ///
    /// # Errors
    /// Those of the disk, a full one among them.
    pub fn note(&mut self, seen: &Observation) -> io::Result<()> {
        let mut line = seen.to_line();
        line.push('\n');
        let told =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", self.path.display()));
        self.file.write_all(line.as_bytes()).map_err(told)
    }
}
