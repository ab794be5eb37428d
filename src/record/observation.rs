//! One observation: who saw what, when, by which clock.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::header::Header;

/// The version every line carries.
pub const VERSION: u8 = 1;

/// One line of a record.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Observation {
    /// The version of this schema: 1.
    pub v: u8,
    /// When, in milliseconds since 1970 by `clock`.
    pub at: f64,
    /// Whose clock `at` is of.
    pub clock: Clock,
    /// The lane, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// The transport, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transport: Option<String>,
    /// The connection: the server's number, or the lane's attempt (`a1`, `a2`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conn: Option<String>,
    /// The run, of a conductor's line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// What was seen.
    #[serde(flatten)]
    pub what: What,
}

/// Whose clock a time is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// The server's.
    Server,
    /// The lane's; its `clock` lines give the offset.
    Lane,
}

/// Which way something went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Client to server.
    Up,
    /// Server to client.
    Down,
}

/// How a payload was carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Carried {
    /// As text.
    Text,
    /// As bytes.
    Binary,
    /// As bytes made text by base64.
    Base64,
}

/// What was seen of one event.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Seen {
    /// Always down.
    pub dir: Direction,
    /// The job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// The event's number.
    pub seq: u64,
    /// The event's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The event's own time, by the server's clock; a raw payload has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<f64>,
    /// When it had been due, by the server's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<f64>,
    /// Bytes of the envelope.
    pub payload: u64,
    /// Bytes of what this transport carried for it: SSE block, WebSocket frame, array element.
    pub bytes: u64,
    /// How.
    pub encoding: Carried,
    /// Percent, where the event says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
    /// The beginning of a line of text, as a lane keeps it to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What was seen. `docs/reference/record.md` tells who writes which.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each field is told in docs/reference/record.md, and its name says it")]
pub enum What {
    /// A lane sets out to connect.
    Connecting {
        attempt: u32,
        url: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
    },
    /// A connection is open.
    Opened {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ready: Option<u8>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<usize>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peer: Option<String>,
    },
    /// A request went up.
    Request {
        dir: Direction,
        method: String,
        path: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
    },
    /// A response came down.
    Response {
        dir: Direction,
        status: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bytes: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        took: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        skipped: Option<u64>,
    },
    /// The job has a new event.
    Appended {
        job: String,
        seq: u64,
        #[serde(rename = "type")]
        kind: String,
        due: f64,
        payload: u64,
    },
    /// An event was handed to the wire, or came out of it.
    Event(Seen),
    /// A heartbeat.
    Heartbeat {
        dir: Direction,
        bytes: u64,
        #[serde(rename = "as")]
        form: String,
    },
    /// The log has forgotten these, both included.
    Gap { dir: Direction, from: u64, to: u64 },
    /// The cursor was of another log.
    UnknownEpoch { asked: String, epoch: String },
    /// This reader was told that a newer one of its client has its place.
    Replaced {
        dir: Direction,
        client: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// This reader was told that the operator has removed its client.
    Removed {
        dir: Direction,
        client: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// There was no room for this reader.
    Full {
        dir: Direction,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
    },
    /// The first element of a stream.
    Hello { epoch: String, head: u64, earliest: u64, after: String },
    /// A command went up.
    Command {
        dir: Direction,
        command: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        bytes: u64,
        via: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wire: Option<u64>,
    },
    /// Its answer.
    Ack {
        dir: Direction,
        command: String,
        ok: bool,
        bytes: u64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        took: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A program pushed events.
    Pushed { dir: Direction, job: String, first: u64, last: u64, events: u64, bytes: u64, repeated: bool },
    /// The server said that there is no more.
    Stop {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cause: Option<String>,
    },
    /// A lane waits before it reconnects; `wait` is null where the browser decides.
    Waiting {
        cause: String,
        wait: Option<f64>,
        attempt: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cursor: Option<String>,
    },
    /// An error event.
    Failed {
        cause: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ready: Option<u8>,
    },
    /// A connection is closed.
    Closed {
        cause: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ready: Option<u8>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clean: Option<bool>,
        #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
        bytes_in: Option<u64>,
        #[serde(default, rename = "out", skip_serializing_if = "Option::is_none")]
        bytes_out: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        requests: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        segments: Option<Segments>,
    },
    /// Bytes that crossed the socket in one piece, in base64.
    Bytes {
        dir: Direction,
        bytes: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missed: Option<u64>,
    },
    /// Running totals of a lane, at the socket.
    Socket {
        connections: u64,
        open: u64,
        requests: u64,
        #[serde(rename = "in")]
        bytes_in: u64,
        #[serde(rename = "out")]
        bytes_out: u64,
    },
    /// A lane's estimate of its clock: server minus lane.
    Clock { offset: f64, rtt: f64, samples: u32 },
    /// A fault was thrown.
    Thrown {
        id: String,
        fault: String,
        params: BTreeMap<String, String>,
        scope: String,
        lasts: String,
        heads: BTreeMap<String, u64>,
        struck: u64,
    },
    /// It struck this connection, or this origin's listener.
    Struck {
        id: String,
        fault: String,
        what: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<usize>,
    },
    /// It is over.
    Cleared { id: String, fault: String, why: String },
    /// A scenario is played: the first line of its record.
    Run(Box<Header>),
    /// The conductor started the feed.
    Began,
    /// The conductor took a step; the lanes of a page obey it.
    Step {
        step: usize,
        does: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        order: Option<Value>,
    },
    /// The run is over: the last line of its record.
    Ended {
        why: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        problem: Option<String>,
    },
    /// A reason to distrust what was measured.
    Caveat {
        caveat: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        values: Option<BTreeMap<String, Value>>,
    },
    /// So many lines were lost because the listener was too slow.
    Lost { lines: u64 },
    /// A kind of a later version; readers pass over it.
    #[serde(other)]
    Unknown,
}

impl Observation {
    /// An observation by the server, now.
    pub fn by_server(what: What) -> Self {
        Self {
            v: VERSION,
            at: crate::pace::now().millis(),
            clock: Clock::Server,
            lane: None,
            transport: None,
            conn: None,
            run: None,
            what,
        }
    }

    /// The line, without its line end.
    pub fn to_line(&self) -> String {
        // Strings, numbers and unit variants only: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_back_and_passes_over_unknown_fields_and_kinds() {
        let seen = Observation {
            lane: Some("a-1".into()),
            ..Observation::by_server(What::Gap { dir: Direction::Down, from: 3, to: 7 })
        };
        let line = seen.to_line();
        assert!(line.starts_with(r#"{"v":1,"at":"#), "{line}");
        assert_eq!(serde_json::from_str::<Observation>(&line).expect("reads"), seen);
        let later = r#"{"v":1,"at":1.5,"clock":"lane","kind":"teleported","colour":"red"}"#;
        assert_eq!(serde_json::from_str::<Observation>(later).expect("reads").what, What::Unknown);
    }
}

/// What the kernel counted of a TCP connection's segments until it was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Segments {
    /// Sent by the server, acknowledgements among them.
    pub sent: u32,
    /// That came in.
    pub received: u32,
    /// Of those sent, so many were sent again.
    pub retransmitted: u32,
}
