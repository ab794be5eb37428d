//! The whole stage and the native clients in simulated time, on one thread and over pipes in memory: the same seed gives the same
//! record, and what a kernel would do to a connection is seen by the clients as they would see it of one.

mod any_bytes;
mod any_faults;
mod draw;
mod kernel;
mod same;
mod scene;
mod story;
mod whole;
