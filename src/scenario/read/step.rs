//! The steps of a file: one moment and one verb each.

use super::book::{Book, one_of};
use super::fields::Fields;
use super::tree::{Entry, Node, Tree};
use super::{Cast, moment, verb};
use crate::scenario::keys::{BESIDES, Key, MOMENTS, VERBS, names};
use crate::scenario::mistakes::Mistake;
use crate::scenario::model::{Moment, Step};

/// What has been said by the steps so far.
#[derive(Debug, Default)]
pub(super) struct SoFar {
    /// The names of throws.
    pub throws: Vec<String>,
    /// Whether lanes have connected.
    pub begun: bool,
}

/// What is said to who leaves the moment or the verb out.
const WHEN: &str =
    "say when: `appended = 10`, once that event is there, or `at = \"1s\"`, so long after the feed began";
const WHAT: &str = "say what is to be done then, such as `throw = { fault = \"cut\" }` or `disconnect = \"NAME\"` of a lane; a step that does nothing can go";
const FAULT: &str = "a fault stands in a throw: `throw = { fault = \"…\" }`, its parameters and its `scope` beside it in there";

pub(super) fn read(nodes: Vec<Node>, cast: &Cast<'_>, book: &mut Book) -> Vec<Step> {
    let mut so_far = SoFar::default();
    let commands = |node: &Node| node.member("command").or(node.member("say")).is_some();
    let commanded = nodes.iter().any(commands);
    nodes.into_iter().filter_map(|node| step(node, cast, commanded, &mut so_far, book)).collect()
}

fn step(node: Node, cast: &Cast<'_>, commanded: bool, so_far: &mut SoFar, book: &mut Book) -> Option<Step> {
    let span = node.at.span();
    let keys = MOMENTS.iter().chain(VERBS).chain(BESIDES);
    let mut fields = Fields::of("step", node, "a step", keys, book)?;
    let moment_entry = just_one(&mut fields, "moment", MOMENTS, WHEN, book);
    let what = if fields.has("fault") { FAULT } else { WHAT };
    let verb_entry = just_one(&mut fields, "verb", VERBS, what, book);
    let is_when = moment_entry.as_ref().is_none_or(|entry| entry.key == "when");
    let is_throw = verb_entry.as_ref().is_none_or(|entry| entry.key == "throw");
    for (key, fits, with) in [("within", is_when, "when"), ("name", is_throw, "throw")] {
        if !fits && let Some(entry) = fields.take(key) {
            book.amiss(
                &entry,
                format!("`{key}` stands beside `{with}` alone"),
                format!("nothing, or `{with}`"),
            );
        }
    }
    let within = fields.span("within", book);
    let name = fields.node("name", book);
    let moment = moment_entry.and_then(|entry| moment::read(entry, cast, commanded, book));
    let verb = verb_entry.and_then(|entry| {
        let at = entry.at.clone();
        let verb = verb::read(entry, name, cast, so_far, book);
        if let (Some(Moment::Before), true) = (&moment, so_far.begun) {
            let title =
                "this is to be done before any lane connects, and stands behind what is not".to_owned();
            let wanted = "those with `before` first: steps are taken in their order".to_owned();
            book.note(Mistake { place: at, title, wanted, found: "it later".to_owned(), fix: None });
        }
        verb
    });
    so_far.begun |= moment.as_ref().is_some_and(|moment| *moment != Moment::Before);
    fields.close(&[], book);
    Some(Step { moment: moment?, within, verb: verb?, span })
}

/// Takes the one of these keys that is there; tells if there is none, or a second.
fn just_one(
    fields: &mut Fields,
    what: &str,
    keys: &'static [Key],
    advice: &str,
    book: &mut Book,
) -> Option<Entry> {
    let at = fields.at.clone();
    let mut found: Vec<Entry> = keys.iter().filter_map(|key| fields.take(key.name)).collect();
    found.sort_by_key(|entry| entry.at.start);
    if found.is_empty() {
        book.note_absent(Mistake {
            place: at,
            title: format!("a step needs a {what}"),
            wanted: one_of(&names(keys)),
            found: "none".to_owned(),
            fix: Some(advice.to_owned()),
        });
        return None;
    }
    let first = found.remove(0);
    for second in found {
        let wanted = format!("just one {what}: a step of its own for `{}`", second.key);
        book.amiss(
            &second,
            format!("a step has one {what}, and this one has `{}` already", first.key),
            wanted,
        );
    }
    Some(first)
}

/// A table, or nothing: told if it is none.
pub(super) fn table(key: &str, node: &Node, book: &mut Book) -> bool {
    let is = matches!(node.tree, Tree::Table(_));
    if !is {
        book.wrong(key, node, "a table, `{ … }`", None);
    }
    is
}
