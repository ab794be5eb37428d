//! The command line: the only place for arguments, terminal dress and exit codes.

mod args;
mod check;
mod diff;
mod dress;
mod export;
mod log;
mod play;
mod report;
mod scenario;
mod serve;

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use args::{Args, Command, Scenario, Schema};

/// Could not run (DESIGN: 0 expectations met, 1 some missed, 2 could not run).
const COULD_NOT_RUN: u8 = 2;

/// Prints a text and a line end. A reader that has gone (`| head`) is no error of ours.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot print"),
        _ => Ok(()),
    }
}

/// Says on standard error what is wrong.
fn complain(text: &str) {
    say(&format!("wirebench: {text}"));
}

/// Says something on standard error; if nobody hears it there is nobody to tell that.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Runs the program.
pub fn main() -> ExitCode {
    // clap itself exits with 2 on a bad flag, and with 0 after --help.
    let args = Args::parse();
    let outcome = match args.command {
        None => serve::serve(args.serve).map(|()| ExitCode::SUCCESS),
        Some(Command::Schema { of }) => {
            let schema = match of {
                Schema::Record => crate::record::schema(),
                Schema::Report => crate::report::schema(),
                Schema::Scenario => crate::scenario::schema(),
            };
            print(&format!("{schema:#}")).map(|()| ExitCode::SUCCESS)
        }
        Some(Command::Scenario { what: Scenario::Check { paths, format } }) => {
            scenario::check(&paths, format)
        }
        Some(Command::Play(wanted)) => play::play(wanted),
        Some(Command::Report { paths, format, out }) => report::report(&paths, format, out.as_deref()),
        Some(Command::Export { record, format, out }) => export::export(&record, format, out.as_deref()),
        Some(Command::Diff { a, b, behaviour, format }) => diff::diff(&a, &b, behaviour, format),
        Some(Command::Check { record, format }) => check::check(&record, format),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}
