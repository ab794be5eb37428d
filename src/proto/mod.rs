//! The codecs: bytes in, meaning out, and back. No I/O, no clocks, and no knowledge of the rest of the crate.
//!
//! [`http1`] reads the heads and bodies of HTTP/1.1; inside a body an [`event_stream`] (Server-Sent Events) or
//! [`envelope`]s (the binary form of an event) or items of [`cbor`] may stand; after a 101 come the frames of [`websocket`].
//!
//! All decoders are incremental and have the same shape: `decode(&mut self, input, out)` takes whatever bytes have
//! arrived, appends whatever has become complete to `out`, and never looks at how the bytes were cut. All of them are
//! bounded: what does not fit in the limit they were made with is a typed error, never memory. After an error a
//! decoder has lost its place in the stream; the connection is to be closed.
//!
//! [`dissect`] is no decoder: of all of these together it says which bytes of a connection are what, and loses none.

pub mod cbor;
pub mod dissect;
pub mod envelope;
pub mod event_stream;
pub mod http1;
pub mod websocket;
