//! The record of a run on the disk: each line is with the system before the next thing happens, so that what kills this program
//! leaves all that was seen.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::record::Observation;

/// A record that is being written.
pub struct RecordFile {
    file: File,
    path: PathBuf,
}

impl RecordFile {
    /// A new record; one that is there already is never written over. A device that somebody put in its place is written to.
    ///
    /// # Errors
    /// Those of the disk, and if somebody else has made that record meanwhile.
    pub fn create(path: &Path) -> io::Result<Self> {
        let is_device = path.metadata().is_ok_and(|found| !found.is_file());
        let mut how = OpenOptions::new();
        how.write(true);
        let file = if is_device { how.open(path) } else { how.create_new(true).open(path) };
        let file = file.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                io::Error::new(error.kind(), "somebody else has just written a record there: play it again")
            }
            _ => error,
        })?;
        Ok(Self { file, path: path.to_owned() })
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
