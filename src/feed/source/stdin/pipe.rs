//! Reads standard input, when and only when the job runs: while it is paused the pipe fills and the tool waits.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::os::fd::{AsFd as _, AsRawFd as _, RawFd};
use std::os::unix::net::UnixStream;

use super::meter::Meter;
use super::reason;
use crate::feed::event::{Data, Kind};
use crate::feed::given::Given;
use crate::feed::job::{Job, State};
use crate::pace::now;

/// How much is read at once: no more than a pause may be late by.
const CHUNK: usize = 16 << 10;

/// Reads until the end of the input or of the job. `bell` is readable when the job's control has changed.
pub(super) fn read(job: &Job, mut bell: UnixStream) {
    if let Err(error) = taken().and_then(|input| append(job, &input, &mut bell)) {
        job.append(Kind::Failed, Data::Json(reason(&error)), now());
    }
}

fn append(job: &Job, mut input: &File, bell: &mut UnixStream) -> io::Result<()> {
    let mut control = job.control();
    let mut buffer = vec![0; CHUNK];
    let (mut meter, mut events, mut over) = (Meter::default(), Vec::<Given>::new(), false);
    loop {
        let state = control.see().state;
        if state.is_end() {
            return Ok(());
        }
        let runs = state == State::Running;
        if runs && !events.is_empty() {
            // Paused just now: they wait for the resume.
            events = job.append_all(std::mem::take(&mut events), now()).err().unwrap_or_default();
            continue;
        }
        let wanted = (runs && !over).then(|| input.as_raw_fd());
        let (heard, ready) = wait(bell.as_raw_fd(), wanted)?;
        if heard && !answered(bell)? {
            // Nobody rings any more: the program ends.
            return Ok(());
        }
        if !ready || control.get().state != State::Running {
            continue;
        }
        match input.read(&mut buffer) {
            Ok(0) => {
                over = true;
                events = meter.finish();
            }
            Ok(read) => events = meter.take(&buffer[..read]),
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => (),
            Err(error) => return Err(error),
        }
    }
}

/// Takes what the bell has rung. False if it will not ring again.
fn answered(bell: &mut UnixStream) -> io::Result<bool> {
    match bell.read(&mut [0; 64]) {
        Ok(read) => Ok(read > 0),
        Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Standard input as a file of its own, so that dropping it is all it takes to close it: the descriptor 0 is put on
/// /dev/null, lest it be given to a socket.
fn taken() -> io::Result<File> {
    let input = io::stdin().as_fd().try_clone_to_owned()?;
    let nothing = File::open("/dev/null")?;
    // SAFETY: both are open descriptors, and nobody else in this program reads standard input.
    #[expect(unsafe_code, reason = "the standard library has no dup2(2)")]
    let done = unsafe { libc::dup2(nothing.as_raw_fd(), libc::STDIN_FILENO) };
    if done < 0 { Err(io::Error::last_os_error()) } else { Ok(File::from(input)) }
}

/// Waits until the bell rings or the input has something or has ended; says which of the two.
fn wait(bell: RawFd, input: Option<RawFd>) -> io::Result<(bool, bool)> {
    let on = |fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
    // poll(2) passes over what is negative.
    let mut watched = [on(bell), on(input.unwrap_or(-1))];
    loop {
        // SAFETY: the array lives through the call, and its length is given.
        #[expect(unsafe_code, reason = "the standard library has no poll(2)")]
        let ready = unsafe { libc::poll(watched.as_mut_ptr(), watched.len() as libc::nfds_t, -1) };
        if ready >= 0 {
            return Ok((watched[0].revents != 0, watched[1].revents != 0));
        }
        let error = io::Error::last_os_error();
        if error.kind() != ErrorKind::Interrupted {
            return Err(error);
        }
    }
}
