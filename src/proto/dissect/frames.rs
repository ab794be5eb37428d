//! WebSocket frames of one direction (RFC 6455 §5), by the header codec of `proto::websocket`.

use super::facts::LENGTH_LIMIT;
use super::tray::{Label, NONE, Place, Tray};
use super::{Kind, Mistake, Note, Role, Way};
use crate::proto::websocket::{FrameError, Header, Opcode, parse_header};

/// RSV1, which means that the message is compressed where that was agreed (RFC 7692 §6).
const RSV1: u8 = 0x40;

/// The payload of the frame under way.
#[derive(Debug, Clone, Copy)]
struct Payload {
    opcode: Opcode,
    key: Option<[u8; 4]>,
    offset: u64,
    left: u64,
}

/// Reads the frames of one direction.
#[derive(Debug)]
pub(super) struct Frames {
    way: Way,
    may_compress: bool,
    is_compressed: bool,
    /// A message is under way whose last frame is yet to come.
    is_fragmented: bool,
    element: Option<u64>,
    /// Of the header under way.
    header: Vec<u8>,
    payload: Option<Payload>,
}

impl Frames {
    pub fn new(way: Way, may_compress: bool) -> Self {
        Self {
            way,
            may_compress,
            is_compressed: false,
            is_fragmented: false,
            element: None,
            header: Vec::new(),
            payload: None,
        }
    }

    /// Bytes of a header that are not put.
    pub fn unput(&self) -> usize {
        self.header.len()
    }

    /// Puts some of the next bytes, and says how many it took.
    pub fn feed(&mut self, bytes: &[u8], tray: &mut Tray) -> Result<usize, Mistake> {
        if let Some(payload) = &mut self.payload {
            let taken = usize::try_from(payload.left).map_or(bytes.len(), |left| left.min(bytes.len()));
            // The code of a Close is two bytes that are not its reason.
            let code = usize::try_from(2_u64.saturating_sub(payload.offset)).unwrap_or(0);
            let taken = if payload.opcode == Opcode::Close && code > 0 { taken.min(code) } else { taken };
            let (label, before) = (label(payload, self.is_compressed, self.element), *payload);
            tray.put(taken, label);
            let after =
                Payload { offset: before.offset + taken as u64, left: before.left - taken as u64, ..before };
            self.payload = (after.left > 0).then_some(after);
            return Ok(taken);
        }
        let Some(first) = bytes.first() else { return Ok(0) };
        self.header.push(*first);
        let mut read = self.header.clone();
        let compressed = self.may_compress && read[0] & RSV1 != 0 && matches!(read[0] & 0x0F, 1 | 2);
        if compressed {
            read[0] &= !RSV1;
        }
        let result = parse_header(&read).map_err(mistake).and_then(|header| match header {
            Some(header) => self.judged(header).map(Some),
            None => Ok(None),
        });
        match result {
            Ok(Some(header)) => self.begin(header, compressed, tray),
            Ok(None) => {}
            Err(mistake) => {
                // The byte that showed it is not taken.
                self.header.pop();
                return Err(mistake);
            }
        }
        Ok(1)
    }

    fn judged(&self, header: Header) -> Result<Header, Mistake> {
        if header.mask.is_some() != (self.way == Way::Up) {
            return Err(Mistake::FrameMask);
        }
        let continues = header.opcode == Opcode::Continuation;
        if !header.opcode.is_control() && continues != self.is_fragmented {
            return Err(Mistake::Fragments);
        }
        if header.length >= LENGTH_LIMIT {
            return Err(Mistake::TooLong);
        }
        Ok(header)
    }

    fn begin(&mut self, header: Header, compressed: bool, tray: &mut Tray) {
        let is_control = header.opcode.is_control();
        if !is_control {
            if header.opcode != Opcode::Continuation {
                self.element = Some(tray.next_element());
                self.is_compressed = compressed;
            }
            self.is_fragmented = !header.fin;
        }
        let role = match header.opcode {
            Opcode::Ping | Opcode::Pong => Role::Heartbeat,
            Opcode::Close => Role::Control,
            _ => Role::Framing,
        };
        let place = if is_control { NONE } else { Place::Known(self.element) };
        let key = header.mask.map_or(0, |key| key.len());
        for (length, kind) in [
            (1, Kind::FrameOpcode),
            (1, Kind::FrameLength),
            (header.size - 2 - key, Kind::FrameExtendedLength),
            (key, Kind::FrameMask),
        ] {
            tray.put(length, Label::new(kind, role).of(place));
        }
        self.header.clear();
        let payload = Payload { opcode: header.opcode, key: header.mask, offset: 0, left: header.length };
        self.payload = (header.length > 0).then_some(payload);
    }
}

fn label(payload: &Payload, is_compressed: bool, element: Option<u64>) -> Label {
    let (kind, role, place) = match payload.opcode {
        Opcode::Ping => (Kind::PingPayload, Role::Heartbeat, NONE),
        Opcode::Pong => (Kind::PongPayload, Role::Heartbeat, NONE),
        Opcode::Close if payload.offset < 2 => (Kind::CloseCode, Role::Control, NONE),
        Opcode::Close => (Kind::CloseReason, Role::Control, NONE),
        _ if is_compressed => (Kind::FrameCompressed, Role::Payload, Place::Known(element)),
        _ => (Kind::FramePayload, Role::Payload, Place::Known(element)),
    };
    let is_first = payload.offset == 0 || (kind == Kind::CloseReason && payload.offset == 2);
    let note = payload.key.map(|key| Note::Mask { key, offset: payload.offset });
    Label::new(kind, role).of(place).more(!is_first).noted(note)
}

fn mistake(error: FrameError) -> Mistake {
    match error {
        FrameError::ReservedBit | FrameError::ReservedOpcode(_) => Mistake::ReservedFrame,
        FrameError::Length => Mistake::FrameLength,
        FrameError::LongControl | FrameError::FragmentedControl => Mistake::ControlFrame,
        FrameError::Unmasked | FrameError::Masked => Mistake::FrameMask,
        FrameError::NothingToContinue | FrameError::Interleaved => Mistake::Fragments,
        FrameError::TooLong { .. } => Mistake::TooLong,
    }
}
