//! A CBOR sequence (RFC 8742): where each item of it ends (RFC 8949 §3). What the items say is not looked at.

use super::facts::LENGTH_LIMIT;
use super::tray::{Label, Place, Tray};
use super::{Kind, Role};

/// Items within items, at most: beyond it the rest is not told apart.
const MOST_DEEP: usize = 32;

/// What is yet to come of an item that holds others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Items(u64),
    UntilBreak,
}

/// What the next byte is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum At {
    #[default]
    Initial,
    /// Of the number behind the initial byte; what is known of it so far.
    Argument { major: u8, left: u8, value: u64 },
    /// Of a string.
    String(u64),
    /// Of what is no CBOR.
    Lost,
}

/// Reads one sequence.
#[derive(Debug, Default)]
pub(super) struct Cbor {
    at: At,
    open: Vec<Open>,
    element: Option<u64>,
    /// Something of what is no CBOR has been put.
    more: bool,
    /// Whose the byte was that was put last.
    pub last: Option<u64>,
}

impl Cbor {
    /// The item under way.
    pub fn inside(&self) -> Option<u64> {
        self.element
    }

    pub fn feed(&mut self, bytes: &[u8], tray: &mut Tray) {
        let mut rest = bytes;
        while let [first, ..] = rest {
            let is_lost = self.at == At::Lost;
            let begins = self.element.is_none() && !is_lost;
            if begins {
                self.element = Some(tray.next_element());
            }
            let element = self.element;
            let used = match self.at {
                At::Lost => rest.len(),
                At::String(left) => {
                    let taken = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                    self.string(left - taken as u64);
                    taken
                }
                _ => {
                    self.byte(*first);
                    1
                }
            };
            tray.settle(element);
            self.last = element;
            let kind = if is_lost { Kind::Body } else { Kind::CborItem };
            let more = if is_lost { std::mem::replace(&mut self.more, true) } else { !begins };
            tray.put(used, Label::new(kind, Role::Payload).of(Place::Known(element)).more(more));
            rest = &rest[used..];
        }
    }

    fn byte(&mut self, byte: u8) {
        match self.at {
            At::Argument { major, left, value } => {
                let value = value << 8 | u64::from(byte);
                if left > 1 {
                    self.at = At::Argument { major, left: left - 1, value };
                } else {
                    self.headed(major, value);
                }
            }
            _ => self.initial(byte),
        }
    }

    fn initial(&mut self, byte: u8) {
        let (major, info) = (byte >> 5, byte & 31);
        match info {
            0..=23 => self.headed(major, u64::from(info)),
            24..=27 => self.at = At::Argument { major, left: 1 << (info - 24), value: 0 },
            31 if major == 7 && self.open.last() == Some(&Open::UntilBreak) => {
                self.open.pop();
                self.done();
            }
            31 if matches!(major, 2..=5) => self.deeper(Open::UntilBreak),
            _ => self.lose(),
        }
    }

    /// The initial byte of an item and its number have come.
    fn headed(&mut self, major: u8, value: u64) {
        match major {
            2 | 3 => self.string(value),
            4 if value > 0 => self.deeper(Open::Items(value)),
            5 if value > 0 => self.deeper(Open::Items(value.saturating_mul(2))),
            6 => self.deeper(Open::Items(1)),
            _ => self.done(),
        }
    }

    fn string(&mut self, left: u64) {
        match left {
            0 => self.done(),
            LENGTH_LIMIT.. => self.lose(),
            left => self.at = At::String(left),
        }
    }

    fn deeper(&mut self, open: Open) {
        if self.open.len() == MOST_DEEP || matches!(open, Open::Items(LENGTH_LIMIT..)) {
            return self.lose();
        }
        self.open.push(open);
        self.at = At::Initial;
    }

    /// An item is whole, and with it perhaps those that hold it.
    fn done(&mut self) {
        self.at = At::Initial;
        while let Some(Open::Items(left)) = self.open.last_mut() {
            *left -= 1;
            if *left > 0 {
                return;
            }
            self.open.pop();
        }
        if self.open.is_empty() {
            self.element = None;
        }
    }

    fn lose(&mut self) {
        (self.at, self.element) = (At::Lost, None);
        self.open.clear();
    }
}
