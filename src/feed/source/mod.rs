//! Where events come from. A source is a file here, a variant of [`Settings`] and an arm in its methods.
//!
//! A source is given a job, appends to it until the end, and obeys the job's control.

mod confined;
mod hash;
mod obey;
mod replay;
mod schema;
mod stdin;
mod synthetic;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

pub use hash::Hash;
pub use replay::Replay;
pub use schema::schemas;
pub use synthetic::{Payload, Synthetic};

use super::event::{Data, Kind};
use super::job::Job;
use crate::pace::{self, now};

/// What a source was asked for.
#[derive(Clone, Debug)]
pub enum Settings {
    /// Made-up progress on a schedule.
    Synthetic(Synthetic),
    /// SHA-256 of a file.
    Hash(Hash),
    /// What any program posts.
    Push,
    /// The lines of standard input.
    Stdin,
    /// A feed file.
    Replay(Replay),
    /// As synthetic, but each reader has a log of its own.
    PerConnection(Synthetic),
}

/// The directories the operator opened.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// For `hash`.
    pub hash: Option<PathBuf>,
    /// For `replay`.
    pub replay: Option<PathBuf>,
}

/// The names of all sources that a request may ask for.
pub const NAMES: &[&str] = &["synthetic", "hash", "push", "replay", "per-connection"];

impl Settings {
    /// Reads the settings of the source called `name` from what is left of a request.
    ///
    /// # Errors
    /// Says what was wanted and found.
    pub fn read(name: &str, rest: Map<String, Value>, places: &Places) -> Result<Self, String> {
        match name {
            "synthetic" => Synthetic::read(rest).map(Self::Synthetic),
            "hash" => Hash::read(rest, places.hash.as_deref()).map(Self::Hash),
            "push" => nothing_more(&rest).map(|()| Self::Push),
            "replay" => Replay::read(rest, places.replay.as_deref()).map(Self::Replay),
            "per-connection" => Synthetic::read(rest).map(Self::PerConnection),
            "stdin" => Err("source is \"stdin\", and that job is made by the flag --stdin alone: \
                            start with TOOL | wirebench --stdin"
                .to_owned()),
            other => Err(format!("source is {other:?}, and may be {}", NAMES.join(" or "))),
        }
    }

    /// Checks the settings of the source called `name` without looking at any file. Gives how many events there will be if
    /// nobody commands the job, where that is known.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn check(name: &str, rest: Map<String, Value>) -> Result<Option<u64>, String> {
        match name {
            "hash" => Hash::settings(rest).map(|_| None),
            "replay" => Replay::settings(rest).map(|_| None),
            _ => Self::read(name, rest, &Places::default()).map(|settings| settings.total()),
        }
    }

    /// How many events there will be if nobody commands the job; `None` where unknown.
    pub fn total(&self) -> Option<u64> {
        match self {
            Self::Synthetic(synthetic) | Self::PerConnection(synthetic) => Some(synthetic.count + 1),
            Self::Replay(replay) => Some(replay.total()),
            Self::Hash(_) | Self::Push | Self::Stdin => None,
        }
    }

    /// `source` and `settings`, as told about a job.
    pub fn describe(&self) -> Map<String, Value> {
        let (name, settings) = match self {
            Self::Synthetic(synthetic) => ("synthetic", serde_json::to_value(synthetic)),
            Self::Hash(hash) => ("hash", serde_json::to_value(hash)),
            Self::Push => ("push", Ok(Map::new().into())),
            Self::Stdin => ("stdin", Ok(Map::new().into())),
            Self::Replay(replay) => ("replay", serde_json::to_value(replay)),
            Self::PerConnection(synthetic) => ("per-connection", serde_json::to_value(synthetic)),
        };
        Map::from_iter([
            ("source".to_owned(), name.into()),
            ("settings".to_owned(), settings.unwrap_or_default()),
        ])
    }

    /// Works until the job has ended. What is pushed comes by itself.
    pub async fn run(&self, job: Arc<Job>) {
        match self {
            Self::Synthetic(synthetic) => synthetic.run(Arc::downgrade(&job)).await,
            Self::Hash(hash) => hash.run(job).await,
            Self::Push => (),
            Self::Stdin => stdin::run(job).await,
            Self::Replay(replay) => replay.run(job).await,
            Self::PerConnection(synthetic) => synthetic.run_with_readers(job).await,
        }
    }

    /// Works as [`Self::run`] for a job that is made again: what was read from a file for the first is read again.
    pub async fn run_again(&self, job: Arc<Job>, places: Places) {
        let Self::Replay(_) = self else { return self.run(job).await };
        let rest = self.describe().remove("settings").and_then(|settings| settings.as_object().cloned());
        let read = aside(move || Self::read("replay", rest.unwrap_or_default(), &places)).await;
        match read.map_err(|error| error.to_string()).and_then(|read| read) {
            Ok(Self::Replay(replay)) => replay.run(job).await,
            Ok(_) => {}
            Err(reason) => {
                let data = Data::Json(serde_json::json!({ "reason": reason }).to_string());
                job.append(Kind::Failed, data, now());
            }
        }
    }
}

/// Does what may take a while beside the runtime; in simulated time, where a thread would be a race, in its place.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    if pace::is_preset() { Ok(work()) } else { tokio::task::spawn_blocking(work).await }
}

/// A source without settings.
fn nothing_more(rest: &Map<String, Value>) -> Result<(), String> {
    match rest.keys().next() {
        None => Ok(()),
        Some(name) => Err(format!("unknown field `{name}`, and push takes no settings of its own")),
    }
}

/// `{"percent","done","total","unit"}`; percent has at most two decimals.
fn progress(done: u64, total: u64, unit: &str) -> Map<String, Value> {
    #[expect(clippy::cast_precision_loss, reason = "two decimals are kept")]
    let percent = if total == 0 { 100.0 } else { (done as f64 / total as f64 * 10_000.0).floor() / 100.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and 0 to 100")]
    let percent = if percent.fract() == 0.0 { Value::from(percent as u64) } else { Value::from(percent) };
    Map::from_iter([
        ("percent".to_owned(), percent),
        ("done".to_owned(), done.into()),
        ("total".to_owned(), total.into()),
        ("unit".to_owned(), unit.into()),
    ])
}
