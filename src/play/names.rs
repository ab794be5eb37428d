//! The names of records: `<scenario>.<client>.<clock>[.<n>].jsonl`, each free. A record is never written over, for whoever has
//! played a scenario wants to hold the next run against it.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

/// The names of the records in a folder.
pub(super) struct Names<'a> {
    folder: &'a Path,
    /// By the name without number and ending: the highest number that is taken. The one without a number is the first.
    taken: HashMap<String, u64>,
}

impl<'a> Names<'a> {
    /// Those that are there already.
    ///
    /// # Errors
    /// Those of the disk.
    pub(super) fn of(folder: &'a Path) -> io::Result<Self> {
        let mut names = Self { folder, taken: HashMap::new() };
        for entry in folder.read_dir()? {
            let entry = entry?;
            // A device in a record's place is none.
            if entry.path().is_file()
                && let Some(stem) = entry.file_name().to_str().and_then(|name| name.strip_suffix(".jsonl"))
            {
                names.take(stem);
            }
        }
        Ok(names)
    }

    fn take(&mut self, stem: &str) {
        let numbered = stem.rsplit_once('.').and_then(|(base, number)| Some((base, number.parse().ok()?)));
        let (base, number): (&str, u64) = numbered.unwrap_or((stem, 1));
        let highest = self.taken.entry(base.to_owned()).or_default();
        *highest = number.max(*highest);
    }

    /// The next of this name. The first has no number, unless it is to be one of several.
    pub(super) fn next(&mut self, base: &str, of_several: bool) -> PathBuf {
        let highest = self.taken.entry(base.to_owned()).or_default();
        *highest = highest.saturating_add(1);
        let number = if *highest == 1 && !of_several { String::new() } else { format!(".{highest}") };
        self.folder.join(format!("{base}{number}.jsonl"))
    }
}
