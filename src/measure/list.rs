//! Every measure there is: a line each. Scenario files, their schema, the judge, the reports and the reference walk this list.

use super::facts::Facts;
use super::lane::Lane;
use super::{Kind, Measure, Observed, Of, Read, of_lane, of_run};

const fn lane(
    name: &'static str,
    kind: Kind,
    read: fn(&Facts, &Lane) -> Observed,
    means: &'static str,
) -> Measure {
    Measure { name, means, kind, of: Of::Lane, read: Read::Lane(read) }
}

const fn run(name: &'static str, kind: Kind, read: fn(&Facts) -> Observed, means: &'static str) -> Measure {
    Measure { name, means, kind, of: Of::Run, read: Read::Run(read) }
}

/// Every measure: those of a lane, then those of the whole run. A name may stand in both.
pub const ALL: &[Measure] = &[
    lane("events", Kind::Count, |_, lane| lane.tallies.events.observed(), "Events that it got, each once."),
    lane(
        "missed",
        Kind::Count,
        of_lane::missed,
        "Events of the log that it never got, from where it began to read up to the end of the run, or to where it was closed by hand; of the log that it read last.",
    ),
    lane("repeated", Kind::Count, |_, lane| lane.tallies.repeated.observed(), "Events that it got again."),
    lane(
        "reordered",
        Kind::Count,
        |_, lane| lane.tallies.reordered.observed(),
        "Events that it got after a later one.",
    ),
    lane(
        "skipped",
        Kind::Count,
        |_, lane| lane.tallies.skipped.observed(),
        "Events that the server passed over because it asked for the last one only.",
    ),
    lane(
        "gaps",
        Kind::Count,
        |_, lane| lane.tallies.gaps.observed(),
        "Times that it was told that the log has forgotten what it wants.",
    ),
    lane(
        "forgotten",
        Kind::Count,
        |_, lane| lane.tallies.forgotten.observed(),
        "Events that it was told are forgotten.",
    ),
    lane(
        "unknown-epochs",
        Kind::Count,
        |_, lane| lane.tallies.unknown_epochs.observed(),
        "Times that it was told that its cursor is of another log.",
    ),
    lane("last", Kind::Count, of_lane::last, "Number of the last event that it got."),
    lane(
        "percent",
        Kind::Count,
        of_lane::percent,
        "The last percentage that it was told, without its fraction.",
    ),
    lane("errors", Kind::Count, |_, lane| lane.tallies.errors.observed(), "Errors that its client told."),
    lane("opens", Kind::Count, |_, lane| lane.tallies.opens.observed(), "Times that it was open."),
    lane(
        "attempts",
        Kind::Count,
        |_, lane| lane.tallies.attempts.observed(),
        "Times that it set out to connect; of a poller its first request alone counts.",
    ),
    lane("requests", Kind::Count, of_lane::requests, "Requests of it that the server got."),
    lane("connections", Kind::Count, of_lane::connections, "TCP connections on which the server got them."),
    lane(
        "unscripted",
        Kind::Count,
        of_lane::unscripted,
        "Requests that the server saw and that no script had sent: a browser's silent repeats.",
    ),
    lane("heartbeats", Kind::Count, of_lane::heartbeats, "Heartbeats that the server sent it."),
    lane(
        "full",
        Kind::Count,
        |_, lane| lane.tallies.full.observed(),
        "Times that it was told that every place is taken.",
    ),
    lane(
        "replaced",
        Kind::Count,
        |_, lane| lane.tallies.replaced.observed(),
        "Times that another reader of its name took its place.",
    ),
    lane("commands", Kind::Count, |_, lane| lane.tallies.commands.observed(), "Commands that it sent."),
    lane(
        "acks",
        Kind::Count,
        |_, lane| lane.tallies.acks.observed(),
        "Commands that were acknowledged and carried out.",
    ),
    lane(
        "refused-commands",
        Kind::Count,
        |_, lane| lane.tallies.refused.observed(),
        "Commands that were refused.",
    ),
    lane(
        "stopped",
        Kind::Count,
        |_, lane| lane.tallies.stopped.observed(),
        "Times that it was told that there is no more for it: status 204, or close code 1000.",
    ),
    lane("bytes-down", Kind::Bytes, of_lane::bytes_down, "Bytes to it, at the socket."),
    lane("bytes-up", Kind::Bytes, of_lane::bytes_up, "Bytes from it, at the socket."),
    lane(
        "payload",
        Kind::Bytes,
        |_, lane| lane.tallies.payload.observed(),
        "Bytes of the events that it got, without what carried them.",
    ),
    lane(
        "bytes-per-event",
        Kind::Bytes,
        of_lane::bytes_per_event,
        "Bytes to it, at the socket, for each event that it got, rounded down.",
    ),
    lane(
        "delay",
        Kind::Time,
        of_lane::delay,
        "From an event's append to its arrival, of each that came live. What it caught up with, when it came or came back, is not in it: what a cut costs is in `wait` and `recovery`.",
    ),
    lane(
        "first-delay",
        Kind::Time,
        of_lane::first_delay,
        "The same of the first event that came live, which need not be the first that it got.",
    ),
    lane(
        "wait",
        Kind::Time,
        of_lane::wait,
        "From each loss of a connection to its next request that the server saw.",
    ),
    lane(
        "recovery",
        Kind::Time,
        of_lane::recovery,
        "From each strike, or loss where nothing struck, until it had all there was when it came back; unknown if it never had.",
    ),
    lane("clean", Kind::Flag, of_lane::clean, "Whether its WebSocket was closed cleanly, the last time."),
    lane("ended", Kind::Flag, of_lane::ended, "Whether it got the end of the job."),
    lane("code", Kind::Count, of_lane::code, "Close code of its WebSocket, the last time."),
    lane("ready", Kind::Count, of_lane::ready, "The readyState of its client at the last error."),
    lane("state", Kind::Text, of_lane::state, "Its state at the end."),
    lane(
        "reason",
        Kind::Text,
        of_lane::reason,
        "Why it has closed or given up, or the reason of the close frame.",
    ),
    lane("states", Kind::List, of_lane::states, "Its states in their order; one that lasts counts once."),
    lane(
        "cursors",
        Kind::List,
        of_lane::cursors,
        "Numbers of the events after which it asked, in their order, as the server saw them.",
    ),
    lane("statuses", Kind::List, of_lane::statuses, "Statuses of the answers to it, in their order."),
    lane("types", Kind::List, of_lane::types, "Types of the events that it got, in their order."),
    lane("texts", Kind::List, of_lane::texts, "Texts of the events that it got, in their order."),
    run("requests", Kind::Count, of_run::requests, "Requests that the server got."),
    run("connections", Kind::Count, of_run::connections, "TCP connections on which the server got them."),
    run(
        "peak-requests",
        Kind::Count,
        of_run::peak,
        "Most requests under way at a time: until their answer has come, of a stream until its connection is closed.",
    ),
    run("bytes-down", Kind::Bytes, of_run::bytes_down, "Bytes from the server, at the socket."),
    run("bytes-up", Kind::Bytes, of_run::bytes_up, "Bytes to the server, at the socket."),
    run("events", Kind::Count, of_run::events, "Events in the log at the end."),
];

/// The measure of that name.
pub fn named(name: &str, of: Of) -> Option<&'static Measure> {
    ALL.iter().find(|measure| measure.name == name && measure.of == of)
}

/// Why nothing was measured, of a measure that can be so.
pub fn why_nothing(name: &str) -> &'static str {
    match name {
        "delay" | "first-delay" => {
            "no event came live, for what a lane catches up with does not count, or nobody knows the clock of its browser"
        }
        "wait" => {
            "it never lost a connection, or never asked again, or nobody knows the clock of its browser"
        }
        "recovery" => {
            "nothing struck it and it lost no connection, or it never caught up, or nobody knows the clock of its browser"
        }
        "missed" => "nobody knows where it began to read: it was told nothing",
        "last" | "percent" | "bytes-per-event" => "it got no event that says so",
        "clean" | "code" => "no WebSocket of it was closed",
        "ready" => "its client told no error",
        "reason" => "it has not closed, or nobody said why",
        "requests" | "connections" | "heartbeats" | "unscripted" | "cursors" | "statuses" | "bytes-down"
        | "bytes-up" | "peak-requests" => "the record has no lines in which the server says so",
        _ => "no line of the record says so",
    }
}
