//! The values of a scenario file as a tree of our own, each with its place: tables in the order of the file, and open to what
//! is set beside it.

use serde_json::{Map, Number, Value};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::scenario::mistakes::Place;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub at: Place,
    pub tree: Tree,
    /// As it was written, where that was beside the file (`--set`): there `1.1` may be meant as text.
    pub raw: Option<String>,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    Text(String),
    Whole(i128),
    Float(f64),
    Flag(bool),
    /// A date or a time, which no key takes.
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub key: String,
    pub at: Place,
    pub node: Node,
}

impl Node {
    /// A value of the text numbered `source`, in which everything stands `offset` bytes further on than it says.
    pub fn of(value: &Spanned<DeValue<'_>>, source: usize, offset: usize) -> Self {
        let at = place(value, source, offset);
        let tree = match value.get_ref() {
            DeValue::String(text) => Tree::Text(text.to_string()),
            DeValue::Integer(number) => {
                let read = i128::from_str_radix(number.as_str(), number.radix());
                Tree::Whole(read.unwrap_or(i128::MAX))
            }
            DeValue::Float(number) => Tree::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(flag) => Tree::Flag(*flag),
            DeValue::Datetime(date) => Tree::Date(date.to_string()),
            DeValue::Array(items) => {
                Tree::List(items.iter().map(|item| Self::of(item, source, offset)).collect())
            }
            DeValue::Table(table) => Tree::Table(entries(table, source, offset)),
        };
        Self { at, tree, raw: None }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.tree {
            Tree::Text(text) => Some(text),
            Tree::Whole(_) | Tree::Float(_) | Tree::Flag(_) => self.raw.as_deref(),
            _ => None,
        }
    }

    /// The whole number from 0 on, if it is one.
    pub fn whole(&self) -> Option<u64> {
        match self.tree {
            Tree::Whole(number) => u64::try_from(number).ok(),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self.tree {
            #[expect(clippy::cast_precision_loss, reason = "a factor, of which nobody writes 2^53")]
            Tree::Whole(number) => Some(number as f64),
            Tree::Float(number) => Some(number),
            _ => None,
        }
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        match &self.tree {
            Tree::Text(text) | Tree::Date(text) => text.as_str().into(),
            Tree::Whole(number) => i64::try_from(*number)
                .map(Value::from)
                .or_else(|_| u64::try_from(*number).map(Value::from))
                .unwrap_or(Value::from(u64::MAX)),
            Tree::Float(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
            Tree::Flag(flag) => (*flag).into(),
            Tree::List(items) => items.iter().map(Self::json).collect(),
            Tree::Table(entries) => {
                let member = |entry: &Entry| (entry.key.clone(), entry.node.json());
                Value::Object(entries.iter().map(member).collect::<Map<_, _>>())
            }
        }
    }

    /// The value of this member, if it is a table that has one.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match &self.tree {
            Tree::Table(entries) => entries.iter().find(|entry| entry.key == name).map(|entry| &entry.node),
            _ => None,
        }
    }

    /// What it is, in a word or two.
    pub fn what(&self) -> &'static str {
        match self.tree {
            Tree::Text(_) => "text",
            Tree::Whole(_) | Tree::Float(_) => "a number",
            Tree::Flag(_) => "a flag",
            Tree::Date(_) => "a date",
            Tree::List(_) => "an array",
            Tree::Table(_) => "a table",
        }
    }
}

/// The keys of a table in the order of the file: the parser's own is that of the alphabet.
pub(super) fn entries(table: &DeTable<'_>, source: usize, offset: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            at: place(key, source, offset),
            node: Node::of(value, source, offset),
        })
        .collect();
    entries.sort_by_key(|entry| entry.at.start);
    entries
}

fn place<T>(of: &Spanned<T>, source: usize, offset: usize) -> Place {
    let span = of.span();
    Place::new(source, span.start + offset..span.end + offset)
}
