//! The lines of a record as a report shows them: those that say something, shortened, with the time since the beginning.

use crate::measure::Facts;

/// How much of a line is shown.
const WIDE: usize = 160;
/// What says nothing beside the rest of a shown line.
const KNOWN: [&str; 9] = ["v", "at", "clock", "kind", "lane", "due", "dir", "job", "encoding"];

/// One line of a record for people: `+0.602 s r-sse: failed cause=connection lost`.
pub(super) fn told(facts: &Facts, text: &str) -> String {
    let Ok(serde_json::Value::Object(seen)) = serde_json::from_str::<serde_json::Value>(text) else {
        return short(text);
    };
    let word = |name: &str| seen.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let at = seen.get("at").and_then(serde_json::Value::as_f64).unwrap_or_default();
    // A lane's instants are told by the server's clock, as everything else in a report.
    let offset = facts.lane(word("lane")).and_then(|lane| lane.clock).filter(|_| word("clock") == "lane");
    let since = (at + offset.map_or(0.0, |clock| clock.ms) - facts.from) / 1000.0;
    let rest: Vec<String> = seen
        .iter()
        .filter(|(name, value)| !KNOWN.contains(&name.as_str()) && !value.is_null())
        .map(|(name, value)| match value {
            serde_json::Value::String(text) => format!("{name}={text}"),
            other => format!("{name}={other}"),
        })
        .collect();
    let who = if word("lane").is_empty() { word("clock") } else { word("lane") };
    let by = if word("clock") == "server" && who != "server" { " (server)" } else { "" };
    short(&format!("{since:+.3} s {who}{by}: {} {}", word("kind"), rest.join(" ")))
}

fn short(text: &str) -> String {
    if text.chars().count() <= WIDE {
        return text.trim_end().to_owned();
    }
    text.chars().take(WIDE - 1).chain(std::iter::once('…')).collect()
}
