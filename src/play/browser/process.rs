//! The browser's processes: one group, watched by a thread, and the last lines of what they complained about.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crate::signal;

use super::guard::Guard;
use super::home::Home;

/// So many lines are kept.
const LINES: usize = 8;
/// So many bytes of one line.
const LINE: u64 = 400;
/// How long the end of standard error is waited for, once everybody who could write is dead.
const LAST_WORDS: Duration = Duration::from_secs(2);

type Said = Arc<Mutex<VecDeque<String>>>;
type Watched = Arc<Mutex<Option<Guard>>>;

/// A running browser.
#[derive(Debug)]
pub(super) struct Process {
    guard: Watched,
    said: Said,
    ended: signal::Receiver<Option<String>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Process {
    /// Starts `program`, which is called `name`.
    pub(super) fn start(
        program: &Path,
        arguments: &[String],
        home: &Home,
        mut guard: Guard,
        name: &str,
    ) -> io::Result<Self> {
        let mut child = command(program, arguments, home).spawn()?;
        guard.watch(child.id())?;
        let said = Said::default();
        let (done, last_words) = mpsc::channel();
        if let Some(errors) = child.stderr.take() {
            let said = said.clone();
            thread::spawn(move || {
                keep(errors, &said);
                done.send(())
            });
        }
        let guard = Arc::new(Mutex::new(Some(guard)));
        let (tell, ended) = signal::channel(None);
        let thread = thread::spawn({
            let (guard, said, name) = (guard.clone(), said.clone(), name.to_owned());
            move || {
                let status = outlived(&mut child);
                // Children that have outlived it are no browser any more.
                drop(lock(&guard).take());
                let _ = last_words.recv_timeout(LAST_WORDS);
                tell.set(Some(format!("{name} ended ({status}){}", words(&said))));
            }
        });
        Ok(Self { guard, said, ended, thread: Some(thread) })
    }

    /// Waits until it has ended, and how.
    pub(super) async fn exited(&mut self) -> String {
        match self.ended.wait_for(Option::is_some).await {
            Ok(how) => how.unwrap_or_default(),
            Err(_) => "the browser is no longer watched".to_owned(),
        }
    }

    /// The last it said, as the end of a sentence.
    pub(super) fn said(&self) -> String {
        words(&self.said)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(lock(&self.guard).take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn command(program: &Path, arguments: &[String], home: &Home) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    // What it keeps outside of its profile (caches, settings of the desktop, sockets) is to go with it.
    command.env("HOME", home.path()).env("TMPDIR", home.temporary()).current_dir(home.path());
    for name in ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"] {
        command.env_remove(name);
    }
    // A report of a crash would be sent away, and its helper lives in a session of its own.
    command.env("MOZ_CRASHREPORTER_DISABLE", "1").env("MOZ_HEADLESS", "1");
    // Else a released Firefox does not heed that its remote settings are elsewhere.
    command.env("MOZ_REMOTE_SETTINGS_DEVTOOLS", "1");
    command
}

fn outlived(child: &mut Child) -> String {
    child.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
}

fn keep(from: impl Read, said: &Said) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while let Ok(1..) = from.by_ref().take(LINE).read_until(b'\n', &mut line) {
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        line.clear();
        if text.is_empty() {
            continue;
        }
        let mut kept = lock(said);
        if kept.len() == LINES {
            kept.pop_front();
        }
        kept.push_back(text);
    }
}

fn words(said: &Said) -> String {
    let kept = lock(said);
    if kept.is_empty() {
        return " and said nothing".to_owned();
    }
    let lines: Vec<_> = kept.iter().map(|line| format!("\n    {line}")).collect();
    format!("; it said last:{}", lines.concat())
}

/// A thread that panicked has left nothing half done here.
fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
