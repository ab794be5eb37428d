//! The task of an `EventSource`: connect, judge, read, and come back (WHATWG HTML §9.2.2 to §9.2.6).

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use super::{EventSourceInit, Happening, ReadyState};
use crate::client::connector::Connector;
use crate::client::http::{Answer, Http, Lost, Progress, Request};
use crate::client::mime;
use crate::client::profile::{Remembered, Sniffed};
use crate::client::redirect::{MAX_REDIRECTS, location};
use crate::client::url::Url;
use crate::proto::event_stream::{Decoder, Item};
use crate::proto::http1::ResponseHead;

/// How an attempt ended.
enum Over {
    /// "Reestablish the connection."
    Again(String),
    /// "Fail the connection."
    Fail(String),
}

pub(super) struct Source<C: Connector> {
    http: Http<C>,
    init: EventSourceInit,
    page: String,
    /// Milliseconds, once a server has said so.
    retry: Option<u64>,
    last_event_id: String,
    first: bool,
    begin_at: Url,
    state: Arc<AtomicU8>,
    tell: mpsc::Sender<Happening>,
}

impl<C: Connector> Source<C> {
    pub(super) fn new(
        http: Http<C>,
        url: Url,
        init: EventSourceInit,
        state: Arc<AtomicU8>,
        tell: mpsc::Sender<Happening>,
    ) -> Self {
        let page = init.page.clone().unwrap_or_else(|| url.origin());
        let last_event_id = String::new();
        Self { http, init, page, retry: None, last_event_id, first: true, begin_at: url, state, tell }
    }

    pub(super) async fn run(mut self) {
        loop {
            let over = self.attempt().await;
            self.first = false;
            let (ready_state, cause) = match over {
                Over::Again(cause) => (ReadyState::Connecting, cause),
                Over::Fail(cause) => (ReadyState::Closed, cause),
            };
            self.enter(ready_state);
            self.say(Happening::Error { ready_state, cause }).await;
            if ready_state == ReadyState::Closed {
                return;
            }
            tokio::time::sleep(self.wait()).await;
            // "Wait until the aforementioned task has run": whoever listens has had the event and may have closed this.
            let _ = self.tell.reserve_many(self.tell.max_capacity()).await;
        }
    }

    /// The reconnection time.
    fn wait(&self) -> Duration {
        self.init.profile.event_source.reconnection_time(self.retry)
    }

    async fn attempt(&mut self) -> Over {
        match self.fetch().await {
            Ok((answer, url)) => match self.judge(answer).await {
                Ok(answer) => self.read(answer, &url.origin()).await,
                Err(over) => over,
            },
            Err(over) => over,
        }
    }

    /// Fetches, following redirects: the answer and where it came from.
    async fn fetch(&mut self) -> Result<(Answer<C>, Url), Over> {
        let mut url = self.begin_at.clone();
        let mut origin = self.page.clone();
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.ask(&url, &origin).await?;
            self.say(Happening::Responded { status: answer.head.status }).await;
            if url.origin() != self.page && !self.may_read(&answer.head, &origin) {
                return Err(Over::Fail("CORS".to_owned()));
            }
            let Some(location) = location(&answer.head) else { return Ok((answer, url)) };
            let next = url.join(location).map_err(|error| Over::Fail(format!("redirect: {error}")))?;
            // Fetch, "HTTP-redirect fetch": from one foreign origin to another, and the page is not named any more.
            if next.origin() != url.origin() && url.origin() != self.page {
                "null".clone_into(&mut origin);
            }
            let permanent = matches!(answer.head.status, 301 | 308);
            if permanent || self.init.profile.event_source.remembers == Remembered::All {
                self.begin_at = next.clone();
            }
            answer.finish();
            url = next;
        }
        Err(Over::Fail("too many redirects".to_owned()))
    }

    /// One request, or a burst of them where the network layer of a browser repeats it unseen.
    async fn ask(&mut self, url: &Url, origin: &str) -> Result<Answer<C>, Over> {
        let traits = &self.init.profile.event_source;
        let tries = if self.first { traits.first_burst } else { traits.later_burst };
        let elsewhere = url.origin() != self.page;
        let gives_up = traits.gives_up_refused_elsewhere && elsewhere;
        let mut lost = Lost::Silent;
        for _ in 0..tries.max(1) {
            let last_event_id = self.sent_id().map(str::to_owned);
            self.say(Happening::Requested { url: url.clone(), last_event_id }).await;
            lost = match self.http.ask(&self.request(url, origin)).await {
                Ok(answer) => return Ok(answer),
                Err(lost) => lost,
            };
            if lost != Lost::Silent {
                break;
            }
        }
        let futile = gives_up && lost == Lost::Refused;
        Err(if futile { Over::Fail(lost.cause()) } else { Over::Again(lost.cause()) })
    }

    fn request(&self, url: &Url, origin: &str) -> Request {
        let mut request = Request::get(url.clone())
            .with("Accept", "text/event-stream")
            // The cache mode is "no-store", and on the wire that is both of these.
            .with("Cache-Control", "no-cache")
            .with("Pragma", "no-cache");
        if url.origin() != self.page {
            request = request.with("Origin", origin);
        }
        request.headers.extend(self.init.headers.iter().cloned());
        match self.sent_id() {
            Some(id) => request.with("Last-Event-ID", id),
            None => request,
        }
    }

    /// The last event ID as a request tells it: not an empty one, and not one with a NUL, which a quirk may let in and which
    /// no header value can have (Fetch, "header value").
    fn sent_id(&self) -> Option<&str> {
        Some(self.last_event_id.as_str()).filter(|id| !id.is_empty() && !id.contains('\0'))
    }

    /// The CORS check (Fetch).
    fn may_read(&self, head: &ResponseHead, origin: &str) -> bool {
        let allowed = head.headers.get("access-control-allow-origin");
        if !self.init.with_credentials {
            return allowed == Some("*") || allowed == Some(origin);
        }
        allowed == Some(origin) && head.headers.get("access-control-allow-credentials") == Some("true")
    }

    /// Whether this is an event stream; a type that a browser sniffs is refused only when it has seen enough.
    async fn judge(&self, mut answer: Answer<C>) -> Result<Answer<C>, Over> {
        if answer.head.status != 200 {
            let status = answer.head.status;
            return Err(Over::Fail(format!("HTTP {status}")));
        }
        let traits = &self.init.profile.event_source;
        let said = answer.head.headers.get("content-type").map(mime::parse);
        let essence = said.as_ref().map(|said| said.essence.clone());
        let sniffed = match essence.as_deref() {
            Some("text/event-stream") => {
                let foreign = said.is_some_and(|said| said.charset.is_some_and(|name| !mime::is_utf8(&name)));
                let refused = traits.refuses_charsets && foreign;
                return if refused { Err(Over::Fail("charset".to_owned())) } else { Ok(answer) };
            }
            None => traits.untyped,
            Some("text/plain") => traits.plain_text,
            Some(_) => Sniffed::Never,
        };
        let mut seen = Vec::new();
        if let Sniffed::Bytes(enough) = sniffed {
            while seen.len() < enough && answer.more(&mut seen).await == Progress::Open {}
        }
        Err(Over::Fail(format!("MIME type {}", essence.unwrap_or_else(|| "missing".to_owned()))))
    }

    async fn read(&mut self, mut answer: Answer<C>, origin: &str) -> Over {
        let traits = &self.init.profile.event_source;
        let mut decoder = Decoder::new(self.init.limit)
            .with_quirks(traits.quirks())
            .with_last_event_id(&self.last_event_id);
        let mut open = !traits.opens_at_first_byte;
        if open {
            self.open().await;
        }
        let (mut bytes, mut items) = (Vec::new(), Vec::new());
        loop {
            let progress = answer.more(&mut bytes).await;
            if !open && (progress == Progress::Complete || !bytes.is_empty()) {
                open = true;
                self.open().await;
            }
            let taken = decoder.decode(&bytes, &mut items);
            bytes.clear();
            decoder.last_event_id().clone_into(&mut self.last_event_id);
            for item in items.drain(..) {
                self.received(item, origin).await;
            }
            if let Err(error) = taken {
                return Over::Fail(error.to_string());
            }
            match progress {
                Progress::Open => {}
                Progress::Complete => {
                    answer.finish();
                    return Over::Again("end of the response".to_owned());
                }
                Progress::Cut => return Over::Again("connection lost".to_owned()),
            }
        }
    }

    async fn received(&mut self, item: Item, origin: &str) {
        let happening = match item {
            Item::Retry(ms) => {
                self.retry = Some(ms);
                return;
            }
            Item::Comment(text) => Happening::Comment { text },
            Item::Event { kind, data, id, bytes } => {
                Happening::Message { kind, data, last_event_id: id, origin: origin.to_owned(), bytes }
            }
        };
        self.say(happening).await;
    }

    async fn open(&self) {
        self.enter(ReadyState::Open);
        self.say(Happening::Open).await;
    }

    fn enter(&self, state: ReadyState) {
        // `close()` is final.
        let _ = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| {
            (now != ReadyState::Closed as u8).then_some(state as u8)
        });
    }

    async fn say(&self, happening: Happening) {
        // Who does not listen any more has closed it, and with it this task.
        let _ = self.tell.send(happening).await;
    }
}
