//! `tshark`, which reads a capture back. Where it is not installed a test says so and passes, unless `WIREBENCH_NEEDS` names it, as the
//! one test command does: there nothing is left out unnoticed.

use std::io::Write as _;
use std::process::Command;

/// What `tshark` says of the capture; `None` where it is not installed and need not be.
pub fn tshark(capture: &str, args: &[&str]) -> Option<String> {
    match Command::new("tshark").args(["-r", capture]).args(args).output() {
        Ok(output) => {
            assert!(output.status.success(), "{output:?}");
            Some(String::from_utf8(output.stdout).expect("UTF-8"))
        }
        Err(error) => {
            let needs = std::env::var("WIREBENCH_NEEDS").unwrap_or_default();
            assert!(
                !needs.split(',').any(|program| program == "tshark"),
                "wanted: tshark, for WIREBENCH_NEEDS is {needs:?}. found: {error}. fix: apt-get install tshark"
            );
            // Not by eprintln!, which is kept back of a test that passes.
            let said = format!("SKIPPED: tshark is not installed ({error}): the capture is not read back");
            let _ = writeln!(std::io::stderr(), "{said}");
            None
        }
    }
}
