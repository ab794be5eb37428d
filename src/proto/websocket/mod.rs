//! WebSocket frames (RFC 6455 §5 and §7): encoding, incremental decoding with the rules a receiver must hold, close
//! payloads, and the putting together of fragmented messages. The handshake is HTTP and is not here.

mod close;
mod decode;
mod encode;
mod message;

pub use close::{CloseError, CloseFrame, decode_close, encode_close, may_be_sent};
pub use decode::{Decoder, Frame, FrameError, Header, parse_header};
pub use encode::{apply_mask, encode_frame, header_size};
pub use message::{Assembler, Message, MessageError};

/// What a frame carries (§5.2); the reserved opcodes are not representable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opcode {
    /// More of the message that a frame without FIN began.
    Continuation,
    /// UTF-8 text.
    Text,
    /// Bytes.
    Binary,
    /// The closing handshake.
    Close,
    /// Asks for a pong with the same payload.
    Ping,
    /// Answers a ping, or says "alive" unasked.
    Pong,
}

impl Opcode {
    /// The opcode of the four bits `bits`; `None` for the reserved ones.
    pub fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return None,
        })
    }

    /// The four bits on the wire.
    pub fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xA,
        }
    }

    /// Close, ping or pong: at most 125 bytes and never fragmented (§5.5).
    pub fn is_control(self) -> bool {
        self.bits() & 0x8 != 0
    }
}

/// Whose frames a decoder reads: a client masks every frame, a server masks none (§5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Frames from a client: masked.
    Client,
    /// Frames from a server: not masked.
    Server,
}
