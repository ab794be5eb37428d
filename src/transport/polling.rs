//! Polling: ask, get what has come since the cursor, ask again.

use actix_web::HttpResponse;
use std::sync::Arc;

use actix_web::http::header;
use bytes::{BufMut as _, BytesMut};

use super::away::by_status;
use super::conditional::if_none_match;
use super::encoding::{binary, binary_told, carried};
use super::params::{COMPRESSION, Encoding, KEEP_ALIVE, LAST_EVENT_ID, LIMIT, MODE, Params};
use super::refusal::Refusal;
use super::{Answer, Asked, Capabilities, Transport, Wanted, Witness};
use crate::feed::{Cursor, Event, Job, Next, Opening, element};

pub(super) const TRANSPORT: Transport = Transport {
    name: "polling",
    title: "XHR polling",
    capabilities: Capabilities {
        server_speaks_first: false,
        commands_in_band: false,
        reconnects_by_itself: false,
        resumes_by_itself: false,
        binary: true,
        named_events: false,
        page_sees: "status, headers and body of every answer",
    },
    method: "GET",
    streams: false,
    params: &[LAST_EVENT_ID, MODE, LIMIT, COMPRESSION, KEEP_ALIVE],
    answer,
    is_asked: |_| true,
    turned_away: |asked, away| by_status(&asked, away),
};

/// A batch ends before the event that would carry it beyond this, unless it is the first.
const BATCH_BYTES: usize = 4 << 20;

fn answer(asked: Asked) -> Answer {
    Box::pin(async move {
        let witness = asked.witness.clone();
        let response = batch(asked).unwrap_or_else(|refusal| refusal.response());
        let bytes = match actix_web::body::MessageBody::size(response.body()) {
            actix_web::body::BodySize::Sized(bytes) => Some(bytes),
            _ => None,
        };
        witness.response(response.status().as_u16(), bytes);
        response
    })
}

fn batch(asked: Asked) -> Result<HttpResponse, Refusal> {
    let Wanted { params, opening } = asked.wanted?;
    if opening.has_the_end {
        asked.witness.stop(Some(204), None);
        return Ok(HttpResponse::NoContent().finish());
    }
    let batch = Batch::gather(opening, &params);
    let etag = batch.etag();
    // A Last-Event-ID makes another answer under the same URL, which the tag does not tell apart.
    let by_url = !asked.request.headers().contains_key("last-event-id");
    if by_url && if_none_match(&asked.request, &etag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, etag)).finish());
    }
    batch.given.iter().for_each(|given| given.note(&asked.witness, &batch.job, params.encoding));
    let mut response = HttpResponse::Ok();
    let cache = if by_url { "no-cache" } else { "no-store" };
    response.insert_header((header::ETAG, etag)).insert_header((header::CACHE_CONTROL, cache));
    Ok(match params.encoding {
        Encoding::Json => response.content_type("application/json").body(batch.into_json()),
        _ => response
            .content_type("application/octet-stream")
            .insert_header(("Wirebench-Cursor", batch.cursor.to_string()))
            .insert_header(("Wirebench-Ended", batch.ended.to_string()))
            .insert_header(("Wirebench-More", batch.more.to_string()))
            .body(batch.elements),
    })
}

/// What was put into an answer, to be noted once it is sent and not a 304.
enum Given {
    Event(Arc<Event>, usize),
    Gap(u64, u64),
    UnknownEpoch(String),
}

impl Given {
    fn note(&self, witness: &Witness, job: &Job, encoding: Encoding) {
        match self {
            Self::Event(event, bytes) => {
                witness.event(job.name(), event, *bytes, carried(event, encoding, false));
            }
            Self::Gap(from, to) => witness.gap(*from, *to),
            Self::UnknownEpoch(asked) => witness.unknown_epoch(asked, job.epoch().as_str()),
        }
    }
}

/// What one answer holds.
struct Batch {
    job: Arc<Job>,
    given: Vec<Given>,
    elements: BytesMut,
    count: usize,
    cursor: Cursor,
    head: u64,
    ended: bool,
    more: bool,
    encoding: Encoding,
}

impl Batch {
    fn gather(opening: Opening, params: &Params) -> Self {
        let Opening { mut reader, unknown_epoch, .. } = opening;
        let mut batch = Self {
            job: reader.job().clone(),
            given: Vec::new(),
            elements: BytesMut::new(),
            count: 0,
            cursor: reader.cursor(),
            head: 0,
            ended: false,
            more: false,
            encoding: params.encoding,
        };
        if unknown_epoch.is_some() {
            let asked = params.cursor().unwrap_or_default();
            batch.push(element::unknown_epoch(&asked, batch.job.epoch()).as_bytes(), true);
            batch.given.push(Given::UnknownEpoch(asked));
        }
        let mut events = 0;
        while !batch.ended {
            batch.cursor = reader.cursor();
            match reader.next_now() {
                None | Some(Next::End) => break,
                Some(Next::Gap { from, to }) => {
                    batch.push(element::gap(from, to).as_bytes(), true);
                    batch.given.push(Given::Gap(from, to));
                }
                Some(Next::Event(event)) => {
                    let full = events == params.limit
                        || (events > 0 && batch.elements.len() + event.json.len() > BATCH_BYTES);
                    if full {
                        batch.more = true;
                        break;
                    }
                    events += 1;
                    let bytes = match params.encoding {
                        Encoding::Json => batch.push(&event.json, false),
                        _ => batch.push(&binary(&event), false),
                    };
                    batch.ended = event.kind.is_end();
                    batch.given.push(Given::Event(event, bytes));
                }
            }
        }
        if batch.ended {
            batch.cursor = reader.cursor();
        }
        // Not cut: the reader saw the head, and has it. Looked up anew, it could be one further by now.
        batch.head = if batch.more { batch.job.extent().0 } else { batch.cursor.seq };
        batch
    }

    /// A strong tag (RFC 9110 §8.8.3): for one URL, the answer depends on the head alone. A reader that is up to date
    /// asks with the cursor and the tag of its last answer, and they are those of an empty one.
    fn etag(&self) -> String {
        if self.cursor.seq == self.head {
            format!("\"{}\"", self.cursor)
        } else {
            format!("\"{}-{}\"", self.cursor, self.head)
        }
    }

    /// Adds an element; `told` ones still need the binary envelope. Gives its bytes without the comma before it.
    fn push(&mut self, element: &[u8], told: bool) -> usize {
        if self.encoding == Encoding::Json && self.count > 0 {
            self.elements.put_u8(b',');
        }
        self.count += 1;
        let before = self.elements.len();
        if told && self.encoding == Encoding::Binary {
            self.elements.extend_from_slice(&binary_told(&String::from_utf8_lossy(element)));
        } else {
            self.elements.extend_from_slice(element);
        }
        self.elements.len() - before
    }

    fn into_json(self) -> BytesMut {
        let Self { elements, cursor, head, ended, more, .. } = self;
        let front = format!(
            r#"{{"epoch":"{}","cursor":"{cursor}","head":{head},"ended":{ended},"more":{more},"events":["#,
            cursor.epoch
        );
        let mut body = BytesMut::with_capacity(front.len() + elements.len() + 2);
        body.extend_from_slice(front.as_bytes());
        body.extend_from_slice(&elements);
        body.extend_from_slice(b"]}");
        body
    }
}
