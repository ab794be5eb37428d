//! HTTP/1.1 messages (RFC 9112): heads by `httparse`, bodies by the framing that the head declares.

mod body;
mod head;

pub use body::{Body, BodyError, Framing};
pub use head::{HeadError, Headers, RequestHead, ResponseHead, parse_request_head, parse_response_head};
