//! The expectations of a file: one of each measure of each table.

use super::Cast;
use super::book::Book;
use super::fields::{Fields, items};
use super::held::{self, Whose};
use super::tree::{Entry, Node};
use crate::measure::{self, ALL, Of};
use crate::scenario::keys::EXPECT;
use crate::scenario::mistakes::Mistake;
use crate::scenario::model::Expectation;

pub(super) fn read(nodes: Vec<Node>, cast: &Cast<'_>, book: &mut Book) -> Vec<Expectation> {
    nodes.into_iter().flat_map(|node| table(node, cast, book)).collect()
}

fn table(node: Node, cast: &Cast<'_>, book: &mut Book) -> Vec<Expectation> {
    let Some(mut fields) = Fields::of("expect", node, EXPECT.name, EXPECT.keys, book) else {
        return Vec::new();
    };
    let named = fields.take("lanes");
    let lanes = named.as_ref().map(|entry| lanes(&entry.node, cast, book)).unwrap_or_default();
    let run = fields.yes("run", book);
    if let Some(entry) = named.filter(|_| run) {
        book.amiss(&entry, "the measures of the whole run are of no lane", "either `run` or `lanes`");
    }
    let on = fields.some("on", book);
    let clock = fields.text("clock", book);
    let because = fields.text("because", book);
    let of = if run { Of::Run } else { Of::Lane };
    let whose = Whose { of, lanes: &lanes, cast };
    let (at, rest) = (fields.at.clone(), fields.rest());
    if rest.is_empty() {
        let title = "an expectation needs a measure".to_owned();
        let wanted = "a measure with its value, such as `missed = 0`".to_owned();
        book.note_absent(Mistake { place: at, title, wanted, found: "none".to_owned(), fix: None });
    }
    let one = |entry: Entry| {
        let Some(measure) = measure::named(&entry.key, of) else {
            stranger(&entry, of, book);
            return None;
        };
        let held = held::read(measure, &entry.node, &whose, book)?;
        Some(Expectation {
            lanes: lanes.clone(),
            run,
            on: on.clone(),
            clock: clock.clone(),
            measure: measure.name,
            held,
            because: because.clone(),
            span: entry.at.start..entry.node.at.end,
        })
    };
    rest.into_iter().filter_map(one).collect()
}

/// A key that is neither a measure of that nor any of the others.
fn stranger(entry: &Entry, of: Of, book: &mut Book) {
    let other = if of == Of::Run { Of::Lane } else { Of::Run };
    if measure::named(&entry.key, other).is_some() {
        let (title, wanted) = match other {
            Of::Run => ("is a measure of the whole run", "a measure of lanes, or `run = true` in this table"),
            Of::Lane => {
                ("is a measure of a lane", "a measure of the run; another table without `run` for it")
            }
        };
        return book.amiss(entry, format!("`{}` {title}", entry.key), wanted);
    }
    let measures = ALL.iter().filter(|measure| measure.of == of).map(|measure| measure.name);
    let known: Vec<&str> = EXPECT.names().into_iter().chain(measures).collect();
    book.unknown(entry, EXPECT.name, &known);
}

fn lanes(node: &Node, cast: &Cast<'_>, book: &mut Book) -> Vec<String> {
    let mut lanes = Vec::new();
    for item in items("lanes", node, "an array of names of lanes", book) {
        match item.text().filter(|text| cast.lanes.iter().any(|lane| lane.name == *text)) {
            Some(text) => lanes.push(text.to_owned()),
            None => book.stranger(item, "lane", &cast.lanes()),
        }
    }
    lanes
}
