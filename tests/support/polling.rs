//! A poller that does not overlap itself, on one connection while the server keeps it. Its requests may be held.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::ask::{Ask, Element, Encoding, Next, Refusal};
use super::http::{Connection, Response, Target};

/// Between two polls that brought nothing.
const INTERVAL: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub struct Polling {
    pub connection: Connection,
    /// What to ask with next.
    pub cursor: String,
    pub polls: u64,
    transport: &'static str,
    target: Target,
    ask: Ask,
    queue: VecDeque<Element>,
    ended: bool,
    more: bool,
    stop: bool,
}

/// The body of a poll in JSON, its elements left as the bytes they came in.
#[derive(Deserialize)]
pub struct Answer<'a> {
    pub epoch: String,
    pub cursor: String,
    pub head: u64,
    pub ended: bool,
    pub more: bool,
    pub skipped: Option<u64>,
    #[serde(borrow)]
    pub events: Vec<&'a RawValue>,
}

impl Polling {
    pub async fn begin(
        transport: &'static str,
        ask: &Ask,
        target: &Target,
        mut connection: Connection,
    ) -> io::Result<Result<Self, Refusal>> {
        let response = connection.response().await?;
        if response.status() != 200 && response.status() != 204 {
            let reason = String::from_utf8_lossy(&response.body).into_owned();
            return Ok(Err(Refusal { code: response.status(), reason }));
        }
        let mut polling = Self {
            connection,
            cursor: String::new(),
            polls: 1,
            transport,
            target: target.clone(),
            ask: ask.clone(),
            queue: VecDeque::new(),
            ended: false,
            more: false,
            stop: false,
        };
        polling.take(&response);
        Ok(Ok(polling))
    }

    pub async fn next(&mut self) -> io::Result<Next> {
        loop {
            if let Some(element) = self.queue.pop_front() {
                return Ok(Next::Element(element));
            }
            if self.stop {
                return Ok(Next::Stop(204));
            }
            if self.ended {
                return Ok(Next::Ended);
            }
            if !self.more && self.transport == "polling" {
                tokio::time::sleep(INTERVAL).await;
            }
            let response = self.poll().await?;
            if ![200, 204].contains(&response.status()) {
                let said = String::from_utf8_lossy(&response.body);
                return Err(io::Error::other(format!(
                    "a poll was answered with {}: {said}",
                    response.status()
                )));
            }
            self.take(&response);
        }
    }

    async fn poll(&mut self) -> io::Result<Response> {
        self.polls += 1;
        let mut ask = self.ask.clone().after(&self.cursor);
        ask.query.retain(|(name, _)| name != "lastEventId");
        ask.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("last-event-id"));
        let path = ask.path(self.transport);
        let sent = self.connection.send("GET", &path, &ask.header_pairs(), b"").await;
        if sent.is_ok()
            && let Ok(response) = self.connection.response().await
        {
            return Ok(response);
        }
        // The server may have closed the idle connection; a GET is asked again on a new one (RFC 9112 §9.3.1).
        self.connection = Connection::open(&self.target).await?;
        self.connection.send("GET", &path, &ask.header_pairs(), b"").await?;
        self.connection.response().await
    }

    fn take(&mut self, response: &Response) {
        match response.status() {
            200 if self.ask.encoding() == Encoding::Json => self.take_json(response),
            200 => self.take_headed(response),
            _ => self.stop = true,
        }
    }

    fn take_json(&mut self, response: &Response) {
        let answer: Answer<'_> = serde_json::from_slice(&response.body).expect("the answer of a poll");
        let cut = if answer.more { format!("-{}", answer.head) } else { String::new() };
        assert_eq!(response.header("etag"), format!("\"{}{cut}\"", answer.cursor));
        self.queue.extend(answer.events.iter().map(|raw| Element::of_json(raw.get())));
        (self.cursor, self.ended, self.more) = (answer.cursor, answer.ended, answer.more);
    }

    fn take_headed(&mut self, response: &Response) {
        let kind = response.header("wirebench-type");
        let content_type = response.header("content-type");
        response.header("wirebench-cursor").clone_into(&mut self.cursor);
        self.ended = response.header("wirebench-ended") == "true";
        self.more = response.header("wirebench-more") == "true";
        let head = response.header("wirebench-head");
        let cut = if self.more { format!("-{head}") } else { String::new() };
        assert_eq!(response.header("etag"), format!("\"{}{cut}\"", self.cursor));
        match self.ask.encoding() {
            Encoding::Cbor => {
                assert_eq!(content_type, "application/cbor-seq");
                self.queue.extend(Element::of_cbor(&response.body));
            }
            Encoding::Raw if kind.is_empty() => assert!(response.body.is_empty(), "no event, no bytes"),
            Encoding::Raw => {
                let is_text = content_type == "text/plain; charset=utf-8";
                assert!(is_text || content_type == "application/octet-stream", "{content_type}");
                let mut element = Element::of(Encoding::Raw, &response.body, is_text, Some(kind));
                if !element.is_told() {
                    element.seq = self.cursor.split_once('.').and_then(|(_, seq)| seq.parse().ok());
                }
                self.queue.push_back(element);
            }
            Encoding::Json | Encoding::Binary => {
                assert_eq!(content_type, "application/octet-stream");
                self.queue.extend(Element::of_envelopes(&response.body));
            }
        }
    }
}
