//! The losses of a report, each in its parts: for tables. Of many lanes those of the worst alone are told.

use super::read::Report;
use super::table;

/// One loss.
pub(super) struct Row {
    pub lane: String,
    pub cause: String,
    pub parts: [Option<f64>; 5],
    pub whole: Option<f64>,
    pub replayed: u64,
}

/// More losses of one lane than these are many.
const SHOWN: usize = 5;

/// The losses of the lanes that have rows of their own in the table.
pub(super) fn rows(report: &Report) -> Vec<Row> {
    let lanes = table::rows(report).into_iter().filter_map(|row| row.index);
    lanes
        .flat_map(|index| {
            let lane = &report.facts.lanes[index];
            lane.recoveries.iter().take(SHOWN).map(|one| Row {
                lane: lane.header.name.clone(),
                cause: if one.fault.is_empty() {
                    one.cause.clone()
                } else {
                    format!("{} ({})", one.cause, one.fault)
                },
                parts: one.parts(lane.slack()),
                whole: one.whole(),
                replayed: one.replayed,
            })
        })
        .collect()
}
