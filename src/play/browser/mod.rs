//! A real browser, started directly and without a driver program, at one address: with a profile of its own in a temporary
//! folder, without a window, and with nothing fetched from anywhere but this machine.
//!
//! Nothing of it is left behind: its processes are one group, and a guard of their own (a shell at the other end of a
//! pipe) ends the group and removes the profile as soon as this program closes the pipe or is no more, however it ended.

mod chromium;
mod firefox;
mod guard;
mod home;
mod process;
mod program;

use std::fmt;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use self::guard::Guard;
use self::home::Home;
use self::process::Process;

/// How long a browser has to show that it is there.
pub const CONNECTS_WITHIN: Duration = Duration::from_secs(20);

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, or Google Chrome.
    Chromium,
    /// Firefox, or Firefox ESR.
    Firefox,
}

/// What sets a kind apart.
struct Traits {
    name: &'static str,
    /// The environment variable that names its program.
    variable: &'static str,
    /// Its program's names, in the order in which they are looked for.
    programs: &'static [&'static str],
    /// Debian's package.
    package: &'static str,
    /// Prepares its profile, and gives its arguments.
    arguments: fn(&Home, &str) -> io::Result<Vec<String>>,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// `chromium` or `firefox`.
    pub fn name(self) -> &'static str {
        self.traits().name
    }

    fn traits(self) -> &'static Traits {
        match self {
            Self::Chromium => &chromium::TRAITS,
            Self::Firefox => &firefox::TRAITS,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why there is no browser, or none any more. One line to three, with what to do.
#[derive(Debug, Error)]
pub enum BrowserError {
    /// It is not installed.
    #[error("{kind} was not found: none of {} is in PATH. Install it (Debian: apt-get install {package}) or name its program in {variable}", .programs.join(", "))]
    Missing {
        /// Which.
        kind: Kind,
        /// What was looked for.
        programs: &'static [&'static str],
        /// What to install.
        package: &'static str,
        /// The environment variable that names a program.
        variable: &'static str,
    },
    /// What is to be its program is none.
    #[error("{} cannot be started as {kind}: {problem}. Is it the browser's program? {variable} names another", .program.display())]
    NoProgram {
        /// Which.
        kind: Kind,
        /// The file.
        program: PathBuf,
        /// What went wrong.
        problem: String,
        /// The environment variable that names a program.
        variable: &'static str,
    },
    /// The system refused what it needs.
    #[error("{0}: {1}")]
    System(&'static str, io::Error),
    /// It ended before the run was over.
    #[error("{0}")]
    Exited(String),
    /// It runs, but was not heard of.
    #[error("{program} was started but did not connect within {} s{said}", .within.as_secs_f64())]
    Silent {
        /// Its name and version.
        program: String,
        /// How long it was waited for.
        within: Duration,
        /// The last it said, as the end of the sentence.
        said: String,
    },
}

/// A browser that runs. When it is dropped, so is the browser, with all its processes and its profile.
#[derive(Debug)]
pub struct Browser {
    program: String,
    folder: PathBuf,
    process: Process,
}

impl Browser {
    /// Starts a browser at `url`: the one that its environment variable names (`WIREBENCH_CHROMIUM`, `WIREBENCH_FIREFOX`),
    /// or the first that is in PATH. Blocks for the moment that its `--version` takes.
    ///
    /// # Errors
    /// It is not installed or cannot be started. That it ends, or never comes, is told later ([`Browser::shows`]).
    pub fn start(kind: Kind, url: &str) -> Result<Self, BrowserError> {
        Self::start_program(kind, &program::find(kind)?, url)
    }

    /// Starts this program as a browser of that kind.
    ///
    /// # Errors
    /// As [`Browser::start`].
    pub fn start_program(kind: Kind, program: &Path, url: &str) -> Result<Self, BrowserError> {
        let version = program::version(kind, program)?;
        let home = Home::new(kind.name()).map_err(|e| BrowserError::System("no folder for a profile", e))?;
        // From here on the guard removes the folder, whatever happens.
        let guard = Guard::over(home.path()).map_err(|e| BrowserError::System("no guard (/bin/sh)", e))?;
        let arguments = (kind.traits().arguments)(&home, url);
        let arguments = arguments.map_err(|e| BrowserError::System("the profile cannot be written", e))?;
        let process = Process::start(program, &arguments, &home, guard, &version)
            .map_err(|error| program::none(kind, program, error.to_string()))?;
        Ok(Self { program: version, folder: home.path().to_owned(), process })
    }

    /// Its name and version.
    pub fn program(&self) -> String {
        self.program.clone()
    }

    /// Where it keeps its profile and all else, as long as it lives.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until it has ended by itself, and says so with the last lines of its standard error. Cancel safe.
    pub async fn exited(&mut self) -> String {
        self.process.exited().await
    }

    /// Waits until the browser has shown itself, which is when `sign` comes, at most for `within` ([`CONNECTS_WITHIN`]).
    ///
    /// # Errors
    /// It ended meanwhile, or `sign` did not come.
    pub async fn shows<T>(
        &mut self,
        within: Duration,
        sign: impl Future<Output = T>,
    ) -> Result<T, BrowserError> {
        tokio::select! {
            biased;
            shown = sign => Ok(shown),
            how = self.process.exited() => Err(BrowserError::Exited(how)),
            () = tokio::time::sleep(within) => Err(BrowserError::Silent {
                program: self.program(),
                within,
                said: self.process.said(),
            }),
        }
    }

    /// Ends it with all its processes, and removes its profile: when this is over, nothing is left.
    pub async fn stop(self) {
        // Its guard takes the time that a folder of some megabytes needs to go.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }
}
