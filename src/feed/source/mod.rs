//! Where events come from. A source is a file here, a variant of [`Settings`] and an arm in its methods.
//!
//! A source is given a job, appends to it until the end, and obeys the job's control.

mod hash;
mod obey;
mod schema;
mod synthetic;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

pub use hash::Hash;
pub use schema::schemas;
pub use synthetic::{Payload, Synthetic};

use super::job::Job;

/// What a source was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Settings {
    /// Made-up progress on a schedule.
    Synthetic(Synthetic),
    /// SHA-256 of a file.
    Hash(Hash),
}

/// The names of all sources.
pub const NAMES: &[&str] = &["synthetic", "hash"];

impl Settings {
    /// Reads the settings of the source called `name` from what is left of a request. `root` is the directory the
    /// operator opened for `hash`.
    ///
    /// # Errors
    /// Says what was wanted and found.
    pub fn read(name: &str, rest: Map<String, Value>, root: Option<&Path>) -> Result<Self, String> {
        match name {
            "synthetic" => Synthetic::read(rest).map(Self::Synthetic),
            "hash" => Hash::read(rest, root).map(Self::Hash),
            other => Err(format!("source is {other:?}, and may be {}", NAMES.join(" or "))),
        }
    }

    /// How many events there will be if nobody commands the job; `None` where unknown.
    pub fn total(&self) -> Option<u64> {
        match self {
            Self::Synthetic(synthetic) => Some(synthetic.count + 1),
            Self::Hash(_) => None,
        }
    }

    /// `source` and `settings`, as told about a job.
    pub fn describe(&self) -> Map<String, Value> {
        let (name, settings) = match self {
            Self::Synthetic(synthetic) => ("synthetic", serde_json::to_value(synthetic)),
            Self::Hash(hash) => ("hash", serde_json::to_value(hash)),
        };
        Map::from_iter([
            ("source".to_owned(), name.into()),
            ("settings".to_owned(), settings.unwrap_or_default()),
        ])
    }

    /// Works until the job has ended.
    pub async fn run(&self, job: Arc<Job>) {
        match self {
            Self::Synthetic(synthetic) => synthetic.run(job).await,
            Self::Hash(hash) => hash.run(job).await,
        }
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
