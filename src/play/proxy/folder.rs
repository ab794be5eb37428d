//! A temporary folder of a proxy's own, removed with all that is in it.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// How much of the end of a file is told, in bytes.
const TOLD: usize = 2000;

/// The folder.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new one, which others cannot look into.
    pub(super) fn new(what: &str) -> io::Result<Self> {
        let (process, number) = (std::process::id(), fastrand::u64(..));
        let path = std::env::temp_dir().join(format!("wirebench-{what}-{process}-{number:016x}"));
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        File::create(self.0.join(name))
    }

    /// Writes a file into it and gives its path.
    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.0.join(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    /// The end of a file in it, in one line.
    pub(super) fn read_end(&self, name: &str) -> String {
        let bytes = fs::read(self.0.join(name)).unwrap_or_default();
        let end = &bytes[bytes.len().saturating_sub(TOLD)..];
        let text = String::from_utf8_lossy(end);
        text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_goes_with_all_that_is_in_it() {
        let folder = Folder::new("test").expect("a folder");
        let file = folder.write("said.txt", "one\n\n  two\n").expect("written");
        assert_eq!(folder.read_end("said.txt"), "one; two");
        assert_eq!(folder.read_end("nothing.txt"), "");
        drop(folder);
        assert!(!file.parent().expect("the folder").exists());
    }
}
