//! The answer to a poll: what has come since the cursor, in one body. The same for a poll that is answered at once and
//! for one that is held.

use std::sync::Arc;

use actix_http::ConnectionType;
use actix_web::body::{BodySize, MessageBody as _};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use bytes::{BufMut as _, BytesMut};

use super::conditional::if_none_match;
use super::encoding::{alone, carried, told_content};
use super::params::{Encoding, Mode, Params};
use super::pool::Notice;
use super::refusal::Refusal;
use super::{Asked, Capabilities, Context, Wanted, Witness, gzip};
use crate::feed::{Cursor, Event, Job, Next, Reader, element, source::Settings};

/// What polls can do, held or not.
pub(super) const CAPABILITIES: Capabilities = Capabilities {
    server_speaks_first: false,
    commands_in_band: false,
    reconnects_by_itself: false,
    resumes_by_itself: false,
    binary: true,
    named_events: false,
    page_sees: "status, headers and body of every answer",
};

/// A batch ends before the event that would carry it beyond this, unless it is the first.
const BATCH_BYTES: usize = 4 << 20;

/// A poll that has been let in.
pub(super) struct Poll {
    request: HttpRequest,
    /// What it asks for.
    pub params: Params,
    /// Whether the server is stopping.
    pub context: Context,
    /// Waits for news, if the poll does.
    pub reader: Reader,
    /// The witness of this request.
    pub witness: Witness,
    start: u64,
    unknown_epoch: bool,
    gzip: bool,
}

/// Answers by `answer`, and writes down what was answered.
pub(super) async fn answered<A>(asked: Asked, answer: impl FnOnce(Asked) -> A) -> HttpResponse
where
    A: Future<Output = Result<HttpResponse, Refusal>>,
{
    let witness = asked.witness.clone();
    let closes = asked.wanted.as_ref().is_ok_and(|wanted| !wanted.params.courtesies.keep_alive);
    let mut response = answer(asked).await.unwrap_or_else(|refusal| refusal.response());
    if closes {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    let bytes = match response.body().size() {
        BodySize::Sized(bytes) => Some(bytes),
        _ => None,
    };
    witness.response(response.status().as_u16(), bytes);
    response
}

impl Poll {
    /// Lets a poll in; one that has the end already gets its answer instead.
    pub(super) fn open(asked: Asked) -> Result<Result<Self, HttpResponse>, Refusal> {
        let Asked { request, context, wanted, witness, .. } = asked;
        let Wanted { params, opening } = wanted?;
        if opening.has_the_end {
            witness.stop(Some(204), None);
            return Ok(Err(HttpResponse::NoContent().finish()));
        }
        let start = opening.reader.cursor().seq;
        let unknown_epoch = opening.unknown_epoch.is_some();
        let gzip = params.gzip && gzip::is_accepted(&request);
        Ok(Ok(Self { request, params, context, reader: opening.reader, witness, start, unknown_epoch, gzip }))
    }

    /// Gathers what there is now.
    pub(super) fn gather(&mut self) -> Batch {
        self.reader.stand_at(self.start);
        let mut batch = Batch::new(self.reader.job().clone(), self.reader.cursor(), self.params.encoding);
        if self.unknown_epoch {
            let asked = self.params.cursor().unwrap_or_default();
            let json = element::unknown_epoch(&asked, batch.job.epoch());
            batch.tell("unknown-epoch", &json, Given::UnknownEpoch(asked));
        }
        if self.params.mode == Mode::Last {
            batch.skipped = Some(0);
            let newest = self.reader.job().extent().0;
            if newest > self.start {
                batch.skipped = Some(newest - 1 - self.start);
                self.reader.stand_at(newest - 1);
            }
        }
        batch.fill(&mut self.reader, &self.params);
        batch
    }

    /// Says why the asker is to stay away, and nothing else. Nobody else is to be given this answer, nor this one again.
    pub(super) fn farewell(&mut self, notice: Notice) -> Batch {
        self.reader.stand_at(self.start);
        let job = self.reader.job().clone();
        let head = job.extent().0;
        let mut batch = Batch { head, ..Batch::new(job, self.reader.cursor(), self.params.encoding) };
        batch.tell(notice.name(), &self.witness.told(notice), Given::Farewell);
        batch
    }

    /// Whether this is something that the asker does not have, or all that there will ever be.
    ///
    /// That the log is another one is no news by itself where each connection has its own: on a new connection for each request
    /// it would be so every time, and the asker ask again at once, forever.
    pub(super) fn is_news(&self, batch: &Batch) -> bool {
        let is_own = matches!(batch.job.settings(), Settings::PerConnection(_));
        let is_empty = batch.given.iter().all(|given| is_own && matches!(given, Given::UnknownEpoch(_)));
        batch.ended || !(is_empty || self.is_had(batch))
    }

    /// Answers with it.
    pub(super) fn answer(&self, batch: Batch) -> HttpResponse {
        let etag = batch.etag(self.gzip);
        if self.is_had(&batch) {
            let mut response = HttpResponse::NotModified();
            self.vary(&mut response);
            return response.insert_header((header::ETAG, etag)).finish();
        }
        // Of a compressed one it is not known where each event ends.
        let end = if self.gzip { 0 } else { batch.elements.len() + batch.tail().len() };
        batch.given.iter().for_each(|given| given.note(&self.witness, &batch.job, self.params.encoding, end));
        let mut response = HttpResponse::Ok();
        let cache = if self.is_by_url() && !batch.is_farewell() { "no-cache" } else { "no-store" };
        response.insert_header((header::CACHE_CONTROL, cache));
        if !batch.is_farewell() {
            response.insert_header((header::ETAG, etag));
        }
        self.vary(&mut response);
        response.content_type(batch.content_type());
        if self.params.encoding != Encoding::Json {
            batch.headers(&mut response);
        }
        let body = batch.into_body();
        if self.gzip {
            response.insert_header((header::CONTENT_ENCODING, "gzip"));
            return response.body(gzip::whole(&body));
        }
        response.body(body)
    }

    fn is_had(&self, batch: &Batch) -> bool {
        !batch.is_farewell() && self.is_by_url() && if_none_match(&self.request, &batch.etag(self.gzip))
    }

    /// A Last-Event-ID makes another answer under the same URL, which the tag does not tell apart.
    fn is_by_url(&self) -> bool {
        !self.request.headers().contains_key("last-event-id")
    }

    fn vary(&self, response: &mut actix_web::HttpResponseBuilder) {
        if self.params.gzip {
            response.insert_header((header::VARY, "Accept-Encoding"));
        }
    }
}

/// What was put into an answer, to be noted once it is sent and not a 304.
enum Given {
    // Its bytes, and where among the elements it ends.
    Event(Arc<Event>, usize, usize),
    Gap(u64, u64),
    UnknownEpoch(String),
    Farewell,
}

impl Given {
    fn note(&self, witness: &Witness, job: &Job, encoding: Encoding, end: usize) {
        match self {
            Self::Event(event, bytes, own_end) => {
                let after = end.saturating_sub(*own_end);
                witness.event_before(after, job.name(), event, *bytes, carried(event, encoding, false));
            }
            Self::Gap(from, to) => witness.gap(*from, *to),
            // Noted when it was made.
            Self::Farewell => {}
            Self::UnknownEpoch(asked) => witness.unknown_epoch(asked, job.epoch().as_str()),
        }
    }
}

/// What one answer holds.
pub(super) struct Batch {
    job: Arc<Job>,
    given: Vec<Given>,
    elements: BytesMut,
    cursor: Cursor,
    /// The newest event when this was gathered.
    pub head: u64,
    ended: bool,
    more: bool,
    skipped: Option<u64>,
    encoding: Encoding,
    // Of the last element: its type, and whether it is text. Asked for where there is but one.
    kind: Option<&'static str>,
    is_text: bool,
}

impl Batch {
    fn new(job: Arc<Job>, cursor: Cursor, encoding: Encoding) -> Self {
        Self {
            job,
            given: Vec::new(),
            elements: BytesMut::new(),
            cursor,
            head: 0,
            ended: false,
            more: false,
            skipped: None,
            encoding,
            kind: None,
            is_text: true,
        }
    }

    fn fill(&mut self, reader: &mut Reader, params: &Params) {
        let mut events = 0;
        while !self.ended {
            self.cursor = reader.cursor();
            match reader.next_now() {
                None | Some(Next::End) => break,
                // Nothing tells one payload from the next, so a raw answer has one.
                Some(_) if self.encoding == Encoding::Raw && !self.given.is_empty() => {
                    self.more = true;
                    break;
                }
                // Forgotten since it was the newest.
                Some(Next::Gap { from, to }) if self.skipped.is_some() => {
                    self.skipped = self.skipped.map(|skipped| skipped + to + 1 - from);
                }
                Some(Next::Gap { from, to }) => {
                    self.tell("gap", &element::gap(from, to), Given::Gap(from, to));
                }
                Some(Next::Event(event)) => {
                    let is_full = events == params.limit
                        || (events > 0 && self.elements.len() + event.json.len() > BATCH_BYTES);
                    if is_full {
                        self.more = true;
                        break;
                    }
                    events += 1;
                    let content = alone(&event, self.encoding);
                    let bytes = self.push(event.kind.name(), &content.bytes, content.is_text);
                    self.ended = event.kind.is_end();
                    self.given.push(Given::Event(event, bytes, self.elements.len()));
                }
            }
        }
        if self.ended {
            self.cursor = reader.cursor();
        }
        // Not cut: the reader saw the head, and has it. Looked up anew, it could be one further by now.
        self.head = if self.more { self.job.extent().0 } else { self.cursor.seq };
    }

    /// A strong tag (RFC 9110 §8.8.3): for one URL, the answer depends on the head alone. A reader that is up to date
    /// asks with the cursor and the tag of its last answer, and they are those of an empty one.
    fn etag(&self, gzip: bool) -> String {
        let suffix = if gzip { "-gzip" } else { "" };
        if self.cursor.seq == self.head {
            format!("\"{}{suffix}\"", self.cursor)
        } else {
            format!("\"{}-{}{suffix}\"", self.cursor, self.head)
        }
    }

    /// What follows the elements.
    fn tail(&self) -> &'static [u8] {
        if self.encoding == Encoding::Json { b"]}" } else { b"" }
    }

    fn is_farewell(&self) -> bool {
        matches!(self.given.last(), Some(Given::Farewell))
    }

    fn tell(&mut self, kind: &'static str, json: &str, given: Given) {
        let content = told_content(json, self.encoding);
        self.push(kind, &content.bytes, content.is_text);
        self.given.push(given);
    }

    /// Adds an element. Gives its bytes without the comma before it.
    fn push(&mut self, kind: &'static str, bytes: &[u8], is_text: bool) -> usize {
        if self.encoding == Encoding::Json && !self.given.is_empty() {
            self.elements.put_u8(b',');
        }
        (self.kind, self.is_text) = (Some(kind), is_text);
        self.elements.extend_from_slice(bytes);
        bytes.len()
    }

    fn content_type(&self) -> &'static str {
        match self.encoding {
            Encoding::Json => "application/json",
            Encoding::Cbor => "application/cbor-seq",
            Encoding::Raw if self.is_text => "text/plain; charset=utf-8",
            Encoding::Raw | Encoding::Binary => "application/octet-stream",
        }
    }

    /// What the JSON answer says around its events.
    fn headers(&self, response: &mut actix_web::HttpResponseBuilder) {
        response
            .insert_header(("Wirebench-Cursor", self.cursor.to_string()))
            .insert_header(("Wirebench-Head", self.head.to_string()))
            .insert_header(("Wirebench-Ended", self.ended.to_string()))
            .insert_header(("Wirebench-More", self.more.to_string()));
        if let Some(skipped) = self.skipped {
            response.insert_header(("Wirebench-Skipped", skipped.to_string()));
        }
        if let Some(kind) = self.kind.filter(|_| self.encoding == Encoding::Raw) {
            response.insert_header(("Wirebench-Type", kind));
        }
    }

    fn into_body(self) -> BytesMut {
        let tail = self.tail();
        let Self { elements, cursor, head, ended, more, skipped, encoding, .. } = self;
        if encoding != Encoding::Json {
            return elements;
        }
        let skipped = skipped.map(|skipped| format!(r#""skipped":{skipped},"#)).unwrap_or_default();
        let front = format!(
            r#"{{"epoch":"{}","cursor":"{cursor}","head":{head},"ended":{ended},"more":{more},{skipped}"events":["#,
            cursor.epoch
        );
        let mut body = BytesMut::with_capacity(front.len() + elements.len() + 2);
        body.extend_from_slice(front.as_bytes());
        body.extend_from_slice(&elements);
        body.extend_from_slice(tail);
        body
    }
}
