//! What a step does.

use super::book::Book;
use super::fields::Fields;
use super::step::{SoFar, table};
use super::tree::{Entry, Node, Tree};
use super::{Cast, push, throw};
use crate::feed::{COMMANDS, SPEEDS};
use crate::scenario::keys::{COMMAND, SAY, VERBS};
use crate::scenario::mistakes::Mistake;
use crate::scenario::model::Verb;

pub(super) fn read(
    entry: Entry,
    name: Option<(String, Node)>,
    cast: &Cast<'_>,
    so_far: &mut SoFar,
    book: &mut Book,
) -> Option<Verb> {
    match entry.key.as_str() {
        "throw" => {
            let name = name.and_then(|name| named(name, so_far, book));
            let body = throw::read(&entry.node, cast, book)?;
            Some(Verb::Throw { body, name })
        }
        "clear" => clear(&entry.node, so_far, book),
        "command" => command(entry.node, book),
        "say" => say(entry.node, cast, book),
        "push" => push::read(&entry, cast, book).map(Verb::Push),
        by_hand => {
            let by_hand = by_hand.to_owned();
            let mut alone = Fields::open(vec![entry], super::Place::default(), "a step", VERBS, book);
            let lane = cast.know(alone.node(&by_hand, book), book)?;
            Some(if by_hand == "connect" { Verb::Connect(lane) } else { Verb::Disconnect(lane) })
        }
    }
}

/// The name of a throw: each once, and never `all`.
fn named((name, node): (String, Node), so_far: &mut SoFar, book: &mut Book) -> Option<String> {
    if name == "all" {
        book.wrong("name", &node, "another name: `clear = \"all\"` clears every throw", None);
        return None;
    }
    if so_far.throws.contains(&name) {
        book.wrong("name", &node, "a name that no throw before it has", None);
    }
    so_far.throws.push(name.clone());
    Some(name)
}

fn clear(node: &Node, so_far: &SoFar, book: &mut Book) -> Option<Verb> {
    match node.text() {
        Some("all") => Some(Verb::Clear(None)),
        Some(name) if so_far.throws.iter().any(|known| known == name) => {
            Some(Verb::Clear(Some(name.to_owned())))
        }
        Some(name) => {
            let mut known: Vec<&str> = so_far.throws.iter().map(String::as_str).collect();
            known.push("all");
            book.note_absent(Mistake {
                place: node.at.clone(),
                title: format!("no step before this one throws anything called `{name}`"),
                wanted: super::book::one_of(&known),
                found: book.found(node),
                fix: crate::param::near(name, known.iter().copied())
                    .map(|name| format!("the nearest is `{name}`"))
                    .or_else(|| Some(format!("name the throw: `name = \"{name}\"` beside its `throw`"))),
            });
            None
        }
        None => {
            book.wrong("clear", node, "the name of a throw, or `all`", None);
            None
        }
    }
}

fn command(node: Node, book: &mut Book) -> Option<Verb> {
    if let Tree::Table(_) = node.tree {
        let mut fields = Fields::of("command", node, COMMAND.name, COMMAND.keys, book)?;
        let (command, factor) = said(&mut fields, book);
        fields.close(&[], book);
        return Some(Verb::Command { command: command?, factor });
    }
    let plain: Vec<&str> = COMMANDS.into_iter().filter(|name| *name != "speed").collect();
    match node.text() {
        Some(command) if plain.contains(&command) => {
            Some(Verb::Command { command: command.to_owned(), factor: None })
        }
        Some("speed") => {
            book.wrong("command", &node, "`{ command = \"speed\", factor = 2 }`", None);
            None
        }
        _ => {
            book.wrong_word("command", &node, &plain);
            None
        }
    }
}

fn say(node: Node, cast: &Cast<'_>, book: &mut Book) -> Option<Verb> {
    if !table("say", &node, book) {
        return None;
    }
    let mut fields = Fields::of("say", node, SAY.name, SAY.keys, book)?;
    let lane = fields.node("lane", book);
    let lane = cast.know(lane, book);
    let (command, factor) = said(&mut fields, book);
    let times = fields.whole("times", book).and_then(|times| u32::try_from(times).ok()).unwrap_or(1);
    fields.close(&[], book);
    Some(Verb::Say { lane: lane?, command: command?, factor, times })
}

/// A command, and the factor that `speed` needs and no other has.
fn said(fields: &mut Fields, book: &mut Book) -> (Option<String>, Option<f64>) {
    let at = fields.at.clone();
    let command = fields.text("command", book);
    let entry = fields.take("factor");
    let speed = command.as_deref() == Some("speed");
    match entry {
        Some(entry) if command.is_some() && !speed => {
            book.amiss(&entry, "`factor` stands beside the command `speed` alone", "nothing");
            (command, None)
        }
        Some(Entry { node, .. }) => {
            let factor = node.number().filter(|factor| SPEEDS.contains(factor));
            if factor.is_none() {
                book.wrong("factor", &node, "a number from 0.01 to 1000", None);
            }
            (command, factor)
        }
        None => {
            if speed {
                let title = "the command `speed` needs a `factor`".to_owned();
                let wanted = "`factor`, from 0.01 to 1000".to_owned();
                book.note(Mistake { place: at, title, wanted, found: "none".to_owned(), fix: None });
            }
            (command, None)
        }
    }
}
