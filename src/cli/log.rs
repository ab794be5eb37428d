//! What the running program says on standard error: one line an event, as text or as JSON, never in colour.

use clap::ValueEnum;
use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::args::Format;

/// From which severity on events are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Verbosity {
    /// Nothing.
    Off,
    /// What goes wrong for good.
    Error,
    /// What goes wrong.
    Warn,
    /// Start and stop, jobs made and ended, clients refused, replaced and removed.
    Info,
    /// Each request.
    Debug,
}

/// Says what happens from now on, for the life of the process.
pub(super) fn begin(verbosity: Verbosity, format: Format) {
    let level = match verbosity {
        Verbosity::Off => LevelFilter::OFF,
        Verbosity::Error => Level::ERROR.into(),
        Verbosity::Warn => Level::WARN.into(),
        Verbosity::Info => Level::INFO.into(),
        Verbosity::Debug => Level::DEBUG.into(),
    };
    // The crates below say much at `debug` that is about their own insides.
    let ours = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let said = tracing_subscriber::registry().with(ours);
    // Standard error may be gone (a closed terminal): what cannot be said is not said, and the program goes on. It
    // fails only if somebody in this process already listens, who is then to hear it.
    let _ = match format {
        Format::Text => said.with(fmt::layer().with_ansi(false).with_writer(std::io::stderr)).try_init(),
        Format::Json => said
            .with(fmt::layer().json().flatten_event(true).with_ansi(false).with_writer(std::io::stderr))
            .try_init(),
    };
}
