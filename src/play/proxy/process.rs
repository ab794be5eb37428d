//! The process of a proxy: in a group of its own, out of the reach of Ctrl-C, and never left behind.
//!
//! A shell stands between: it ends the proxy when its standard input ends, and that ends with this process, however
//! that ends (`kill -9` included). So nothing is left behind that a destructor would have had to end.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Runs its arguments until they end, or its standard input does. The shell gives what runs in the background
/// `/dev/null` to read (POSIX, Shell Command Language §2.9.3.1), so the watcher is given the input by number.
const SCRIPT: &str = r#"
exec 3<&0
"$@" 3<&- &
proxy=$!
{ read -r _ <&3; kill -KILL "$proxy"; } 2>/dev/null &
watcher=$!
wait "$proxy"
code=$?
kill -KILL "$watcher" 2>/dev/null
exit "$code"
"#;

/// A program at work.
#[derive(Debug)]
pub(super) struct Process(Child);

impl Process {
    /// Starts `program`, whose last argument is the path `file`; what it complains of goes to `errors`.
    pub(super) fn start(program: &Path, arguments: &[&str], file: &Path, errors: File) -> io::Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "sh"]).arg(program).args(arguments).arg(file);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(errors).process_group(0);
        command.spawn().map(Self)
    }

    pub(super) fn is_running(&mut self) -> bool {
        self.0.try_wait().is_ok_and(|status| status.is_none())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The end of its input ends it; a SIGKILL to the shell would leave the proxy alone.
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
