//! The lanes of a file, each with the switches that its transport and its client have.

use std::collections::BTreeMap;

use super::book::{Book, one_of};
use super::fields::Fields;
use super::tree::{Entry, Node, Tree};
use crate::client::{own_switches, transport_of};
use crate::param::{Param, near};
use crate::scenario::keys::LANE;
use crate::scenario::mistakes::Mistake;
use crate::scenario::model::{Lane, Proxy};
use crate::transport::{ALL, Transport};

pub(super) fn read(nodes: Vec<Node>, proxies: &[Proxy], book: &mut Book) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    for node in nodes {
        let span = node.at.span();
        let Some(mut fields) = Fields::of("lane", node, LANE.name, LANE.keys, book) else { continue };
        // One that is wrong is told, and then known all the same: who speaks of it makes no mistake.
        let raw = fields.peek("name");
        let name = name(&mut fields, &lanes, book).or(raw);
        let transport = transport(&mut fields, book);
        let count = fields.whole("count", book).unwrap_or(1);
        let origin = fields.whole("origin", book).and_then(|origin| usize::try_from(origin).ok());
        let other_page = fields.text("page", book).as_deref() == Some("other");
        let through = fields.node("through", book);
        if let Some((name, node)) = &through
            && !proxies.iter().any(|proxy| proxy.name == *name)
        {
            let known: Vec<&str> = proxies.iter().map(|proxy| proxy.name.as_str()).collect();
            book.stranger(node, "proxy", &known);
        }
        let settings = match transport {
            Some(transport) => settings(fields, transport, book),
            None => BTreeMap::new(),
        };
        lanes.push(Lane {
            name: name.unwrap_or_default(),
            transport: transport.map(|transport| transport.name.to_owned()).unwrap_or_default(),
            count: usize::try_from(count).unwrap_or(1),
            origin,
            other_page,
            through: through.map(|(name, _)| name),
            settings,
            span,
        });
    }
    lanes
}

fn name(fields: &mut Fields, others: &[Lane], book: &mut Book) -> Option<String> {
    let (name, node) = fields.node("name", book)?;
    // The readers of a lane with a count are called name-1, name-2, …
    let numbered = |of: &str, count: usize, name: &str| {
        let number = name.strip_prefix(of).and_then(|rest| rest.strip_prefix('-'));
        let number = number.filter(|text| !text.starts_with('0')).and_then(|text| text.parse::<usize>().ok());
        count > 1 && number.is_some_and(|number| (1..=count).contains(&number))
    };
    if others.iter().any(|other| other.name == name) {
        book.wrong("name", &node, "a name that no other lane has", None);
    } else if let Some(other) = others.iter().find(|other| numbered(&other.name, other.count, &name)) {
        let wanted =
            format!("another name: one of the {} readers of `{}` is called so", other.count, other.name);
        book.wrong("name", &node, wanted, None);
    }
    Some(name)
}

fn transport(fields: &mut Fields, book: &mut Book) -> Option<&'static Transport> {
    let Entry { node, .. } = fields.take("transport")?;
    let found = node.text().and_then(|text| ALL.iter().find(|transport| transport.name == text));
    if found.is_none() {
        let names: Vec<&str> = ALL.iter().map(|transport| transport.name).collect();
        book.wrong_word("transport", &node, &names);
    }
    found
}

/// What is left of a lane: the switches of its transport, and of its client.
fn settings(mut fields: Fields, transport: &'static Transport, book: &mut Book) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    let mut again = None;
    for entry in fields.rest() {
        let known = || own_switches(transport.name).iter().chain(transport.switches());
        let Some(param) = known().find(|param| param.name == entry.key) else {
            let mut names = LANE.names();
            names.extend(known().map(|param| param.name));
            stranger(&entry, transport, &names, book);
            continue;
        };
        match value(param, &entry.node) {
            Some(text) => {
                if param.name == "again" {
                    again = Some(entry.node.clone());
                }
                settings.insert(entry.key, text);
            }
            None => wrong(param, &entry.node, book),
        }
    }
    if let (Err(bad), Some(node)) = (transport_of(transport.name, &settings), again) {
        let fix =
            Some("say beside it whether it goes on from its cursor (resume) or not (restart)".to_owned());
        book.wrong(&bad.name, &node, bad.wanted, fix);
    }
    settings
}

/// A key that a lane of this transport does not have; perhaps one of another has it.
fn stranger(entry: &Entry, transport: &Transport, known: &[&str], book: &mut Book) {
    let title = format!("`{}` is no switch of the transport {}", entry.key, transport.name);
    let has = |other: &&Transport| {
        own_switches(other.name).iter().chain(other.switches()).any(|param| param.name == entry.key)
    };
    let others: Vec<&str> = ALL.iter().filter(has).map(|other| other.name).collect();
    let fix = if others.is_empty() {
        near(&entry.key, known.iter().copied()).map(|name| format!("the nearest is `{name}`"))
    } else {
        Some(format!("{} would take it", one_of(&others).replace("one of ", "")))
    };
    let found = format!("`{}`", entry.key);
    book.note(Mistake { place: entry.at.clone(), title, wanted: one_of(known), found, fix });
}

/// The value as it stands in an address.
fn value(param: &Param, node: &Node) -> Option<String> {
    let text = match node.tree {
        Tree::Whole(number) if param.is_number() => number.to_string(),
        _ => node.text()?.to_owned(),
    };
    param.fits(&text).then_some(text)
}

fn wrong(param: &Param, node: &Node, book: &mut Book) {
    use crate::param::Kind;
    match &param.kind {
        Kind::Choice(words) => book.wrong_word(param.name, node, words),
        Kind::Switch => book.wrong_word(param.name, node, &["on", "off"]),
        _ => {
            let unit = match (&param.kind, &node.tree) {
                (Kind::Duration { .. }, Tree::Whole(number)) => {
                    Some(format!("with a unit it is \"{number}ms\" or \"{number}s\""))
                }
                _ => None,
            };
            book.wrong(param.name, node, param.wanted(), unit);
        }
    }
}
