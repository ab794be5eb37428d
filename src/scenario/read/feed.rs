//! The feed of a file: what `POST /api/jobs` takes, read by the code that reads it there.

use serde_json::{Map, Value};

use super::book::{Book, one_of};
use super::size::{SIZE, parse_size};
use super::tree::{Entry, Node, Tree};
use crate::feed::JobRequest;
use crate::feed::source::{NAMES, schemas};
use crate::pace::format_span;
use crate::param::near;
use crate::scenario::mistakes::Mistake;

/// The keys whose value is a size.
pub(in crate::scenario) const SIZES: [&str; 2] = ["size", "keep-bytes"];

/// The feed as it was read.
#[derive(Debug, Default)]
pub(super) struct Feed {
    /// The request for its job.
    pub body: Map<String, Value>,
    /// Its source.
    pub source: String,
    /// How many events there will be if nobody commands the job.
    pub total: Option<u64>,
}

pub(super) fn read(entry: Option<Entry>, book: &mut Book) -> Feed {
    let mut feed = Feed { source: "synthetic".to_owned(), ..Feed::default() };
    let (at, entries) = match entry {
        None => (None, Vec::new()),
        Some(Entry { node: Node { tree: Tree::Table(entries), .. }, at, .. }) => (Some(at), entries),
        Some(Entry { node, .. }) => {
            book.wrong("feed", &node, "a table, `[feed]`", None);
            return feed;
        }
    };
    if let Some(source) = entries.iter().find(|entry| entry.key == "source") {
        let Some(name) = source.node.text().filter(|text| NAMES.contains(text)) else {
            book.wrong_word("source", &source.node, NAMES);
            return feed;
        };
        name.clone_into(&mut feed.source);
    }
    let properties = properties(&feed.source);
    let before = book.mistakes.len();
    for entry in &entries {
        if let Some(value) = value(entry, &properties, &feed, book) {
            feed.body.insert(entry.key.clone(), value);
        }
    }
    feed.body.insert("source".to_owned(), feed.source.as_str().into());
    if properties.contains_key("path") && !entries.iter().any(|entry| entry.key == "path") {
        let title = format!("a job of the source {} needs `path`", feed.source);
        let wanted = "`path`, a file below the folder of this one".to_owned();
        let place = at.clone().unwrap_or_default();
        book.note_absent(Mistake { place, title, wanted, found: "nothing".to_owned(), fix: None });
    }
    match JobRequest::check(feed.body.clone()) {
        Ok(total) => feed.total = total,
        // Each value alone would do: something is missing, or two do not go together.
        Err(error) if book.mistakes.len() == before => {
            let place = at.unwrap_or_default();
            let title = format!("there can be no such job: {error}");
            let wanted = format!("what a job of the source {} takes", feed.source);
            book.note_absent(Mistake { place, title, wanted, found: "this".to_owned(), fix: None });
        }
        Err(_) => {}
    }
    feed
}

/// What the request holds for this key, if that can be.
fn value(entry: &Entry, properties: &Map<String, Value>, feed: &Feed, book: &mut Book) -> Option<Value> {
    let (key, node) = (entry.key.as_str(), &entry.node);
    if key == "job" || key == "start" {
        let title = format!("`{key}` is not for a scenario to say");
        book.amiss(
            entry,
            title,
            "nothing: who plays it names the job, and starts it when its lanes are ready",
        );
        return None;
    }
    if !properties.contains_key(key) {
        let names: Vec<&str> = properties.keys().map(String::as_str).collect();
        let title = format!("`{key}` is nothing that a job of the source {} takes", feed.source);
        let fix = near(key, names.iter().copied()).map(|name| format!("the nearest is `{name}`"));
        let found = format!("`{key}`");
        book.note(Mistake { place: entry.at.clone(), title, wanted: one_of(&names), found, fix });
        return None;
    }
    let json = match node.text().filter(|_| SIZES.contains(&key)) {
        Some(text) => match parse_size(text) {
            Some(bytes) => bytes.into(),
            None => node.json(),
        },
        None => node.json(),
    };
    // The value alone, with what else the source insists on: what is said then is about this value.
    let mut alone = Map::from_iter([("source".to_owned(), feed.source.as_str().into())]);
    if properties.contains_key("path") {
        alone.insert("path".to_owned(), "a".into());
    }
    if key == "token-lasts" {
        alone.insert("token".to_owned(), "a".into());
    }
    alone.insert(key.to_owned(), json.clone());
    if JobRequest::check(alone).is_ok() {
        return Some(json);
    }
    wrong(key, node, &properties[key], book);
    None
}

fn wrong(key: &str, node: &Node, schema: &Value, book: &mut Book) {
    let each = |of: &'static str| schema[of].as_array().into_iter().flatten();
    let described = each("oneOf").filter_map(|one| one["const"].as_str());
    let words: Vec<&str> = each("enum").filter_map(Value::as_str).chain(described).collect();
    if !words.is_empty() {
        return book.wrong_word(key, node, &words);
    }
    let range = |what: &str| match (schema["minimum"].as_f64(), schema["maximum"].as_f64()) {
        (None, None) => what.to_owned(),
        (Some(min), None) => format!("{what} from {min} on"),
        (None, Some(max)) => format!("{what} up to {max}"),
        (Some(min), Some(max)) => format!("{what} from {min} to {max}"),
    };
    let is = |name: &str| schema["type"] == name || schema["type"][0] == name;
    let (wanted, fix) = if SIZES.contains(&key) {
        (format!("{SIZE}: {}", range("")).replace(":  ", ", "), None)
    } else if is("integer") {
        (range("a whole number"), None)
    } else if is("number") {
        (range("a number"), None)
    } else if is_span(key, schema) {
        let hour = format_span(std::time::Duration::from_secs(3600));
        let fix = match node.tree {
            Tree::Whole(number) => Some(format!("with a unit it is \"{number}ms\" or \"{number}s\"")),
            _ => None,
        };
        (format!("a duration with its unit, from 0ms to {hour}"), fix)
    } else if let Some(pattern) = schema["pattern"].as_str() {
        (format!("text like {pattern}"), None)
    } else {
        ("text, in quotes".to_owned(), None)
    };
    book.wrong(key, node, wanted, fix);
}

/// Whether what the schema of a source gives a pattern for is a duration: of all of them but the token.
pub(in crate::scenario) fn is_span(key: &str, schema: &Value) -> bool {
    key != "token" && schema["pattern"].is_string()
}

/// What a job of this source can be asked with, but for what a scenario does not say.
pub(in crate::scenario) fn properties(source: &str) -> Map<String, Value> {
    let schema = schemas().into_iter().find(|schema| schema["properties"]["source"]["const"] == source);
    let mut properties =
        schema.and_then(|schema| schema["properties"].as_object().cloned()).unwrap_or_default();
    properties.remove("job");
    properties.remove("start");
    properties
}
