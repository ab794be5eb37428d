//! What the bytes of a connection are given as: spans, their roles, and what adds them up.

use super::{Kind, Mistake};

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// Client to server.
    Up,
    /// Server to client.
    Down,
}

/// What bytes are there for. Each byte has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A request's or an answer's head.
    Head,
    /// What carries the content: chunks, frames, field names, ids, types, and what a poll says around its events.
    Framing,
    /// The content.
    Payload,
    /// What says nothing but that the line is alive.
    Heartbeat,
    /// What is said about the stream itself: when to come back, from where, why it ends.
    Control,
    /// What stands behind a mistake, or was cut short.
    Unparsed,
}

/// What a viewer needs besides the bytes themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// The bytes are masked (RFC 6455 §5.3): byte `i` of the span with byte `(offset + i) mod 4` of the key.
    Mask {
        /// The masking key.
        key: [u8; 4],
        /// Where in the payload of its frame the span begins.
        offset: u64,
    },
    /// Why the bytes are unparsed.
    Why(Mistake),
}

/// Bytes that are one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Which way they went.
    pub way: Way,
    /// How many bytes went that way before them.
    pub at: u64,
    /// How many they are; never none.
    pub length: u64,
    /// What they are.
    pub kind: Kind,
    /// What they are there for.
    pub role: Role,
    /// The request on this connection that they belong to, or whose answer they belong to; from 1.
    pub exchange: u64,
    /// The element that they carry or are a part of, counted from 1 in this direction.
    pub element: Option<u64>,
    /// Whether this goes on with the last span of its kind: right behind it, where a piece ended, or with nothing but the
    /// chunked coding between them.
    pub continued: bool,
    /// What else is to be known of it.
    pub note: Option<Note>,
}

impl Way {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Up, Self::Down];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Head, Self::Framing, Self::Payload, Self::Heartbeat, Self::Control, Self::Unparsed];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Framing => "framing",
            Self::Payload => "payload",
            Self::Heartbeat => "heartbeat",
            Self::Control => "control",
            Self::Unparsed => "unparsed",
        }
    }
}

impl Span {
    /// Where it ends.
    pub fn end(&self) -> u64 {
        self.at + self.length
    }

    /// Takes `next` in, if that is a part of the same.
    pub(super) fn takes(&mut self, next: &Self) -> bool {
        let same = next.continued
            && (self.way, self.kind, self.role, self.end()) == (next.way, next.kind, next.role, next.at);
        if same {
            self.length += next.length;
        }
        same
    }
}

/// The spans with the parts of each put together; those of one way in order.
pub fn joined(spans: &[Span]) -> Vec<Span> {
    let mut joined: Vec<Span> = Vec::new();
    let mut last = [None; 2];
    for span in spans {
        let last = &mut last[span.way as usize];
        let taken = last.and_then(|at: usize| joined.get_mut(at)).is_some_and(|before| before.takes(span));
        if !taken {
            *last = Some(joined.len());
            joined.push(*span);
        }
    }
    joined
}

/// Bytes by role, of one way or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums([u64; 6]);

impl Sums {
    /// Adds a span.
    pub fn add(&mut self, span: &Span) {
        self.0[span.role as usize] += span.length;
    }

    /// The bytes of a role.
    pub fn of(&self, role: Role) -> u64 {
        self.0[role as usize]
    }

    /// All bytes.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}

impl<'a> FromIterator<&'a Span> for Sums {
    fn from_iter<I: IntoIterator<Item = &'a Span>>(spans: I) -> Self {
        let mut sums = Self::default();
        spans.into_iter().for_each(|span| sums.add(span));
        sums
    }
}
