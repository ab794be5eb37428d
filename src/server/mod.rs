//! The running program: the bench (page, API, records) and the stage (the origins that are compared).
//!
//! Every origin is served by the same accept loop (`origin`) over [`Wire`](crate::wire::Wire), with the same feed
//! routes. The bench, the stage and the jobs' sources each have a thread, so that none delays another. [`Bench`] starts
//! and stops it all. [`Simulated`] is the same stage on one thread, over pipes in memory and in simulated time. What conducts either has a
//! [`Handle`].

mod api;
mod assembly;
mod assets;
mod bind;
mod chunks;
mod class;
mod clients;
mod conducted;
mod config;
mod docs;
mod faults;
mod gate;
mod ground;
mod guard;
mod handle;
mod kept;
mod metrics;
mod openapi;
mod origin;
mod runs;
mod simulated;
mod stage;
mod start;
mod state;
mod tail;
mod trust;
mod typed;
mod watch;

pub use config::{Config, LaneOrigin, StartError};
pub use handle::{Handle, NotThrown};
pub use runs::{Entry, PageLanes};
pub use simulated::{Simulated, simulate};
pub use start::Bench;
