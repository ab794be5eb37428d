//! The folder in which a browser lives: its home, its profile and its temporary files, so that all it writes goes with it.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

/// A new folder, which the guard removes.
#[derive(Debug)]
pub(super) struct Home {
    path: PathBuf,
}

impl Home {
    /// Makes a folder that nobody else can read.
    pub(super) fn new(what: &str) -> io::Result<Self> {
        let parent = std::env::temp_dir().canonicalize()?;
        loop {
            // Short: Chromium's socket lies below it, and a socket's path has 108 bytes (unix(7)).
            let path = parent.join(format!("wirebench-{what}-{:08x}", fastrand::u32(..)));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Self { path }.furnished(),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => (),
                Err(error) => return Err(error),
            }
        }
    }

    fn furnished(self) -> io::Result<Self> {
        let made = [self.temporary(), self.profile()].iter().try_for_each(fs::create_dir);
        made.inspect_err(|_| drop(fs::remove_dir_all(&self.path)))?;
        Ok(self)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn profile(&self) -> PathBuf {
        self.path.join("profile")
    }

    pub(super) fn temporary(&self) -> PathBuf {
        self.path.join("tmp")
    }

    /// Whether we are root: the folder is ours.
    pub(super) fn is_roots(&self) -> io::Result<bool> {
        Ok(fs::metadata(&self.path)?.uid() == 0)
    }
}
