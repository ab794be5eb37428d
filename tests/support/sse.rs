//! A reader of `text/event-stream` over a raw connection.

use std::collections::VecDeque;
use std::io;

use wirebench::proto::envelope;
use wirebench::proto::event_stream::{Decoder, Item};
use wirebench::proto::http1::{Body, Framing, Headers};

use super::ask::{Ask, Element, Next, Refusal, unbase64};
use super::http::{Connection, Progress};

#[derive(Debug)]
pub struct Sse {
    pub connection: Connection,
    pub headers: Headers,
    /// Comments that came, and the last `retry`.
    pub comments: Vec<String>,
    pub retry: Option<u64>,
    body: Body,
    decoder: Decoder,
    items: VecDeque<Item>,
    binary: bool,
    epoch: String,
    stop: Option<u16>,
}

impl Sse {
    pub async fn begin(ask: &Ask, mut connection: Connection) -> io::Result<Result<Self, Refusal>> {
        let head = connection.head().await?;
        if head.status != 200 && head.status != 204 {
            let code = head.status;
            let body = connection.rest(head).await?.body;
            return Ok(Err(Refusal { code, reason: String::from_utf8_lossy(&body).into_owned() }));
        }
        if head.status == 200 {
            let kind = head.headers.get("content-type").unwrap_or_default();
            assert!(kind.starts_with("text/event-stream"), "an EventSource refuses {kind:?}");
        }
        Ok(Ok(Self {
            body: Body::new(Framing::of(&head, false).map_err(io::Error::other)?),
            stop: (head.status == 204).then_some(204),
            headers: head.headers,
            connection,
            comments: Vec::new(),
            retry: None,
            decoder: Decoder::new(64 << 20),
            items: VecDeque::new(),
            binary: ask.is_binary(),
            epoch: String::new(),
        }))
    }

    pub async fn next(&mut self) -> io::Result<Next> {
        if let Some(code) = self.stop {
            return Ok(Next::Stop(code));
        }
        loop {
            while let Some(item) = self.items.pop_front() {
                match item {
                    Item::Event { kind, data, id, .. } => {
                        return Ok(Next::Element(self.element(&kind, &data, &id)));
                    }
                    Item::Retry(ms) => self.retry = Some(ms),
                    Item::Comment(text) => self.comments.push(text),
                }
            }
            let mut bytes = Vec::new();
            match self.connection.more(&mut self.body, &mut bytes).await? {
                Progress::Open => {}
                Progress::Complete => return Ok(Next::Ended),
                Progress::Cut => return Ok(Next::Cut),
            }
            let mut items = Vec::new();
            self.decoder.decode(&bytes, &mut items).map_err(io::Error::other)?;
            self.items.extend(items);
        }
    }

    /// The element of a block, whose type and id must be those of the element.
    fn element(&mut self, kind: &str, data: &str, id: &str) -> Element {
        let element = if self.binary {
            let mut envelopes = Vec::new();
            envelope::Decoder::new(u32::MAX).decode(&unbase64(data), &mut envelopes).expect("an envelope");
            assert_eq!(envelopes.len(), 1, "one envelope a block");
            Element::of_envelope(envelopes.remove(0))
        } else {
            Element::of_json(data)
        };
        assert_eq!(kind, element.kind, "the event field is the element's type");
        if let Some(epoch) = element.value["epoch"].as_str() {
            epoch.clone_into(&mut self.epoch);
        }
        if let Some(cursor) = element.cursor(&self.epoch).filter(|_| element.kind != "hello") {
            assert_eq!(id, cursor, "the id of {element:?}");
        }
        element
    }
}
