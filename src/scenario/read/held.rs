//! What a measure is held against: the forms that its kind has.

use std::time::Duration;

use super::Cast;
use super::book::{Book, one_of};
use super::fields::{items, span};
use super::size::{SIZE, parse_size};
use super::tree::{Entry, Node, Tree};
use crate::measure::{Kind, Measure, Of};
use crate::scenario::keys::STATES;
use crate::scenario::mistakes::Mistake;
use crate::scenario::model::{Bound, Held};

/// Whose measures a table is about.
pub(super) struct Whose<'a> {
    pub of: Of,
    pub lanes: &'a [String],
    pub cast: &'a Cast<'a>,
}

/// The forms of a bound.
pub(in crate::scenario) const BOUNDS: [&str; 6] = ["min", "max", "below", "above", "same-as", "times"];
/// The forms of a list beside the list itself.
pub(in crate::scenario) const LISTS: [&str; 3] = ["begins", "has", "set"];
/// The longest time that is measured.
const DAY: Duration = Duration::from_secs(86_400);

pub(super) fn read(measure: &Measure, node: &Node, whose: &Whose<'_>, book: &mut Book) -> Option<Held> {
    match measure.kind {
        Kind::Count | Kind::Bytes => match &node.tree {
            Tree::Table(entries) => {
                bound(measure, node, entries, whose, book, |key, node, book| number(measure, key, node, book))
                    .map(Held::Number)
            }
            _ => number(measure, measure.name, node, book)
                .map(|exact| Held::Number(Bound { min: Some(exact), max: Some(exact), ..Bound::default() })),
        },
        Kind::Time => time(measure, node, whose, book),
        Kind::Flag => {
            if let Tree::Flag(flag) = node.tree {
                return Some(Held::Flag(flag));
            }
            book.wrong(measure.name, node, "`true` or `false`", None);
            None
        }
        Kind::Text => text(measure, node, book),
        Kind::List => list(measure, node, book),
    }
}

fn time(measure: &Measure, node: &Node, whose: &Whose<'_>, book: &mut Book) -> Option<Held> {
    if let Tree::Table(entries) = &node.tree {
        let read = |key: &str, node: &Node, book: &mut Book| span(key, node, (Duration::ZERO, DAY), book);
        return bound(measure, node, entries, whose, book, read).map(Held::Time);
    }
    let name = measure.name;
    let fix = match &node.tree {
        Tree::Text(text) => Some(format!(
            "a bound that is generous would be `{name} = {{ max = \"{text}\" }}`, or `{{ min = …, max = … }}`"
        )),
        _ => None,
    };
    let title = format!("`{name}` is a time, and a time is never held to an exact value");
    let wanted = "bounds, `{ min = …, max = … }`, or another lane's".to_owned();
    let (place, found) = (node.at.clone(), book.found(node));
    book.note(Mistake { place, title, wanted, found, fix });
    None
}

/// A table of bounds; `read` reads a value of it.
fn bound<T: PartialOrd>(
    measure: &Measure,
    node: &Node,
    entries: &[Entry],
    whose: &Whose<'_>,
    book: &mut Book,
    mut read: impl FnMut(&str, &Node, &mut Book) -> Option<T>,
) -> Option<Bound<T>> {
    let before = book.mistakes.len();
    let mut bound = Bound { min: None, max: None, below: None, above: None, same_as: None };
    let times =
        entries.iter().find(|entry| entry.key == "times").and_then(|entry| times(entry, entries, book));
    for Entry { key, node, .. } in entries {
        match key.as_str() {
            "min" => bound.min = read(key, node, book),
            "max" => bound.max = read(key, node, book),
            "below" => bound.below = other(node, whose, book).map(|lane| (lane, times.unwrap_or(1.0))),
            "above" => bound.above = other(node, whose, book).map(|lane| (lane, times.unwrap_or(1.0))),
            "same-as" if measure.kind == Kind::Time => {
                let title = format!("`{}` is a time, and no two are the same", measure.name);
                book.special(node, title, "`below` or `above`, with `times` if need be");
            }
            "same-as" => bound.same_as = other(node, whose, book),
            // `times` is read above, and what is none of them is told below.
            _ => {}
        }
    }
    for entry in entries.iter().filter(|entry| !BOUNDS.contains(&entry.key.as_str())) {
        book.unknown(entry, &format!("the bounds of `{}`", measure.name), &BOUNDS);
    }
    let empty = bound.min.is_none() && bound.max.is_none() && bound.below.is_none();
    if empty && bound.above.is_none() && bound.same_as.is_none() && book.mistakes.len() == before {
        book.special(node, format!("`{}` has no bound here", measure.name), one_of(&BOUNDS[..5]));
    }
    if let (Some(min), Some(max)) = (&bound.min, &bound.max)
        && min > max
    {
        let title = format!("nothing can be within these bounds of `{}`", measure.name);
        book.special(node, title, "a `min` that is at most its `max`");
    }
    (book.mistakes.len() == before).then_some(bound)
}

/// What the other lane's is multiplied by.
fn times(entry: &Entry, entries: &[Entry], book: &mut Book) -> Option<f64> {
    if !entries.iter().any(|other| other.key == "below" || other.key == "above") {
        book.amiss(
            entry,
            "`times` stands beside `below` or `above`",
            "nothing: it multiplies another lane's",
        );
        return None;
    }
    let times = entry.node.number().filter(|times| *times > 0.0 && *times <= 1e6);
    if times.is_none() {
        book.wrong("times", &entry.node, "a number above 0 and up to 1000000", None);
    }
    times
}

/// Another lane, whose measure this is held against.
fn other(node: &Node, whose: &Whose<'_>, book: &mut Book) -> Option<String> {
    let name = node.text().filter(|text| whose.cast.lanes.iter().any(|lane| lane.name == *text));
    let Some(name) = name else {
        book.stranger(node, "lane", &whose.cast.lanes());
        return None;
    };
    if whose.of == Of::Run {
        book.special(node, "what is of the whole run is held against no lane", "`min` and `max` alone");
        return None;
    }
    if whose.lanes.iter().any(|lane| lane == name) || whose.cast.lanes.len() == 1 {
        book.special(node, format!("`{name}` would be held against itself"), "another lane");
        return None;
    }
    Some(name.to_owned())
}

fn number(measure: &Measure, key: &str, node: &Node, book: &mut Book) -> Option<u64> {
    let size = measure.kind == Kind::Bytes;
    let with_unit = || node.text().filter(|_| size).and_then(parse_size);
    let found = node.whole().or_else(with_unit);
    if found.is_none() {
        book.wrong(key, node, if size { SIZE } else { "a whole number from 0 on, or bounds" }, None);
    }
    found
}

fn text(measure: &Measure, node: &Node, book: &mut Book) -> Option<Held> {
    match &node.tree {
        Tree::Table(entries) => {
            let [Entry { key, node: words, .. }] = entries.as_slice() else {
                book.wrong(measure.name, node, "`{ one-of = [\"…\", \"…\"] }`", None);
                return None;
            };
            if key != "one-of" {
                no_form(measure, &entries[0], &["one-of"], book);
                return None;
            }
            words_of(measure, key, words, book).map(Held::OneOf)
        }
        _ => word(measure, measure.name, node, book).map(|word| Held::OneOf(vec![word])),
    }
}

fn list(measure: &Measure, node: &Node, book: &mut Book) -> Option<Held> {
    let Tree::Table(entries) = &node.tree else {
        if matches!(&node.tree, Tree::List(items) if items.is_empty()) {
            return Some(Held::Exactly(Vec::new()));
        }
        return words_of(measure, measure.name, node, book).map(Held::Exactly);
    };
    let [Entry { key, node: words, .. }] = entries.as_slice() else {
        let wanted = format!("a list, or a table with {}", one_of(&LISTS));
        book.wrong(measure.name, node, wanted, None);
        return None;
    };
    let held = match key.as_str() {
        "begins" => Held::Begins,
        "has" => Held::Has,
        "set" => Held::Set,
        _ => {
            no_form(measure, &entries[0], &LISTS, book);
            return None;
        }
    };
    words_of(measure, key, words, book).map(held)
}

fn no_form(measure: &Measure, entry: &Entry, forms: &[&str], book: &mut Book) {
    book.unknown(entry, &format!("the forms of `{}`", measure.name), forms);
}

fn words_of(measure: &Measure, key: &str, node: &Node, book: &mut Book) -> Option<Vec<String>> {
    let items = items(key, node, "an array of words or numbers", book);
    let words: Vec<String> = items.iter().filter_map(|item| word(measure, key, item, book)).collect();
    (!words.is_empty() && words.len() == items.len()).then_some(words)
}

/// A word; a whole number is one too. States are checked.
fn word(measure: &Measure, key: &str, node: &Node, book: &mut Book) -> Option<String> {
    let word = match node.tree {
        Tree::Whole(number) => Some(number.to_string()),
        _ => node.text().map(str::to_owned),
    };
    let states = measure.name == "state" || measure.name == "states";
    match word {
        Some(word) if states && !STATES.contains(&word.as_str()) => {
            book.wrong_word(key, node, &STATES);
            None
        }
        Some(word) => Some(word),
        None => {
            book.wrong(key, node, "text, in quotes", None);
            None
        }
    }
}
