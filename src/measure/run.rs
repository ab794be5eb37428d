//! What the server's lines say of the whole run: requests, connections, and how many were under way at a time.

use std::collections::HashSet;

use super::facts::RunFacts;
use super::read::{Line, Reading};
use crate::record::What;

/// Folds all of the server's lines.
pub(super) fn facts(reading: &Reading) -> RunFacts {
    let mut lines: Vec<&Line> = reading.lanes.iter().flat_map(|lane| &lane.servers).collect();
    lines.extend(&reading.others);
    lines.sort_by_key(|(line, _)| *line);
    let mut facts = RunFacts::default();
    let mut seen_before = HashSet::new();
    // The connections that have a request under way: until its answer has come, or of a stream until it is closed.
    let mut busy = HashSet::new();
    for (line, seen) in lines {
        let Some(conn) = seen.conn.as_deref() else { continue };
        match &seen.what {
            What::Request { .. } => {
                facts.requests.one(*line);
                if seen_before.insert(conn) {
                    facts.connections.one(*line);
                }
                busy.insert(conn);
                let now = busy.len() as u64;
                if facts.peak.is_none_or(|(most, _)| now > most) {
                    facts.peak = Some((now, *line));
                }
            }
            What::Response { status, .. } => {
                let streams = matches!(seen.transport.as_deref(), Some("sse" | "fetch-stream" | "websocket"));
                if !streams || !matches!(status, 101 | 200) {
                    busy.remove(conn);
                }
            }
            What::Closed { .. } => {
                busy.remove(conn);
            }
            _ => {}
        }
    }
    facts
}
