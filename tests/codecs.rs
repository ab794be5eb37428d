//! The codecs against the golden files (tests/golden/README.md), each at every split of its bytes, and against
//! arbitrary input: what a decoder makes of bytes must not depend on how the network cut them.

#[path = "codecs/envelope.rs"]
mod envelope;
#[path = "codecs/event_stream.rs"]
mod event_stream;
#[path = "codecs/golden.rs"]
mod golden;
#[path = "codecs/http1.rs"]
mod http1;
#[path = "codecs/websocket.rs"]
mod websocket;
