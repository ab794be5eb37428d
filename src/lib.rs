//! wirebench: one feed, every transport, the same fault at the same instant, proven delivery.
//!
//! The parts, each knowing only those above it in this list (a test holds the arrows):
//!
//! - [`proto`]: codecs without I/O. [`pace`]: time as arithmetic. [`param`]: what a parameter may be. [`signal`]: values that
//!   tasks watch. [`docs`]: the project's Markdown, and what it claims.
//! - [`wire`]: the bytes of a connection. [`fault`]: what can be done to them. [`feed`]: jobs, their logs, and the cursors that walk them.
//! - [`record`]: what was observed, line by line. [`transport`]: the ways a feed crosses the wire.
//! - [`client`]: the native clients, which know none of the server's parts but what both speak.
//! - [`measure`]: what a record says, counted. [`ledger`]: what its bytes were for. [`scenario`]: situations as files, and the judge. [`report`]: what records mean, in some form.
//!   [`export`]: what other programs read.
//! - [`class`]: a room of learners, their bets and their lanes. [`run`]: the conductor. [`server`]: the bench and the stage.
//! - [`play`]: who reads a scenario's lanes: native clients and browsers. [`cli`]: arguments and terminal dress.

pub mod class;
pub mod cli;
pub mod client;
pub mod docs;
pub mod export;
pub mod fault;
pub mod feed;
pub mod ledger;
pub mod measure;
pub mod pace;
pub mod param;
pub mod play;
pub mod proto;
pub mod record;
pub mod report;
pub mod run;
pub mod scenario;
pub mod server;
pub mod signal;
pub mod transport;
pub mod wire;
