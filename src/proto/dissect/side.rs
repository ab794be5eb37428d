//! One direction of a connection: messages of HTTP/1.1 one behind the other, and frames after a switch.

use super::body::Content;
use super::facts::{Asked, Fields, MOST_ASKED};
use super::frames::Frames;
use super::framing::{At, Body, LINE_LIMIT};
use super::head::{HEAD_LIMIT, field_line, request_line, status_line};
use super::tray::{Label, MOST_HELD, Tray};
use super::{Kind, Link, Mistake, Note, Role, Span, Upgrade, Way};

/// The most that one direction holds: a head or a line, a frame's header, and spans that wait.
pub(super) const MOST_BUFFERED: usize = HEAD_LIMIT + LINE_LIMIT + 14 + MOST_HELD * 2 * size_of::<Span>();

/// What the next byte belongs to.
#[derive(Debug)]
enum State {
    Start,
    Fields(Head),
    Body(Body),
    /// An upgrade is asked for: HTTP or frames, as the answer will tell.
    Waiting,
    Frames(Frames),
    /// Whether some of it has been put.
    Lost(Mistake, bool),
}

/// What is known of the head under way.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    asked: Asked,
    status: u16,
    fields: Fields,
}

/// One direction.
#[derive(Debug)]
pub(super) struct Side {
    way: Way,
    tray: Tray,
    state: State,
    /// Of a head's line that is not whole, or of what waits for the answer to an upgrade.
    line: Vec<u8>,
    /// Bytes of the head under way, whole lines.
    head: usize,
    /// The last answer was an interim one.
    is_interim: bool,
    asks_upgrade: bool,
    is_finished: bool,
}

impl Side {
    pub fn new(way: Way) -> Self {
        Self {
            way,
            tray: Tray::new(way),
            state: State::Start,
            line: Vec::new(),
            head: 0,
            is_interim: false,
            asks_upgrade: false,
            is_finished: false,
        }
    }

    /// Takes the next bytes, up to where an upgrade is answered: what waits for that answer comes first. Says how many.
    pub fn feed(&mut self, bytes: &[u8], link: &mut Link) -> usize {
        let mut used = 0;
        while used < bytes.len() && link.upgrade.is_none() {
            match self.step(&bytes[used..], link) {
                Ok(step) => used += step,
                Err(mistake) => self.lose(mistake),
            }
        }
        used
    }

    /// The answer to an upgrade has come.
    pub fn upgraded(&mut self, upgrade: Upgrade, link: &mut Link) {
        self.asks_upgrade = false;
        if !matches!(self.state, State::Waiting) {
            return;
        }
        self.state = match upgrade {
            Upgrade::Frames { compressed } => State::Frames(Frames::new(self.way, compressed)),
            Upgrade::Refused => State::Start,
        };
        let held = std::mem::take(&mut self.line);
        self.feed(&held, link);
    }

    pub fn missed(&mut self, bytes: u64) {
        self.lose(Mistake::NotKept);
        self.put_lost(bytes);
    }

    pub fn finish(&mut self) {
        if self.is_finished {
            return;
        }
        self.is_finished = true;
        self.lose(Mistake::CutShort);
        if !matches!(self.state, State::Lost(_, true)) {
            self.state = State::Lost(Mistake::BehindEnd, false);
        }
    }

    pub fn buffered(&self) -> usize {
        let below = match &self.state {
            State::Body(body) => body.unput(),
            State::Frames(frames) => frames.unput(),
            _ => 0,
        };
        self.line.len() + below + self.tray.waiting() * 2 * size_of::<Span>()
    }

    pub fn give(&mut self, out: &mut Vec<Span>) {
        self.tray.give(out);
    }

    fn step(&mut self, bytes: &[u8], link: &mut Link) -> Result<usize, Mistake> {
        match &mut self.state {
            State::Lost(..) => {
                self.put_lost(bytes.len() as u64);
                Ok(bytes.len())
            }
            State::Frames(frames) => frames.feed(bytes, &mut self.tray),
            State::Body(body) => {
                let used = body.feed(bytes, &mut self.tray)?;
                if body.is_complete() {
                    self.end_message();
                }
                Ok(used)
            }
            State::Waiting if self.line.len() + bytes.len() > HEAD_LIMIT => Err(Mistake::BehindUpgrade),
            State::Waiting => {
                self.line.extend_from_slice(bytes);
                Ok(bytes.len())
            }
            State::Start | State::Fields(_) => self.line(bytes, link),
        }
    }

    /// The rest is unparsed, what is not put of it first. A mistake that was made before stands.
    fn lose(&mut self, mistake: Mistake) {
        let below = match &self.state {
            State::Lost(..) => return,
            State::Body(body) => body.unput(),
            State::Frames(frames) => frames.unput(),
            _ => 0,
        };
        let unput = below + std::mem::take(&mut self.line).len();
        self.tray.label(Kind::SseName, Role::Framing);
        self.tray.settle(None);
        self.state = State::Lost(mistake, false);
        self.put_lost(unput as u64);
    }

    fn put_lost(&mut self, bytes: u64) {
        if let State::Lost(mistake, started) = &mut self.state
            && bytes > 0
        {
            let label = Label::new(Kind::Unparsed, Role::Unparsed).more(*started);
            self.tray.put_many(bytes, label.noted(Some(Note::Why(*mistake))));
            *started = true;
        }
    }

    fn line(&mut self, bytes: &[u8], link: &mut Link) -> Result<usize, Mistake> {
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let wanted = end.map_or(bytes.len(), |end| end + 1);
        if self.head + self.line.len() + wanted > HEAD_LIMIT {
            return Err(Mistake::LongHead);
        }
        if end.is_none() {
            self.line.extend_from_slice(bytes);
            return Ok(wanted);
        }
        let before = self.line.len();
        self.line.extend_from_slice(&bytes[..wanted]);
        let line = std::mem::take(&mut self.line);
        if let Err(mistake) = self.whole(&line, link) {
            self.line = line;
            self.line.truncate(before);
            return Err(mistake);
        }
        Ok(wanted)
    }

    fn whole(&mut self, line: &[u8], link: &mut Link) -> Result<(), Mistake> {
        let State::Fields(mut head) = self.state else { return self.start(line, link) };
        let is_end = field_line(line, &mut head.fields, &mut self.tray)?;
        self.head += line.len();
        self.state = State::Fields(head);
        if !is_end {
            return Ok(());
        }
        self.head = 0;
        match self.way {
            Way::Up => self.asked(head, link),
            Way::Down => self.answered(head, link),
        }
    }

    fn start(&mut self, line: &[u8], link: &Link) -> Result<(), Mistake> {
        // A server passes over empty lines before a request (RFC 9112 §2.2).
        if self.way == Way::Up && matches!(line, b"\r\n" | b"\n") {
            self.tray.put(line.len(), Label::new(Kind::EmptyLine, Role::Head));
            return Ok(());
        }
        let before = self.tray.exchange;
        self.tray.exchange += u64::from(!self.is_interim);
        let mut head = Head::default();
        let read = match self.way {
            Way::Up if link.asked.len() == MOST_ASKED => Err(Mistake::Unanswered),
            Way::Up => request_line(line, &mut self.tray).map(|asked| head.asked = asked),
            Way::Down => status_line(line, &mut self.tray).map(|status| head.status = status),
        };
        if let Err(mistake) = read {
            self.tray.exchange = before;
            return Err(mistake);
        }
        self.is_interim = false;
        self.head = line.len();
        self.state = State::Fields(head);
        Ok(())
    }

    /// The head of a request is whole.
    fn asked(&mut self, head: Head, link: &mut Link) -> Result<(), Mistake> {
        let Head { mut asked, fields, .. } = head;
        asked.upgrade = fields.upgrade;
        link.asked.push_back(asked);
        self.asks_upgrade = asked.upgrade;
        let at = match (fields.chunked, fields.length) {
            (Some(true), _) => At::ChunkSize,
            (Some(false), _) => {
                self.state = State::Start;
                return self.lost_behind(Mistake::Coding);
            }
            (None, length) => At::Counted(length.unwrap_or(0)),
        };
        self.begin(at, Content::of(self.way, 0, &fields, asked));
        Ok(())
    }

    /// The head of an answer is whole.
    fn answered(&mut self, head: Head, link: &mut Link) -> Result<(), Mistake> {
        let Head { status, fields, .. } = head;
        if matches!(status, 100 | 102..=199) {
            self.is_interim = true;
            self.state = State::Start;
            return Ok(());
        }
        let asked = link.asked.pop_front().unwrap_or_default();
        let switches = status == 101 && asked.upgrade && fields.upgrade;
        if asked.upgrade {
            let compressed = fields.deflate;
            link.upgrade = Some(if switches { Upgrade::Frames { compressed } } else { Upgrade::Refused });
        }
        if switches {
            self.state = State::Frames(Frames::new(self.way, fields.deflate));
            return Ok(());
        }
        if status == 101 {
            self.state = State::Start;
            return self.lost_behind(Mistake::OtherProtocol);
        }
        let at = match (fields.chunked, fields.length) {
            _ if asked.is_head || matches!(status, 204 | 304) => At::Counted(0),
            (Some(true), _) => At::ChunkSize,
            (None, Some(length)) => At::Counted(length),
            _ => At::UntilClose,
        };
        self.begin(at, Content::of(self.way, status, &fields, asked));
        Ok(())
    }

    /// The head is right, and what follows it cannot be read.
    #[allow(clippy::unnecessary_wraps, reason = "so that it ends what its callers do")]
    fn lost_behind(&mut self, mistake: Mistake) -> Result<(), Mistake> {
        self.line.clear();
        self.lose(mistake);
        Ok(())
    }

    fn begin(&mut self, at: At, content: Content) {
        let body = Body::new(at, content);
        if body.is_complete() {
            self.end_message();
        } else {
            self.state = State::Body(body);
        }
    }

    fn end_message(&mut self) {
        self.tray.label(Kind::SseName, Role::Framing);
        self.tray.settle(None);
        self.state = if self.asks_upgrade { State::Waiting } else { State::Start };
    }
}
