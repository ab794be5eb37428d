//! MIME types as far as an event stream needs them (WHATWG MIME Sniffing, "parse a MIME type"): the essence and the charset.

/// A `Content-Type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mime {
    /// Type and subtype, in lower case.
    pub(super) essence: String,
    /// The first `charset`, without quotes.
    pub(super) charset: Option<String>,
}

pub(super) fn parse(text: &str) -> Mime {
    let mut parts = text.split(';');
    let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"').to_owned());
    Mime { essence, charset }
}

/// Whether a charset is UTF-8 by any of its labels (WHATWG Encoding §4.2); an empty one says nothing.
pub(super) fn is_utf8(charset: &str) -> bool {
    ["", "utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8"]
        .iter()
        .any(|label| charset.eq_ignore_ascii_case(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn essence_and_charset_are_read_in_any_case_and_order() {
        for (text, essence, charset) in [
            ("text/event-stream", "text/event-stream", None),
            ("TEXT/Event-Stream;", "text/event-stream", None),
            (" text/event-stream ; q=1; Charset=\"UTF-8\"", "text/event-stream", Some("UTF-8")),
            ("x bogus", "x bogus", None),
        ] {
            let charset = charset.map(str::to_owned);
            assert_eq!(parse(text), Mime { essence: essence.to_owned(), charset }, "{text}");
        }
        assert!(is_utf8("UTF8") && !is_utf8("windows-1251"));
    }
}
