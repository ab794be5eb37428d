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
    fn a_number_without_unit_is_refused() {
        assert!(parse_span("500").is_err_and(|e| e.contains("with its unit")));
    }
}
