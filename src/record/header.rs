//! The first line of a played scenario's record: what is played and by whom, so that the record can be judged by itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is played, by whom: enough to judge it again.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Header {
    /// The scenario's name.
    pub scenario: String,
    /// Its text.
    pub source: String,
    /// What was changed for this run, as `--set` and `--lane` were given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<String>,
    /// Whom the reader is like: `standard`, `chromium`, `firefox`.
    pub client: String,
    /// Who read: `native`, `chromium`, `firefox`, `page`.
    pub driver: String,
    /// `real` or `virtual`.
    pub time: String,
    /// Where chance came from.
    pub seed: u64,
    /// Its lanes.
    pub lanes: Vec<LaneHeader>,
    /// The job.
    pub job: String,
    /// What read: name and version of a browser, or of this program.
    pub program: String,
    /// The version of wirebench.
    pub version: String,
}

/// A lane of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub struct LaneHeader {
    /// What it is called in this record.
    pub lane: String,
    /// What the scenario calls it.
    pub name: String,
    /// Its transport.
    pub transport: String,
    /// Which of the stage's origins it reads.
    pub origin: usize,
}
