//! The marks of one row as a few paths, so that a long run makes no large page: what falls on the same place is drawn once.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::timeline::{Scale, round};
use crate::measure::{Lane, Sign};

/// What is drawn of a lane's marks, by colour.
#[derive(Default)]
pub(super) struct Paths {
    /// From the server: events, answers to commands.
    pub down: String,
    /// To the server: requests, commands.
    pub up: String,
    /// Events that were older than their connection.
    pub replay: String,
    /// Answers and heartbeats.
    pub faint: String,
    /// Errors.
    pub failed: String,
}

/// The marks of a lane whose line is at `y`.
pub(super) fn paths(lane: &Lane, scale: Scale, y: f64) -> Paths {
    let mut paths = Paths::default();
    let mut drawn = HashSet::new();
    for mark in &lane.marks {
        let x = scale.x(mark.at).round();
        #[expect(clippy::cast_possible_truncation, reason = "within the picture")]
        if !drawn.insert((x as i64, mark.sign, mark.replay)) {
            continue;
        }
        let (above, below) = (y - 2.0, y + 2.0);
        // Writing into a string cannot fail.
        let _ = match mark.sign {
            Sign::Event if mark.replay => write!(paths.replay, "M{x} {above}v-24"),
            Sign::Event => write!(paths.down, "M{x} {above}v-24"),
            // The end event has a square on top.
            Sign::End => {
                let path = if mark.replay { &mut paths.replay } else { &mut paths.down };
                write!(path, "M{x} {above}v-28h-2.5v-5h5v5h-2.5")
            }
            Sign::Ack => write!(paths.down, "M{x} {above}v-16h-2.5v-4h5v4h-2.5"),
            Sign::Remark => write!(paths.faint, "M{x} {above}v-14"),
            Sign::Response => write!(paths.faint, "M{x} {above}v-9"),
            Sign::Heartbeat => write!(paths.faint, "M{x} {above}v-7"),
            Sign::Request => write!(paths.up, "M{x} {below}v14"),
            Sign::Command => write!(paths.up, "M{x} {below}v14h-2.5v4h5v-4h-2.5"),
            Sign::Failed => {
                let (left, right, top, low) = (x - 3.5, x + 3.5, y + 14.0, y + 21.0);
                write!(paths.failed, "M{left} {top}L{right} {low}M{right} {top}L{left} {low}")
            }
            // The state that begins there is drawn; strikes are drawn last.
            Sign::Closed | Sign::Struck => Ok(()),
        };
    }
    paths
}

/// Where the lane was struck: on the line itself, over all else.
pub(super) fn diamonds(lane: &Lane, scale: Scale, y: f64) -> Vec<String> {
    let mut places: Vec<f64> = lane
        .marks
        .iter()
        .filter(|mark| mark.sign == Sign::Struck)
        .map(|mark| round(scale.x(mark.at)))
        .collect();
    places.dedup();
    places.iter().map(|x| format!("M{x} {}l5.5 5.5l-5.5 5.5l-5.5 -5.5z", y - 5.5)).collect()
}
