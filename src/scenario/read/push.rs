//! Events that a step pushes, read by the code that reads a batch from a request.

use serde_json::Value;

use super::Cast;
use super::book::Book;
use super::tree::{Entry, Node, Tree};
use crate::feed::{Form, Malformed, read_batch};
use crate::scenario::mistakes::Mistake;

pub(super) fn read(entry: &Entry, cast: &Cast<'_>, book: &mut Book) -> Option<Vec<Value>> {
    let node = &entry.node;
    if cast.feed.source != "push" {
        let title = format!("nothing can be pushed to a feed of the source {}", cast.feed.source);
        book.amiss(entry, title, "`source = \"push\"` in [feed]");
    }
    let Tree::List(items) = &node.tree else {
        book.wrong("push", node, "an array of events, such as [{ type = \"text\", data = \"a\" }]", None);
        return None;
    };
    let mut good = true;
    let events: Vec<Value> = items.iter().map(Node::json).collect();
    for (item, event) in items.iter().zip(&events) {
        if let Err(malformed) = read_batch(Form::Json, event.to_string().as_bytes()) {
            good = false;
            note(item, malformed.place.trim_start_matches("event"), &malformed, book);
        }
    }
    if good && let Err(malformed) = read_batch(Form::Json, Value::from(events.clone()).to_string().as_bytes())
    {
        good = false;
        let index = malformed.place.trim_start_matches("events[").split(']').next();
        let index = index.and_then(|index| index.parse::<usize>().ok());
        note(index.and_then(|index| items.get(index)).unwrap_or(node), "", &malformed, book);
    }
    good.then_some(events)
}

/// Tells a complaint at the member that it is about, such as `.data.percent`.
fn note(event: &Node, path: &str, malformed: &Malformed, book: &mut Book) {
    let (mut node, mut name) = (event, "event");
    for part in path.split('.').filter(|part| !part.is_empty()) {
        if let Some(member) = node.member(part) {
            (node, name) = (member, part);
        }
    }
    // Line and column are those of the JSON, which nobody wrote.
    let found = malformed.found.rsplit_once(" (line ").map_or(malformed.found.as_str(), |(found, _)| found);
    let title = match node.tree {
        Tree::Table(_) | Tree::List(_) => format!("this {name} cannot be pushed"),
        _ => format!("`{name}` cannot be {}", book.found(node)),
    };
    let (place, wanted, found) = (node.at.clone(), malformed.wanted.clone(), found.to_owned());
    book.note(Mistake { place, title, wanted, found, fix: None });
}
