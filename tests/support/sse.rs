//! A reader of `text/event-stream` over a raw connection.

use std::collections::VecDeque;
use std::io;

use wirebench::proto::event_stream::{Decoder, Item};
use wirebench::proto::http1::{Body, Framing, Headers};

use super::ask::{Ask, Element, Encoding, Next, Refusal, unbase64};
use super::http::{Connection, Progress};

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "what was asked for, and what has come")]
pub struct Sse {
    pub connection: Connection,
    pub headers: Headers,
    /// Comments that came, and the last `retry`.
    pub comments: Vec<String>,
    pub retry: Option<u64>,
    body: Body,
    decoder: Decoder,
    items: VecDeque<Item>,
    encoding: Encoding,
    ids: bool,
    /// Whether the stream is to end with `[DONE]`, and whether that has come.
    sentinel: bool,
    pub done: bool,
    epoch: String,
    saw_end: bool,
    stop: Option<u16>,
}

impl Sse {
    pub async fn begin(
        is_posted: bool,
        ask: &Ask,
        mut connection: Connection,
    ) -> io::Result<Result<Self, Refusal>> {
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
            encoding: ask.encoding(),
            ids: ask.get("ids") != Some("off"),
            sentinel: is_posted && ask.get("sentinel") != Some("off"),
            done: false,
            epoch: String::new(),
            saw_end: false,
        }))
    }

    pub async fn next(&mut self) -> io::Result<Next> {
        if let Some(code) = self.stop {
            return Ok(Next::Stop(code));
        }
        loop {
            while let Some(item) = self.items.pop_front() {
                match item {
                    Item::Event { kind, data, .. } if kind == "message" && data == "[DONE]" => {
                        assert_eq!((self.sentinel, self.saw_end), (true, true));
                        self.done = true;
                    }
                    Item::Event { kind, data, id, .. } => {
                        assert!(!self.done, "nothing comes after [DONE]: {data}");
                        return Ok(Next::Element(self.element(&kind, &data, &id)));
                    }
                    Item::Retry(ms) => self.retry = Some(ms),
                    Item::Comment(text) => self.comments.push(text),
                }
            }
            let mut bytes = Vec::new();
            match self.connection.more(&mut self.body, &mut bytes).await? {
                Progress::Open => {}
                Progress::Complete => {
                    assert_eq!(self.done, self.sentinel && self.saw_end, "[DONE] behind the end event");
                    return Ok(Next::Ended);
                }
                Progress::Cut => return Ok(Next::Cut),
            }
            let mut items = Vec::new();
            self.decoder.decode(&bytes, &mut items).map_err(io::Error::other)?;
            self.items.extend(items);
        }
    }

    /// The element of a block, whose type and id must be those of the element.
    fn element(&mut self, kind: &str, data: &str, id: &str) -> Element {
        // What cannot stand in a line of text is base64; in raw only bytes are.
        let is_text = match self.encoding {
            Encoding::Json => true,
            Encoding::Raw => kind != "bytes",
            Encoding::Cbor | Encoding::Binary => false,
        };
        let bytes = if is_text { data.as_bytes().to_vec() } else { unbase64(data) };
        let mut element = Element::of(self.encoding, &bytes, is_text, Some(kind));
        if self.encoding == Encoding::Raw && !element.is_told() {
            element.seq = id.split_once('.').and_then(|(_, seq)| seq.parse().ok());
        }
        self.saw_end |= element.is_end();
        assert_eq!(kind, element.kind, "the event field is the element's type");
        if let Some(epoch) = element.value["epoch"].as_str() {
            epoch.clone_into(&mut self.epoch);
        }
        if let Some(cursor) = element.cursor(&self.epoch).filter(|_| element.kind != "hello" && self.ids) {
            assert_eq!(id, cursor, "the id of {element:?}");
        }
        element
    }
}
