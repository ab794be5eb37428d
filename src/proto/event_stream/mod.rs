//! `text/event-stream` as WHATWG HTML §9.2 has it: an encoder into which nothing can be injected and an incremental
//! decoder that understands whatever a browser understands, cut wherever the network cut it.

mod decode;
mod encode;

pub use decode::{Decoder, Item, Quirks, RetryDigits, TooLong};
pub use encode::{FieldError, comment, encode_block, retry_ms};
