//! Who may know whom: the arrows between the modules go down only, and transports never meet each other.

use crate::{
    none,
    paths::{module_of, named_in},
    sources,
};

/// Each top module and whom it may know, lowest first.
const MAY_KNOW: [(&str, &[&str]); 21] = [
    ("proto", &[]),
    ("pace", &[]),
    ("param", &["pace"]),
    ("signal", &[]),
    ("docs", &[]),
    ("wire", &["proto"]),
    ("fault", &["pace", "param", "proto", "signal", "wire"]),
    ("feed", &["pace", "signal"]),
    ("record", &["feed", "pace"]),
    ("client", &["pace", "param", "proto", "record", "wire"]),
    ("transport", &["fault", "feed", "pace", "param", "proto", "record", "wire"]),
    ("measure", &["feed", "pace", "record"]),
    ("scenario", &["client", "fault", "feed", "measure", "pace", "param", "record", "transport"]),
    ("ledger", &["proto", "record"]),
    ("report", &["ledger", "measure", "pace", "record", "scenario"]),
    ("export", &["ledger", "pace", "proto", "record", "report"]),
    ("class", &["measure", "pace"]),
    ("run", &["fault", "feed", "measure", "pace", "record", "scenario"]),
    (
        "server",
        &[
            "docs",
            "proto",
            "pace",
            "param",
            "wire",
            "fault",
            "feed",
            "record",
            "signal",
            "transport",
            "scenario",
            "report",
            "class",
            "run",
        ],
    ),
    (
        "play",
        &[
            "client", "signal", "feed", "measure", "pace", "record", "report", "run", "scenario", "server",
            "wire",
        ],
    ),
    (
        "cli",
        &[
            "proto",
            "pace",
            "param",
            "wire",
            "fault",
            "feed",
            "record",
            "transport",
            "measure",
            "scenario",
            "report",
            "export",
            "run",
            "server",
            "play",
            "client",
            "signal",
        ],
    ),
];

/// Siblings in one folder that never meet: each is a kind, and a kind is one file or folder.
const STRANGERS: (&str, &[&str]) =
    ("transport", &["polling", "long_polling", "sse", "fetch_stream", "websocket"]);

fn complaints(name: &str, text: &str) -> Vec<String> {
    let module = module_of(name);
    let Some(top) = module.first() else { return Vec::new() };
    let Some((_, allowed)) = MAY_KNOW.iter().find(|(known, _)| known == top) else {
        return vec![format!("{name}: {top} has no line in MAY_KNOW: say whom it may know")];
    };
    let mut found = Vec::new();
    for path in named_in(&module, text) {
        let Some(other) = path.first() else { continue };
        let is_module = MAY_KNOW.iter().any(|(known, _)| known == other);
        if other != top && is_module && !allowed.contains(&other.as_str()) {
            found.push(format!("{name}: {top} may not know {other}"));
        }
        if let (Some(own), Some(theirs)) = (stranger(&module), stranger(&path))
            && own != theirs
        {
            found.push(format!("{name}: {own} and {theirs} never meet"));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn stranger(path: &[String]) -> Option<&str> {
    let (folder, kinds) = STRANGERS;
    let kind = path.get(1)?.as_str();
    (path[0] == folder && kinds.contains(&kind)).then_some(kind)
}

#[test]
fn arrows_go_down_only() {
    let files = sources("src", &["rs"]);
    assert!(files.len() > 2, "the sources were not found");
    none(&files.iter().flat_map(|(name, text)| complaints(name, text)).collect::<Vec<_>>());
}

#[test]
fn an_arrow_upwards_is_noticed_however_it_is_written() {
    for bad in [
        "use crate::server::Stage;",
        "use crate::{feed::Event, server::{self, Stage}};",
        "fn f() { crate::server::start(); }",
        "use super::super::server;",
        "use super::super::{feed, server as s};",
    ] {
        let found = complaints("src/transport/sse.rs", bad);
        assert_eq!(found.len(), 1, "{bad}: {found:?}");
        assert!(found[0].contains("transport may not know server"), "{found:?}");
    }
}

#[test]
fn an_arrow_downwards_or_within_is_fine() {
    for good in [
        "use crate::{feed::{Event, Log}, record::Observation};",
        "use super::{Lane, Shared};",
        "use super::sse::Block; // its own part",
        "// use crate::server::Stage;\nfn f() -> &'static str { \"crate::server::Stage\" }",
        "use std::{fs, server::No};",
    ] {
        assert_eq!(complaints("src/transport/sse/mod.rs", good), Vec::<String>::new(), "{good}");
    }
}

#[test]
fn transports_that_meet_are_noticed() {
    for bad in ["use super::websocket::Frame;", "use crate::transport::{polling, Shared};"] {
        let found = complaints("src/transport/sse.rs", bad);
        assert!(found.len() == 1 && found[0].contains("never meet"), "{bad}: {found:?}");
    }
    assert!(complaints("src/transport/mod.rs", "use self::{polling, sse, websocket};").is_empty());
}

#[test]
fn a_module_nobody_placed_is_noticed() {
    assert_eq!(complaints("src/extras/mod.rs", "").len(), 1);
}
