//! The program run to its end, and a directory of one's own that is gone afterwards.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;

use super::PATIENCE;

/// The program, not yet started, without the settings that the surroundings may hold for it.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirebench"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WIREBENCH_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a program that has ended left behind.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub errors: String,
}

/// Runs the program with these arguments until it ends by itself.
pub fn run(arguments: &[&str]) -> Ended {
    let mut command = command();
    command.args(arguments);
    finish(command)
}

/// Runs `command` until it ends by itself. One that does not is ended, and that is a failure.
pub fn finish(mut command: Command) -> Ended {
    let child = command.spawn().expect("it starts");
    let pid = child.id().to_string();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || tell.send(child.wait_with_output()));
    let Ok(output) = told.recv_timeout(PATIENCE) else {
        let _ = Command::new("kill").args(["-KILL", &pid]).status();
        let rest = told.recv_timeout(PATIENCE);
        panic!("{command:?} had to be ended after {PATIENCE:?}: {rest:?}");
    };
    let Output { status, stdout, stderr } = output.expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
    Ended { code: status.code(), out: text(stdout), errors: text(stderr) }
}

/// A new directory, removed with all that is in it when this is dropped, also by a failure.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    pub fn new(what: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path =
            std::env::temp_dir().join(format!("wirebench-test-{what}-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).expect("a new directory");
        Self { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of what is called `name` in it, as text.
    pub fn file(&self, name: &str) -> String {
        self.path.join(name).to_str().expect("a path in UTF-8").to_owned()
    }

    /// Writes a file into it and gives its path.
    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.file(name);
        std::fs::write(&path, content).expect("written");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            eprintln!("{} is left behind: {error}", self.path.display());
        }
    }
}
