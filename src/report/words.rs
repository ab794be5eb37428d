//! Numbers, times and bytes as people read them.

use std::time::Duration;

use crate::measure::{Kind, Observed, Value};

/// Where there is nothing to say.
pub(super) const NOTHING: &str = "–";

/// A whole number, its thousands apart.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// So many of something: `1 line`, `2 lines`.
pub(super) fn count(value: usize, one: &str, many: &str) -> String {
    format!("{} {}", number(value as u64), if value == 1 { one } else { many })
}

/// A time: three digits or so, and its unit.
pub(super) fn time(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    match ms {
        0.0 => "0 ms".to_owned(),
        _ if ms < 9.95 => format!("{ms:.1} ms"),
        _ if ms < 999.5 => format!("{ms:.0} ms"),
        _ if ms < 99_950.0 => format!("{:.2} s", ms / 1000.0),
        _ => format!("{:.0} s", ms / 1000.0),
    }
}

/// Milliseconds, if they are known.
pub(super) fn millis(ms: Option<f64>) -> String {
    // A time that no clock tells comes of a line that somebody made up.
    let duration = ms.and_then(|ms| Duration::try_from_secs_f64(ms.max(0.0) / 1000.0).ok());
    duration.map_or_else(|| NOTHING.to_owned(), time)
}

/// A least and a greatest, as one where they read the same.
pub(super) fn range(least: &str, greatest: &str) -> String {
    if least == greatest { greatest.to_owned() } else { format!("{least} to {greatest}") }
}

/// A value; a time with several as its least and greatest.
pub(super) fn value(value: &Value, kind: Kind) -> String {
    match value {
        Value::Number(bytes) if kind == Kind::Bytes => format!("{} B", number(*bytes)),
        Value::Number(one) => number(*one),
        Value::Times(least, greatest) => range(&time(*least), &time(*greatest)),
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Text(text) => text.clone(),
        Value::List(words) => list(words),
    }
}

/// What was observed, or a dash.
pub(super) fn observed(seen: &Observed, kind: Kind) -> String {
    seen.value.as_ref().map_or_else(|| NOTHING.to_owned(), |one| value(one, kind))
}

/// Words in a row; the same one several times in a row is one with its number.
fn list(words: &[String]) -> String {
    let mut folded: Vec<(&str, usize)> = Vec::new();
    for word in words {
        match folded.last_mut() {
            Some((last, times)) if last == word => *times += 1,
            _ => folded.push((word, 1)),
        }
    }
    let told =
        |(word, times): (&str, usize)| if times > 1 { format!("{word} ×{times}") } else { word.to_owned() };
    folded.into_iter().map(told).collect::<Vec<_>>().join(", ")
}

/// Names of something, or how many.
pub(super) fn some(names: &[String], most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let shown = names[..names.len() - more].join(", ");
    if more > 0 { format!("{shown} and {} more", number(more as u64)) } else { shown }
}

/// The text with all that a terminal would obey instead of showing it (control characters, ECMA-48 5.2 and 5.3) shown as U+FFFD,
/// for names and sentences in it are somebody else's. Where it is `coloured`, colours (SGR, 8.3.117) stay.
pub(super) fn visible(text: &str, coloured: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, one) in text.char_indices() {
        let stays = match one {
            '\n' | '\t' => true,
            '\x1b' => coloured && is_colour(&text[at..]),
            other => !other.is_control(),
        };
        out.push(if stays { one } else { char::REPLACEMENT_CHARACTER });
    }
    out
}

fn is_colour(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("\x1b[") else { return false };
    rest.trim_start_matches(|one: char| one.is_ascii_digit() || one == ';').starts_with('m')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_thousands_apart() {
        assert_eq!([0, 999, 1000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn times_have_three_digits_and_a_unit() {
        let told = [0, 40, 9_940, 9_960, 999_400, 999_600, 61_234_000, 125_000_000];
        let told = told.map(|micros| time(Duration::from_micros(micros)));
        assert_eq!(told, ["0 ms", "0.0 ms", "9.9 ms", "10 ms", "999 ms", "1.00 s", "61.23 s", "125 s"]);
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_and_colours_stay_where_they_are_wanted() {
        let text = "\x1b[31mred\x1b[0m\n\x1b]0;title\x07 \x1b[2J \u{9b}1m\ttab";
        let bad = "\u{fffd}]0;title\u{fffd} \u{fffd}[2J \u{fffd}1m\ttab";
        assert_eq!(visible(text, true), format!("\x1b[31mred\x1b[0m\n{bad}"));
        assert_eq!(visible(text, false), format!("\u{fffd}[31mred\u{fffd}[0m\n{bad}"));
    }

    #[test]
    fn a_word_that_is_said_again_and_again_is_said_once() {
        let words = ["200", "304", "304", "304", "200"].map(str::to_owned);
        assert_eq!(list(&words), "200, 304 ×3, 200");
    }
}
