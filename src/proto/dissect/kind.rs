//! What bytes can be: the names, where the standards speak of them, and in a sentence what they are for.

use super::Role;

/// What a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `method`: RFC 9112 §3.1.
    Method,
    /// `target`: RFC 9112 §3.2.
    Target,
    /// `version`: RFC 9112 §2.3.
    Version,
    /// `status`: RFC 9112 §4.
    Status,
    /// `reason`: RFC 9112 §4.
    Reason,
    /// `space`: RFC 9112 §3, §4, §5.
    Space,
    /// `field-name`: RFC 9110 §5.1.
    FieldName,
    /// `field-colon`: RFC 9112 §5.
    FieldColon,
    /// `field-value`: RFC 9110 §5.5.
    FieldValue,
    /// `line-end`: RFC 9112 §2.2.
    LineEnd,
    /// `empty-line`: RFC 9112 §2.1.
    EmptyLine,
    /// `chunk-size`: RFC 9112 §7.1.
    ChunkSize,
    /// `chunk-extension`: RFC 9112 §7.1.1.
    ChunkExtension,
    /// `chunk-line-end`: RFC 9112 §7.1.
    ChunkLineEnd,
    /// `chunk-end`: RFC 9112 §7.1.
    ChunkEnd,
    /// `last-chunk`: RFC 9112 §7.1.
    LastChunk,
    /// `trailer`: RFC 9112 §7.1.2.
    Trailer,
    /// `trailers-end`: RFC 9112 §7.1.
    TrailersEnd,
    /// `body`: RFC 9112 §6.
    Body,
    /// `encoded-body`: RFC 9110 §8.4.
    EncodedBody,
    /// `feed-request`: docs/reference/feed.md.
    FeedRequest,
    /// `answer`: docs/reference/feed.md.
    Answer,
    /// `element`: docs/reference/feed.md.
    Element,
    /// `cbor-item`: RFC 8742 §2.
    CborItem,
    /// `envelope-head`: docs/reference/feed.md.
    EnvelopeHead,
    /// `envelope-bytes`: docs/reference/feed.md.
    EnvelopeBytes,
    /// `bom`: WHATWG HTML §9.2.5.
    Bom,
    /// `sse-name`: WHATWG HTML §9.2.5.
    SseName,
    /// `sse-colon`: WHATWG HTML §9.2.5.
    SseColon,
    /// `sse-space`: WHATWG HTML §9.2.6.
    SseSpace,
    /// `sse-data`: WHATWG HTML §9.2.6.
    SseData,
    /// `sse-event`: WHATWG HTML §9.2.6.
    SseEvent,
    /// `sse-id`: WHATWG HTML §9.2.6.
    SseId,
    /// `sse-retry`: WHATWG HTML §9.2.6.
    SseRetry,
    /// `sse-unknown`: WHATWG HTML §9.2.6.
    SseUnknown,
    /// `sse-comment`: WHATWG HTML §9.2.7.
    SseComment,
    /// `sse-line-end`: WHATWG HTML §9.2.5.
    SseLineEnd,
    /// `sse-dispatch`: WHATWG HTML §9.2.6.
    SseDispatch,
    /// `sse-blank`: WHATWG HTML §9.2.6.
    SseBlank,
    /// `frame-opcode`: RFC 6455 §5.2.
    FrameOpcode,
    /// `frame-length`: RFC 6455 §5.2.
    FrameLength,
    /// `frame-extended-length`: RFC 6455 §5.2.
    FrameExtendedLength,
    /// `frame-mask`: RFC 6455 §5.3.
    FrameMask,
    /// `frame-payload`: RFC 6455 §5.6.
    FramePayload,
    /// `frame-compressed`: RFC 7692 §6.
    FrameCompressed,
    /// `ping-payload`: RFC 6455 §5.5.2.
    PingPayload,
    /// `pong-payload`: RFC 6455 §5.5.3.
    PongPayload,
    /// `close-code`: RFC 6455 §7.4.
    CloseCode,
    /// `close-reason`: RFC 6455 §7.1.6.
    CloseReason,
    /// `unparsed`: behind a mistake.
    Unparsed,
}

/// What is to be known of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Which.
    pub kind: Kind,
    /// Its name.
    pub name: &'static str,
    /// The roles that it may have.
    pub roles: &'static [Role],
    /// Where it is defined.
    pub standard: &'static str,
    /// What it is, in a sentence.
    pub says: &'static str,
}

impl Kind {
    /// What is to be known of it.
    pub fn facts(self) -> &'static Facts {
        &KINDS[self as usize]
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.facts().name
    }
}

const fn facts(
    kind: Kind,
    name: &'static str,
    roles: &'static [Role],
    standard: &'static str,
    says: &'static str,
) -> Facts {
    Facts { kind, name, roles, standard, says }
}

/// All kinds, in the order of [`Kind`].
#[rustfmt::skip]
pub const KINDS: [Facts; 50] = [
    facts(Kind::Method, "method", &[Role::Head], "RFC 9112 §3.1",
        "What is asked to be done: `GET` reads, `POST` brings something."),
    facts(Kind::Target, "target", &[Role::Head], "RFC 9112 §3.2",
        "Of what: the path and the query, with the cursor."),
    facts(Kind::Version, "version", &[Role::Head], "RFC 9112 §2.3",
        "`HTTP/1.1`."),
    facts(Kind::Status, "status", &[Role::Head], "RFC 9112 §4",
        "The status code: three digits that say what came of the request."),
    facts(Kind::Reason, "reason", &[Role::Head], "RFC 9112 §4",
        "The reason phrase, for people; no client reads it."),
    facts(Kind::Space, "space", &[Role::Head], "RFC 9112 §3, §4, §5",
        "Between the parts of a start line, or behind a field's value."),
    facts(Kind::FieldName, "field-name", &[Role::Head], "RFC 9110 §5.1",
        "The name of a header field, in any case."),
    facts(Kind::FieldColon, "field-colon", &[Role::Head], "RFC 9112 §5",
        "The colon behind the name, and the space that is customary."),
    facts(Kind::FieldValue, "field-value", &[Role::Head], "RFC 9110 §5.5",
        "What the header field says."),
    facts(Kind::LineEnd, "line-end", &[Role::Head], "RFC 9112 §2.2",
        "CRLF, which ends each line of a head."),
    facts(Kind::EmptyLine, "empty-line", &[Role::Head], "RFC 9112 §2.1",
        "The empty line that ends a head."),
    facts(Kind::ChunkSize, "chunk-size", &[Role::Framing], "RFC 9112 §7.1",
        "How many bytes the chunk has, in hexadecimal."),
    facts(Kind::ChunkExtension, "chunk-extension", &[Role::Framing], "RFC 9112 §7.1.1",
        "What else is said of a chunk; recipients pass over what they do not know."),
    facts(Kind::ChunkLineEnd, "chunk-line-end", &[Role::Framing], "RFC 9112 §7.1",
        "CRLF behind a chunk's size."),
    facts(Kind::ChunkEnd, "chunk-end", &[Role::Framing], "RFC 9112 §7.1",
        "CRLF behind a chunk's bytes."),
    facts(Kind::LastChunk, "last-chunk", &[Role::Framing], "RFC 9112 §7.1",
        "The size 0: there are no more chunks."),
    facts(Kind::Trailer, "trailer", &[Role::Framing], "RFC 9112 §7.1.2",
        "A field that comes behind the body."),
    facts(Kind::TrailersEnd, "trailers-end", &[Role::Framing], "RFC 9112 §7.1",
        "The empty line that ends a chunked body."),
    facts(Kind::Body, "body", &[Role::Payload], "RFC 9112 §6",
        "A body that carries no elements, or whose elements are not told apart."),
    facts(Kind::EncodedBody, "encoded-body", &[Role::Payload], "RFC 9110 §8.4",
        "A body under a coding, mostly gzip (RFC 1952): what is in it cannot be seen from outside."),
    facts(Kind::FeedRequest, "feed-request", &[Role::Control], "docs/reference/feed.md",
        "What a fetch-stream asks for: it stands in the query elsewhere."),
    facts(Kind::Answer, "answer", &[Role::Framing], "docs/reference/feed.md",
        "What a poll's answer says around its events: cursor, head, the commas between."),
    facts(Kind::Element, "element", &[Role::Payload], "docs/reference/feed.md",
        "An element in a body of HTTP: an event, or what the server says about the feed; or a command."),
    facts(Kind::CborItem, "cbor-item", &[Role::Payload], "RFC 8742 §2",
        "An element in CBOR, one item of a sequence."),
    facts(Kind::EnvelopeHead, "envelope-head", &[Role::Payload], "docs/reference/feed.md",
        "The number and the length before an element in the binary encoding."),
    facts(Kind::EnvelopeBytes, "envelope-bytes", &[Role::Payload], "docs/reference/feed.md",
        "The element of a binary envelope: its JSON, or bytes as they are."),
    facts(Kind::Bom, "bom", &[Role::Framing], "WHATWG HTML §9.2.5",
        "A byte order mark before an event stream, which is passed over."),
    facts(Kind::SseName, "sse-name", &[Role::Framing, Role::Control], "WHATWG HTML §9.2.5",
        "The name of a field of an event stream."),
    facts(Kind::SseColon, "sse-colon", &[Role::Framing, Role::Control], "WHATWG HTML §9.2.5",
        "The colon behind a field's name."),
    facts(Kind::SseSpace, "sse-space", &[Role::Framing, Role::Control], "WHATWG HTML §9.2.6",
        "The one space behind the colon that is none of the value."),
    facts(Kind::SseData, "sse-data", &[Role::Payload], "WHATWG HTML §9.2.6",
        "A line of an event's data."),
    facts(Kind::SseEvent, "sse-event", &[Role::Framing], "WHATWG HTML §9.2.6",
        "The type of the event, by which listeners are chosen."),
    facts(Kind::SseId, "sse-id", &[Role::Framing], "WHATWG HTML §9.2.6",
        "What a browser sends as `Last-Event-ID` when it comes back."),
    facts(Kind::SseRetry, "sse-retry", &[Role::Control], "WHATWG HTML §9.2.6",
        "After how many milliseconds to come back."),
    facts(Kind::SseUnknown, "sse-unknown", &[Role::Framing], "WHATWG HTML §9.2.6",
        "The value of a field that no reader knows."),
    facts(Kind::SseComment, "sse-comment", &[Role::Heartbeat], "WHATWG HTML §9.2.7",
        "A comment, with its colon: readers pass over it, proxies see that the line is alive."),
    facts(Kind::SseLineEnd, "sse-line-end", &[Role::Framing, Role::Control, Role::Heartbeat], "WHATWG HTML §9.2.5",
        "The end of a line: LF, CR or CRLF."),
    facts(Kind::SseDispatch, "sse-dispatch", &[Role::Framing], "WHATWG HTML §9.2.6",
        "The blank line that ends an event's block and dispatches the event."),
    facts(Kind::SseBlank, "sse-blank", &[Role::Framing, Role::Control, Role::Heartbeat], "WHATWG HTML §9.2.6",
        "A blank line behind which no event comes, for the block has no data."),
    facts(Kind::FrameOpcode, "frame-opcode", &[Role::Framing, Role::Control, Role::Heartbeat], "RFC 6455 §5.2",
        "FIN, the reserved bits and the opcode: what the frame is, and whether it is the last of its message."),
    facts(Kind::FrameLength, "frame-length", &[Role::Framing, Role::Control, Role::Heartbeat], "RFC 6455 §5.2",
        "The mask bit and a length of up to 125; 126 and 127 say that the length follows."),
    facts(Kind::FrameExtendedLength, "frame-extended-length", &[Role::Framing, Role::Control, Role::Heartbeat], "RFC 6455 §5.2",
        "A length of 126 bytes or more, in two bytes or eight."),
    facts(Kind::FrameMask, "frame-mask", &[Role::Framing, Role::Control, Role::Heartbeat], "RFC 6455 §5.3",
        "The masking key: four bytes by which a client makes its payload unpredictable to proxies."),
    facts(Kind::FramePayload, "frame-payload", &[Role::Payload], "RFC 6455 §5.6",
        "A message, or a fragment of one."),
    facts(Kind::FrameCompressed, "frame-compressed", &[Role::Payload], "RFC 7692 §6",
        "A message that is compressed."),
    facts(Kind::PingPayload, "ping-payload", &[Role::Heartbeat], "RFC 6455 §5.5.2",
        "What a ping carries, and its pong brings back."),
    facts(Kind::PongPayload, "pong-payload", &[Role::Heartbeat], "RFC 6455 §5.5.3",
        "What the ping carried."),
    facts(Kind::CloseCode, "close-code", &[Role::Control], "RFC 6455 §7.4",
        "Why the connection is closed, as a number."),
    facts(Kind::CloseReason, "close-reason", &[Role::Control], "RFC 6455 §7.1.6",
        "Why the connection is closed, in words."),
    facts(Kind::Unparsed, "unparsed", &[Role::Unparsed], "—",
        "What stands behind a mistake, or was cut short."),
];
