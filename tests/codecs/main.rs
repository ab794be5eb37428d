//! The codecs against the golden files (tests/golden/README.md), each at every split of its bytes, and against
//! arbitrary input: what a decoder makes of bytes must not depend on how the network cut them.

mod envelope;
mod event_stream;
mod golden;
mod http1;
mod websocket;
