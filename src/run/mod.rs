//! Runs: the conductor, who plays a scenario on a stage with the lanes of some driver, and writes down what is seen.
//!
//! The conductor knows neither sockets nor browsers: a [`Stage`] has the feed and the faults, [`Lanes`] read. Every line goes
//! out as it comes; nothing is judged here.

mod conductor;
mod lanes;
mod plan;
mod pump;
mod stage;
mod steps;
mod watch;

pub use conductor::{Over, conduct};
pub use lanes::{Heard, LaneOrder, Lanes};
pub use plan::{LanePlan, Plan, origins_needed, origins_of};
pub use pump::{NoteError, RunError};
pub use stage::Stage;
