//! What stands in a body, its framing taken off: an event stream, a poll's elements, or bytes that are not looked into.

use super::cbor::Cbor;
use super::event_stream::EventStream;
use super::facts::{Asked, Fields, Media, Wants};
use super::poll::Poll;
use super::tray::{Label, NONE, Place, Tray};
use super::{Kind, Role, Way};

/// Reads the content of one body.
#[derive(Debug)]
pub(super) enum Content {
    Plain(Plain),
    EventStream(EventStream),
    Poll(Poll),
    Cbor(Cbor),
    Envelopes(Envelopes),
}

impl Content {
    /// What stands in the body behind this head.
    pub fn of(way: Way, status: u16, fields: &Fields, asked: Asked) -> Self {
        let plain = |kind, role| Self::Plain(Plain { kind, role, own: false, element: None, started: false });
        if fields.is_encoded {
            return plain(Kind::EncodedBody, Role::Payload);
        }
        match (way, asked.wants, fields.media) {
            (Way::Up, Wants::FetchStream, _) => plain(Kind::FeedRequest, Role::Control),
            (Way::Up, Wants::Command, _) => Self::Plain(Plain::one_element()),
            (Way::Down, _, _) if fields.is_raw => Self::Plain(Plain::one_element()),
            (Way::Down, _, Media::EventStream) => Self::EventStream(EventStream::default()),
            (Way::Down, Wants::Poll, Media::Json) if status == 200 => Self::Poll(Poll::default()),
            (Way::Down, Wants::Poll, Media::CborSeq) => Self::Cbor(Cbor::default()),
            (Way::Down, Wants::Poll, Media::Bytes) if fields.has_cursor => {
                Self::Envelopes(Envelopes::default())
            }
            _ => plain(Kind::Body, Role::Payload),
        }
    }

    /// Puts the next bytes of the content.
    pub fn feed(&mut self, bytes: &[u8], tray: &mut Tray) {
        match self {
            Self::Plain(plain) => plain.feed(bytes, tray),
            Self::EventStream(stream) => stream.feed(bytes, tray),
            Self::Poll(poll) => poll.feed(bytes, tray),
            Self::Cbor(cbor) => cbor.feed(bytes, tray),
            Self::Envelopes(envelopes) => envelopes.feed(bytes, tray),
        }
    }

    /// To which element the chunk-size line belongs that stands before the next bytes of the content.
    pub fn before(&mut self, tray: &mut Tray) -> Place {
        match self {
            Self::EventStream(stream) => stream.before(tray),
            Self::Plain(plain) if !plain.own => NONE,
            other => other.inside().map_or(Place::Open, |element| Place::Known(Some(element))),
        }
    }

    /// To which the line end belongs behind what was put last.
    pub fn behind(&mut self, tray: &mut Tray) -> Place {
        match self {
            Self::Plain(plain) => Place::Known(plain.element),
            Self::EventStream(stream) => stream.behind(tray),
            Self::Poll(poll) => Place::Known(poll.last),
            Self::Cbor(cbor) => Place::Known(cbor.last),
            Self::Envelopes(envelopes) => Place::Known(envelopes.last),
        }
    }

    fn inside(&self) -> Option<u64> {
        match self {
            Self::Plain(plain) => plain.element,
            Self::Poll(poll) => poll.inside(),
            Self::Cbor(cbor) => cbor.inside(),
            Self::Envelopes(envelopes) => {
                envelopes.last.filter(|_| envelopes.left_of_head < HEADER || envelopes.left > 0)
            }
            Self::EventStream(_) => None,
        }
    }
}

/// Bytes that are one thing.
#[derive(Debug)]
pub(super) struct Plain {
    kind: Kind,
    role: Role,
    /// They are an element.
    own: bool,
    element: Option<u64>,
    started: bool,
}

impl Plain {
    fn one_element() -> Self {
        Self { kind: Kind::Element, role: Role::Payload, own: true, element: None, started: false }
    }

    fn feed(&mut self, bytes: &[u8], tray: &mut Tray) {
        if self.own && self.element.is_none() {
            self.element = Some(tray.next_element());
        }
        tray.settle(self.element);
        let label = Label::new(self.kind, self.role).of(Place::Known(self.element)).more(self.started);
        tray.put(bytes.len(), label);
        self.started = true;
    }
}

const HEADER: usize = 12;

/// Binary envelopes one behind the other (`proto::envelope`).
#[derive(Debug)]
pub(super) struct Envelopes {
    /// Bytes of the header yet to come.
    left_of_head: usize,
    /// Bytes of the envelope yet to come; while its header does, the length so far.
    left: u32,
    started: bool,
    last: Option<u64>,
}

impl Default for Envelopes {
    fn default() -> Self {
        Self { left_of_head: HEADER, left: 0, started: false, last: None }
    }
}

impl Envelopes {
    fn feed(&mut self, bytes: &[u8], tray: &mut Tray) {
        let mut rest = bytes;
        while let [first, after @ ..] = rest {
            if self.left_of_head == HEADER {
                (self.left, self.started, self.last) = (0, false, Some(tray.next_element()));
                tray.settle(self.last);
            }
            let label = |kind| Label::new(kind, Role::Payload).of(Place::Known(self.last));
            if self.left_of_head > 0 {
                tray.put(1, label(Kind::EnvelopeHead).more(self.left_of_head < HEADER));
                if self.left_of_head <= 4 {
                    self.left = self.left << 8 | u32::from(*first);
                }
                self.left_of_head -= 1;
                rest = after;
            } else {
                let taken = usize::try_from(self.left).map_or(rest.len(), |left| left.min(rest.len()));
                tray.put(taken, label(Kind::EnvelopeBytes).more(self.started));
                self.started = true;
                // At most `left`, so it fits.
                self.left -= u32::try_from(taken).unwrap_or(self.left);
                rest = &rest[taken..];
            }
            if self.left_of_head == 0 && self.left == 0 {
                self.left_of_head = HEADER;
            }
        }
    }
}
