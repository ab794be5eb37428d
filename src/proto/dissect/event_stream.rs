//! An event stream, line by line (WHATWG HTML §9.2.5 and §9.2.6): what each byte of it is, wherever chunks and pieces cut it.

use super::tray::{Label, Place, Tray};
use super::{Kind, Role};

const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];
/// No known name is as long.
const LONG_NAME: usize = 6;

/// Which field a line is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Field {
    Data,
    Event,
    Id,
    Retry,
    #[default]
    Unknown,
}

impl Field {
    fn of(name: &[u8]) -> Self {
        match name {
            b"data" => Self::Data,
            b"event" => Self::Event,
            b"id" => Self::Id,
            b"retry" => Self::Retry,
            _ => Self::Unknown,
        }
    }

    fn value(self) -> (Kind, Role) {
        match self {
            Self::Data => (Kind::SseData, Role::Payload),
            Self::Event => (Kind::SseEvent, Role::Framing),
            Self::Id => (Kind::SseId, Role::Framing),
            Self::Retry => (Kind::SseRetry, Role::Control),
            Self::Unknown => (Kind::SseUnknown, Role::Framing),
        }
    }

    /// Of its name, its colon and its line end.
    fn role(self) -> Role {
        if self == Self::Retry { Role::Control } else { Role::Framing }
    }
}

/// Where in a line the next byte stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum At {
    #[default]
    Start,
    /// So many bytes of the BOM have come.
    Bom(usize),
    Name,
    /// In a name that is none of the known, so that it need not be kept.
    LongName,
    BehindColon,
    /// Whether some of it has come.
    Value(bool),
    Comment(bool),
}

/// What there is in a block, the weightiest of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Has {
    #[default]
    Nothing,
    Comment,
    Retry,
    Fields,
}

/// The lines since the last blank one.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    element: Option<u64>,
    /// It is certain whether it has one.
    is_decided: bool,
    has: Has,
}

/// Reads one event stream.
#[derive(Debug, Default)]
pub(super) struct EventStream {
    is_begun: bool,
    at: At,
    name: [u8; LONG_NAME],
    length: usize,
    field: Field,
    block: Block,
    /// The label of a CR that was put last and may get its LF.
    cr: Option<Label>,
    /// Of the blank line that ended the last block, as long as nothing has come behind it.
    closed: Option<Place>,
}

impl EventStream {
    /// As [`Content::before`](super::body::Content::before).
    pub fn before(&mut self, tray: &mut Tray) -> Place {
        self.place(tray)
    }

    /// As [`Content::behind`](super::body::Content::behind).
    pub fn behind(&mut self, tray: &mut Tray) -> Place {
        self.closed.unwrap_or_else(|| self.place(tray))
    }

    pub fn feed(&mut self, bytes: &[u8], tray: &mut Tray) {
        let mut rest = bytes;
        while let [first, ..] = rest {
            let used = self.step(*first, rest, tray);
            rest = &rest[used..];
        }
    }

    /// The element of what stands in the block under way.
    fn place(&mut self, tray: &mut Tray) -> Place {
        if !self.block.is_decided && tray.is_full() {
            self.block.is_decided = true;
            tray.settle(None);
        }
        if self.block.is_decided { Place::Known(self.block.element) } else { Place::Open }
    }

    /// Puts one byte, or a run of them, and says how many.
    fn step(&mut self, first: u8, rest: &[u8], tray: &mut Tray) -> usize {
        if let Some(label) = self.cr.take()
            && first == b'\n'
        {
            if let Some(Place::Known(element)) = self.closed {
                tray.settle(element);
            }
            tray.put(1, label.more(true));
            return 1;
        }
        let is_end = matches!(first, b'\r' | b'\n');
        match self.at {
            At::Start => {
                self.start(first, is_end, tray);
                usize::from(is_end || self.at == At::Comment(true) || matches!(self.at, At::Bom(_)))
            }
            At::Bom(seen) => usize::from(self.bom(seen, first, tray)),
            At::Name | At::LongName if is_end => {
                self.named(tray);
                self.end_line(first, tray);
                1
            }
            At::Name | At::LongName if first == b':' => {
                self.named(tray);
                let place = self.place(tray);
                tray.put(1, Label::new(Kind::SseColon, self.field.role()).of(place));
                self.at = At::BehindColon;
                1
            }
            At::Name => {
                self.name(first, tray);
                1
            }
            At::LongName => {
                let run = rest.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n' | b':')).count();
                let place = self.place(tray);
                tray.put(run, Label::new(Kind::SseName, Role::Framing).of(place).more(true));
                run
            }
            _ if is_end => {
                self.end_line(first, tray);
                1
            }
            At::BehindColon => {
                self.at = At::Value(false);
                let place = self.place(tray);
                let space = usize::from(first == b' ');
                tray.put(space, Label::new(Kind::SseSpace, self.field.role()).of(place));
                space
            }
            At::Value(started) => {
                let (kind, role) = self.field.value();
                let place = self.place(tray);
                self.at = At::Value(true);
                run(rest, tray, Label::new(kind, role).of(place).more(started))
            }
            At::Comment(started) => {
                self.at = At::Comment(true);
                run(rest, tray, Label::new(Kind::SseComment, Role::Heartbeat).more(started))
            }
        }
    }

    /// The first byte of a line, which is put unless a name begins with it.
    fn start(&mut self, first: u8, is_end: bool, tray: &mut Tray) {
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        self.closed = None;
        if is_first && first == BOM[0] {
            self.bom(0, first, tray);
        } else if is_end {
            self.blank(first, tray);
        } else if first == b':' {
            // Comments alone never fill what waits.
            self.place(tray);
            self.block.has = self.block.has.max(Has::Comment);
            self.at = At::Comment(true);
            tray.put(1, Label::new(Kind::SseComment, Role::Heartbeat));
        } else {
            (self.at, self.length) = (At::Name, 0);
        }
    }

    /// A byte that may be one of the BOM. Says whether it was put.
    fn bom(&mut self, seen: usize, byte: u8, tray: &mut Tray) -> bool {
        if byte != BOM[seen] {
            // What has come is a name's.
            self.name[..seen].copy_from_slice(&BOM[..seen]);
            (self.at, self.length) = (At::Name, seen);
            return false;
        }
        let place = self.place(tray);
        tray.put(1, Label::new(Kind::SseName, Role::Framing).of(place).more(seen > 0).open());
        self.at = At::Bom(seen + 1);
        if seen + 1 == BOM.len() {
            tray.label(Kind::Bom, Role::Framing);
            self.at = At::Start;
        }
        true
    }

    fn name(&mut self, byte: u8, tray: &mut Tray) {
        let place = self.place(tray);
        tray.put(1, Label::new(Kind::SseName, Role::Framing).of(place).more(self.length > 0).open());
        self.name[self.length] = byte;
        self.length += 1;
        if self.length == LONG_NAME {
            tray.label(Kind::SseName, Role::Framing);
            self.at = At::LongName;
        }
    }

    /// The name is whole.
    fn named(&mut self, tray: &mut Tray) {
        self.field = if self.at == At::Name { Field::of(&self.name[..self.length]) } else { Field::Unknown };
        tray.label(Kind::SseName, self.field.role());
        let has = if self.field == Field::Retry { Has::Retry } else { Has::Fields };
        self.block.has = self.block.has.max(has);
        if self.field == Field::Data && self.block.element.is_none() {
            let element = Some(tray.next_element());
            (self.block.element, self.block.is_decided) = (element, true);
            tray.settle(element);
        }
    }

    fn end_line(&mut self, end: u8, tray: &mut Tray) {
        let label = match self.at {
            At::Comment(_) => Label::new(Kind::SseLineEnd, Role::Heartbeat),
            _ => Label::new(Kind::SseLineEnd, self.field.role()).of(self.place(tray)),
        };
        tray.put(1, label);
        self.cr = (end == b'\r').then_some(label);
        self.at = At::Start;
    }

    /// A blank line ends the block, and dispatches its event if it has data.
    fn blank(&mut self, end: u8, tray: &mut Tray) {
        let block = std::mem::take(&mut self.block);
        tray.settle(None);
        let role = match block.has {
            Has::Retry => Role::Control,
            Has::Comment => Role::Heartbeat,
            Has::Nothing | Has::Fields => Role::Framing,
        };
        let kind = if block.element.is_some() { Kind::SseDispatch } else { Kind::SseBlank };
        let label = Label::new(kind, role).of(Place::Known(block.element));
        tray.put(1, label);
        self.closed = Some(Place::Known(block.element));
        self.cr = (end == b'\r').then_some(label);
        self.at = At::Start;
    }
}

/// Puts what comes before the line's end.
fn run(rest: &[u8], tray: &mut Tray, label: Label) -> usize {
    let run = rest.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
    tray.put(run, label);
    run
}
