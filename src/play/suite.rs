//! Many runs: each file by each client, so often, one after the other or several at a time.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread::ScopedJoinHandle;
use std::time::Duration;

use crate::signal;

use super::files::load;
use super::names::Names;
use super::one::{One, PlayError, play_one};
use crate::report::Report;
use crate::scenario::{Mistakes, Player, Scenario};

/// How often it is looked whether all have ended.
const SOON: Duration = Duration::from_millis(20);

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// The clients of this program.
    Native,
    /// A real browser.
    Chromium,
    /// Another.
    Firefox,
}

/// By which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Simulated, in memory.
    Virtual,
    /// Real, over sockets.
    Real,
}

/// What is to be played.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The files.
    pub files: Vec<PathBuf>,
    /// Who reads.
    pub driver: Driver,
    /// Whom a native client is like.
    pub profiles: Vec<String>,
    /// By which clock.
    pub time: Time,
    /// How often.
    pub repeat: u32,
    /// How many at a time.
    pub jobs: usize,
    /// Where chance comes from.
    pub seed: u64,
    /// These lanes alone; none means all.
    pub lanes: Vec<String>,
    /// What is set for this time.
    pub settings: Vec<String>,
    /// Have records hold the bytes that crossed the sockets, each up to so many.
    pub bytes: Option<u64>,
    /// Where records go.
    pub out: PathBuf,
}

/// What became of one run.
pub enum Outcome {
    /// It was played.
    Played {
        /// Its record.
        record: PathBuf,
        /// What that means.
        report: Box<Report>,
        /// How long it took, by a real clock.
        took: Duration,
    },
    /// It is not for this player.
    Skipped {
        /// Which scenario.
        scenario: Box<Scenario>,
        /// Who would have played it.
        player: Player,
        /// Why not.
        because: String,
    },
    /// It could not be played, or not to its end.
    Failed {
        /// Which scenario.
        scenario: String,
        /// Its record, as far as it came.
        record: Option<PathBuf>,
        /// Why.
        error: PlayError,
    },
}

/// What is told while it goes on.
pub enum Progress {
    /// So many runs there will be.
    Runs(usize),
    /// One begins.
    Begins(String),
    /// One is over.
    Over(Box<Outcome>),
}

/// Why nothing was played.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// The disk.
    #[error(transparent)]
    Disk(#[from] io::Error),
    /// Where the records were to go is no folder.
    #[error("--out {}: wanted a folder, in which each run gets a record of its own, and found a file", .0.display())]
    NoFolder(PathBuf),
    /// Two files of one name.
    #[error(
        "two files are called {0}.toml, and nobody could tell their records apart: play them with different --out"
    )]
    Twice(String),
    /// Files with mistakes.
    #[error("mistakes in {} files", .0.len())]
    Mistakes(Vec<Mistakes>),
}

impl Driver {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

impl Time {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Virtual => "virtual",
            Self::Real => "real",
        }
    }
}

/// Plays it, telling what happens as it does. Once `stop` is true the present run is ended and no other is begun.
///
/// # Errors
/// Why nothing was played: all files are read before the first is.
pub fn play(
    suite: &Suite,
    stop: &signal::Receiver<bool>,
    mut tell: impl FnMut(Progress),
) -> Result<(), SuiteError> {
    let mut scenarios = Vec::new();
    let mut mistakes = Vec::new();
    for path in &suite.files {
        match load(path, &suite.settings, &suite.lanes)?.read {
            Ok(scenario) => scenarios.push((path.as_path(), scenario)),
            Err(found) => mistakes.push(found),
        }
    }
    if !mistakes.is_empty() {
        return Err(SuiteError::Mistakes(mistakes));
    }
    let mut called: Vec<&str> = scenarios.iter().map(|(_, scenario)| scenario.name.as_str()).collect();
    called.sort_unstable();
    if let Some(twice) = called.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(SuiteError::Twice(twice[0].to_owned()));
    }
    let told = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", suite.out.display()));
    if suite.out.exists() && !suite.out.is_dir() {
        return Err(SuiteError::NoFolder(suite.out.clone()));
    }
    std::fs::create_dir_all(&suite.out).map_err(told)?;
    let mut names = Names::of(&suite.out).map_err(told)?;
    let clients: Vec<&str> = match suite.driver {
        Driver::Native => suite.profiles.iter().map(String::as_str).collect(),
        browser => vec![browser.name()],
    };
    let mut runs = Vec::new();
    for (path, scenario) in &scenarios {
        for client in &clients {
            runs.extend((1..=suite.repeat).map(|n| one(suite, path, scenario, client, n, &mut names)));
        }
    }
    tell(Progress::Runs(runs.len()));
    at_a_time(suite.jobs, runs, stop, tell);
    Ok(())
}

/// Plays these, so many at a time, each on a thread of its own.
fn at_a_time(jobs: usize, runs: Vec<One>, stop: &signal::Receiver<bool>, mut tell: impl FnMut(Progress)) {
    let (told, heard) = mpsc::channel();
    let queue = Mutex::new(runs.into_iter());
    let worker = || {
        let told = told.clone();
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(one) = next.filter(|_| !stop.get()) else { return };
            // The other end stays until all have ended.
            let _ = told.send(Progress::Begins(one.label()));
            let _ = told.send(Progress::Over(Box::new(play_one(one, stop))));
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        loop {
            match heard.recv_timeout(SOON) {
                Ok(progress) => tell(progress),
                Err(_) if workers.iter().all(ScopedJoinHandle::is_finished) => break,
                Err(_) => {}
            }
        }
        heard.try_iter().for_each(tell);
    });
}

fn one(suite: &Suite, path: &Path, scenario: &Scenario, client: &str, n: u32, names: &mut Names<'_>) -> One {
    let (driver, time) = (suite.driver.name(), suite.time.name());
    let who = if suite.driver == Driver::Native { format!("native-{client}") } else { driver.to_owned() };
    let record = names.next(&format!("{}.{who}.{time}", scenario.name), suite.repeat > 1);
    let mut settings = suite.settings.clone();
    settings.extend(suite.lanes.iter().map(|lane| format!("lane={lane}")));
    One {
        scenario: scenario.clone(),
        folder: path.parent().map(Path::to_owned).unwrap_or_default(),
        player: Player { driver: driver.to_owned(), client: client.to_owned(), clock: time.to_owned() },
        driver: suite.driver,
        time: suite.time,
        seed: suite.seed.wrapping_add(u64::from(n - 1)),
        settings,
        bytes: suite.bytes,
        record,
    }
}
