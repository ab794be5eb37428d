//! Holds what a page says that a command says against what it says. What differs from run to run is taken for the same: the name of
//! a log, an instant, how long a run took, the date of a head; and `…` stands for anything.

use serde_json::Value;

use crate::exchanged::whole;

/// A text in lines that compare.
struct Lines(Vec<String>);

/// The names of logs in a text: what stands before `.5` in a cursor, or is told as the epoch.
pub fn epochs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for before in [
        "\"epoch\":\"",
        "\"cursor\":\"",
        "\"after\":\"",
        "id: ",
        "after=",
        "Last-Event-ID: ",
        "etag: \"",
        "ETag: \"",
    ] {
        for (at, _) in text.match_indices(before) {
            let name: String =
                text[at + before.len()..].chars().take_while(char::is_ascii_alphanumeric).collect();
            if name.len() > 3 && name.chars().any(|letter| letter.is_ascii_lowercase()) && name != "latest" {
                found.push((at, name));
            }
        }
    }
    // In the order in which they stand, each once.
    found.sort_by_key(|(at, _)| *at);
    let mut names: Vec<String> = Vec::new();
    for (_, name) in found {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Instants, which are numbers of ten digits and more.
fn without_instants(line: &str) -> String {
    let mut told = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let whole = number.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(number.len());
        told.push_str(before);
        let ends = if whole >= 10 {
            number.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(number.len())
        } else {
            whole
        };
        told.push_str(if whole >= 10 { "INSTANT" } else { &number[..ends] });
        rest = &number[ends..];
    }
    told + rest
}

impl Lines {
    fn of(text: &str) -> Self {
        let mut text = text.replace("...", "…");
        for epoch in epochs(&text) {
            text = text.replace(&epoch, "EPOCH");
        }
        let line = |line: &str| {
            let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
            let line = line.trim_start_matches("→ ").trim_start_matches("< ").to_owned();
            if line.to_lowercase().starts_with("date: ") {
                return "date: …".to_owned();
            }
            let line = without_instants(&line);
            // How long a run took stands at the end of its line.
            let is_run =
                ["met ", "missed ", "not judged ", "failed "].iter().any(|word| line.starts_with(word));
            match line.rsplit_once(", ") {
                Some((before, took)) if is_run && took.ends_with(" s") => format!("{before}, …"),
                _ => line,
            }
        };
        Self(text.lines().map(line).filter(|line| !line.is_empty()).collect())
    }
}

/// Whether a line is the JSON that is shown, with the same words before it. Members may be left out where `…` stands, and have no order.
fn is_json_like(shown: &str, line: &str) -> bool {
    let (Some(one), Some(other)) = (shown.find('{'), line.find('{')) else { return false };
    let read = |text: &str| serde_json::from_str::<Value>(&whole(text)).ok();
    let (Some(told), Some(said)) = (read(&shown[one..]), read(&line[other..])) else { return false };
    shown[..one] == line[..other] && is_within(&told, &said, shown.contains('…'))
}

/// Whether what is shown is within what is said; `is_part` where something may be left out. Null stands for anything.
fn is_within(shown: &Value, said: &Value, is_part: bool) -> bool {
    match (shown, said) {
        (Value::Null, _) => true,
        (Value::String(shown), Value::String(said)) => is_text_like(shown, said),
        (Value::Object(shown), Value::Object(said)) => {
            let is_in = |(name, value): (&String, &Value)| {
                said.get(name).is_some_and(|said| is_within(value, said, is_part))
            };
            (is_part || shown.len() == said.len()) && shown.iter().all(is_in)
        }
        (Value::Array(shown), Value::Array(said)) => {
            let mut rest = said.iter();
            (is_part || shown.len() == said.len())
                && shown.iter().all(|value| rest.any(|said| is_within(value, said, is_part)))
        }
        _ => shown == said,
    }
}

/// Whether a line is what is shown.
fn is_like(shown: &str, line: &str) -> bool {
    is_text_like(shown, line) || is_json_like(shown, line)
}

/// Whether a text is what is shown, where `…` stands for anything.
fn is_text_like(shown: &str, line: &str) -> bool {
    let parts: Vec<&str> = shown.split('…').map(str::trim).collect();
    let [first, middle @ .., last] = parts.as_slice() else { return shown == line };
    if shown == line {
        return true;
    }
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The first line that is shown and does not come, in its order; `None` where all of them do.
pub fn missing(shown: &[String], said: &str) -> Option<String> {
    let shown = Lines::of(&shown.join("\n"));
    let said = Lines::of(said);
    let mut rest = said.0.iter();
    let mut shown = shown.0.into_iter();
    shown.find(|line| line.replace('…', "").trim() != "" && !rest.any(|said| is_like(line, said)))
}

#[test]
fn what_differs_from_run_to_run_is_the_same_and_all_else_is_not() {
    let shown = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let said = "id: x81ab2.5\nevent:  progress\ndata: {\"seq\":5,\"time\":1795391839976.338}\nmet      a  3 expectations, 0.41 s\n";
    assert_eq!(missing(&shown("id: k3f9.5\ndata: {\"seq\":5,\"time\":1764000000000.125}"), said), None);
    assert_eq!(missing(&shown("id: k3f9.5\n…\nmet a  3 expectations, 12.00 s"), said), None);
    assert_eq!(missing(&shown("data: {…}"), said), None);
    assert_eq!(missing(&shown("data: {\"time\":1764000000000.125,\"seq\":5}"), said), None);
    assert!(
        missing(&shown("data: {\"seq\":5}"), said).is_some(),
        "nothing is left out unless it is shown so"
    );
    assert!(missing(&shown("data: {\"seq\":6,…}"), said).is_some());
    assert_eq!(missing(&shown("id: k3f9.6"), said), Some("id: EPOCH.6".to_owned()));
    assert_eq!(
        missing(&shown("met a  4 expectations, 0.41 s"), said),
        Some("met a 4 expectations, …".to_owned())
    );
    assert_eq!(
        missing(&shown("event: progress\nid: k3f9.5"), said),
        Some("id: EPOCH.5".to_owned()),
        "in order"
    );
}
