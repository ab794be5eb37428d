//! One table of a file, read key by key. What nobody has asked for at the end is no key of it.

use std::time::Duration;

use super::book::{Book, one_of};
use super::tree::{Entry, Node, Tree};
use crate::pace::{format_span, parse_span};
use crate::scenario::keys::{Form, Key, NAME};
use crate::scenario::mistakes::{Mistake, Place};

/// A table that is being read.
#[derive(Debug)]
pub(super) struct Fields {
    /// As a complaint names it.
    of: &'static str,
    /// Where it stands.
    pub at: Place,
    keys: Vec<&'static Key>,
    entries: Vec<Entry>,
}

impl Fields {
    /// A table of these keys; what is required and not there is told.
    pub fn open(
        entries: Vec<Entry>,
        at: Place,
        of: &'static str,
        keys: impl IntoIterator<Item = &'static Key>,
        book: &mut Book,
    ) -> Self {
        let fields = Self { of, at, keys: keys.into_iter().collect(), entries };
        for key in fields.keys.iter().filter(|key| key.required && !fields.has(key.name)) {
            let example = match key.form {
                Form::Choice(words) => format!("\"{}\"", words[0]),
                Form::Some(_) | Form::Lanes => "[\"…\"]".to_owned(),
                _ => "\"…\"".to_owned(),
            };
            book.note_absent(Mistake {
                place: fields.at.clone(),
                title: format!("{of} needs `{}`", key.name),
                wanted: format!("`{} = {example}`", key.name),
                found: "nothing".to_owned(),
                fix: Some(key.means.to_owned()),
            });
        }
        fields
    }

    /// The table that `node` is to be; told if it is none.
    pub fn of(
        key: &str,
        node: Node,
        of: &'static str,
        keys: impl IntoIterator<Item = &'static Key>,
        book: &mut Book,
    ) -> Option<Self> {
        let at = node.at.clone();
        if let Tree::Table(entries) = node.tree {
            return Some(Self::open(entries, at, of, keys, book));
        }
        book.wrong(key, &node, "a table", None);
        None
    }

    /// Whether it has this key.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == name)
    }

    /// The text at this key, whatever is wrong with it.
    pub fn peek(&self, name: &str) -> Option<String> {
        let entry = self.entries.iter().find(|entry| entry.key == name)?;
        entry.node.text().map(str::to_owned)
    }

    /// Where the value of this key stands.
    pub fn place(&self, name: &str) -> Option<Place> {
        self.entries.iter().find(|entry| entry.key == name).map(|entry| entry.node.at.clone())
    }

    /// Takes what stands at this key.
    pub fn take(&mut self, name: &str) -> Option<Entry> {
        let index = self.entries.iter().position(|entry| entry.key == name)?;
        Some(self.entries.remove(index))
    }

    /// Takes all that is left.
    pub fn rest(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// A text, a name or a choice.
    pub fn text(&mut self, name: &str, book: &mut Book) -> Option<String> {
        self.node(name, book).map(|(text, _)| text)
    }

    /// The same with its place.
    pub fn node(&mut self, name: &str, book: &mut Book) -> Option<(String, Node)> {
        let (key, Entry { node, .. }) = (self.key(name), self.take(name)?);
        text(key, &node, book).map(|text| (text, node))
    }

    /// A duration.
    pub fn span(&mut self, name: &str, book: &mut Book) -> Option<Duration> {
        let (key, Entry { node, .. }) = (self.key(name), self.take(name)?);
        let (min, max) = match key.map(|key| &key.form) {
            Some(Form::Span { min, max }) => (*min, *max),
            _ => (Duration::ZERO, Duration::MAX),
        };
        span(name, &node, (min, max), book)
    }

    /// A whole number.
    pub fn whole(&mut self, name: &str, book: &mut Book) -> Option<u64> {
        let (key, Entry { node, .. }) = (self.key(name), self.take(name)?);
        let (min, max) = match key.map(|key| &key.form) {
            Some(Form::Whole { min, max }) => (*min, *max),
            _ => (0, u64::MAX),
        };
        let found = node.whole().filter(|number| (min..=max).contains(number));
        if found.is_none() {
            book.wrong(name, &node, format!("a whole number from {min} to {max}"), None);
        }
        found
    }

    /// `true`, or nothing.
    pub fn yes(&mut self, name: &str, book: &mut Book) -> bool {
        let Some(Entry { node, .. }) = self.take(name) else { return false };
        let yes = matches!(node.tree, Tree::Flag(true));
        if !yes {
            book.wrong(name, &node, "`true`, or nothing at all", None);
        }
        yes
    }

    /// Some of the words of this key.
    pub fn some(&mut self, name: &str, book: &mut Book) -> Vec<String> {
        let (key, entry) = (self.key(name), self.take(name));
        let (Some(Entry { node, .. }), Some(Form::Some(words))) = (entry, key.map(|key| &key.form)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items(name, &node, &one_of(words).replace("one of", "an array of some of"), book) {
            match item.text().filter(|text| words.contains(text)) {
                Some(text) => found.push(text.to_owned()),
                None => book.wrong_word(name, item, words),
            }
        }
        found
    }

    /// Tells every key that nobody has taken; `known` are those that it could have besides.
    pub fn close(self, known: &[&str], book: &mut Book) {
        let names: Vec<&str> = self.keys.iter().map(|key| key.name).chain(known.iter().copied()).collect();
        for entry in &self.entries {
            book.unknown(entry, self.of, &names);
        }
    }

    fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().copied().find(|key| key.name == name)
    }
}

/// The items of an array with at least one.
pub(super) fn items<'a>(key: &str, node: &'a Node, wanted: &str, book: &mut Book) -> &'a [Node] {
    match &node.tree {
        Tree::List(items) if !items.is_empty() => items,
        Tree::List(_) => {
            book.wrong(key, node, format!("{wanted}, at least one"), None);
            &[]
        }
        Tree::Text(text) => {
            let fix = Some(format!("write `{key} = [{text:?}]`"));
            book.wrong(key, node, wanted, fix);
            &[]
        }
        _ => {
            book.wrong(key, node, wanted, None);
            &[]
        }
    }
}

/// A duration within these bounds.
pub(super) fn span(
    key: &str,
    node: &Node,
    bounds: (Duration, Duration),
    book: &mut Book,
) -> Option<Duration> {
    let read = match node.tree {
        // A bare number is a mistake also where it was set beside the file.
        Tree::Text(_) => node.text().and_then(|text| parse_span(text).ok()),
        _ => None,
    };
    let found = read.filter(|span| (bounds.0..=bounds.1).contains(span));
    if found.is_none() {
        let (min, max) = (format_span(bounds.0), format_span(bounds.1));
        let wanted = format!("a duration with its unit, from {min} to {max}");
        let number = node.raw.as_deref().or(node.text()).map(str::to_owned).or_else(|| match node.tree {
            Tree::Whole(number) => Some(number.to_string()),
            _ => None,
        });
        let number = number.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
        let fix = number.map(|number| format!("with a unit it is \"{number}ms\" or \"{number}s\""));
        book.wrong(key, node, wanted, fix);
    }
    found
}

fn text(key: Option<&'static Key>, node: &Node, book: &mut Book) -> Option<String> {
    let key = key?;
    let text = node.text();
    match &key.form {
        Form::Choice(words) => {
            if let Some(text) = text.filter(|text| words.contains(text)) {
                return Some(text.to_owned());
            }
            book.wrong_word(key.name, node, words);
        }
        Form::Name => {
            if let Some(text) = text.filter(|text| is_name(text)) {
                return Some(text.to_owned());
            }
            book.wrong(key.name, node, format!("a name: 1 to {NAME} of a-z, 0-9 and -"), None);
        }
        _ => {
            if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                return Some(text.to_owned());
            }
            book.wrong(key.name, node, "text, in quotes", None);
        }
    }
    None
}

/// Whether this can be the name of a lane, a proxy, a throw.
pub(super) fn is_name(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain && (1..=NAME).contains(&text.len())
}
