//! A command at work: what it has said so far, its end, and its being ended, with all that it has started, by its number.

use std::io::Read;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// How long a command that is shown may take, and how long what it says may be awaited. Most take a tenth of a second.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// One that was started.
pub struct Running {
    child: Child,
    heard: Arc<(Mutex<Heard>, Condvar)>,
    status: Option<ExitStatus>,
}

#[derive(Default)]
struct Heard {
    out: Vec<u8>,
    errors: Vec<u8>,
    /// How many of the two are still open.
    open: usize,
}

impl Running {
    /// Starts it as the first of a group of processes.
    pub fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().expect("it starts");
        let heard = Arc::new((Mutex::new(Heard { open: 2, ..Heard::default() }), Condvar::new()));
        hear(child.stdout.take().expect("piped"), heard.clone(), |heard| &mut heard.out);
        hear(child.stderr.take().expect("piped"), heard.clone(), |heard| &mut heard.errors);
        Self { child, heard, status: None }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.0.lock().expect("not poisoned")
    }

    /// What it has said so far, what it said of mistakes last.
    pub fn said(&self) -> String {
        let heard = self.heard();
        format!("{}\n{}", String::from_utf8_lossy(&heard.out), String::from_utf8_lossy(&heard.errors))
    }

    /// What it has printed so far.
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&self.heard().out).into_owned()
    }

    /// Whether it has closed what it says things by.
    pub fn is_silent(&self) -> bool {
        self.heard().open == 0
    }

    /// Waits until `is_enough` of what it said, or until it says no more. False where neither comes in time.
    pub fn wait(&self, bound: Duration, is_enough: impl Fn(&Self) -> bool) -> bool {
        let until = Instant::now() + bound;
        loop {
            if is_enough(self) || self.is_silent() {
                return true;
            }
            let Some(left) = until.checked_duration_since(Instant::now()) else { return false };
            // Looked at again after a moment in any case: something may have come since.
            let wait = left.min(Duration::from_millis(100));
            drop(self.heard.1.wait_timeout(self.heard(), wait));
        }
    }

    /// Waits for its end and gives its exit code; `None` where it does not end in time, or is ended by a signal.
    pub fn ended(&mut self) -> Option<i32> {
        if !self.wait(PATIENCE, |_| false) {
            return None;
        }
        let child = &mut self.child;
        let status = *self.status.get_or_insert_with(|| child.wait().expect("a child"));
        // Where a shell has become the command, its signal is told as a shell would.
        status.code().or_else(|| status.signal().map(|signal| 128 + signal))
    }

    /// Ends it as Ctrl-C does.
    pub fn interrupt(&mut self) -> Option<i32> {
        if self.status.is_none() {
            self.signal("INT");
        }
        self.ended()
    }

    fn signal(&self, name: &str) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args([&format!("-{name}"), "--", &group]).stderr(Stdio::null()).status();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.status.is_none() {
            self.signal("KILL");
            let _ = self.child.wait();
        }
    }
}

fn hear(
    mut from: impl Read + Send + 'static,
    heard: Arc<(Mutex<Heard>, Condvar)>,
    which: fn(&mut Heard) -> &mut Vec<u8>,
) {
    thread::spawn(move || {
        let mut bytes = [0; 8192];
        loop {
            let read = from.read(&mut bytes).unwrap_or(0);
            let mut all = heard.0.lock().expect("not poisoned");
            if read == 0 {
                all.open -= 1;
            }
            which(&mut all).extend_from_slice(&bytes[..read]);
            heard.1.notify_all();
            if read == 0 {
                return;
            }
        }
    });
}
