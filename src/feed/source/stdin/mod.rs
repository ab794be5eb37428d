//! Standard input as a feed: `tool | wirebench --stdin`. [`meter`] understands the lines, `pipe` reads them.
//!
//! Reading blocks, so it has a thread of its own, that is simply left behind when the program ends. A bell (one end of a
//! socket pair) wakes it when the job's control has changed, so that a pause or cancel is obeyed before the next read.

mod lines;
mod meter;
mod pipe;

use std::io::Write as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use serde_json::json;

use crate::feed::event::{Data, Kind};
use crate::feed::job::Job;
use crate::pace::now;

/// Reads until standard input or the job has ended.
pub(super) async fn run(job: Arc<Job>) {
    let mut control = job.control();
    let begun = UnixStream::pair().and_then(|(bell, heard)| {
        bell.set_nonblocking(true)?;
        heard.set_nonblocking(true)?;
        let worker = job.clone();
        std::thread::Builder::new().name("stdin".to_owned()).spawn(move || pipe::read(&worker, heard))?;
        Ok(bell)
    });
    let mut bell = match begun {
        Ok(bell) => bell,
        Err(error) => {
            job.append(Kind::Failed, Data::Json(reason(&error)), now());
            return;
        }
    };
    while control.changed().await.is_ok() {
        // A full pair rings anyway, and a thread that has ended needs no bell.
        let _ = bell.write(&[0]);
        if control.see().state.is_end() {
            return;
        }
    }
}

fn reason(error: &std::io::Error) -> String {
    json!({ "reason": format!("standard input: {error}") }).to_string()
}
