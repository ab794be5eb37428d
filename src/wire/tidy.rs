//! Heads of answers in a simulation: what the HTTP library leaves to chance is settled, so that the bytes of a run are the same each
//! time. Its fields stand in the order of a hash map with a random seed, and its `Date` is by a clock that simulated time does not
//! carry. A tidied head has the same length: its fields are in order, and the date is told by whoever knows it.

use std::borrow::Cow;

/// Says what time it is, as HTTP does (RFC 9110 §5.6.7).
pub type HttpDate = fn() -> String;

/// How a head of an answer begins, and where it ends.
const BEGIN: &[u8] = b"HTTP/1.1 ";
const END: &[u8] = b"\r\n\r\n";
const DATE: &[u8] = b"date: ";

/// Tidies the heads of one connection. The writer above gives a head whole, and begins with it whenever it begins anew; what the
/// socket did not take it gives again.
#[derive(Debug)]
pub(super) struct Tidy {
    date: HttpDate,
    /// Bytes of the next write that were offered already.
    seen: usize,
    /// What is to be written instead of the first of these.
    instead: Vec<u8>,
}

impl Tidy {
    pub(super) fn new(date: HttpDate) -> Self {
        Self { date, seen: 0, instead: Vec::new() }
    }

    /// What is to be written instead of `bytes`, which are as many.
    pub(super) fn of<'a>(&mut self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        let seen = self.seen.min(bytes.len());
        let fresh = &bytes[seen..];
        self.seen = bytes.len();
        if fresh.starts_with(BEGIN)
            && let Some(end) = fresh.windows(END.len()).position(|four| four == END)
        {
            self.instead.extend_from_slice(&bytes[self.instead.len().min(seen)..seen]);
            let head = self.tidied(&fresh[..end]);
            self.instead.extend(head);
        }
        if self.instead.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let mut out = self.instead.clone();
        out.extend_from_slice(bytes.get(out.len()..).unwrap_or_default());
        Cow::Owned(out)
    }

    /// So many of them were written.
    pub(super) fn wrote(&mut self, bytes: usize) {
        self.seen = self.seen.saturating_sub(bytes);
        self.instead.drain(..bytes.min(self.instead.len()));
    }

    /// A head up to the end of its last field.
    fn tidied(&self, head: &[u8]) -> Vec<u8> {
        let date = [DATE, (self.date)().as_bytes()].concat();
        let mut lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').collect();
        // All but the last end with a CR.
        let lines = lines.iter_mut().map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let mut lines: Vec<&[u8]> = lines.collect();
        for line in &mut lines {
            if line.get(..DATE.len()).is_some_and(|name| name.eq_ignore_ascii_case(DATE))
                && line.len() == date.len()
            {
                *line = &date;
            }
        }
        if let Some((_, fields)) = lines.split_first_mut() {
            fields.sort_unstable();
        }
        lines.join(&b"\r\n"[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date() -> String {
        "Thu, 01 Jan 2026 00:00:00 GMT".to_owned()
    }

    const HEAD: &[u8] =
        b"HTTP/1.1 200 OK\r\nvary: Origin\r\ndate: Mon, 23 Nov 2026 01:05:56 GMT\r\na: b\r\n\r\n";
    const TIDY: &[u8] =
        b"HTTP/1.1 200 OK\r\na: b\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\nvary: Origin\r\n\r\n";

    /// Writes all of it through a socket that takes so many bytes at a time.
    fn written(tidy: &mut Tidy, bytes: &[u8], room: usize) -> Vec<u8> {
        let (mut rest, mut out) = (bytes, Vec::new());
        while !rest.is_empty() {
            let takes = room.min(rest.len());
            out.extend_from_slice(&tidy.of(rest)[..takes]);
            tidy.wrote(takes);
            rest = &rest[takes..];
        }
        out
    }

    #[test]
    fn a_head_is_tidied_however_little_of_it_is_taken_at_a_time_and_its_body_is_not() {
        for room in 1..=HEAD.len() + 40 {
            let mut tidy = Tidy::new(date);
            let bytes = [HEAD, b"body: HTTP/1.1 z: y\r\na: b\r\n\r\n"].concat();
            let wanted = [TIDY, b"body: HTTP/1.1 z: y\r\na: b\r\n\r\n"].concat();
            assert_eq!(written(&mut tidy, &bytes, room), wanted, "{room} at a time");
            assert_eq!(written(&mut tidy, HEAD, room), TIDY, "the next, {room} at a time");
        }
    }

    #[test]
    fn a_head_behind_bytes_that_still_wait_is_tidied_as_well() {
        let mut tidy = Tidy::new(date);
        assert_eq!(&*tidy.of(HEAD), TIDY);
        tidy.wrote(9);
        let more = [&HEAD[9..], b"xyz"].concat();
        assert_eq!(&*tidy.of(&more), [&TIDY[9..], b"xyz"].concat());
        let more = [&more[..], HEAD].concat();
        assert_eq!(&*tidy.of(&more), [&TIDY[9..], b"xyz", TIDY].concat());
        tidy.wrote(more.len());
        assert_eq!((tidy.seen, tidy.instead.len()), (0, 0));
    }
}
