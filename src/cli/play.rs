//! `wirebench play`: plays scenarios, with a progress bar on a terminal, and prints what came of them.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::signal;
use anyhow::{Context as _, Result};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use super::args::{MOST_BYTES, report_form};
use super::dress::Dress;
use crate::play::{Driver, Outcome, Progress, Suite, SuiteError, Time, find, play as play_suite};
use crate::report::{self, Form, Report};
use crate::scenario::Met;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DriverName {
    /// The clients of this program.
    Native,
    /// Chromium, without a window.
    Chromium,
    /// Firefox, without a window.
    Firefox,
}

/// Whom a native client is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ProfileName {
    /// The standards to the letter.
    Standard,
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// Each of them.
    All,
}

/// By which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ClockName {
    /// Simulated time over pipes in memory: ten minutes pass at once.
    Virtual,
    /// Real time over sockets.
    Real,
}

#[derive(Debug, clap::Args)]
pub(super) struct Play {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,

    /// Who reads
    #[arg(long, value_enum, default_value_t = DriverName::Native)]
    driver: DriverName,

    /// Whom a native client is like
    #[arg(long, value_enum, default_value_t = ProfileName::Standard)]
    profile: ProfileName,

    /// By which clock [default: virtual, and real in a browser]
    #[arg(long, value_enum)]
    clock: Option<ClockName>,

    /// Play each so often, each time with the next seed
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    repeat: u32,

    /// So many at a time: they mostly wait
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,

    /// Where chance comes from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// That lane alone (may be repeated)
    #[arg(long, value_name = "NAME")]
    lane: Vec<String>,

    /// Another value for a key of the file, such as feed.interval=20ms or lane.sse.heartbeat=1s (may be repeated)
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// Have each record hold the bytes that cross the sockets, up to so many [default of BYTES: 64 MiB]
    #[arg(long, value_name = "BYTES", num_args = 0..=1, require_equals = true, default_missing_value = MOST_BYTES)]
    bytes: Option<u64>,

    /// Where the records go, one a run
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,

    /// How to print what came of it
    #[arg(long, default_value = "text", value_parser = report_form())]
    format: &'static Form,
}

/// Plays what was asked for.
pub(super) fn play(args: Play) -> Result<ExitCode> {
    let dress = Dress::of_stdout();
    let format = args.format;
    let suite = suite(args)?;
    let stop = on_signal()?;
    let bar = Bar::new();
    let mut outcomes = Vec::new();
    let played = play_suite(&suite, &stop, |progress| match progress {
        Progress::Runs(runs) => bar.runs(runs),
        Progress::Begins(what) => bar.begins(&what),
        Progress::Over(outcome) => {
            bar.over();
            if format.name == "text" {
                bar.above(|| super::print(&line(&outcome, dress)));
            }
            outcomes.push(*outcome);
        }
    });
    bar.done();
    match played {
        Ok(()) => {}
        Err(SuiteError::Mistakes(mistakes)) => {
            for one in &mistakes {
                super::say(&one.render(Dress::of_stderr().coloured));
            }
            let files = if mistakes.len() == 1 { "one file" } else { "several files" };
            anyhow::bail!("nothing was played: there are mistakes in {files}");
        }
        Err(error) => return Err(error.into()),
    }
    finish(outcomes, format, dress)
}

fn suite(args: Play) -> Result<Suite> {
    let driver = match args.driver {
        DriverName::Native => Driver::Native,
        DriverName::Chromium => Driver::Chromium,
        DriverName::Firefox => Driver::Firefox,
    };
    let native = driver == Driver::Native;
    let time = match args.clock {
        Some(ClockName::Virtual) if !native => {
            anyhow::bail!("--clock virtual is for --driver native alone: a browser knows real time only")
        }
        Some(ClockName::Real) => Time::Real,
        Some(ClockName::Virtual) => Time::Virtual,
        None => {
            if native {
                Time::Virtual
            } else {
                Time::Real
            }
        }
    };
    if !native && args.profile != ProfileName::Standard {
        anyhow::bail!("--profile is for --driver native alone: a browser is like itself");
    }
    let profiles: &[&str] = match args.profile {
        ProfileName::Standard => &["standard"],
        ProfileName::Chromium => &["chromium"],
        ProfileName::Firefox => &["firefox"],
        ProfileName::All => &["standard", "chromium", "firefox"],
    };
    Ok(Suite {
        files: find(&args.paths)?,
        driver,
        profiles: profiles.iter().map(|&name| name.to_owned()).collect(),
        time,
        repeat: args.repeat,
        jobs: usize::from(args.jobs),
        seed: args.seed,
        lanes: args.lane,
        settings: args.set,
        bytes: args.bytes,
        out: args.out,
    })
}

/// True once somebody wants it to end.
fn on_signal() -> Result<signal::Receiver<bool>> {
    let (wish, stop) = signal::channel(false);
    let runtime = Builder::new_current_thread().enable_all().build().context("no runtime")?;
    let entered = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt()).context("no signals")?;
    let mut terminate = signal(SignalKind::terminate()).context("no signals")?;
    // A record that outgrows a file-size limit (setrlimit(2)) is to fail by itself, not to end the program.
    let too_large = signal(SignalKind::from_raw(libc::SIGXFSZ)).context("no signals")?;
    drop(entered);
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            let _too_large = too_large;
            runtime.block_on(async {
                tokio::select! { biased; _ = interrupt.recv() => (), _ = terminate.recv() => () }
                wish.set(true);
                std::future::pending::<()>().await;
            });
        })
        .context("no thread for signals")?;
    Ok(stop)
}

/// A progress bar on a terminal, nothing in a pipe.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = if std::io::stderr().is_terminal() {
            ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr())
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} {bar:24} {elapsed} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(bar)
    }

    fn runs(&self, runs: usize) {
        self.0.set_length(runs as u64);
        self.0.enable_steady_tick(Duration::from_millis(120));
    }

    fn begins(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    fn over(&self) {
        self.0.inc(1);
    }

    fn above(&self, print: impl FnOnce() -> Result<()>) {
        // A reader that has gone is told by the last print.
        let _ = self.0.suspend(print);
    }

    fn done(&self) {
        self.0.finish_and_clear();
    }
}

/// What became of one run, in a line.
fn line(outcome: &Outcome, dress: Dress) -> String {
    match outcome {
        Outcome::Played { report, took, .. } => {
            let missed = report.missed().count();
            // The word that the report has for it.
            let word = match report.outcome() {
                report::Outcome::Met => dress.good("met"),
                report::Outcome::NotJudged => dress.pale("not judged"),
                report::Outcome::Missed => dress.bad("missed"),
                report::Outcome::Torn => dress.bad("torn"),
            };
            let caveats = match report.caveats.len() {
                0 => String::new(),
                1 => ", 1 caveat".to_owned(),
                more => format!(", {more} caveats"),
            };
            let of =
                report.verdicts.iter().filter(|verdict| !matches!(verdict.met, Met::NotJudged(_))).count();
            let score = match (of, missed) {
                (0, _) => "nothing was judged".to_owned(),
                (1, 0) => "1 expectation".to_owned(),
                (_, 0) => format!("{of} expectations"),
                _ => format!("{missed} of {of} missed"),
            };
            let took = took.as_secs_f64();
            format!("{word} {} ({})  {score}{caveats}, {took:.2} s", report.scenario(), report.player())
        }
        Outcome::Skipped { scenario, because, .. } => {
            format!("{} {}: {because}", dress.pale("skipped"), scenario.name)
        }
        Outcome::Failed { scenario, record, error } => {
            let record = record.as_ref().map(|path| format!(" (its record: {})", path.display()));
            format!("{} {scenario}: {error}{}", dress.bad("failed"), record.unwrap_or_default())
        }
    }
}

/// Prints what came of all, and says it by the exit code: 2 if something could not be played, 1 if an expectation was missed.
fn finish(outcomes: Vec<Outcome>, format: &Form, dress: Dress) -> Result<ExitCode> {
    let (mut played, mut missed, mut unjudged, mut failed, mut skipped) = (0, 0, 0, 0, 0);
    let (mut reports, mut records) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Outcome::Played { record, report, .. } => {
                played += 1;
                records.push(record);
                missed += usize::from(report.missed().next().is_some());
                unjudged += usize::from(report.outcome() == report::Outcome::NotJudged);
                reports.push(*report);
            }
            Outcome::Skipped { .. } => {
                skipped += 1;
                // A form of reports has no place for a run without a record.
                if format.name != "text" {
                    super::complain(&line(&outcome, Dress::of_stderr()));
                }
            }
            Outcome::Failed { record, error, .. } => {
                failed += 1;
                if format.name != "text" {
                    super::complain(&error.to_string());
                }
                // What was measured until then. A record that is empty or cannot be read has been told above.
                // Nor is a device that somebody put in its place one.
                let record = record.filter(|record| record.is_file());
                reports.extend(record.and_then(|record| Report::of_file(&record).ok()));
            }
        }
    }
    let total = reports.len();
    if format.name == "text" {
        // Of many, those that need a look.
        let looked_at = |report: &Report| total == 1 || report.outcome() != report::Outcome::Met;
        reports.retain(looked_at);
    }
    if !reports.is_empty() || format.name != "text" {
        super::print(format.write(&reports, dress.of_report()).trim_end())?;
    }
    if let ("text", [record]) = (format.name, records.as_slice()) {
        super::print(&format!("\nIts record: {}", record.display()))?;
    }
    let runs = played + failed + skipped;
    if format.name == "text" && runs > 1 {
        let met = played - missed - unjudged;
        let unjudged = if unjudged > 0 { format!(", {unjudged} not judged") } else { String::new() };
        super::print(&format!(
            "{runs} runs: {met} met, {missed} missed{unjudged}, {failed} failed, {skipped} skipped"
        ))?;
    }
    Ok(ExitCode::from(match (failed, missed) {
        (1.., _) => super::COULD_NOT_RUN,
        (0, 1..) => 1,
        (0, 0) => 0,
    }))
}
