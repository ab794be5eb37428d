//! Time as arithmetic: the one clock of the process, and when the n-th event of a job is due.
//!
//! Nothing here sleeps or spawns; it knows no other part of the house, so its tests are tables.

mod clock;
mod schedule;
mod span;

pub use clock::{Micros, Preset, is_preset, now, preset};
pub use schedule::{Schedule, Stride};
pub use span::{format_span, number_pattern, parse_span, serde_span, span_pattern};
