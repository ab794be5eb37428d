//! Every measure there is: a line each. Scenario files, their schema, the judge, the reports and the reference walk this list.

use super::{Kind, Measure, Of};

const fn lane(name: &'static str, kind: Kind, means: &'static str) -> Measure {
    Measure { name, means, kind, of: Of::Lane }
}

const fn run(name: &'static str, kind: Kind, means: &'static str) -> Measure {
    Measure { name, means, kind, of: Of::Run }
}

/// Every measure: those of a lane, then those of the whole run. A name may stand in both.
pub const ALL: &[Measure] = &[
    lane("events", Kind::Count, "Events that it got, each once."),
    lane("missed", Kind::Count, "Events of the log that it never got, from where it began to read."),
    lane("repeated", Kind::Count, "Events that it got again."),
    lane("reordered", Kind::Count, "Events that it got after a later one."),
    lane(
        "skipped",
        Kind::Count,
        "Events that the server passed over because it asked for the last one only.",
    ),
    lane("gaps", Kind::Count, "Times that it was told that the log has forgotten what it wants."),
    lane("forgotten", Kind::Count, "Events that it was told are forgotten."),
    lane("unknown-epochs", Kind::Count, "Times that it was told that its cursor is of another log."),
    lane("last", Kind::Count, "Number of the last event that it got."),
    lane("percent", Kind::Count, "The last percentage that it was told."),
    lane("errors", Kind::Count, "Errors that its client told."),
    lane("opens", Kind::Count, "Times that it was open."),
    lane("attempts", Kind::Count, "Times that it set out to connect."),
    lane("requests", Kind::Count, "Requests of it that the server got."),
    lane("connections", Kind::Count, "TCP connections on which the server got them."),
    lane("unscripted", Kind::Count, "Requests that its client made and no script of a page asked for."),
    lane("heartbeats", Kind::Count, "Heartbeats that it was sent."),
    lane("full", Kind::Count, "Times that it was told that every place is taken."),
    lane("replaced", Kind::Count, "Times that another reader of its name took its place."),
    lane("commands", Kind::Count, "Commands that it sent."),
    lane("acks", Kind::Count, "Commands that were acknowledged."),
    lane("refused-commands", Kind::Count, "Commands that were refused."),
    lane("stopped", Kind::Count, "Times that it was told to stop: the job has ended and it has all of it."),
    lane("bytes-down", Kind::Bytes, "Bytes to it, at the socket."),
    lane("bytes-up", Kind::Bytes, "Bytes from it, at the socket."),
    lane("payload", Kind::Bytes, "Bytes of the events that it got, without what carried them."),
    lane("bytes-per-event", Kind::Bytes, "Bytes to it, at the socket, for each event that it got."),
    lane("delay", Kind::Time, "From an event's append to its arrival, of each."),
    lane("first-delay", Kind::Time, "The same of the first event."),
    lane("wait", Kind::Time, "From each loss of a connection to the next request."),
    lane("recovery", Kind::Time, "From each fault that it felt until it had caught up."),
    lane("clean", Kind::Flag, "Whether its WebSocket was closed cleanly, the last time."),
    lane("ended", Kind::Flag, "Whether it got the end of the job."),
    lane("code", Kind::Count, "Close code of its WebSocket, the last time."),
    lane("ready", Kind::Count, "The readyState of its client at the last error."),
    lane("state", Kind::Text, "Its state at the end."),
    lane("reason", Kind::Text, "Why it has closed or given up, or the reason of the close frame."),
    lane("states", Kind::List, "Its states in their order; one that lasts counts once."),
    lane("cursors", Kind::List, "Numbers of the events after which it asked, in their order."),
    lane("statuses", Kind::List, "Statuses of the answers to it, in their order."),
    lane("types", Kind::List, "Types of the events that it got, in their order."),
    lane("texts", Kind::List, "Texts of the events that it got, in their order."),
    run("requests", Kind::Count, "Requests that the server got."),
    run("connections", Kind::Count, "TCP connections that the server got."),
    run("peak-requests", Kind::Count, "Most requests under way at a time."),
    run("bytes-down", Kind::Bytes, "Bytes from the server, at the socket."),
    run("bytes-up", Kind::Bytes, "Bytes to the server, at the socket."),
    run("events", Kind::Count, "Events in the log at the end."),
];

/// The measure of that name.
pub fn named(name: &str, of: Of) -> Option<&'static Measure> {
    ALL.iter().find(|measure| measure.name == name && measure.of == of)
}
