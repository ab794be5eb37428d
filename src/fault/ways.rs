//! The parameter `way` of the faults that have one, and what several of them bound.

use std::time::Duration;

use super::Values;
use crate::param::{Kind, Param, Usual};
use crate::wire::Way;

/// Down if nothing is said.
pub(super) const DOWN_FIRST: Param = Param::plain("way", Kind::Choice(&["down", "up", "both"]));
/// Both if nothing is said.
pub(super) const BOTH_FIRST: Param = Param::plain("way", Kind::Choice(&["both", "down", "up"]));

/// The ways that `param` names.
pub(super) fn ways(values: &Values, param: &Param) -> &'static [Way] {
    match values.text(param) {
        Some("up") => &[Way::Up],
        Some("both") => &[Way::Down, Way::Up],
        _ => &[Way::Down],
    }
}

/// A duration from `min` ms to ten minutes.
pub(super) const fn span(name: &'static str, min: u64, default: u64) -> Param {
    let default = Usual::Is(Duration::from_millis(default));
    let (min, max) = (Duration::from_millis(min), Duration::from_secs(600));
    Param::plain(name, Kind::Duration { min, max, off: false, default })
}

/// A whole number from 1.
pub(super) const fn count(name: &'static str, max: usize, default: usize) -> Param {
    Param::plain(name, Kind::Number { min: 1, max, default })
}

/// How long so many bytes take at `rate` bytes per second.
pub(super) fn takes(bytes: usize, rate: usize) -> Duration {
    let nanos = (bytes as u64).saturating_mul(1_000_000_000) / (rate.max(1) as u64);
    Duration::from_nanos(nanos)
}
