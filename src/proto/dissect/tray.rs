//! Where the spans of one direction are put: those that must wait for later bytes to be labelled, then those to be given.
//!
//! To which element the first fields of an event-stream block belong is known only when its first `data` comes, and a
//! chunk's size stands before both. So spans may wait, a few of them, and all behind them wait too.

use std::collections::VecDeque;

use super::{Kind, Note, Role, Span, Way};

/// Spans that may wait before the block under way is given up as one without an element.
const MOST_WAITING: usize = 128;
/// The most that can wait: the above, and what may come before it is looked at again.
pub(super) const MOST_HELD: usize = MOST_WAITING + 64;

/// To which element a span belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// This or none.
    Known(Option<u64>),
    /// Later bytes will tell.
    Open,
}

/// To none.
pub(super) const NONE: Place = Place::Known(None);

/// What is to be put.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label {
    kind: Kind,
    role: Role,
    place: Place,
    continued: bool,
    note: Option<Note>,
    is_open: bool,
}

impl Label {
    pub fn new(kind: Kind, role: Role) -> Self {
        Self { kind, role, place: NONE, continued: false, note: None, is_open: false }
    }

    /// A part of this element.
    pub fn of(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// More of the last span of this kind.
    pub fn more(self, continued: bool) -> Self {
        Self { continued, ..self }
    }

    pub fn noted(self, note: Option<Note>) -> Self {
        Self { note, ..self }
    }

    /// Kind and role are not certain: [`Tray::label`] will tell.
    pub fn open(self) -> Self {
        Self { is_open: true, ..self }
    }
}

#[derive(Debug)]
struct Held {
    span: Span,
    label: bool,
    element: bool,
}

/// The spans of one direction.
#[derive(Debug)]
pub(super) struct Tray {
    way: Way,
    at: u64,
    /// The exchange that what is put belongs to.
    pub exchange: u64,
    elements: u64,
    held: VecDeque<Held>,
    ready: Vec<Span>,
}

impl Tray {
    pub fn new(way: Way) -> Self {
        Self { way, at: 0, exchange: 0, elements: 0, held: VecDeque::new(), ready: Vec::new() }
    }

    /// The number of a new element.
    pub fn next_element(&mut self) -> u64 {
        self.elements += 1;
        self.elements
    }

    /// The next `length` bytes are this.
    pub fn put(&mut self, length: usize, label: Label) {
        self.put_many(length as u64, label);
    }

    pub fn put_many(&mut self, length: u64, label: Label) {
        if length == 0 {
            return;
        }
        let span = Span {
            way: self.way,
            at: self.at,
            length,
            kind: label.kind,
            role: label.role,
            exchange: self.exchange,
            element: if let Place::Known(element) = label.place { element } else { None },
            continued: label.continued,
            note: label.note,
        };
        self.at += length;
        let held = Held { span, label: label.is_open, element: label.place == Place::Open };
        if let Some(last) = self.held.back_mut() {
            if (last.label, last.element) != (held.label, held.element) || !last.span.takes(&span) {
                self.held.push_back(held);
            }
        } else if held.label || held.element {
            self.held.push_back(held);
        } else {
            self.make_ready(span);
        }
    }

    /// The spans whose element was open belong to this.
    pub fn settle(&mut self, element: Option<u64>) {
        for held in self.held.iter_mut().filter(|held| held.element) {
            held.element = false;
            held.span.element = element;
        }
        self.flush();
    }

    /// The spans whose kind was open are this.
    pub fn label(&mut self, kind: Kind, role: Role) {
        for held in self.held.iter_mut().filter(|held| held.label) {
            held.label = false;
            (held.span.kind, held.span.role) = (kind, role);
        }
        self.flush();
    }

    /// Whether so much waits that it must be settled now.
    pub fn is_full(&self) -> bool {
        self.held.len() >= MOST_WAITING
    }

    pub fn waiting(&self) -> usize {
        self.held.len()
    }

    /// Moves what can be given to `out`.
    pub fn give(&mut self, out: &mut Vec<Span>) {
        out.append(&mut self.ready);
    }

    fn flush(&mut self) {
        while let Some(held) = self.held.front()
            && !held.label
            && !held.element
        {
            let span = held.span;
            self.held.pop_front();
            self.make_ready(span);
        }
    }

    fn make_ready(&mut self, span: Span) {
        if !self.ready.last_mut().is_some_and(|last| last.takes(&span)) {
            self.ready.push(span);
        }
    }
}
