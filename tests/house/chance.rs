//! Nothing in the sources is left to chance that no seed reaches, nor goes by a clock that simulated time does not carry.

use crate::{none, sources};

/// What may not be named, and what to use for it.
const INSTEAD: [(&str, &str); 3] = [
    ("std::time::Instant", "tokio::time::Instant, which simulated time carries"),
    ("SystemTime", "pace::now()"),
    ("sync::watch", "signal: tokio's watch wakes in an order that no seed reaches"),
];
/// The one place that reads the system's clocks.
const CLOCK: &str = "src/pace/clock.rs";

fn complaints(name: &str, text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |code, line| code + line + "\n");
    let flat: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = Vec::new();
    for after in flat.split("select!").skip(1) {
        if !after.trim_start_matches([' ', '{']).starts_with("biased;") {
            found
                .push(format!("{name}: a select! without biased; begins with a branch that no seed chooses"));
        }
    }
    if name == CLOCK {
        return found;
    }
    // `use std::time::{Duration, Instant};`
    let grouped = flat.split("std::time::{").skip(1).any(|rest| {
        rest.split('}').next().is_some_and(|names| names.split(',').any(|name| name.trim() == "Instant"))
    });
    if grouped {
        found.push(format!("{name}: std's Instant; use {}", INSTEAD[0].1));
    }
    let named = |(bad, good): &(&str, &str)| flat.contains(bad).then(|| format!("{name}: {bad}; use {good}"));
    found.extend(INSTEAD.iter().filter_map(named));
    found
}

#[test]
fn the_sources_leave_nothing_to_chance_that_no_seed_reaches() {
    let files = sources("src", &["rs"]);
    assert!(files.iter().any(|(name, _)| name == CLOCK), "the sources were not found");
    none(&files.iter().flat_map(|(name, text)| complaints(name, text)).collect::<Vec<_>>());
}

#[test]
fn chance_is_noticed_however_it_is_written() {
    for bad in [
        "tokio::select! { a = b => c }",
        "tokio::select! {\n    // biased;\n    a = b => c\n}",
        "use std::time::Instant;",
        "use std::time::{Duration, Instant};",
        "let now = std::time::SystemTime::now();",
        "use tokio::sync::{mpsc, watch}; let (a, b) = tokio::sync::watch::channel(0);",
    ] {
        assert!(!complaints("src/a.rs", bad).is_empty(), "{bad}");
    }
    for good in [
        "tokio::select! { biased; a = b => c }",
        "tokio::select! {\n    biased;\n    a = b => c\n}",
        "use std::time::Duration;\nuse tokio::time::Instant;",
        "// not std::time::Instant",
    ] {
        assert_eq!(complaints("src/a.rs", good), Vec::<String>::new(), "{good}");
    }
    assert_eq!(complaints(CLOCK, "use std::time::{Instant, SystemTime};"), Vec::<String>::new());
}
