//! The record: raw observations, one JSON line each, written as they happen.
//!
//! [`Observation`] is the one versioned schema for the server, the browser lanes and native clients;
//! `docs/reference/record.md` tells each field. A [`Recorder`] passes the server's own to whoever listens and costs
//! nothing while nobody does.

mod file;
mod header;
mod observation;
mod recorder;

pub use file::{FileError, record_to_file};
pub use header::{Header, LaneHeader};
pub use observation::{Carried, Clock, Direction, Observation, Seen, Segments, VERSION, What};
pub use recorder::{Heard, Listener, Recorder};

/// The JSON Schema of one line.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Observation).to_value()
}
