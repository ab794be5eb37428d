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

/// A newer reader, by that transport, has taken this client's place. Names of clients need no escaping.
pub fn replaced(client: &str, by: &str) -> String {
    format!(r#"{{"type":"replaced","client":"{client}","by":"{by}"}}"#)
}

/// The operator has removed this client.
pub fn removed(client: &str) -> String {
    format!(r#"{{"type":"removed","client":"{client}"}}"#)
}

/// No room: come again in `retry` milliseconds.
pub fn full(max: usize, retry: u64) -> String {
    format!(r#"{{"type":"full","max":{max},"retry":{retry}}}"#)
}

/// Still there; `head` lets a reader see how far behind it is.
pub fn heartbeat(time: Micros, head: u64) -> String {
    format!(r#"{{"type":"heartbeat","time":{:.3},"head":{head}}}"#, time.millis())
}
