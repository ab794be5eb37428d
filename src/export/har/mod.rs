//! An HTTP Archive 1.2: an entry an exchange, with the messages of a WebSocket as Chromium writes them.

mod entry;

use serde_json::{Value, json};

use super::stream::{Exchange, exchanges};
use crate::ledger::{Capture, Connection};
use entry::entry;

/// Writes it.
pub(super) fn write(capture: &Capture) -> Vec<u8> {
    let mut entries: Vec<(f64, Value)> = capture.connections.iter().flat_map(of_connection).collect();
    entries.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let entries: Vec<Value> = entries.into_iter().map(|(_, entry)| entry).collect();
    let version = capture.header.as_ref().map_or(env!("CARGO_PKG_VERSION"), |header| &header.version);
    let mut log = json!({
        "version": "1.2",
        "creator": { "name": "wirebench", "version": version },
        "pages": [],
        "entries": entries,
    });
    if let Some(header) = &capture.header {
        let (name, version) = header.program.rsplit_once(' ').unwrap_or((&header.program, ""));
        log["browser"] = json!({ "name": name, "version": version });
        let who = format!("{}, driver {}, client {}", header.scenario, header.driver, header.client);
        log["comment"] = format!("{who}, {} time, seed {}", header.time, header.seed).into();
    }
    let mut text = format!("{:#}", json!({ "log": log })).into_bytes();
    text.push(b'\n');
    text
}

fn of_connection(connection: &Connection) -> Vec<(f64, Value)> {
    let all = exchanges(connection);
    let told = |exchange: &Exchange| Some((exchange.up.span?.0, entry(connection, exchange)?));
    all.values().filter_map(told).collect()
}
