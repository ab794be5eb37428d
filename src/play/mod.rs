//! Playing: scenario files through a driver, each run with a record of its own on the disk and a report made of that.
//!
//! The native driver plays in simulated time (a stage of pipes in memory, on one thread) or over sockets; a browser plays the
//! page at a run's address. What is played, judged and reported is the same.

pub mod browser;
mod file;
mod files;
mod in_browser;
mod names;
mod native;
mod one;
mod proxies;
pub mod proxy;
mod real;
mod simulated;
mod suite;

pub use files::{Loaded, find};
pub use native::{ConnectorOf, NativeLanes};
pub use one::PlayError;
pub use suite::{Driver, Outcome, Progress, Suite, SuiteError, Time, play};
