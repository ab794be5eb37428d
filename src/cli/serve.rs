//! The main job: start the bench, print the one address to open, and stop in good order on Ctrl-C or SIGTERM.

use std::io::IsTerminal as _;

use anyhow::{Context as _, Result};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use super::args::{Format, Serve};
use crate::server::Bench;

/// Runs until a signal.
pub(super) fn serve(args: Serve) -> Result<()> {
    let format = args.format;
    super::log::begin(args.log, args.log_format);
    if args.stdin && std::io::stdin().is_terminal() {
        eprintln!("wirebench: reading the job's lines from the terminal; Ctrl-D on an empty line ends them");
    }
    let runtime = Builder::new_current_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(async {
        // Before the address is printed, so that who waits for it can end us in good order.
        let mut terminate = signal(SignalKind::terminate()).context("no signals")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("no signals")?;
        // A record that outgrows a file-size limit (setrlimit(2)) is to fail by itself, not to end the program.
        let _too_large = signal(SignalKind::from_raw(libc::SIGXFSZ)).context("no signals")?;
        let bench = Bench::start(&args.config())?;
        announce(&bench, format)?;
        tracing::info!(url = bench.url(), origins = bench.origins().len(), "listening");
        tokio::select! { biased; _ = terminate.recv() => (), _ = interrupt.recv() => () }
        if format == Format::Text {
            eprintln!("stopping");
        }
        tracing::info!("stopping");
        bench.stop().await;
        tracing::info!("stopped");
        Ok(())
    })
}

fn announce(bench: &Bench, format: Format) -> Result<()> {
    let text = match format {
        Format::Json => json!({
            "bench": bench.url(),
            "origins": bench.origins(),
            "stdin": bench.stdin(),
            "caveats": bench.caveats(),
            "class": bench.class().map(|(teacher, join)| json!({ "teacher": teacher, "join": join })),
        })
        .to_string(),
        Format::Text => {
            let run = bench.stdin().map(|job| format!("?job={job}&run=1")).unwrap_or_default();
            let open = match bench.class() {
                None => format!("  open   {}/{run}\n", bench.url()),
                Some((teacher, join)) => format!(
                    "  class  {teacher}\n         the teacher's page; the key is in its address, so keep it to yourself\n  join   {join}\n"
                ),
            };
            let lanes = lanes_of(&bench.origins());
            let caveats: Vec<_> = bench.caveats().iter().map(|one| format!("  caveat {one}\n")).collect();
            format!(
                "wirebench {}\n\n{open}  lanes  {lanes}\n{}\n  stop   Ctrl-C",
                env!("CARGO_PKG_VERSION"),
                caveats.concat()
            )
        }
    };
    super::print(&text)
}

/// The origins of the lanes in a line each, of many the first and the last.
fn lanes_of(origins: &[String]) -> String {
    match origins {
        [first, .., last] if origins.len() > 4 => {
            format!("{first}\n         to {last}, {} in all", origins.len())
        }
        all => all.join("\n         "),
    }
}
