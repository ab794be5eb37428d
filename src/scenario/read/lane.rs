//! The lanes of a file, each with the switches that its transport and its client have.

use std::collections::{BTreeMap, HashMap};

use super::book::{Book, one_of};
use super::fields::Fields;
use super::tree::{Entry, Node, Tree};
use crate::client::{own_switches, transport_of};
use crate::param::{Param, near};
use crate::scenario::keys::{LANE, READERS};
use crate::scenario::mistakes::{Mistake, Place};
use crate::scenario::model::{Lane, Proxy};
use crate::transport::{ALL, Transport};

pub(super) fn read(nodes: Vec<Node>, proxies: &[Proxy], book: &mut Book) -> Vec<Lane> {
    let mut lanes: Vec<Lane> = Vec::new();
    let mut counts = HashMap::new();
    let mut readers = 0;
    for node in nodes {
        let span = node.at.span();
        // Behind too many there is nothing more to tell; of those that are there steps and expectations may speak.
        if readers > READERS {
            lanes.push(unread(&node));
            continue;
        }
        let Some(mut fields) = Fields::of("lane", node, LANE.name, LANE.keys, book) else { continue };
        // One that is wrong is told, and then known all the same: who speaks of it makes no mistake.
        let raw = fields.peek("name");
        let name = name(&mut fields, &counts, book).or(raw);
        let transport = transport(&mut fields, book);
        let counted = fields.place("count");
        let count = fields.whole("count", book).unwrap_or(1);
        readers += count;
        if let Some(name) = &name {
            counts.entry(name.clone()).or_insert(count);
        }
        if readers > READERS {
            too_many(counted, &fields.at, count, readers, book);
        }
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

/// A lane that is known by its name and transport alone.
fn unread(node: &Node) -> Lane {
    let text = |key| node.member(key).and_then(Node::text).map(str::to_owned).unwrap_or_default();
    Lane {
        name: text("name"),
        transport: text("transport"),
        count: 1,
        origin: None,
        other_page: false,
        through: None,
        settings: BTreeMap::new(),
        span: node.at.span(),
    }
}

/// More readers than a scenario can have.
fn too_many(counted: Option<Place>, at: &Place, count: u64, readers: u64, book: &mut Book) {
    let place = counted.unwrap_or_else(|| at.clone());
    let found = format!("{readers} up to this lane, {count} of them its own");
    let fix = Some("each reader needs a socket, and the server another for it: take fewer".to_owned());
    let title =
        format!("a scenario cannot have more than {READERS} readers, and this lane makes it {readers}");
    book.note(Mistake {
        place,
        title,
        wanted: format!("at most {READERS} readers in all lanes"),
        found,
        fix,
    });
}

fn name(fields: &mut Fields, others: &HashMap<String, u64>, book: &mut Book) -> Option<String> {
    let (name, node) = fields.node("name", book)?;
    // The readers of a lane with a count are called name-1, name-2, …
    let numbered = name.rsplit_once('-').filter(|(_, number)| !number.starts_with('0'));
    let other = numbered.and_then(|(of, number)| {
        let (count, number) = (*others.get(of)?, number.parse::<u64>().ok()?);
        (count > 1 && (1..=count).contains(&number)).then_some((of, count))
    });
    if others.contains_key(&name) {
        book.wrong("name", &node, "a name that no other lane has", None);
    } else if let Some((of, count)) = other {
        let wanted = format!("another name: one of the {count} readers of `{of}` is called so");
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
