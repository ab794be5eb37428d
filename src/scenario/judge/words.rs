//! What is expected and what was observed, in words for people.

use std::time::Duration;

use super::compare::Against;
use crate::measure::{Kind, Of, Value, named, why_nothing};
use crate::scenario::model::{Bound, Expectation, Held};

/// How many items of a list are said.
const ITEMS: usize = 12;

/// Whether the measure is one of bytes.
pub(super) fn is_bytes(one: &Expectation) -> bool {
    let of = if one.run { Of::Run } else { Of::Lane };
    named(one.measure, of).is_some_and(|measure| measure.kind == Kind::Bytes)
}

/// What it is held against.
pub(super) fn expected(one: &Expectation) -> String {
    let bytes = is_bytes(one);
    match &one.held {
        Held::Number(bound) => bounds(bound, |number| amount(*number, bytes)),
        Held::Time(bound) => bounds(bound, |span| time(*span)),
        Held::Flag(flag) => flag.to_string(),
        Held::OneOf(words) => words.iter().map(|text| word(text)).collect::<Vec<_>>().join(" or "),
        Held::Exactly(words) => list(words),
        Held::Begins(words) => format!("{} at its beginning", list(words)),
        Held::Has(words) => format!("{} in this order, with or without others between", list(words)),
        Held::Set(words) => format!("{} in any order, each once", list(words)),
    }
}

/// What it was, and what those are that it is held against. Where it is missed for want of a value, that is told with the reason.
pub(super) fn observed(
    observed: Option<&Value>,
    one: &Expectation,
    missed: bool,
    against: &Against,
) -> String {
    let bytes = is_bytes(one);
    let why = why_nothing(one.measure);
    let mut text = match observed {
        None if missed => format!("nothing was measured: {why}"),
        _ => value(observed, bytes),
    };
    for (name, values) in &against.0 {
        let others: Vec<String> = values.iter().map(|other| value(other.as_ref(), bytes)).collect();
        text = format!("{text}, with {} of {name}", some(&others));
        if missed && observed.is_some() && values.iter().any(Option::is_none) {
            text = format!("{text}, where nothing was measured: {why}");
        }
    }
    text
}

fn value(value: Option<&Value>, bytes: bool) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Number(number)) => amount(*number, bytes),
        Some(Value::Times(least, most)) if least == most => time(*least),
        Some(Value::Times(least, most)) => format!("{} to {}", time(*least), time(*most)),
        Some(Value::Flag(flag)) => flag.to_string(),
        Some(Value::Text(text)) => word(text),
        Some(Value::List(words)) => list(words),
    }
}

fn bounds<T: PartialEq>(bound: &Bound<T>, say: impl Fn(&T) -> String) -> String {
    if let (Some(min), Some(max)) = (&bound.min, &bound.max)
        && min == max
    {
        return say(min);
    }
    let times =
        |times: f64| if (times - 1.0).abs() < f64::EPSILON { String::new() } else { format!("{times} × ") };
    let forms = [
        bound.min.as_ref().map(|min| format!("at least {}", say(min))),
        bound.max.as_ref().map(|max| format!("at most {}", say(max))),
        bound.below.as_ref().map(|(lane, by)| format!("less than {}that of {lane}", times(*by))),
        bound.above.as_ref().map(|(lane, by)| format!("more than {}that of {lane}", times(*by))),
        bound.same_as.as_ref().map(|lane| format!("as that of {lane}")),
    ];
    forms.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// A number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn amount(number: u64, bytes: bool) -> String {
    if bytes { format!("{} B", grouped(number)) } else { grouped(number) }
}

/// A time with its unit, to the microsecond at the finest.
fn time(span: Duration) -> String {
    let trimmed = |number: f64, unit: &str| {
        let text = format!("{number:.3}");
        format!("{}{unit}", text.trim_end_matches('0').trim_end_matches('.'))
    };
    if span < Duration::from_secs(1) {
        trimmed(span.as_secs_f64() * 1000.0, "ms")
    } else {
        trimmed(span.as_secs_f64(), "s")
    }
}

fn word(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { text.to_owned() }
}

/// A list, what stands there several times in a row said once.
fn list(words: &[String]) -> String {
    if words.is_empty() {
        return "an empty list".to_owned();
    }
    let mut folded: Vec<(&str, usize)> = Vec::new();
    for text in words {
        match folded.last_mut() {
            Some((last, times)) if *last == text => *times += 1,
            _ => folded.push((text, 1)),
        }
    }
    let said = folded.iter().take(ITEMS).map(|(text, times)| match times {
        1 => word(text),
        _ => format!("{} × {}", grouped(*times as u64), word(text)),
    });
    let mut text = said.collect::<Vec<_>>().join(", ");
    if folded.len() > ITEMS {
        text = format!("{text}, … ({} in all)", grouped(words.len() as u64));
    }
    text
}

/// Different texts, each once, the first of many.
pub(super) fn some(texts: &[String]) -> String {
    let mut different: Vec<&str> = Vec::new();
    for text in texts {
        if !different.contains(&text.as_str()) {
            different.push(text);
        }
    }
    match different.as_slice() {
        [] => "nothing".to_owned(),
        [one, other, third, _, ..] => format!("{one}; {other}; {third}; …"),
        few => few.join("; "),
    }
}
