//! All flags, with their environment names.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{FalseyValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};

use super::log::Verbosity;
use crate::export;
use crate::feed::Bounds;
use crate::pace::parse_span;
use crate::report::{self, DIFF_FORMS, DiffForm, FORMS, Form};
use crate::server::{Config, LaneOrigin};

/// One feed, every transport, side by side: starts the bench and prints the address to open.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: Serve,
}

/// Bytes that a record holds where nobody says how many.
pub(super) const MOST_BYTES: &str = "67108864";

const EXAMPLES: &str = "\
Examples:
  wirebench                                  then open http://127.0.0.1:8080/
  wirebench --hash-dir ~/Downloads           lets jobs hash the files below it
  pv -n disk.img 2>&1 >/dev/null | wirebench --stdin
  wirebench --listen 127.0.0.1:0 --format json | jq -r .bench
  wirebench schema record > record.schema.json
  wirebench scenario check scenarios
  wirebench report runs --format html --out report.html

Exit codes: 0 stopped in good order (check: every line is good; play: all expectations met), 1 check found a bad line, play a missed
expectation, 2 could not run.";

const PLAYING: &str = "\
Examples:
  wirebench play scenarios                          native clients, simulated time
  wirebench play scenarios --profile all --clock real
  wirebench play scenarios/abrupt-drop.toml --driver chromium
  wirebench play my.toml --set feed.interval=20ms --format html > report.html

Exit codes: 0 all expectations met, 1 some missed, 2 could not run.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print a JSON Schema.
    Schema {
        /// Of what.
        of: Schema,
    },
    /// Play scenarios and say what came of them.
    #[command(after_help = PLAYING)]
    Play(super::play::Play),
    /// Read a record and say whether each of its lines is one of record v1.
    Check {
        /// The record, one JSON line an observation.
        record: PathBuf,
        /// How to print what was found.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Say what records mean: verdicts, caveats, numbers, the timeline.
    #[command(
        after_help = "Exit codes: 0 all that was expected was met, 1 something was missed or a record is torn, 2 a record, or a line of one, could not be read."
    )]
    Report {
        /// Records, or folders of them (*.jsonl).
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// In which form.
        #[arg(long, default_value = "text", value_parser = report_form())]
        format: &'static Form,
        /// Write it to this file instead of printing it.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Make a record into what other programs read
    Export {
        /// The record; for pcapng and har one that holds bytes (play --bytes).
        record: PathBuf,
        /// Into what.
        #[arg(long, value_parser = export_form())]
        format: &'static export::Form,
        /// The file to write, standard output if none; one that is there is written over.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Say what differs between two runs of a scenario: two drivers, two versions.
    #[command(
        after_help = "Exit codes: 0 alike, 1 different, 2 a record, or a line of one, could not be read."
    )]
    Diff {
        /// A record, or a folder of them.
        a: PathBuf,
        /// Another.
        b: PathBuf,
        /// Compare outcome, verdicts and what each lane did alone; measures differ from run to run.
        #[arg(long)]
        behaviour: bool,
        /// In which form.
        #[arg(long, default_value = "text", value_parser = diff_form())]
        format: &'static DiffForm,
    },
    /// Work on scenario files.
    Scenario {
        #[command(subcommand)]
        what: Scenario,
    },
}

/// The names of the forms of a report.
pub(super) fn report_form() -> impl TypedValueParser<Value = &'static Form> {
    let names = FORMS.iter().map(|form| PossibleValue::new(form.name).help(form.means));
    PossibleValuesParser::new(names).try_map(|name| report::form(&name).ok_or("no such form"))
}

/// The names of what a record can be made into.
fn export_form() -> impl TypedValueParser<Value = &'static export::Form> {
    let names = export::FORMS.iter().map(|form| PossibleValue::new(form.name).help(form.means));
    PossibleValuesParser::new(names).try_map(|name| export::form(&name).ok_or("no such form"))
}

/// The names of the forms of a diff.
fn diff_form() -> impl TypedValueParser<Value = &'static DiffForm> {
    let names = DIFF_FORMS.iter().map(|form| form.name);
    PossibleValuesParser::new(names).try_map(|name| report::diff_form(&name).ok_or("no such form"))
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Schema {
    /// One line of a record.
    Record,
    /// A report as JSON.
    Report,
    /// A scenario file.
    Scenario,
}

#[derive(Debug, Subcommand)]
pub(super) enum Scenario {
    /// Read scenario files and tell every mistake in them.
    Check {
        /// The files; of a folder, every *.toml in it.
        #[arg(required = true, value_name = "FILE|DIR")]
        paths: Vec<PathBuf>,
        /// How to print what was found.
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// One JSON object, for programs.
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Where the bench listens; port 0 takes any free one
    #[arg(long, env = "WIREBENCH_LISTEN", value_name = "HOST:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    listen: SocketAddr,

    /// How many origins the stage has, one for each lane: at 127.0.0.2, .3, … or at the next free ports
    #[arg(long, env = "WIREBENCH_LANES", value_name = "N", default_value_t = Config::default().lanes)]
    lanes: usize,

    /// Tell the page another address for a lane's origin, such as a relay's: 1=http://127.0.0.1:9001 (may be repeated)
    #[arg(long, env = "WIREBENCH_LANE_ORIGIN", value_name = "ID=URL", value_delimiter = ',', value_parser = lane_origin)]
    lane_origin: Vec<LaneOrigin>,

    /// Trust requests addressed to this host as well (may be repeated)
    #[arg(long, env = "WIREBENCH_ALLOW_HOST", value_name = "HOST[:PORT]", value_delimiter = ',')]
    allow_host: Vec<String>,

    /// Let pages of this origin change state as well (may be repeated)
    #[arg(long, env = "WIREBENCH_ALLOW_ORIGIN", value_name = "URL", value_delimiter = ',')]
    allow_origin: Vec<String>,

    /// Serve the page live from this directory instead of from the binary
    #[arg(long, env = "WIREBENCH_WEB_DIR", value_name = "DIR")]
    web_dir: Option<PathBuf>,

    /// Let jobs of the source `hash` read the files below this directory
    #[arg(long, env = "WIREBENCH_HASH_DIR", value_name = "DIR")]
    hash_dir: Option<PathBuf>,

    /// Let jobs of the source `replay` read the feed files below this directory
    #[arg(long, env = "WIREBENCH_REPLAY_DIR", value_name = "DIR")]
    replay_dir: Option<PathBuf>,

    /// Let the page play the scenario files of this directory instead of those built in
    #[arg(long, env = "WIREBENCH_SCENARIO_DIR", value_name = "DIR")]
    scenario_dir: Option<PathBuf>,

    /// Be a class's: learners join from their own devices, only the teacher's key throws and makes jobs; on a LAN with --listen ADDRESS:PORT
    #[arg(long, env = "WIREBENCH_CLASS", value_parser = FalseyValueParser::new())]
    class: bool,

    /// Make the lines of standard input a feed: TOOL | wirebench --stdin
    #[arg(long, env = "WIREBENCH_STDIN", value_parser = FalseyValueParser::new())]
    pub stdin: bool,

    /// What the job that reads standard input is called
    #[arg(long, env = "WIREBENCH_STDIN_JOB", value_name = "NAME", default_value = "stdin")]
    stdin_job: String,

    /// Keep the server's record in this new file, one JSON line an observation
    #[arg(long, env = "WIREBENCH_RECORD", value_name = "FILE")]
    record: Option<PathBuf>,

    /// Have the record hold the bytes that cross the lanes' sockets, up to so many [default of BYTES: 64 MiB]
    #[arg(long, env = "WIREBENCH_RECORD_BYTES", value_name = "BYTES", num_args = 0..=1, require_equals = true, default_missing_value = MOST_BYTES, requires = "record")]
    record_bytes: Option<u64>,

    /// Events a job's log keeps, unless the job says otherwise
    #[arg(long, env = "WIREBENCH_KEEP_EVENTS", value_name = "N", default_value_t = Bounds::default().events)]
    keep_events: usize,

    /// Bytes a job's log keeps, unless the job says otherwise
    #[arg(long, env = "WIREBENCH_KEEP_BYTES", value_name = "BYTES", default_value_t = Bounds::default().bytes)]
    keep_bytes: usize,

    /// Jobs kept; the oldest ended one makes room
    #[arg(long, env = "WIREBENCH_MAX_JOBS", value_name = "N", default_value_t = Config::default().max_jobs)]
    max_jobs: usize,

    /// Clients that may read at a time, pollers included; one more is told to come again
    #[arg(long, env = "WIREBENCH_MAX_CLIENTS", value_name = "N", default_value_t = Config::default().max_clients)]
    max_clients: usize,

    /// From which severity on to say on standard error what happens
    #[arg(long, env = "WIREBENCH_LOG", value_enum, value_name = "LEVEL", default_value_t = Verbosity::Warn)]
    pub log: Verbosity,

    /// How to say it
    #[arg(long, env = "WIREBENCH_LOG_FORMAT", value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub log_format: Format,
    /// Silence after which a stream says something, unless its request says otherwise; from 100ms to 10m
    #[arg(long, env = "WIREBENCH_HEARTBEAT", value_name = "DURATION", default_value = "15s", value_parser = parse_span)]
    heartbeat: Duration,

    /// How to print the addresses
    #[arg(long, env = "WIREBENCH_FORMAT", value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

impl Serve {
    /// As the server takes it.
    pub(super) fn config(self) -> Config {
        Config {
            listen: self.listen,
            lanes: self.lanes,
            lane_origins: self.lane_origin,
            allow_hosts: named(self.allow_host),
            allow_origins: named(self.allow_origin),
            web_dir: self.web_dir,
            hash_dir: self.hash_dir,
            replay_dir: self.replay_dir,
            scenario_dir: self.scenario_dir,
            class: self.class,
            stdin: self.stdin.then_some(self.stdin_job),
            record: self.record,
            whole_record: false,
            record_bytes: self.record_bytes,
            bounds: Bounds { events: self.keep_events, bytes: self.keep_bytes },
            max_jobs: self.max_jobs,
            max_clients: self.max_clients,
            heartbeat: self.heartbeat,
        }
    }
}

/// An environment variable that is set to nothing names nothing.
fn named(texts: Vec<String>) -> Vec<String> {
    texts.into_iter().filter(|text| !text.is_empty()).collect()
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let by_name = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    by_name.as_deref().unwrap_or(text).parse().map_err(|_| {
        "wanted an IP address and a port, such as 127.0.0.1:8080, 127.0.0.1:0 (any free port) or [::1]:8080".to_owned()
    })
}

fn lane_origin(text: &str) -> Result<LaneOrigin, String> {
    let wanted = || format!("wanted ID=URL such as 1=http://127.0.0.1:9001, and found {text:?}");
    let (id, url) = text.split_once('=').ok_or_else(wanted)?;
    let id = id.parse().map_err(|_| wanted())?;
    Ok(LaneOrigin { id, url: url.trim_end_matches('/').to_owned() })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn an_address_may_say_localhost() {
        assert_eq!(address("localhost:0"), address("127.0.0.1:0"));
        assert!(address("8080").is_err_and(|e| e.contains("127.0.0.1:8080")));
    }

    #[test]
    fn a_lane_origin_is_an_id_and_a_url() {
        let good = LaneOrigin { id: 2, url: "http://127.0.0.1:9001".into() };
        assert_eq!(lane_origin("2=http://127.0.0.1:9001/"), Ok(good));
        assert!(lane_origin("http://127.0.0.1:9001").is_err());
    }
}
