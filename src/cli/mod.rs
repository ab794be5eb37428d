//! The command line: the only place for arguments, terminal dress and exit codes.

mod args;
mod serve;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command, Schema};

/// Could not run (DESIGN: 0 expectations met, 1 some missed, 2 could not run).
const COULD_NOT_RUN: u8 = 2;

/// Runs the program.
pub fn main() -> ExitCode {
    // clap itself exits with 2 on a bad flag, and with 0 after --help.
    let args = Args::parse();
    let outcome = match args.command {
        None => serve::serve(args.serve),
        Some(Command::Schema { of: Schema::Record }) => {
            println!("{:#}", crate::record::schema());
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wirebench: {error:#}");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}
