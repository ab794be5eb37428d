//! The body after the 101. It passes on the session's frames (acks, pongs) first, then the feed's shared ones, and ends
//! with a Close.
//!
//! After our Close it waits a little for the peer's: a TCP connection that ends right behind the frame is reported by
//! Firefox as unclean (BROWSERS: "Close + FIN at once").

use std::future::Future as _;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;
use tokio::time::{Sleep, sleep};

use super::talk::{Close, Talk};
use crate::proto::websocket::{Opcode, encode_close, encode_frame};
use crate::transport::encoding::{carried, websocket_event, websocket_told};
use crate::transport::feeding::{Feeding, Step};
use crate::transport::params::Encoding;

/// How long the peer may take to answer our Close.
pub(super) const ANSWER: Duration = Duration::from_millis(500);

/// The frames that go down.
pub(super) struct Frames {
    inner: BoxBody,
    feeding: Option<Feeding>,
    encoding: Encoding,
    talk: Rc<Talk>,
    state: State,
}

enum State {
    Open,
    /// Our Close is out; until the peer's comes or this elapses.
    Closing(Pin<Box<Sleep>>),
    Over,
}

type Chunk = Poll<Option<Result<Bytes, Box<dyn std::error::Error>>>>;

impl Frames {
    pub(super) fn new(inner: BoxBody, feeding: Option<Feeding>, encoding: Encoding, talk: Rc<Talk>) -> Self {
        Self { inner, feeding, encoding, talk, state: State::Open }
    }

    fn poll_open(&mut self, cx: &mut TaskContext<'_>) -> Chunk {
        if self.feeding.as_ref().is_some_and(Feeding::is_closing) {
            return Poll::Pending;
        }
        // A Close that was asked for comes before the end of the inner body, which the listening task brings about
        // when it is done.
        if let Some(close) = self.talk.take(cx) {
            return Poll::Ready(Some(Ok(self.close(&close))));
        }
        if let ready @ Poll::Ready(_) = Pin::new(&mut self.inner).poll_next(cx) {
            return ready;
        }
        let Some(feeding) = &mut self.feeding else { return Poll::Pending };
        feeding.poll_step(cx).map(|step| Some(Ok(self.frame(step))))
    }

    fn frame(&mut self, step: Step) -> Bytes {
        let close = match step {
            Step::End => Close::ended(),
            Step::Away(notice) => Close::away(notice),
            Step::Expired => Close::expired(),
            Step::Stopping => Close::stopping(),
            step => return self.message(&step),
        };
        self.close(&close)
    }

    fn message(&self, step: &Step) -> Bytes {
        let Some(feeding) = &self.feeding else { return ping() };
        let witness = feeding.witness();
        match step {
            Step::Event(event) => {
                let frame = websocket_event(event, self.encoding);
                let carried = carried(event, self.encoding, false);
                witness.event(feeding.reader().job().name(), event, frame.len(), carried);
                frame
            }
            Step::Told(told) => {
                let frame = websocket_told(&told.json, self.encoding);
                if told.name == "heartbeat" {
                    witness.heartbeat(frame.len(), "event");
                }
                frame
            }
            Step::HiddenHeartbeat | Step::End | Step::Away(_) | Step::Expired | Step::Stopping => {
                let frame = ping();
                witness.heartbeat(frame.len(), "ping");
                frame
            }
        }
    }

    fn close(&mut self, close: &Close) -> Bytes {
        // The subscription is given back now, not when the peer has answered.
        self.feeding = None;
        self.state = if close.answered { State::Over } else { State::Closing(Box::pin(sleep(ANSWER))) };
        // It refuses codes that may not be sent and long reasons; then the Close goes without them (RFC 6455 §5.5.1).
        let payload = encode_close(close.code, &close.reason).unwrap_or_default();
        Bytes::from(encode_frame(Opcode::Close, true, &payload, None))
    }
}

impl MessageBody for Frames {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Chunk {
        match &mut self.state {
            State::Open => self.poll_open(cx),
            State::Over => Poll::Ready(None),
            State::Closing(patience) => {
                let tired = patience.as_mut().poll(cx).is_ready();
                // No data follows a Close (§5.5.1): what the session still has is dropped; its end means that the
                // listening task has seen the peer's Close, or its end.
                loop {
                    match Pin::new(&mut self.inner).poll_next(cx) {
                        Poll::Ready(Some(Ok(_))) => {}
                        Poll::Ready(_) => return Poll::Ready(None),
                        Poll::Pending if tired => return Poll::Ready(None),
                        Poll::Pending => return Poll::Pending,
                    }
                }
            }
        }
    }
}

fn ping() -> Bytes {
    Bytes::from_static(&[0x89, 0x00])
}
