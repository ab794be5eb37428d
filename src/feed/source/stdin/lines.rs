//! Lines out of bytes, however those are cut: a line ends with LF, CR or CRLF, for meters draw over themselves with CR.

/// The longest line that is kept whole, in bytes.
pub(super) const LINE: usize = 64 << 10;

/// Takes bytes and gives lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    line: Vec<u8>,
    cut: bool,
}

/// One line, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// What was no UTF-8 in it is U+FFFD.
    pub text: String,
    /// The rest of it was dropped.
    pub cut: bool,
}

impl Lines {
    /// Takes more bytes, and calls `each` with every line that ends in them. Empty ones are none, so CRLF ends a line once.
    pub(super) fn take(&mut self, bytes: &[u8], mut each: impl FnMut(Line)) {
        let mut parts = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).peekable();
        while let Some(part) = parts.next() {
            let room = LINE - self.line.len();
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            self.cut |= part.len() > room;
            if parts.peek().is_some()
                && let Some(line) = self.finish()
            {
                each(line);
            }
        }
    }

    /// The line that has come so far.
    pub(super) fn finish(&mut self) -> Option<Line> {
        let (mut line, cut) = (std::mem::take(&mut self.line), std::mem::take(&mut self.cut));
        if cut {
            drop_half_a_character(&mut line);
        }
        let text = String::from_utf8_lossy(&line).into_owned();
        (!text.trim().is_empty()).then_some(Line { text, cut })
    }
}

/// A cut may fall into a character; its first bytes would become a U+FFFD that nobody wrote.
fn drop_half_a_character(line: &mut Vec<u8>) {
    let back = line.iter().rev().take(4).position(|byte| byte & 0xC0 != 0x80);
    let Some(back) = back else { return };
    let at = line.len() - 1 - back;
    let wanted = match line[at] {
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
        _ => 1,
    };
    if line.len() - at < wanted {
        line.truncate(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<(String, bool)> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        for chunk in chunks {
            lines.take(chunk, |line| found.push((line.text, line.cut)));
        }
        found.extend(lines.finish().map(|line| (line.text, line.cut)));
        found
    }

    #[test]
    fn every_line_end_ends_a_line_once_and_blank_lines_are_none() {
        let found = lines(&[b"a\r", b"\nb\rc\n\n \r\nd\xff"]);
        let texts: Vec<&str> = found.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "c", "d\u{fffd}"]);
    }

    #[test]
    fn a_line_is_kept_up_to_its_bound_and_cut_between_characters() {
        for (before, kept) in [(LINE, LINE), (LINE - 1, LINE - 1), (LINE - 2, LINE - 2), (LINE - 4, LINE)] {
            let line = format!("{}🙂x", "a".repeat(before));
            let found = lines(&[line.as_bytes()]);
            assert_eq!((found[0].0.len(), found[0].1), (kept, true), "{before}");
            assert!(!found[0].0.contains('\u{fffd}'));
        }
        let whole = "a".repeat(LINE);
        assert_eq!(lines(&[whole.as_bytes()]), [(whole.clone(), false)]);
    }
}
