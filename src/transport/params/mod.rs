//! What a request for a feed asks for, read strictly: an unknown name or a value out of range is refused, never guessed at.

mod given;
mod table;

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;

use super::refusal::Refusal;
use crate::feed::{After, Cursor, Job, Opening, Reader};
use given::Given;

pub use crate::param::{Param, Told};
pub(super) use table::{
    AFTER, AUTH, CHECKPOINT, CLIENT, COMMENT_OR_EVENT, COMMON, COMPRESSION, DEAD_AFTER, ENCODING, FANOUT,
    FIRST_BYTES, FLUSH, HEARTBEAT, IDS, KEEP_ALIVE, LANE, LAST_EVENT_ID, LIMIT, MODE, NODELAY, PING_OR_EVENT,
    RESUME, RETRY, SENTINEL, TOKEN, UNBUFFERED, WAIT,
};

/// How events are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// The JSON envelope.
    #[default]
    Json,
    /// The same map in CBOR (RFC 8949).
    Cbor,
    /// The payload alone.
    Raw,
    /// The binary envelope.
    Binary,
}

/// Which events a poll is answered with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// All since the cursor.
    #[default]
    Log,
    /// The newest alone.
    Last,
}

/// Who encodes what goes down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fanout {
    /// We do, once for all readers.
    #[default]
    Shared,
    /// actix-web-lab or actix-ws does, for each reader anew.
    Stock,
}

/// What a heartbeat is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeartbeatAs {
    /// What the transport has for it and a page cannot see: an SSE comment, a WebSocket ping.
    #[default]
    Hidden,
    /// An element a page can see.
    Event,
}

/// What a good server does unasked; each can be switched off for one reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "six switches")]
pub struct Courtesies {
    /// `id` lines in an event stream.
    pub ids: bool,
    /// Something is said as soon as the response begins.
    pub first_bytes: bool,
    /// Proxies are asked not to hold the stream back.
    pub unbuffered: bool,
    /// `TCP_NODELAY`.
    pub nodelay: bool,
    /// The cursor is obeyed.
    pub resume: bool,
    /// The connection may carry the next poll.
    pub keep_alive: bool,
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Params {
    /// Where the reader stands.
    pub after: After,
    /// Whom to charge.
    pub lane: Option<String>,
    /// Who this is in the pool of clients.
    pub client: Option<String>,
    /// How events are encoded.
    pub encoding: Encoding,
    /// Which events a poll is answered with.
    pub mode: Mode,
    /// The most events in one answer to a poll.
    pub limit: usize,
    /// How long a poll is held that has nothing to answer.
    pub wait: Duration,
    /// Who encodes what goes down.
    pub fanout: Fanout,
    /// Whether to compress, if the client takes it.
    pub gzip: bool,
    /// Whether the compressor gives out each event at once.
    pub flush: bool,
    /// Time from the last byte to a heartbeat; `None`: off.
    pub heartbeat: Option<Duration>,
    /// What a heartbeat is made of.
    pub heartbeat_as: HeartbeatAs,
    /// When a silent peer is given up; `None`: never.
    pub dead_after: Option<Duration>,
    /// The SSE `retry` field.
    pub retry: Option<Duration>,
    /// Whether a stream that has ended says `[DONE]`.
    pub sentinel: bool,
    /// Whether each id stands in a block of its own behind the event's.
    pub checkpoint: bool,
    /// What opens the feed.
    pub token: Option<String>,
    /// Whether a handshake without that is answered with its status.
    pub auth_by_status: bool,
    /// What a good server does unasked.
    pub courtesies: Courtesies,
}

impl Params {
    /// Reads a request, which may give the common parameters and those of `takes`: in the query, or in `body` where the
    /// transport has one. `heartbeat` is the server's.
    ///
    /// # Errors
    /// A refusal that carries the lane if that could be read.
    pub fn read(
        request: &HttpRequest,
        body: Option<&[u8]>,
        takes: &[Param],
        heartbeat: Duration,
    ) -> Result<Self, Refusal> {
        let given = Given::read(request, body)?;
        let lane = given.text(&LANE)?;
        let named = |refusal| Refusal { lane: lane.clone(), ..refusal };
        given.only(takes, true).map_err(named)?;
        let rest = Self::rest(request, &given, takes, heartbeat).map_err(named)?;
        Ok(Self { lane, ..rest })
    }

    /// Reads the lane of a request that is not for a feed, and the token it may bring; takes nothing else but a client's
    /// name.
    ///
    /// # Errors
    /// A refusal.
    pub fn lane(request: &HttpRequest) -> Result<(Option<String>, Option<String>), Refusal> {
        let given = Given::read(request, None)?;
        given.only(&[LANE, CLIENT, TOKEN], false)?;
        given.text(&CLIENT)?;
        Ok((given.text(&LANE)?, given.text(&TOKEN)?))
    }

    /// The cursor asked with, as text.
    pub fn cursor(&self) -> Option<String> {
        match self.after {
            After::Cursor(cursor) => Some(cursor.to_string()),
            After::Earliest | After::Latest => None,
        }
    }

    /// Opens a reader of `job` where the request stands.
    ///
    /// # Errors
    /// If there is no such job, or the cursor is beyond its head.
    pub(super) fn open(&self, job: Option<Arc<Job>>) -> Result<Opening, Refusal> {
        let job = job.ok_or_else(Refusal::unknown_job)?;
        let after = if self.courtesies.resume { self.after } else { After::Latest };
        Reader::open(job, after).map_err(|e| {
            let wanted = format!("a cursor of this feed: {e}");
            Refusal::query("after", wanted, &self.cursor().unwrap_or_default())
        })
    }

    fn rest(
        request: &HttpRequest,
        given: &Given,
        takes: &[Param],
        heartbeat: Duration,
    ) -> Result<Self, Refusal> {
        let heartbeat = given.span(&HEARTBEAT, Some(heartbeat))?;
        let heartbeat_as =
            takes.iter().find(|param| param.name == PING_OR_EVENT.name).unwrap_or(&PING_OR_EVENT);
        Ok(Self {
            after: after(request, given)?,
            lane: None,
            client: given.text(&CLIENT)?,
            encoding: match given.choice(&ENCODING)? {
                "cbor" => Encoding::Cbor,
                "raw" => Encoding::Raw,
                "binary" => Encoding::Binary,
                _ => Encoding::Json,
            },
            mode: if given.choice(&MODE)? == "last" { Mode::Last } else { Mode::Log },
            limit: given.number(&LIMIT)?,
            wait: given.span(&WAIT, None)?.unwrap_or_default(),
            fanout: if given.choice(&FANOUT)? == "stock" { Fanout::Stock } else { Fanout::Shared },
            gzip: given.choice(&COMPRESSION)? == "gzip",
            flush: given.switch(&FLUSH)?,
            heartbeat,
            heartbeat_as: if given.choice(heartbeat_as)? == "event" {
                HeartbeatAs::Event
            } else {
                HeartbeatAs::Hidden
            },
            dead_after: given.span(&DEAD_AFTER, heartbeat)?,
            retry: given.span(&RETRY, None)?,
            sentinel: given.switch(&SENTINEL)?,
            checkpoint: given.choice(&CHECKPOINT)? == "on",
            token: given.text(&TOKEN)?,
            auth_by_status: given.choice(&AUTH)? == "status",
            courtesies: Courtesies {
                ids: given.switch(&IDS)?,
                first_bytes: given.switch(&FIRST_BYTES)?,
                unbuffered: given.switch(&UNBUFFERED)?,
                nodelay: given.switch(&NODELAY)?,
                resume: given.switch(&RESUME)?,
                keep_alive: given.switch(&KEEP_ALIVE)?,
            },
        })
    }
}

/// A non-empty `Last-Event-ID` beats `after`: else an `EventSource` opened with `?after=earliest` would start over at
/// each reconnect (HTML §9.2.3 sends the header, and the same URL).
fn after(request: &HttpRequest, given: &Given) -> Result<After, Refusal> {
    let wanted = |e: &dyn Display| format!("<epoch>.<seq> ({e})");
    let header =
        request.headers().get("last-event-id").map(|value| String::from_utf8_lossy(value.as_bytes()));
    if let Some(id) = header.filter(|id| !id.is_empty()) {
        return Cursor::from_str(&id).map(After::Cursor).map_err(|e| Refusal {
            place: "header Last-Event-ID".to_owned(),
            ..Refusal::query("Last-Event-ID", wanted(&e), &id)
        });
    }
    if let Some(id) = given.get(&LAST_EVENT_ID).filter(|id| !id.is_empty()) {
        return Cursor::from_str(id).map(After::Cursor).map_err(|e| given.refuse(&LAST_EVENT_ID, wanted(&e)));
    }
    let Some(after) = given.get(&AFTER) else { return Ok(After::Earliest) };
    let wanted = |e| format!("<epoch>.<seq>, earliest or latest ({e})");
    after.parse().map_err(|e| given.refuse(&AFTER, wanted(e)))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const SSE: &[Param] = &[LAST_EVENT_ID, HEARTBEAT, COMMENT_OR_EVENT, DEAD_AFTER, RETRY, IDS];
    const POSTED: &[Param] = &[HEARTBEAT, COMMENT_OR_EVENT, SENTINEL];
    const SERVER: Duration = Duration::from_secs(15);

    fn read(query: &str) -> Result<Params, Refusal> {
        let request = TestRequest::with_uri(&format!("/jobs/a/sse?{query}")).to_http_request();
        Params::read(&request, None, SSE, SERVER)
    }

    fn posted(query: &str, body: &str) -> Result<Params, Refusal> {
        let request = TestRequest::with_uri(&format!("/jobs/a/fetch-stream?{query}")).to_http_request();
        Params::read(&request, Some(body.as_bytes()), POSTED, SERVER)
    }

    #[test]
    fn last_event_id_beats_after_unless_it_is_empty() {
        let request = |id: &'static str| {
            TestRequest::with_uri("/?after=earliest").insert_header(("Last-Event-ID", id)).to_http_request()
        };
        let cursor = |id| Params::read(&request(id), None, SSE, SERVER).map(|params| params.cursor());
        assert_eq!(cursor("k3.5"), Ok(Some("k3.5".to_owned())));
        assert_eq!(cursor(""), Ok(None));
        assert!(cursor("5").is_err_and(|refusal| refusal.place.contains("Last-Event-ID")));
    }

    #[test]
    fn a_wrong_query_is_refused_naming_the_parameter_and_keeping_the_lane() {
        for (query, name) in [
            ("lane=a&after=k3", "after"),
            ("lane=a&heartbeat=5", "heartbeat"),
            ("lane=a&heartbeat=1ms", "heartbeat"),
            ("lane=a&heartbeat-as=ping", "heartbeat-as"),
            ("lane=a&encoding=xml", "encoding"),
            ("lane=a&client=b%20c", "client"),
            ("lane=a&ids=no", "ids"),
            ("lane=a&limit=5", "limit"),
            ("lane=a&retry=1s&retry=2s", "retry"),
            ("lane=a&retry=off", "retry"),
        ] {
            let refusal = read(query).expect_err(query);
            assert!(refusal.place.ends_with(name), "{query}: {}", refusal.place);
        }
        assert_eq!(read("lane=a&after=k3").expect_err("refused").lane.as_deref(), Some("a"));
        assert!(read("lane=a%20b").is_err_and(|refusal| refusal.place.ends_with("lane")));
    }

    #[test]
    fn dead_after_is_four_heartbeats_unless_said() {
        let dead_after = |query| read(query).map(|params| params.dead_after);
        assert_eq!(dead_after(""), Ok(Some(Duration::from_secs(60))));
        assert_eq!(dead_after("heartbeat=1s"), Ok(Some(Duration::from_secs(4))));
        assert_eq!(dead_after("heartbeat=off"), Ok(None));
        assert_eq!(dead_after("heartbeat=1s&dead-after=off"), Ok(None));
    }

    #[test]
    fn a_body_has_the_parameters_as_text_and_the_query_none_but_lane_and_client() {
        let params = posted("lane=a", r#"{"after":"k3.5","heartbeat":"1s","client":"b"}"#).expect("read");
        assert_eq!(
            (params.cursor().as_deref(), params.heartbeat),
            (Some("k3.5"), Some(Duration::from_secs(1)))
        );
        assert_eq!((params.lane.as_deref(), params.client.as_deref()), (Some("a"), Some("b")));
        assert_eq!(posted("", "").map(|params| params.after), Ok(After::Earliest));
        for (query, body, place) in [
            ("after=k3.5", "{}", "query parameter after"),
            ("lane=a", r#"{"lane":"a"}"#, "member lane of the body"),
            ("", r#"{"after":5}"#, "member after of the body"),
            ("", r#"{"sentinel":true}"#, "member sentinel of the body"),
            ("", r#"{"sentinel":"yes"}"#, "member sentinel of the body"),
            ("", r#"{"lastEventId":"k3.5"}"#, "member lastEventId of the body"),
            ("", r#"{"after":"k3"}"#, "member after of the body"),
            ("", "[]", "body"),
            ("", "{", "body"),
        ] {
            assert_eq!(posted(query, body).expect_err(body).place, place, "{query} {body}");
        }
    }
}
