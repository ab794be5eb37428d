//! One run, from a scenario to its report.

use std::io;
use std::path::PathBuf;
use tokio::time::Instant;

use crate::signal;
use thiserror::Error;

use super::browser::BrowserError;
use super::file::RecordFile;
use super::suite::{Driver, Outcome, Time};
use super::{real, simulated};
use crate::report::Report;
use crate::run::RunError;
use crate::scenario::{Player, Scenario};
use crate::server::{Config, StartError};

/// What is to be played once.
pub(super) struct One {
    pub scenario: Scenario,
    /// Where its file lies.
    pub folder: PathBuf,
    pub player: Player,
    pub driver: Driver,
    pub time: Time,
    pub seed: u64,
    pub settings: Vec<String>,
    pub bytes: Option<u64>,
    pub record: PathBuf,
}

/// Why a run could not be played, or not to its end.
#[derive(Debug, Error)]
pub enum PlayError {
    /// Its stage does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The run itself.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The browser.
    #[error(transparent)]
    Browser(#[from] BrowserError),
    /// The disk.
    #[error("{0}: {1}")]
    Disk(PathBuf, io::Error),
    /// Anything else the system refused.
    #[error("{0}")]
    System(String),
    /// What it needs is not installed: it does not apply here.
    #[error("{0}")]
    NotHere(String),
}

impl One {
    /// What it is, in a line.
    pub(super) fn label(&self) -> String {
        let Player { driver, client, clock } = &self.player;
        let who = if driver == client { driver.clone() } else { format!("{driver} {client}") };
        format!("{} ({who}, {clock})", self.scenario.name)
    }

    /// The bench it is played on.
    pub(super) fn config(&self) -> Config {
        Config {
            listen: ([127, 0, 0, 1], 0).into(),
            lanes: crate::run::origins_needed(&self.scenario),
            hash_dir: Some(self.folder.clone()).filter(|folder| folder.is_dir()),
            replay_dir: Some(self.folder.clone()).filter(|folder| folder.is_dir()),
            whole_record: true,
            record_bytes: self.bytes,
            ..Config::default()
        }
    }
}

/// Plays it. What came of it is made from the record alone.
pub(super) fn play_one(one: One, stop: &signal::Receiver<bool>) -> Outcome {
    if let Some(because) = why_not(&one) {
        let because = because.to_owned();
        return Outcome::Skipped { scenario: Box::new(one.scenario), player: one.player, because };
    }
    let began = Instant::now();
    let scenario = one.scenario.name.clone();
    let mut record = match RecordFile::create(&one.record) {
        Ok(record) => record,
        Err(error) => {
            let error = PlayError::Disk(one.record, error);
            return Outcome::Failed { scenario, record: None, error };
        }
    };
    let played = match one.time {
        Time::Virtual => simulated::play(&one, &mut record, stop.clone()),
        Time::Real => real::play(&one, &mut record, stop.clone()),
    };
    match played {
        Ok(_) => match Report::of_file(&one.record) {
            Ok(report) => {
                Outcome::Played { record: one.record, report: Box::new(report), took: began.elapsed() }
            }
            Err(error) => {
                let error = PlayError::System(error.to_string());
                Outcome::Failed { scenario, record: Some(one.record), error }
            }
        },
        Err(PlayError::NotHere(because)) => {
            // Nothing was played: there is no record worth keeping.
            let _ = std::fs::remove_file(&one.record);
            Outcome::Skipped { scenario: Box::new(one.scenario), player: one.player, because }
        }
        Err(error) => {
            // One without a line is no record: whoever reports on the folder would stumble over it.
            let empty = one.record.metadata().is_ok_and(|found| found.is_file() && found.len() == 0);
            let record = (!(empty && std::fs::remove_file(&one.record).is_ok())).then_some(one.record);
            Outcome::Failed { scenario, record, error }
        }
    }
}

fn why_not(one: &One) -> Option<&str> {
    if one.time == Time::Virtual && !one.scenario.proxies.is_empty() {
        return Some("a real proxy needs real sockets: --clock real");
    }
    one.scenario.skipped(&one.player)
}
