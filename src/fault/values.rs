//! The parameters of one throw, read strictly by the fault's table.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value};
use thiserror::Error;

use super::Fault;
use crate::pace::{format_span, parse_span};
use crate::param::{Kind, Param, Usual};

/// How many characters of a wrong value are told.
const FOUND: usize = 200;

/// The parameters of one throw, each as it would be written; the defaults among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values(Vec<(&'static str, String)>);

/// A parameter that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{name}: wanted {wanted}, found {found}")]
pub struct BadValue {
    /// Its name.
    pub name: String,
    /// What it may be.
    pub wanted: String,
    /// What it is.
    pub found: String,
}

impl Values {
    /// Reads the members of a throw that are `fault`'s own; numbers may come as such or as text.
    ///
    /// # Errors
    /// The first that is unknown or out of range.
    pub fn read(fault: &Fault, given: &Map<String, Value>) -> Result<Self, BadValue> {
        let known = |name: &str| fault.params.iter().any(|param| param.name == name);
        if let Some((name, value)) = given.iter().find(|(name, _)| !known(name)) {
            let common = ["fault", "scope", "lasts"].into_iter();
            let names: Vec<_> = common.chain(fault.params.iter().map(|param| param.name)).collect();
            let wanted = format!("one of {}", names.join(", "));
            return Err(BadValue { name: name.clone(), wanted, found: shortened(value) });
        }
        let mut values = Vec::new();
        for param in fault.params {
            if let Some(value) = given.get(param.name) {
                values.push((param.name, read(param, value)?));
            } else if let Some(usual) = usual(param) {
                values.push((param.name, usual));
            }
        }
        Ok(Self(values))
    }

    /// The value as it would be written; `None` where there is neither one nor a default.
    pub fn text(&self, param: &Param) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == param.name).map(|(_, value)| value.as_str())
    }

    /// A duration.
    pub fn span(&self, param: &Param) -> Duration {
        self.text(param).and_then(|text| parse_span(text).ok()).unwrap_or_default()
    }

    /// A number.
    pub fn number(&self, param: &Param) -> usize {
        self.text(param).and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// A number that may be left out.
    pub fn count(&self, param: &Param) -> Option<usize> {
        self.text(param).and_then(|text| text.parse().ok())
    }

    /// Whether a choice is `value`, or a switch `on`.
    pub fn is(&self, param: &Param, value: &str) -> bool {
        self.text(param) == Some(value)
    }

    /// All, as they would be written.
    pub fn texts(&self) -> BTreeMap<String, String> {
        self.0.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    /// All, as they are told and recorded.
    pub fn told(&self) -> Map<String, Value> {
        self.0.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect()
    }
}

fn read(param: &Param, value: &Value) -> Result<String, BadValue> {
    let text = match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if param.is_number() => Some(number.to_string()),
        _ => None,
    };
    let wrong = || BadValue { name: param.name.to_owned(), wanted: param.wanted(), found: shortened(value) };
    text.filter(|text| param.fits(text)).ok_or_else(wrong)
}

/// A value as it was found, its beginning if it is long.
fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(FOUND) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text,
    }
}

fn usual(param: &Param) -> Option<String> {
    match &param.kind {
        Kind::Choice(values) => values.first().map(|&value| value.to_owned()),
        Kind::Switch => Some("on".to_owned()),
        Kind::Duration { default: Usual::Is(span), .. } => Some(format_span(*span)),
        Kind::Number { default, .. } => Some(default.to_string()),
        _ => None,
    }
}
