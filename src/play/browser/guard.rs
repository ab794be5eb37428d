//! The guard of a browser: a shell that waits at the other end of a pipe. When the pipe closes, because it is told so or
//! because this program is no more (a SIGKILL, a crash, a terminal that was closed), it ends the browser's process group and
//! removes its folder. So there is one way in which all ends, and it needs nobody who still lives.
//!
//! `PR_SET_PDEATHSIG` would reach the browser's first process alone, and needs unsafe code.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// `$1` is the folder. The first line tells the group; what comes then is the end. A folder into which a dying process
/// still writes is removed again, for a few seconds.
const SCRIPT: &str = r#"
trap '' HUP INT TERM
read -r group
read -r _
[ -n "$group" ] && kill -s KILL -- "-$group" 2>/dev/null
tries=0
until rm -rf -- "$1" 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 50 ] || exit 1
  sleep 0.1
done
"#;

/// Watches until it is dropped.
#[derive(Debug)]
pub(super) struct Guard {
    shell: Child,
}

impl Guard {
    /// A guard that removes `folder` in the end.
    pub(super) fn over(folder: &Path) -> io::Result<Self> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT, "wirebench-guard"]).arg(folder).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A group of its own: Ctrl-C on a terminal reaches ours alone.
        let spawned = command.process_group(0).spawn();
        spawned.map(|shell| Self { shell }).inspect_err(|_| {
            let _ = std::fs::remove_dir_all(folder);
        })
    }

    /// Tells it the process group that it is to end.
    pub(super) fn watch(&mut self, group: u32) -> io::Result<()> {
        let pipe = self.shell.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(pipe, "{group}")
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Waiting closes the pipe first.
        if let Err(error) = self.shell.wait() {
            tracing::warn!(%error, "a browser's guard cannot be waited for");
        }
    }
}
