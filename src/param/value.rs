//! What a parameter takes: whether a text fits, what would have been right, and the same as JSON Schema.

use serde_json::{Value, json};

use super::{Kind, Param};
use crate::pace::{format_span, number_pattern, parse_span, span_pattern};

impl Param {
    /// Whether this is a value of it, as it would be written.
    pub fn fits(&self, text: &str) -> bool {
        match &self.kind {
            Kind::Choice(values) => values.contains(&text),
            Kind::Switch => text == "on" || text == "off",
            Kind::Duration { min, max, off, .. } => {
                let within = parse_span(text).is_ok_and(|span| (*min..=*max).contains(&span));
                within || (*off && text == "off")
            }
            Kind::Number { min, max, .. } | Kind::Count { min, max } => {
                text.parse::<usize>().is_ok_and(|number| (*min..=*max).contains(&number))
            }
            Kind::Free { longest } => text.len() <= *longest,
            Kind::Line { longest } => text.len() <= *longest && is_line(text),
            Kind::Text { besides, longest } => {
                let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || besides.contains(c));
                plain && (1..=*longest).contains(&text.len())
            }
            Kind::Cursor(_) => false,
        }
    }

    /// Whether it is a number, which may be written as such.
    pub fn is_number(&self) -> bool {
        matches!(self.kind, Kind::Number { .. } | Kind::Count { .. })
    }

    /// What it may be, in words.
    pub fn wanted(&self) -> String {
        match &self.kind {
            Kind::Choice(values) => values.join(" or "),
            Kind::Switch => "on or off".to_owned(),
            Kind::Duration { min, max, off, .. } => {
                let or_off = if *off { ", or off" } else { "" };
                let (min, max) = (format_span(*min), format_span(*max));
                format!("a duration with its unit, from {min} to {max}{or_off}")
            }
            Kind::Number { min, max, .. } | Kind::Count { min, max } => {
                format!("a whole number from {min} to {max}")
            }
            Kind::Free { longest } => format!("text of at most {longest} bytes"),
            Kind::Line { longest } => format!("one line of 1 to {longest} visible ASCII characters"),
            Kind::Text { longest, .. } => format!("a name of 1 to {longest} characters"),
            Kind::Cursor(_) => "nothing".to_owned(),
        }
    }

    /// What it may be, as JSON Schema.
    pub fn schema(&self) -> Value {
        match &self.kind {
            Kind::Choice(values) => json!({ "type": "string", "enum": values }),
            Kind::Switch => json!({ "type": "string", "enum": ["on", "off"] }),
            Kind::Duration { min, max, off, .. } => {
                let or_off = if *off { "|off" } else { "" };
                json!({ "type": "string", "pattern": format!("^({}{or_off})$", span_pattern(*min, *max)) })
            }
            // As it is told, it may be given again.
            Kind::Number { min, max, .. } | Kind::Count { min, max } => json!({ "anyOf": [
                { "type": "integer", "minimum": min, "maximum": max },
                { "type": "string", "pattern": format!("^({})$", number_pattern(*min, *max)) },
            ] }),
            Kind::Free { longest } => json!({ "type": "string", "maxLength": longest }),
            Kind::Line { longest } => {
                json!({ "type": "string", "maxLength": longest, "pattern": "^[!-~]([ -~]*[!-~])?$" })
            }
            Kind::Text { besides, longest } => {
                json!({ "type": "string", "pattern": format!("^[A-Za-z0-9{besides}]{{1,{longest}}}$") })
            }
            Kind::Cursor(_) => json!({ "type": "string" }),
        }
    }
}

/// As a field value may be (RFC 9110 §5.5), in visible ASCII alone.
fn is_line(text: &str) -> bool {
    let visible = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    visible(bytes.first())
        && visible(bytes.last())
        && bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')
}
