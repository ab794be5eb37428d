//! Files below a directory that the operator opened, and nothing outside it: what `hash` and `replay` may read.

use std::fs::File;
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Component, Path, PathBuf};

/// A plain file below the operator's directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Confined(PathBuf);

impl Confined {
    /// The file `path` below `root`, with every link followed and still below it. `flag` is what opened the directory.
    pub(super) fn find(root: &Path, path: &Path, flag: &str) -> Result<Self, String> {
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        if path.as_os_str().is_empty() || !plain {
            return Err(format!(
                "path is {:?}, and may only go down from the directory given by {flag}",
                path.display()
            ));
        }
        let told = |e: std::io::Error| format!("path {:?}: {e}", path.display());
        let root = root.canonicalize().map_err(|e| format!("{flag}: {e}"))?;
        let resolved = root.join(path).canonicalize().map_err(told)?;
        if !resolved.starts_with(&root) {
            return Err(format!("path {:?} leads out of the directory given by {flag}", path.display()));
        }
        if !resolved.metadata().map_err(told)?.is_file() {
            return Err(format!("path {:?} is not a plain file", path.display()));
        }
        Ok(Self(resolved))
    }

    /// Opens it without following a link that may have been put there since, and without waiting on a FIFO. `name` is
    /// what it is called to others, who are not told where the directory is.
    pub(super) fn open(&self, name: &Path) -> Result<File, String> {
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let opened = File::options().read(true).custom_flags(flags).open(&self.0);
        let file = opened.map_err(|e| format!("{}: {e}", name.display()))?;
        if self.leads_elsewhere(&file) {
            return Err(format!("{}: a folder on the way has become a link", name.display()));
        }
        Ok(file)
    }

    /// Whether a folder on the way was swapped for a link since the path was resolved: the kernel knows where an open
    /// file lies (proc(5)). Without /proc only the last part of the path is guarded, by `O_NOFOLLOW`.
    fn leads_elsewhere(&self, file: &File) -> bool {
        let link = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd()));
        link.is_ok_and(|opened| opened != self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_leave_the_directory() {
        let root = std::env::temp_dir().join(format!("wirebench-confined-{}", std::process::id()));
        let inner = root.join("inner");
        std::fs::create_dir_all(&inner).expect("directory");
        std::fs::write(root.join("outside"), "x").expect("file");
        std::fs::write(inner.join("good"), "x").expect("file");
        std::os::unix::fs::symlink(root.join("outside"), inner.join("link")).expect("link");
        assert!(Confined::find(&inner, Path::new("good"), "--dir").is_ok());
        for path in ["../outside", "/etc/passwd", "link", "", ".", "missing", "good/../good"] {
            assert!(Confined::find(&inner, Path::new(path), "--dir").is_err(), "{path}");
        }
        std::fs::remove_dir_all(root).expect("removed");
    }
}
