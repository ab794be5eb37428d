//! A dissector: every byte of one connection, both ways, as labelled spans (docs/reference/wire/README.md).
//!
//! Fed the bytes in whatever pieces they crossed, it gives spans without gaps or overlaps, each with one [`Kind`] and one
//! [`Role`]. How the bytes were cut changes nothing but that a long span comes in parts: a part goes on
//! ([`Span::continued`]) where the one before it ends, and [`joined`] puts them together. It holds at most a head, a few
//! lengths and a few spans, whatever the input. After a mistake in the stream the rest of that direction is unparsed, and
//! still counted.
//!
//! A response is read by the request that it answers (RFC 9112 §6.3), so bytes down are to be fed after the bytes up that
//! they answer, as they cross any wire.

mod body;
mod cbor;
mod event_stream;
mod facts;
mod frames;
mod framing;
mod head;
mod kind;
mod mistake;
mod poll;
mod side;
mod span;
mod tray;

use std::collections::VecDeque;

pub use kind::{Facts, KINDS, Kind};
pub use mistake::Mistake;
pub use span::{Note, Role, Span, Sums, Way, joined};

use facts::Asked;
use side::Side;

/// Dissects one connection.
#[derive(Debug)]
pub struct Dissector {
    up: Side,
    down: Side,
    link: Link,
}

/// What the two directions tell each other.
#[derive(Debug, Default)]
struct Link {
    /// Requests without a final answer.
    asked: VecDeque<Asked>,
    /// What came of an upgrade that was asked for: frames by an extension or none, or HTTP as before.
    upgrade: Option<Upgrade>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Upgrade {
    Frames { compressed: bool },
    Refused,
}

impl Default for Dissector {
    fn default() -> Self {
        Self::new()
    }
}

impl Dissector {
    /// A dissector at the first byte of a connection.
    pub fn new() -> Self {
        Self { up: Side::new(Way::Up), down: Side::new(Way::Down), link: Link::default() }
    }

    /// Takes the next bytes that went `way`, and appends the spans that are certain by now to `out`: those of one way in
    /// order, and mostly of this way.
    pub fn dissect(&mut self, way: Way, input: &[u8], out: &mut Vec<Span>) {
        let mut rest = input;
        while !rest.is_empty() {
            let used = self.side(way, |side, link| side.feed(rest, link));
            rest = &rest[used..];
            if let Some(upgrade) = self.link.upgrade.take() {
                self.up.upgraded(upgrade, &mut self.link);
            }
        }
        self.give(out);
    }

    /// So many bytes that went `way` next were not kept: they are counted, and the place in the stream is lost.
    pub fn missed(&mut self, way: Way, bytes: u64, out: &mut Vec<Span>) {
        self.side(way, |side, _| side.missed(bytes));
        self.give(out);
    }

    /// Nothing more comes this `way`: what was undecided is decided. More bytes are unparsed.
    pub fn finish(&mut self, way: Way, out: &mut Vec<Span>) {
        self.side(way, |side, _| side.finish());
        self.give(out);
    }

    /// Bytes of memory held of what is not yet given, spans included. Bounded by [`Self::MOST_BUFFERED`].
    pub fn buffered(&self) -> usize {
        let asked = self.link.asked.len() * size_of::<Asked>();
        self.up.buffered() + self.down.buffered() + asked
    }

    /// The most that [`Self::buffered`] ever says, whatever the input.
    pub const MOST_BUFFERED: usize = 2 * side::MOST_BUFFERED + facts::MOST_ASKED * size_of::<Asked>();

    fn side<T>(&mut self, way: Way, act: impl FnOnce(&mut Side, &mut Link) -> T) -> T {
        let side = match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        };
        act(side, &mut self.link)
    }

    fn give(&mut self, out: &mut Vec<Span>) {
        self.up.give(out);
        self.down.give(out);
    }
}
