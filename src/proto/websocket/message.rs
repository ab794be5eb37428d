//! Messages from frames: fragments joined (RFC 6455 §5.4), text checked for UTF-8 (§8.1), the sum bounded.

use super::{CloseError, CloseFrame, Frame, Opcode, decode_close};

/// What one or more frames say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A text message.
    Text(String),
    /// A binary message.
    Binary(Vec<u8>),
    /// The peer closes; without a code where it gave none.
    Close(Option<CloseFrame>),
    /// A ping to be answered with its payload.
    Ping(Vec<u8>),
    /// A pong.
    Pong(Vec<u8>),
}

/// What frames, each well-formed, cannot mean together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// A text message that is not UTF-8: answer 1007.
    #[error("a text message is not UTF-8")]
    Utf8,
    /// The fragments together exceed the limit: answer 1009.
    #[error("a message is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes that the assembler was made with.
        limit: usize,
    },
    /// A close payload that no peer may send: answer 1002.
    #[error(transparent)]
    Close(#[from] CloseError),
}

/// Puts messages together from the frames of a [`Decoder`](super::Decoder), which holds the order of fragments.
#[derive(Debug)]
pub struct Assembler {
    limit: usize,
    text: bool,
    payload: Vec<u8>,
}

impl Assembler {
    /// An assembler for messages of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { limit, text: false, payload: Vec::new() }
    }

    /// Takes the next frame; gives the message that it completes, if it does.
    ///
    /// # Errors
    /// [`MessageError`]; the connection is then to be failed (§7.1.7).
    pub fn push(&mut self, frame: Frame) -> Result<Option<Message>, MessageError> {
        match frame.opcode {
            Opcode::Ping => return Ok(Some(Message::Ping(frame.payload))),
            Opcode::Pong => return Ok(Some(Message::Pong(frame.payload))),
            Opcode::Close => return Ok(Some(Message::Close(decode_close(&frame.payload)?))),
            Opcode::Text => self.text = true,
            Opcode::Binary => self.text = false,
            Opcode::Continuation => {}
        }
        if self.payload.len() + frame.payload.len() > self.limit {
            return Err(MessageError::TooLong { limit: self.limit });
        }
        if self.payload.is_empty() {
            self.payload = frame.payload;
        } else {
            self.payload.extend_from_slice(&frame.payload);
        }
        if !frame.fin {
            return Ok(None);
        }
        let payload = std::mem::take(&mut self.payload);
        if !self.text {
            return Ok(Some(Message::Binary(payload)));
        }
        let text = String::from_utf8(payload).map_err(|_| MessageError::Utf8)?;
        Ok(Some(Message::Text(text)))
    }
}
