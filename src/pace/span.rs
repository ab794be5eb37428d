//! Durations as the house writes them in URLs, flags and JSON: a number with its unit (`500ms`, `15s`, `2m`).

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Reads a duration.
///
/// # Errors
/// A sentence that says what was wanted.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|_| format!("wanted a duration with its unit, such as 500ms, 15s or 2m, and found {text:?}"))
}

/// Writes a duration, in whole microseconds at the finest.
pub fn format_span(duration: Duration) -> String {
    if duration.is_zero() {
        return "0ms".to_owned();
    }
    humantime::format_duration(Duration::from_micros(u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)))
        .to_string()
        .replace(' ', "")
}

/// A regular expression (ECMA 262) that matches the durations from `min` to `max` that are written with one unit.
pub fn span_pattern(min: Duration, max: Duration) -> String {
    let (min, max) = (min.as_millis(), max.as_millis());
    let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
    let in_unit = |(unit, ms): (&str, u128)| {
        let (from, to) = (min.div_ceil(ms), max / ms);
        (from <= to).then(|| format!("({}){unit}", numbers(from, to)))
    };
    units.into_iter().filter_map(in_unit).collect::<Vec<_>>().join("|")
}

/// A regular expression (ECMA 262) that matches the whole numbers from `min` to `max`.
pub fn number_pattern(min: usize, max: usize) -> String {
    numbers(min as u128, max as u128)
}

/// A regular expression for the decimals from `from` to `to`, cut where a digit carries: 85 to 1200 is
/// `8[5-9]|9[0-9]|[1-9][0-9]{2}|1[0-1][0-9]{2}|1200`.
fn numbers(mut from: u128, to: u128) -> String {
    let mut parts = Vec::new();
    while from <= to {
        // The largest block of numbers `prefix, digit range, any digits` that begins here.
        let mut block = 1;
        while from.is_multiple_of(block * 10) && from > 0 && from + block * 10 - 1 <= to {
            block *= 10;
        }
        let (prefix, digit) = (from / block / 10, from / block % 10);
        let room = (to + 1 - from) / block;
        let last = (digit + room - 1).min(9);
        let front = if prefix == 0 { String::new() } else { prefix.to_string() };
        let any = match block.ilog10() {
            0 => String::new(),
            1 => "[0-9]".to_owned(),
            digits => format!("[0-9]{{{digits}}}"),
        };
        parts.push(if digit == last {
            format!("{front}{digit}{any}")
        } else {
            format!("{front}[{digit}-{last}]{any}")
        });
        from += (last - digit + 1) * block;
    }
    parts.join("|")
}

/// For `#[serde(with = "…")]`.
pub mod serde_span {
    use super::{Deserialize as _, Deserializer, Duration, Error as _, Serializer, format_span, parse_span};

    /// Reads the text form.
    ///
    /// # Errors
    /// If the text is no duration.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        parse_span(&text).map_err(D::Error::custom)
    }

    /// Writes the text form.
    ///
    /// # Errors
    /// Only those of the serializer.
    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format_span(*duration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_back_as_written() {
        for text in ["0ms", "500ms", "15s", "2m", "1m30s", "250us"] {
            assert_eq!(parse_span(text).map(format_span).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_pattern_of_numbers_is_cut_where_a_digit_carries() {
        assert_eq!(numbers(0, 9), "[0-9]");
        assert_eq!(numbers(1, 10_000), "[1-9]|[1-9][0-9]|[1-9][0-9]{2}|[1-9][0-9]{3}|10000");
        assert_eq!(numbers(85, 1200), "8[5-9]|9[0-9]|[1-9][0-9]{2}|1[0-1][0-9]{2}|1200");
        let pattern = span_pattern(Duration::from_millis(100), Duration::from_secs(600));
        assert!(pattern.starts_with("([1-9][0-9]{2}|") && pattern.ends_with("|([1-9]|10)m"), "{pattern}");
    }

    #[test]
    fn a_number_without_unit_is_refused() {
        assert!(parse_span("500").is_err_and(|e| e.contains("with its unit")));
    }
}
