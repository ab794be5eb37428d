//! A poll's answer in JSON (docs/reference/feed.md): which bytes are its elements, and which stand around them.
//!
//! The elements are the items of the member `events` of the object that the answer is. What is not such an object is a
//! body like any other. Whether the JSON is right is not looked at.

use super::tray::{Label, Place, Tray};
use super::{Kind, Role};

const MEMBER: &[u8] = b"events";

/// Where a byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Around,
    Element,
}

/// What the answer turns out to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shape {
    #[default]
    Unknown,
    Object,
    Other,
}

/// Reads one answer.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they change for themselves")]
pub(super) struct Poll {
    shape: Shape,
    depth: u64,
    in_string: bool,
    is_escaped: bool,
    /// How much of the name of a member of the answer has come and is `events`; none if it is another.
    matched: Option<usize>,
    /// The last name was `events`, and its value is yet to come.
    is_next: bool,
    in_events: bool,
    element: Option<u64>,
    /// The element under way is a string, a number or a word.
    is_scalar: bool,
    /// Whose the byte was that was put last.
    pub last: Option<u64>,
    part: Option<Part>,
}

impl Poll {
    /// The element that the next byte belongs to, if that is certain.
    pub fn inside(&self) -> Option<u64> {
        self.element.filter(|_| !self.is_scalar || self.in_string)
    }

    pub fn feed(&mut self, bytes: &[u8], tray: &mut Tray) {
        let mut from = 0;
        while from < bytes.len() {
            // A run of bytes that belong to the same.
            let (part, element, mut fresh) = self.byte(bytes[from], tray);
            let mut to = from + 1;
            while to < bytes.len() && self.goes_on() {
                self.byte(bytes[to], tray);
                to += 1;
            }
            fresh |= self.part != Some(part);
            self.part = Some(part);
            let (kind, role) = match part {
                Part::Element => (Kind::Element, Role::Payload),
                Part::Around if self.shape == Shape::Other => (Kind::Body, Role::Payload),
                Part::Around => (Kind::Answer, Role::Framing),
            };
            self.last = element;
            tray.settle(element);
            tray.put(to - from, Label::new(kind, role).of(Place::Known(element)).more(!fresh));
            from = to;
        }
    }

    /// Whether the next byte certainly belongs to what the one before it belongs to.
    fn goes_on(&self) -> bool {
        self.shape == Shape::Other || self.inside().is_some()
    }

    /// Takes a byte in: where it stands, and whether something begins with it.
    fn byte(&mut self, byte: u8, tray: &mut Tray) -> (Part, Option<u64>, bool) {
        let is_space = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        match self.shape {
            Shape::Other => return (Part::Around, None, false),
            Shape::Unknown if is_space => return (Part::Around, None, false),
            Shape::Unknown if byte != b'{' => {
                self.shape = Shape::Other;
                return (Part::Around, None, true);
            }
            Shape::Unknown => self.shape = Shape::Object,
            Shape::Object => {}
        }
        if self.in_string {
            return self.in_string(byte);
        }
        if self.element.is_some() && self.is_scalar && (is_space || matches!(byte, b',' | b']' | b'}')) {
            self.element = None;
        }
        let mut fresh = false;
        let at_item = self.in_events && self.depth == 2 && self.element.is_none();
        if at_item && !is_space && !matches!(byte, b',' | b']' | b'}') {
            self.element = Some(tray.next_element());
            self.is_scalar = !matches!(byte, b'{' | b'[');
            fresh = true;
        }
        let element = self.element;
        self.structure(byte);
        if element.is_some() { (Part::Element, element, fresh) } else { (Part::Around, None, fresh) }
    }

    /// A byte outside of strings.
    fn structure(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.in_string = true;
                let is_name = self.depth == 1 && self.matched.is_none();
                self.matched = if is_name { Some(0) } else { None };
            }
            b'{' | b'[' => {
                self.depth += 1;
                self.in_events |= self.depth == 2 && byte == b'[' && self.is_next;
                self.is_next = false;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                self.in_events &= self.depth >= 2;
                if self.depth == 2 && !self.is_scalar {
                    self.element = None;
                }
            }
            b',' if self.depth == 1 => (self.matched, self.is_next) = (None, false),
            _ => {}
        }
    }

    fn in_string(&mut self, byte: u8) -> (Part, Option<u64>, bool) {
        let element = self.element;
        if self.is_escaped {
            self.is_escaped = false;
        } else if byte == b'\\' {
            self.is_escaped = true;
        } else if byte == b'"' {
            self.in_string = false;
            self.is_next = self.depth == 1 && self.matched == Some(MEMBER.len());
        }
        if self.in_string {
            self.matched = self.matched.and_then(|at| (MEMBER.get(at) == Some(&byte)).then_some(at + 1));
        }
        if !self.in_string && self.is_scalar && self.depth == 2 {
            self.element = None;
        }
        if element.is_some() { (Part::Element, element, false) } else { (Part::Around, None, false) }
    }
}
