//! A fault that is thrown: read by the code that reads the body of `POST /api/faults`, each of its complaints at the member
//! that it is about.

use serde_json::{Map, Value};

use super::Cast;
use super::book::{Book, one_of};
use super::step::table;
use super::tree::{Entry, Node, Tree};
use crate::fault::{ALL, Malformed, Wanted};
use crate::param::{Kind, near};
use crate::scenario::mistakes::Mistake;
use crate::transport;

pub(super) fn read(node: &Node, cast: &Cast<'_>, book: &mut Book) -> Option<Map<String, Value>> {
    if !table("throw", node, book) {
        return None;
    }
    let Tree::Table(entries) = &node.tree else { return None };
    let before = book.mistakes.len();
    let body: Map<String, Value> =
        entries.iter().map(|entry| (entry.key.clone(), entry.node.json())).collect();
    let mut left = body.clone();
    let scope = scope(node, cast, &mut left, book);
    // It stops at the first mistake: what is told is taken out, and the rest read again.
    while let Err(malformed) = Wanted::read(left.clone()) {
        note(&malformed, node, entries, book);
        if left.remove(&malformed.member).is_none() || malformed.member == "fault" {
            break;
        }
    }
    let body = if let Some(scope) = scope { with(body, "scope", scope) } else { body };
    (book.mistakes.len() == before).then_some(body)
}

fn with(mut body: Map<String, Value>, name: &str, value: String) -> Map<String, Value> {
    body.insert(name.to_owned(), value.into());
    body
}

/// Whom it strikes: lanes and transports of this file. What is told is taken out of `left`.
fn scope(node: &Node, cast: &Cast<'_>, left: &mut Map<String, Value>, book: &mut Book) -> Option<String> {
    let scope = node.member("scope")?;
    let text = scope.text()?;
    let before = book.mistakes.len();
    match text.split_once(':') {
        Some(("lane", name)) if !cast.lanes.iter().any(|lane| lane.name == name) => {
            let known: Vec<String> = cast.lanes().iter().map(|name| format!("lane:{name}")).collect();
            nobody(scope, &format!("there is no lane called `{name}`"), &known, text, book);
        }
        Some(("transport", name)) if !cast.lanes.iter().any(|lane| lane.transport == name) => {
            let known =
                transport::ALL.iter().filter(|one| cast.lanes.iter().any(|lane| lane.transport == one.name));
            let known: Vec<String> = known.map(|one| format!("transport:{}", one.name)).collect();
            nobody(scope, &format!("no lane reads by the transport `{name}`"), &known, text, book);
        }
        Some(("connection", _)) => {
            book.wrong(
                "scope",
                scope,
                "`all`, `lane:NAME` or `transport:NAME`: numbers are not known before",
                None,
            );
        }
        _ => {}
    }
    if book.mistakes.len() > before {
        left.remove("scope");
    }
    Some(text.to_owned())
}

fn nobody(node: &Node, title: &str, known: &[String], text: &str, book: &mut Book) {
    let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
    known.push("all");
    let fix = near(text, known.iter().copied()).map(|name| format!("the nearest is `{name}`"));
    let found = book.found(node);
    let (place, title, wanted) = (node.at.clone(), title.to_owned(), one_of(&known));
    book.note_absent(Mistake { place, title, wanted, found, fix });
}

/// Tells a complaint at the member that it is about.
fn note(malformed: &Malformed, node: &Node, entries: &[Entry], book: &mut Book) {
    let member = &malformed.member;
    let Some(entry) = entries.iter().find(|entry| entry.key == *member) else {
        let title = format!("a throw needs `{member}`");
        let (place, found) = (node.at.clone(), "nothing".to_owned());
        let fix = malformed.fix.clone();
        return book.note(Mistake { place, title, wanted: malformed.wanted.clone(), found, fix });
    };
    let fault = node.member("fault").and_then(Node::text).and_then(crate::fault::named);
    if member == "fault" {
        let names: Vec<&str> = ALL.iter().map(|fault| fault.name).collect();
        return book.wrong_word("fault", &entry.node, &names);
    }
    let params = fault.map(|fault| fault.params).unwrap_or_default();
    let known = ["scope", "lasts"].into_iter().chain(params.iter().map(|param| param.name));
    let known: Vec<&str> = std::iter::once("fault").chain(known).collect();
    if !known.contains(&member.as_str()) {
        let of = fault.map_or_else(|| "a throw".to_owned(), |fault| format!("the fault {}", fault.name));
        return book.unknown(entry, &of, &known);
    }
    match params.iter().find(|param| param.name == member).map(|param| &param.kind) {
        Some(Kind::Choice(words)) => book.wrong_word(member, &entry.node, words),
        Some(Kind::Switch) => book.wrong_word(member, &entry.node, &["on", "off"]),
        _ => book.wrong(member, &entry.node, malformed.wanted.clone(), malformed.fix.clone()),
    }
}
