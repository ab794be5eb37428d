//! The feed: jobs, their bounded logs, and the cursors that walk them. It knows no wire and no actix.
//!
//! A [`Job`] owns a [`Log`] of [`Event`]s, made by a source ([`source`]) and commanded by [`Command`]s. A [`Reader`]
//! is a cursor over it. [`Jobs`] keeps them by name, on a thread of their own.

mod command;
mod cursor;
pub mod element;
mod event;
mod given;
mod job;
mod jobs;
mod keys;
mod lock;
mod log;
mod own;
mod push;
mod reader;
mod readers;
pub mod source;
mod transition;

pub use command::{Ack, COMMANDS, Command, Order, OrderError, SPEEDS};
pub use cursor::{After, Cursor, CursorError, Epoch};
pub use event::{Data, Event, Kind};
pub use given::Given;
pub use job::{Control, Job, JobInfo, OnAppend, State};
pub use jobs::{JobError, JobRequest, Jobs, JobsConfig, Start};
pub use keys::{KEYS, Key};
pub use lock::{Denied, Lock, TOKEN_BESIDES, TOKEN_LONGEST};
pub use log::{Bounds, Log, Since};
pub use own::{NoRoom, OWN_LOGS};
pub use push::{BATCH, Form, Malformed, NotPushed, Pushed, read_batch};
pub use reader::{BeyondHead, Next, Opening, Reader};
pub use readers::{Bell, Readers, Subscription};
