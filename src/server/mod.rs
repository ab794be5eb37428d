//! The running program: the bench (page, API, records) and the stage (the origins that are compared).
//!
//! Every origin is served by the same accept loop (`origin`) over [`Wire`](crate::wire::Wire), with the same feed
//! routes. The bench, the stage and the jobs' sources each have a thread, so that none delays another. [`Bench`] starts
//! and stops it all.

mod api;
mod assets;
mod bind;
mod chunks;
mod clients;
mod config;
mod faults;
mod gate;
mod guard;
mod metrics;
mod openapi;
mod origin;
mod stage;
mod start;
mod state;
mod tail;
mod trust;
mod watch;

pub use config::{Config, LaneOrigin, StartError};
pub use start::Bench;
