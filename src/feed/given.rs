//! Events that come from outside, as JSON: what each type's `data` may be, and where exactly a mistake stands.
//!
//! `push` and `replay` read by the same rules. What is checked is kept as it was written, without the blanks between.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::event::{Data, Kind};

/// An event that has no number yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// What kind it is.
    pub kind: Kind,
    /// What it says.
    pub data: Data,
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The byte of the text.
    pub at: usize,
    /// The member, such as `.data.percent`.
    pub member: &'static str,
    /// What would have been right.
    pub wanted: String,
    /// What stands there.
    pub found: String,
}

/// A member of an object with its place in the text.
#[derive(Deserialize)]
struct Percent<'a> {
    #[serde(borrow, default, deserialize_with = "there")]
    percent: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Reason<'a> {
    #[serde(borrow, default, deserialize_with = "there")]
    reason: Option<&'a RawValue>,
}

/// A member that is there, be it null.
fn there<'a, D: Deserializer<'a>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

/// The event of `kind` and `data`, both parts of `text`.
pub(super) fn given(text: &str, kind: Kind, data: Option<&RawValue>) -> Result<Given, Wrong> {
    let (at, raw) = data.map_or((text.len(), "nothing"), |data| (offset(text, data.get()), data.get()));
    let wrong = |wanted: &str| Wrong::at(at, ".data", wanted, raw);
    // RawValue looks at the grammar only; reading the value finds half a surrogate pair or a number out of range.
    let value = data.map(|data| read::<Value>(text, data.get(), ".data")).transpose()?;
    let data = match (kind, value) {
        (Kind::Progress, Some(Value::Object(_))) => {
            percent(text, raw)?;
            Data::Json(compact(raw))
        }
        (Kind::Progress, _) => return Err(wrong("an object")),
        (Kind::Text, Some(Value::String(text))) => Data::Json(Value::from(text).to_string()),
        (Kind::Text, _) => return Err(wrong("a string")),
        (Kind::Bytes, Some(Value::String(text))) => match STANDARD.decode(&text) {
            Ok(bytes) => Data::Raw(bytes.into()),
            Err(error) => return Err(wrong(&format!("base64 (RFC 4648 section 4): {error}"))),
        },
        (Kind::Bytes, _) => return Err(wrong("a base64 string")),
        (Kind::Failed, Some(Value::Object(_))) => {
            let Reason { reason } = read(text, raw, ".data")?;
            let found = reason.map_or("nothing", RawValue::get);
            if !found.starts_with('"') {
                let at = reason.map_or(at, |reason| offset(text, reason.get()));
                return Err(Wrong::at(at, ".data.reason", "a string", found));
            }
            Data::Json(compact(raw))
        }
        (Kind::Failed, Some(Value::String(reason))) => {
            Data::Json(format!(r#"{{"reason":{}}}"#, Value::from(reason)))
        }
        (Kind::Failed, _) => {
            return Err(wrong("an object with the member reason, or a string that is the reason"));
        }
        (_, None) => Data::Json("{}".to_owned()),
        (_, Some(Value::Object(_))) => Data::Json(compact(raw)),
        (_, Some(_)) => return Err(wrong("an object, or nothing")),
    };
    Ok(Given { kind, data })
}

/// Looks at the `percent` of an object that is a part of `text`, and gives it.
pub(super) fn percent(text: &str, object: &str) -> Result<Option<f64>, Wrong> {
    let Percent { percent } = read(text, object, ".data")?;
    let Some(percent) = percent else { return Ok(None) };
    let number =
        serde_json::from_str::<f64>(percent.get()).ok().filter(|number| (0.0..=100.0).contains(number));
    let wrong =
        || Wrong::at(offset(text, percent.get()), ".data.percent", "a number from 0 to 100", percent.get());
    number.map(Some).ok_or_else(wrong)
}

/// Reads `part` of `text`; a mistake is told with its place in all of it.
pub(super) fn read<'a, T: Deserialize<'a>>(
    text: &str,
    part: &'a str,
    member: &'static str,
) -> Result<T, Wrong> {
    serde_json::from_str(part).map_err(|error| {
        let before =
            part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let at = offset(text, part) + before + error.column().saturating_sub(1);
        let told = error.to_string();
        let found = told.rsplit_once(" at line ").map_or(&*told, |(found, _)| found);
        Wrong {
            at,
            member,
            wanted: "JSON of the kind that is documented".to_owned(),
            found: found.to_owned(),
        }
    })
}

/// Reads an object; serde would take an array for one as well.
pub(super) fn read_object<'a, T: Deserialize<'a>>(text: &str, part: &'a str) -> Result<T, Wrong> {
    if !part.starts_with('{') {
        return Err(Wrong::at(offset(text, part), "", "an object with type and data", part));
    }
    read(text, part, "")
}

/// The type that the JSON string `kind` names, which may be one of `kinds`.
pub(super) fn kind_of(text: &str, kind: &RawValue, kinds: &[Kind]) -> Result<Kind, Wrong> {
    let name = serde_json::from_str::<String>(kind.get()).unwrap_or_default();
    kinds.iter().find(|kind| kind.name() == name).copied().ok_or_else(|| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        Wrong::at(offset(text, kind.get()), ".type", &names.join(", "), kind.get())
    })
}

impl Wrong {
    pub(super) fn at(at: usize, member: &'static str, wanted: &str, found: &str) -> Self {
        let mut short: String = found.chars().take(60).collect();
        if short.len() < found.len() {
            short.push('…');
        }
        Self { at, member, wanted: wanted.to_owned(), found: short }
    }

    /// The line and column of it in `text`, both from 1, columns in bytes as `serde_json` counts them.
    pub(super) fn line_and_column(&self, text: &str) -> (usize, usize) {
        let before = &text.as_bytes()[..self.at.min(text.len())];
        let lines = before.split(|byte| *byte == b'\n');
        lines.enumerate().last().map_or((1, 1), |(before, line)| (before + 1, line.len() + 1))
    }
}

/// Where `part` lies in `text`, of which it is a slice.
pub(super) fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr())
}

/// JSON without the blanks between its parts: one line, in the order and with the digits it was written in.
pub(super) fn compact(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let kept = json.chars().filter(|c| {
        if inside {
            inside = escaped || *c != '"';
            escaped = !escaped && *c == '\\';
            return true;
        }
        inside = *c == '"';
        !c.is_ascii_whitespace()
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_json_keeps_strings_order_and_digits() {
        let json = "{ \"b\" : [ 1.50 ,\r\n\t 1e2 ] , \"a \\\" b\" : \"\\\\\" , \"c\":\" \" }";
        assert_eq!(compact(json), r#"{"b":[1.50,1e2],"a \" b":"\\","c":" "}"#);
    }

    #[test]
    fn a_place_is_told_by_line_and_column() {
        let text = "{\n  \"percent\": 101}";
        let wrong = percent(text, text).expect_err("above 100");
        assert_eq!((wrong.member, wrong.line_and_column(text)), (".data.percent", (2, 14)));
        assert_eq!(percent("{}", "{}"), Ok(None));
    }
}
