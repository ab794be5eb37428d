//! What the server says about a feed beside its events: elements without a number.
//!
//! Like events they are one line of compact JSON, the same bytes on every transport.

use serde_json::json;

use super::cursor::{Cursor, Epoch};
use super::job::Job;
use crate::pace::Micros;

/// First on every stream: whose feed this is and where the reader stands.
pub fn hello(job: &Job, after: Cursor) -> String {
    let (head, earliest, _) = job.extent();
    // Names and epochs are plain ASCII without quotes: nothing needs escaping. Fields in the order of the docs.
    format!(
        r#"{{"type":"hello","job":"{}","epoch":"{}","after":"{after}","head":{head},"earliest":{earliest}}}"#,
        job.name(),
        job.epoch()
    )
}

/// Asked for, but forgotten; both bounds included.
pub fn gap(from: u64, to: u64) -> String {
    format!(r#"{{"type":"gap","from":{from},"to":{to}}}"#)
}

/// The reader's cursor is of another log than this one.
pub fn unknown_epoch(asked: &str, epoch: Epoch) -> String {
    format!(r#"{{"type":"unknown-epoch","asked":{},"epoch":"{epoch}"}}"#, json!(asked))
}

/// Still there; `head` lets a reader see how far behind it is.
pub fn heartbeat(time: Micros, head: u64) -> String {
    format!(r#"{{"type":"heartbeat","time":{:.3},"head":{head}}}"#, time.millis())
}
