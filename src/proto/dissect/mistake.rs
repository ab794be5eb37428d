//! Why bytes could not be told apart.

/// What is wrong with the bytes from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Mistake {
    /// RFC 9112 §3.
    #[error("no request line")]
    RequestLine,
    /// RFC 9112 §4.
    #[error("no status line")]
    StatusLine,
    /// RFC 9112 §5.
    #[error("no field line")]
    FieldLine,
    /// A bound of the dissector.
    #[error("a head of more than 65536 bytes")]
    LongHead,
    /// RFC 9112 §6.3.
    #[error("a content length that is not one number")]
    Length,
    /// RFC 9112 §6.3: a request whose last transfer coding is another.
    #[error("a transfer coding that is not chunked")]
    Coding,
    /// RFC 9112 §7.1.
    #[error("no chunk size")]
    ChunkSize,
    /// RFC 9112 §7.1.
    #[error("no CRLF behind a chunk")]
    ChunkEnd,
    /// A bound of the dissector.
    #[error("a chunk-size line or trailers of more than 8192 bytes")]
    LongLine,
    /// RFC 9110 §15.2.2.
    #[error("another protocol, switched to by 101")]
    OtherProtocol,
    /// RFC 6455 §5.2.
    #[error("a frame with a reserved bit or opcode")]
    ReservedFrame,
    /// RFC 6455 §5.2.
    #[error("a frame whose length is not in its shortest form")]
    FrameLength,
    /// RFC 6455 §5.5.
    #[error("a control frame that is long or fragmented")]
    ControlFrame,
    /// RFC 6455 §5.1.
    #[error("a frame masked by the server, or not by the client")]
    FrameMask,
    /// RFC 6455 §5.4.
    #[error("fragments out of order")]
    Fragments,
    /// A length that a double cannot count.
    #[error("a length of 2^53 bytes or more")]
    TooLong,
    /// A bound of the dissector.
    #[error("more than 256 requests without an answer")]
    Unanswered,
    /// A bound of the dissector.
    #[error("more than 65536 bytes behind an unanswered upgrade")]
    BehindUpgrade,
    /// Bytes that were not kept.
    #[error("not kept, and the place lost")]
    NotKept,
    /// The connection ended before what these bytes begin was whole.
    #[error("cut short")]
    CutShort,
    /// Bytes behind the end.
    #[error("behind the end")]
    BehindEnd,
}
