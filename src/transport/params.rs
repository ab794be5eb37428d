//! The query of a feed request, read strictly: an unknown name or a value out of range is refused, never guessed at.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, web};

use super::refusal::Refusal;
use crate::feed::{After, Cursor, Job, Opening, Reader};
use crate::pace::{format_span, parse_span};

/// How events are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// The JSON envelope.
    #[default]
    Json,
    /// The binary envelope.
    Binary,
}

/// What a heartbeat is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeartbeatAs {
    /// What the transport has for it and a page cannot see: an SSE comment, a WebSocket ping.
    Hidden,
    /// An element a page can see.
    Event,
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Params {
    /// Where the reader stands.
    pub after: After,
    /// Whom to charge.
    pub lane: Option<String>,
    /// How events are encoded.
    pub encoding: Encoding,
    /// Time from the last byte to a heartbeat; `None`: off.
    pub heartbeat: Option<Duration>,
    /// What a heartbeat is made of.
    pub heartbeat_as: HeartbeatAs,
    /// When a silent peer is given up; `None`: never.
    pub dead_after: Option<Duration>,
    /// The SSE `retry` field.
    pub retry: Option<Duration>,
    /// The most events in one polling answer.
    pub limit: usize,
}

const HEARTBEAT: Duration = Duration::from_secs(15);
const HEARTBEATS: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(600);
const DEAD_AFTERS: RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(86_400);
const RETRIES: RangeInclusive<Duration> = Duration::ZERO..=Duration::from_secs(86_400);
const LIMITS: RangeInclusive<usize> = 1..=10_000;

impl Params {
    /// Reads the query and `Last-Event-ID` of a request, of which `allowed` names may be there.
    ///
    /// # Errors
    /// A refusal that carries the lane if that could be read.
    pub fn read(request: &HttpRequest, allowed: &[&str]) -> Result<Self, Refusal> {
        let query = Query::read(request)?;
        let lane = query.lane()?;
        Self::rest(request, &query, allowed, lane.clone()).map_err(|refusal| Refusal { lane, ..refusal })
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
        Reader::open(job, self.after).map_err(|e| {
            let wanted = format!("a cursor of this feed: {e}");
            Refusal::query("after", wanted, &self.cursor().unwrap_or_default())
        })
    }

    fn rest(
        request: &HttpRequest,
        query: &Query,
        allowed: &[&str],
        lane: Option<String>,
    ) -> Result<Self, Refusal> {
        query.only(allowed)?;
        let heartbeat = query.span_or_off("heartbeat", &HEARTBEATS, Some(HEARTBEAT))?;
        let four = heartbeat.map(|heartbeat| heartbeat * 4);
        Ok(Self {
            after: after(request, query)?,
            lane,
            encoding: query.one_of("encoding", &[("json", Encoding::Json), ("binary", Encoding::Binary)])?,
            heartbeat,
            heartbeat_as: query.one_of("heartbeat-as", hidden_or_event(allowed))?,
            dead_after: query.span_or_off("dead-after", &DEAD_AFTERS, four)?,
            retry: query.span("retry", &RETRIES)?,
            limit: query.number("limit", &LIMITS)?.unwrap_or(1000),
        })
    }
}

/// A transport that takes `retry` is SSE, whose hidden heartbeat is a comment; the other's is a ping.
fn hidden_or_event(allowed: &[&str]) -> &'static [(&'static str, HeartbeatAs)] {
    if allowed.contains(&"retry") {
        &[("comment", HeartbeatAs::Hidden), ("event", HeartbeatAs::Event)]
    } else {
        &[("ping", HeartbeatAs::Hidden), ("event", HeartbeatAs::Event)]
    }
}

/// A non-empty `Last-Event-ID` beats `after`: else an `EventSource` opened with `?after=earliest` would start over at
/// each reconnect (HTML §9.2.3 sends the header, and the same URL).
fn after(request: &HttpRequest, query: &Query) -> Result<After, Refusal> {
    let wanted = |e: &dyn Display| format!("<epoch>.<seq> ({e})");
    let header =
        request.headers().get("last-event-id").map(|value| String::from_utf8_lossy(value.as_bytes()));
    if let Some(id) = header.filter(|id| !id.is_empty()) {
        return Cursor::from_str(&id).map(After::Cursor).map_err(|e| Refusal {
            place: "header Last-Event-ID".to_owned(),
            ..Refusal::query("Last-Event-ID", wanted(&e), &id)
        });
    }
    if let Some(id) = query.get("lastEventId").filter(|id| !id.is_empty()) {
        return Cursor::from_str(id)
            .map(After::Cursor)
            .map_err(|e| Refusal::query("lastEventId", wanted(&e), id));
    }
    let Some(after) = query.get("after") else { return Ok(After::Earliest) };
    let wanted = |e| format!("<epoch>.<seq>, earliest or latest ({e})");
    after.parse().map_err(|e| Refusal::query("after", wanted(e), after))
}

struct Query(Vec<(String, String)>);

impl Query {
    fn read(request: &HttpRequest) -> Result<Self, Refusal> {
        let text = request.query_string();
        let pairs = web::Query::<Vec<(String, String)>>::from_query(text)
            .map_err(|_| Refusal::query("", "name=value pairs, percent-encoded", text))?
            .into_inner();
        for (index, (name, value)) in pairs.iter().enumerate() {
            if pairs[..index].iter().any(|(other, _)| other == name) {
                return Err(Refusal::query(name, "it once", &format!("it again, as {value}")));
            }
        }
        Ok(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    fn only(&self, allowed: &[&str]) -> Result<(), Refusal> {
        let common = ["after", "lane", "encoding", "lastEventId"];
        match self.0.iter().find(|(name, _)| !common.contains(&&**name) && !allowed.contains(&&**name)) {
            None => Ok(()),
            Some((name, value)) => {
                let wanted = [&common[..3], allowed].concat().join(", ");
                Err(Refusal::query(name, format!("one of {wanted}"), &format!("{name}={value}")))
            }
        }
    }

    fn lane(&self) -> Result<Option<String>, Refusal> {
        let Some(lane) = self.get("lane") else { return Ok(None) };
        let plain = lane.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if lane.is_empty() || lane.len() > 40 || !plain {
            return Err(Refusal::query("lane", "1 to 40 of A-Z, a-z, 0-9, _ and -", lane));
        }
        Ok(Some(lane.to_owned()))
    }

    fn one_of<T: Copy>(&self, name: &str, values: &[(&str, T)]) -> Result<T, Refusal> {
        let Some(found) = self.get(name) else { return Ok(values[0].1) };
        values.iter().find(|(text, _)| *text == found).map(|(_, value)| *value).ok_or_else(|| {
            let wanted: Vec<&str> = values.iter().map(|(text, _)| *text).collect();
            Refusal::query(name, wanted.join(" or "), found)
        })
    }

    fn span(&self, name: &str, range: &RangeInclusive<Duration>) -> Result<Option<Duration>, Refusal> {
        let Some(found) = self.get(name) else { return Ok(None) };
        parse_span(found).ok().filter(|span| range.contains(span)).map(Some).ok_or_else(|| {
            let (from, to) = (format_span(*range.start()), format_span(*range.end()));
            Refusal::query(name, format!("a duration with its unit, from {from} to {to}"), found)
        })
    }

    fn span_or_off(
        &self,
        name: &str,
        range: &RangeInclusive<Duration>,
        default: Option<Duration>,
    ) -> Result<Option<Duration>, Refusal> {
        if self.get(name) == Some("off") {
            return Ok(None);
        }
        let told = self.span(name, range);
        told.map(|span| span.or(default))
            .map_err(|refusal| Refusal { wanted: format!("{}, or off", refusal.wanted), ..refusal })
    }

    fn number(&self, name: &str, range: &RangeInclusive<usize>) -> Result<Option<usize>, Refusal> {
        let Some(found) = self.get(name) else { return Ok(None) };
        found.parse().ok().filter(|number| range.contains(number)).map(Some).ok_or_else(|| {
            Refusal::query(name, format!("a number from {} to {}", range.start(), range.end()), found)
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const SSE: &[&str] = &["heartbeat", "heartbeat-as", "dead-after", "retry"];

    fn read(query: &str) -> Result<Params, Refusal> {
        Params::read(&TestRequest::with_uri(&format!("/jobs/a/sse?{query}")).to_http_request(), SSE)
    }

    #[test]
    fn last_event_id_beats_after_unless_it_is_empty() {
        let request = |id: &'static str| {
            TestRequest::with_uri("/?after=earliest").insert_header(("Last-Event-ID", id)).to_http_request()
        };
        let cursor = |id| Params::read(&request(id), SSE).map(|params| params.cursor());
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
            ("lane=a&encoding=cbor", "encoding"),
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
}
