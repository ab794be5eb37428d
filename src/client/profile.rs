//! What browsers do differently, as plain data: each difference has a name, and a comment that says where it is told.
//!
//! `standard` is WHATWG HTML §9.2, WHATWG `WebSockets` and RFC 6455 to the letter. `chromium` and `firefox` are what was
//! measured of Chromium 156 and Firefox ESR 153; docs/reference/client.md has the table.

use std::time::Duration;

use crate::proto::event_stream::{Quirks, RetryDigits};

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// One way to be a browser.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// What it is called.
    pub name: &'static str,
    /// "connections per group": how many requests may be under way to one origin over HTTP/1.1.
    pub per_origin: Option<usize>,
    /// How its `EventSource` differs.
    pub event_source: EventSourceTraits,
    /// How its `WebSocket` differs.
    pub web_socket: WebSocketTraits,
}

/// Which redirects the next connection remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remembered {
    /// All: the next request goes to where the last one ended.
    All,
    /// 301 and 308 alone; after any other the next request begins anew.
    Permanent,
}

/// How long an answer of a certain MIME type is looked at before it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sniffed {
    /// Not at all: it is refused at its head.
    Never,
    /// Until so many bytes of its body have come, or its end.
    Bytes(usize),
}

/// How an `EventSource` differs from another.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "differences, each of its own")]
pub struct EventSourceTraits {
    /// "default" of the reconnection time: how long it waits where no `retry` has come.
    pub default_retry: Duration,
    /// "`retry: 0 / 100`": a shorter reconnection time is made this long.
    pub retry_floor: Duration,
    /// "`retry:` or `retry` (empty)": what it is taken for; nothing where it is ignored.
    pub empty_retry: Option<Duration>,
    /// "id-only block": whether the id of a block without data is forgotten.
    pub ids_need_data: bool,
    /// "BOM, then a line end": whether that line end is text.
    pub bom_hides_line_end: bool,
    /// "NUL": whether it is dropped in most places, and an id with it takes the next field's name with it.
    pub drops_nul: bool,
    /// "`retry` of many digits": how great it may be.
    pub retry_digits: RetryDigits,
    /// "`open` timing": at the first byte of the body or its clean end, rather than at the head.
    pub opens_at_first_byte: bool,
    /// "`text/event-stream; charset=…`": whether a charset that is not UTF-8 is refused.
    pub refuses_charsets: bool,
    /// "301, 308" and "302, 303, 307": whom a reconnect asks.
    pub remembers: Remembered,
    /// "connection refused, cross-origin": whether it gives up then.
    pub gives_up_refused_elsewhere: bool,
    /// "FIN or RST before any response byte", first attempt: how many requests one attempt is.
    pub first_burst: u32,
    /// The same, on each later attempt.
    pub later_burst: u32,
    /// "text/plain … none": when an answer without a MIME type is refused.
    pub untyped: Sniffed,
    /// The same for `text/plain`.
    pub plain_text: Sniffed,
}

impl EventSourceTraits {
    /// How it reads a stream: what of this concerns the decoder.
    pub fn quirks(&self) -> Quirks {
        Quirks {
            empty_retry: self.empty_retry.and_then(|wait| u64::try_from(wait.as_millis()).ok()),
            ids_need_data: self.ids_need_data,
            bom_hides_line_end: self.bom_hides_line_end,
            drops_nul: self.drops_nul,
            retry_digits: self.retry_digits,
        }
    }

    /// The reconnection time where a server has told so many milliseconds, or none.
    pub fn reconnection_time(&self, told: Option<u64>) -> Duration {
        told.map_or(self.default_retry, Duration::from_millis).max(self.retry_floor)
    }
}

/// What a client tells a server that broke a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Complaint {
    /// The code RFC 6455 §7.4.1 has for it: 1002, 1007 or 1009.
    Rfc,
    /// 1002 for everything but what is too long.
    ProtocolError,
    /// Nothing: the connection just ends.
    None,
}

/// How a socket that is opened again at once is held back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Throttle {
    /// Not at all.
    Free,
    /// By `draw` · 2^(failures / (successes + 1)) / 2^16: free for long, then seconds.
    Doubling {
        /// The least and the most that is drawn.
        draw: (Duration, Duration),
    },
    /// By a first delay that each further failure makes `factor` times as long.
    Growing {
        /// The least and the most that is drawn first.
        first: (Duration, Duration),
        /// By how much it grows.
        factor: f64,
        /// The longest.
        longest: Duration,
    },
}

/// How a `WebSocket` differs from another.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "differences, each of its own")]
pub struct WebSocketTraits {
    /// "server never answers Close": how long it waits.
    pub close_timeout: Duration,
    /// The same: whether `error` fires then.
    pub error_at_close_timeout: bool,
    /// "TCP FIN without Close": whether `error` fires.
    pub error_at_fin: bool,
    /// "RST": whether `error` fires.
    pub error_at_reset: bool,
    /// "Close frame with 1005/1006/1015 (illegal)": the codes that are a broken rule. Others are passed on.
    pub refused_codes: &'static [u16],
    /// "server sends a second Close after the echo", or any other frame: whether that is a failure.
    pub frame_after_close_fails: bool,
    /// "a Close is answered at once": whether `close` fires then, rather than when the server ends the connection.
    pub closes_at_close: bool,
    /// "the server does not end the connection": how long it is kept after both Closes.
    pub linger: Duration,
    /// "a Close payload of one byte": whether it is a Close without a code, rather than a broken rule.
    pub takes_half_codes: bool,
    /// "Close + FIN at once": whether that is unclean.
    pub fin_with_close_is_unclean: bool,
    /// "bad UTF-8" and "protocol error": what the server is told.
    pub complaint: Complaint,
    /// "masked server frame": whether it is taken.
    pub takes_masked_frames: bool,
    /// "unrequested subprotocol", where none was asked for: whether it fails the handshake. One that is not among those asked
    /// for always does.
    pub unasked_protocol_fails: bool,
    /// "requested subprotocols, none selected": whether it fails the handshake.
    pub missing_protocol_fails: bool,
    /// "reopen at once after failure": how the next connection is held back.
    pub throttle: Throttle,
}

/// Codes that never stand in a Close frame (RFC 6455 §7.4.1).
const RESERVED: &[u16] = &[1005, 1006, 1015];

impl Profile {
    /// The standards to the letter. Where they leave a time open it is Chromium's.
    pub const fn standard() -> Self {
        Self {
            name: "standard",
            // RFC 9112 §9.4 sets no number.
            per_origin: None,
            event_source: EventSourceTraits {
                default_retry: ms(3000),
                retry_floor: Duration::ZERO,
                empty_retry: None,
                ids_need_data: false,
                bom_hides_line_end: false,
                drops_nul: false,
                retry_digits: RetryDigits::Any,
                opens_at_first_byte: false,
                refuses_charsets: false,
                // HTML "reestablish" step 3 fetches the same request again, whose current URL is the last of its list.
                remembers: Remembered::All,
                gives_up_refused_elsewhere: false,
                first_burst: 1,
                later_burst: 1,
                untyped: Sniffed::Never,
                plain_text: Sniffed::Never,
            },
            web_socket: WebSocketTraits {
                close_timeout: ms(60_000),
                error_at_close_timeout: false,
                // RFC 6455 §7.2.1: a transport that is lost fails the connection, and that fires `error`.
                error_at_fin: true,
                error_at_reset: true,
                refused_codes: RESERVED,
                // §1.4 and §5.5.1: what comes after a Close is ignored.
                frame_after_close_fails: false,
                closes_at_close: false,
                linger: ms(2000),
                takes_half_codes: false,
                fin_with_close_is_unclean: false,
                complaint: Complaint::Rfc,
                takes_masked_frames: false,
                unasked_protocol_fails: true,
                // WHATWG WebSockets, "establish a WebSocket connection" step 11.
                missing_protocol_fails: true,
                throttle: Throttle::Free,
            },
        }
    }

    /// Chromium 156.
    pub const fn chromium() -> Self {
        let Self { event_source, web_socket, .. } = Self::standard();
        Self {
            name: "chromium",
            per_origin: Some(6),
            event_source: EventSourceTraits {
                empty_retry: Some(ms(3000)),
                bom_hides_line_end: true,
                retry_digits: RetryDigits::UpTo64Bits,
                refuses_charsets: true,
                first_burst: 3,
                untyped: Sniffed::Bytes(1024),
                plain_text: Sniffed::Bytes(1024),
                ..event_source
            },
            web_socket: WebSocketTraits {
                error_at_fin: false,
                error_at_reset: false,
                frame_after_close_fails: true,
                complaint: Complaint::ProtocolError,
                throttle: Throttle::Doubling { draw: (ms(1000), ms(5000)) },
                ..web_socket
            },
        }
    }

    /// Firefox ESR 153.
    pub const fn firefox() -> Self {
        let Self { event_source, web_socket, .. } = Self::standard();
        Self {
            name: "firefox",
            per_origin: Some(6),
            event_source: EventSourceTraits {
                default_retry: ms(5000),
                retry_floor: ms(500),
                empty_retry: Some(Duration::ZERO),
                ids_need_data: true,
                drops_nul: true,
                retry_digits: RetryDigits::Modulo32Bits,
                opens_at_first_byte: true,
                remembers: Remembered::Permanent,
                gives_up_refused_elsewhere: true,
                first_burst: 10,
                later_burst: 10,
                untyped: Sniffed::Bytes(513),
                ..event_source
            },
            web_socket: WebSocketTraits {
                close_timeout: ms(20_000),
                error_at_close_timeout: true,
                closes_at_close: true,
                linger: ms(1000),
                takes_half_codes: true,
                error_at_fin: false,
                refused_codes: &[],
                fin_with_close_is_unclean: true,
                complaint: Complaint::None,
                takes_masked_frames: true,
                unasked_protocol_fails: false,
                missing_protocol_fails: false,
                throttle: Throttle::Growing { first: (ms(200), ms(400)), factor: 1.5, longest: ms(60_000) },
                ..web_socket
            },
        }
    }

    /// All there are.
    pub const ALL: [Self; 3] = [Self::standard(), Self::chromium(), Self::firefox()];
}

impl Default for Profile {
    fn default() -> Self {
        Self::standard()
    }
}
