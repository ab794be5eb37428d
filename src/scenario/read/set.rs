//! Values set beside the file: `KEY=VALUE`, put into the tree before it is checked, so that a mistake in one is told as one in
//! the file is.

use toml::de::DeValue;

use super::book::Book;
use super::tree::{Entry, Node, Tree};
use crate::param::near;
use crate::scenario::keys::TOP;
use crate::scenario::mistakes::{Mistake, Place, Source};

/// What can be set: the parts of the file that have names.
const FORMS: &str = "a key at the top, `feed.KEY`, `lane.NAME.KEY` or `proxy.NAME.KEY`, then `=` and a value";

/// Puts one setting into the tree; tells it where it cannot be.
pub(super) fn set(setting: &str, top: &mut Vec<Entry>, book: &mut Book) {
    let source = book.sources.len();
    book.sources.push(Source { shown: "--set".to_owned(), text: setting.to_owned() });
    let Some((path, value)) = setting.split_once('=') else {
        return wrong(Place::new(source, 0..setting.len()), "nothing is set here", None, book);
    };
    let names: Vec<&str> = path.split('.').collect();
    let node = value_of(value, source, path.len() + 1);
    let last = names[names.len() - 1];
    let entry =
        Entry { key: last.to_owned(), at: Place::new(source, path.len() - last.len()..path.len()), node };
    let whole = Place::new(source, 0..path.len());
    match names.as_slice() {
        [key] if !["feed", "lane", "proxy", "step", "expect", "skip"].contains(key) => put(top, entry),
        ["feed", _] => {
            if !top.iter().any(|entry| entry.key == "feed") {
                let node = Node { at: whole.clone(), tree: Tree::Table(Vec::new()), raw: None };
                top.push(Entry { key: "feed".to_owned(), at: whole, node });
            }
            let feed = top.iter_mut().find(|entry| entry.key == "feed");
            if let Some(Tree::Table(feed)) = feed.map(|entry| &mut entry.node.tree) {
                put(feed, entry);
            }
        }
        [part @ ("lane" | "proxy"), name, _] => {
            if let Err(names) = put_into(top, part, name, entry) {
                let start = part.len() + 1;
                let place = Place::new(source, start..start + name.len());
                let fix = near(name, names.iter().map(String::as_str))
                    .map(|name| format!("the nearest is `{name}`"));
                wrong(place, &format!("there is no {part} called `{name}`"), fix, book);
            }
        }
        [first, ..] => {
            let known = TOP.names();
            let near =
                near(first, known.into_iter().filter(|name| !["step", "expect", "skip"].contains(name)));
            let fix = near.filter(|near| near != first).map(|name| format!("the nearest is `{name}`"));
            wrong(whole, &format!("`{path}` cannot be set"), fix, book);
        }
        [] => {}
    }
}

/// As TOML, if it is; else as text.
fn value_of(text: &str, source: usize, offset: usize) -> Node {
    let at = Place::new(source, offset..offset + text.len());
    match DeValue::parse(text) {
        Ok(value) => Node { at, raw: Some(text.to_owned()), ..Node::of(&value, source, offset) },
        Err(_) => Node { at, tree: Tree::Text(text.to_owned()), raw: Some(text.to_owned()) },
    }
}

fn put(table: &mut Vec<Entry>, entry: Entry) {
    match table.iter_mut().find(|other| other.key == entry.key) {
        Some(other) => *other = entry,
        None => table.push(entry),
    }
}

/// Puts it into that one of the array that has this name; else gives the names there are.
fn put_into(top: &mut [Entry], part: &str, name: &str, entry: Entry) -> Result<(), Vec<String>> {
    let items = top.iter_mut().find(|entry| entry.key == part).map(|entry| &mut entry.node.tree);
    let Some(Tree::List(items)) = items else { return Err(Vec::new()) };
    let called = |node: &Node| node.member("name").and_then(Node::text).map(str::to_owned);
    let names: Vec<String> = items.iter().filter_map(called).collect();
    let found = items.iter_mut().find(|node| called(node).as_deref() == Some(name));
    match found.map(|node| &mut node.tree) {
        Some(Tree::Table(table)) => {
            put(table, entry);
            Ok(())
        }
        _ => Err(names),
    }
}

fn wrong(place: Place, title: &str, fix: Option<String>, book: &mut Book) {
    let source = &book.sources[place.source].text;
    let found = format!("`{}`", source.get(place.span()).unwrap_or_default());
    book.note(Mistake { place, title: title.to_owned(), wanted: FORMS.to_owned(), found, fix });
}
