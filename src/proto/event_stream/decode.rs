//! Reading event streams: WHATWG HTML §9.2.5 and §9.2.6, fed in pieces of any size.
//!
//! UTF-8 is decoded a line at a time: CR and LF are never part of a longer sequence, so that gives the same U+FFFD as
//! decoding the stream as a whole, wherever a chunk boundary fell.

/// The byte order mark in UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// What a decoder found in the stream, in the order of the bytes that completed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A blank line dispatched an event.
    Event {
        /// The event type; `message` where the block named none.
        kind: String,
        /// The data lines, joined with LF.
        data: String,
        /// The last event ID string at that moment: it sticks until another `id` field changes it.
        id: String,
        /// Bytes of the block, its blank line included. The LF of a CRLF after a block counts to the next one,
        /// because an event is dispatched without waiting for it.
        bytes: usize,
    },
    /// A `retry` field of digits only: the reconnection time in milliseconds. Acts at once, not at the blank line.
    Retry(u64),
    /// A comment line, without its colon.
    Comment(String),
}

/// A line, or an event's collected data, went beyond the decoder's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event of the stream is longer than {limit} bytes")]
pub struct TooLong {
    /// The limit in bytes that the decoder was made with.
    pub limit: usize,
}

/// Where a reader departs from the standard; the default does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quirks {
    /// A `retry` field without a value is taken for this many milliseconds; by the standard it is ignored.
    pub empty_retry: Option<u64>,
    /// A block without data leaves the last event ID as it was; by the standard its `id` is kept.
    pub ids_need_data: bool,
    /// The byte right behind a leading BOM is text even if it is CR or LF; by the standard it ends the first line.
    pub bom_hides_line_end: bool,
    /// NUL is dropped at the beginning of a line behind LF and in a value, unless it stands right behind the colon; an `id`
    /// with a NUL that would be dropped is ignored together with the name of the next field. By the standard NUL is text
    /// of a name and a value, and an `id` with it is ignored.
    pub drops_nul: bool,
    /// What becomes of a `retry` of many digits.
    pub retry_digits: RetryDigits,
}

/// How great a `retry` may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RetryDigits {
    /// As great as it likes; beyond 64 bits it is as good as forever.
    #[default]
    Any,
    /// Beyond 64 bits it is ignored.
    UpTo64Bits,
    /// It is taken modulo 2^32.
    Modulo32Bits,
}

/// Where the line under way began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Began {
    Stream,
    BehindCr,
    BehindLf,
}

/// An incremental, bounded decoder of one event stream (one HTTP response).
#[derive(Debug)]
pub struct Decoder {
    limit: usize,
    quirks: Quirks,
    line: Vec<u8>,
    after_cr: bool,
    began: Began,
    /// The name of an ignored field stands before that of the next one ([`Quirks::drops_nul`]).
    carried: bool,
    block_bytes: usize,
    data: String,
    kind: String,
    id_buffer: String,
    last_event_id: String,
}

impl Decoder {
    /// A decoder that holds at most about `limit` bytes of an unfinished line and as many of unfinished data.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            quirks: Quirks::default(),
            line: Vec::new(),
            after_cr: false,
            began: Began::Stream,
            carried: false,
            block_bytes: 0,
            data: String::new(),
            kind: String::new(),
            id_buffer: String::new(),
            last_event_id: String::new(),
        }
    }

    /// A decoder for the response to a reconnect, which starts from the ID that the reader already had.
    #[must_use]
    pub fn with_last_event_id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id_buffer);
        id.clone_into(&mut self.last_event_id);
        self
    }

    /// The same decoder with the departures of a browser.
    #[must_use]
    pub fn with_quirks(mut self, quirks: Quirks) -> Self {
        self.quirks = quirks;
        self
    }

    /// The last event ID string: what a reconnect sends as `Last-Event-ID`. A blank line commits it, even one that
    /// dispatches no event.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// Bytes held of an unfinished block; zero at a boundary. What is left when the stream ends is to be dropped.
    pub fn pending(&self) -> usize {
        self.block_bytes
    }

    /// Takes the next bytes of the stream and appends what they completed to `out`.
    ///
    /// # Errors
    /// [`TooLong`] when a line or the data of an event exceeds the limit; items before it are in `out`.
    pub fn decode(&mut self, input: &[u8], out: &mut Vec<Item>) -> Result<(), TooLong> {
        let mut rest = input;
        while !rest.is_empty() {
            if self.after_cr {
                self.after_cr = false;
                if rest[0] == b'\n' {
                    self.began = Began::BehindLf;
                    self.block_bytes += 1;
                    rest = &rest[1..];
                    continue;
                }
            }
            let end = self.line_end(rest);
            let text = &rest[..end.unwrap_or(rest.len())];
            if self.line.len() + text.len() > self.limit {
                return Err(TooLong { limit: self.limit });
            }
            self.line.extend_from_slice(text);
            self.block_bytes += text.len();
            let Some(end) = end else { break };
            self.block_bytes += 1;
            self.after_cr = rest[end] == b'\r';
            self.finish_line(out)?;
            self.began = if self.after_cr { Began::BehindCr } else { Began::BehindLf };
            rest = &rest[end + 1..];
        }
        Ok(())
    }

    /// Where in `rest` the present line ends.
    fn line_end(&self, rest: &[u8]) -> Option<usize> {
        let mut from = 0;
        if self.quirks.bom_hides_line_end && self.began == Began::Stream && self.line.len() <= BOM.len() {
            let missing = BOM.len() - self.line.len();
            let at_start = self.line.iter().chain(rest.iter().take(missing)).eq(BOM);
            from = if at_start { (missing + 1).min(rest.len()) } else { 0 };
        }
        let end = rest[from..].iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        end.map(|end| from + end)
    }

    fn finish_line(&mut self, out: &mut Vec<Item>) -> Result<(), TooLong> {
        let line = std::mem::take(&mut self.line);
        // §9.2.6: one leading BOM is removed; any later one is data.
        let bom: &[u8] = if self.began == Began::Stream { BOM } else { b"" };
        let text = String::from_utf8_lossy(line.strip_prefix(bom).unwrap_or(&line));
        let text = if self.quirks.drops_nul && self.began == Began::BehindLf {
            text.trim_start_matches('\0')
        } else {
            &*text
        };
        if text.is_empty() {
            self.dispatch(out);
        } else if let Some(comment) = text.strip_prefix(':') {
            out.push(Item::Comment(comment.to_owned()));
        } else if self.quirks.drops_nul && (text.contains('\0') || self.carried) {
            self.field_without_nul(text, out)?;
        } else {
            let (name, value) = text.split_once(':').unwrap_or((text, ""));
            self.field(name, value.strip_prefix(' ').unwrap_or(value), out)?;
        }
        // Give the buffer back: one allocation serves all lines of a stream.
        self.line = line;
        self.line.clear();
        Ok(())
    }

    /// A field as [`Quirks::drops_nul`] has it.
    fn field_without_nul(&mut self, text: &str, out: &mut Vec<Item>) -> Result<(), TooLong> {
        let (name, value) = text.split_once(':').unwrap_or((text, ""));
        if std::mem::take(&mut self.carried) {
            // A name with another's before it is none that is known.
            return Ok(());
        }
        let mut characters = value.chars();
        let first = characters.next().filter(|first| *first != ' ');
        let rest = characters.as_str();
        if name == "id" && rest.contains('\0') {
            self.carried = true;
            return Ok(());
        }
        if name == "id" {
            value.strip_prefix(' ').unwrap_or(value).clone_into(&mut self.id_buffer);
            return Ok(());
        }
        let value: String = first.into_iter().chain(rest.chars().filter(|one| *one != '\0')).collect();
        self.field(name, &value, out)
    }

    fn field(&mut self, name: &str, value: &str, out: &mut Vec<Item>) -> Result<(), TooLong> {
        match name {
            "event" => value.clone_into(&mut self.kind),
            "data" => {
                if self.data.len() + value.len() + 1 > self.limit {
                    return Err(TooLong { limit: self.limit });
                }
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id_buffer),
            "retry" => {
                let empty = if value.is_empty() { self.quirks.empty_retry } else { None };
                if let Some(ms) = empty.or_else(|| self.quirks.retry_digits.read(value)) {
                    out.push(Item::Retry(ms));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// "Dispatch the event" of §9.2.6: the ID is committed first, whether or not there is data.
    fn dispatch(&mut self, out: &mut Vec<Item>) {
        self.carried = false;
        if self.quirks.ids_need_data && self.data.is_empty() {
            self.id_buffer.clone_from(&self.last_event_id);
        }
        self.last_event_id.clone_from(&self.id_buffer);
        let bytes = std::mem::take(&mut self.block_bytes);
        let kind = std::mem::take(&mut self.kind);
        let mut data = std::mem::take(&mut self.data);
        if data.is_empty() {
            return;
        }
        data.pop();
        let kind = if kind.is_empty() { "message".to_owned() } else { kind };
        out.push(Item::Event { kind, data, id: self.last_event_id.clone(), bytes });
    }
}

impl RetryDigits {
    /// ASCII digits in base ten, nothing else.
    fn read(self, value: &str) -> Option<u64> {
        let all_digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits {
            return None;
        }
        match self {
            Self::Any => Some(value.parse().unwrap_or(u64::MAX)),
            Self::UpTo64Bits => value.parse().ok(),
            Self::Modulo32Bits => {
                let digits = value.bytes().map(|byte| u32::from(byte - b'0'));
                Some(digits.fold(0_u32, |number, digit| number.wrapping_mul(10).wrapping_add(digit)).into())
            }
        }
    }
}
