//! When a step is taken.

use super::Cast;
use super::book::Book;
use super::fields::Fields;
use super::tree::{Entry, Node};
use crate::pace::format_span;
use crate::scenario::keys::{MOMENTS, WHEN};
use crate::scenario::mistakes::Mistake;
use crate::scenario::model::{LaneMoment, Moment};

pub(super) fn read(entry: Entry, cast: &Cast<'_>, commanded: bool, book: &mut Book) -> Option<Moment> {
    let (name, node) = (entry.key.clone(), entry.node.clone());
    if name == "when" {
        return when(entry.node, cast, commanded, book);
    }
    let mut alone = Fields::open(vec![entry], node.at.clone(), "a step", MOMENTS, book);
    match name.as_str() {
        "before" => alone.yes("before", book).then_some(Moment::Before),
        "at" => {
            let at = alone.span("at", book)?;
            if at > cast.until {
                let wanted =
                    format!("at most `until`, which is {}: the run is over by then", format_span(cast.until));
                book.wrong("at", &node, wanted, None);
            }
            Some(Moment::At(at))
        }
        "later" => alone.span("later", book).map(Moment::Later),
        _ => {
            let number = alone.whole("appended", book)?;
            comes(&name, number, &node, cast, commanded, book);
            Some(Moment::Appended(number))
        }
    }
}

/// An event that the feed never has is never waited for. Commands are events too, so where there are some nobody knows.
fn comes(key: &str, number: u64, node: &Node, cast: &Cast<'_>, commanded: bool, book: &mut Book) {
    if let Some(total) = cast.feed.total.filter(|total| number > *total && !commanded) {
        let wanted = format!("at most {total}: so many events the feed has, its end among them");
        book.wrong(key, node, wanted, None);
    }
}

fn when(node: Node, cast: &Cast<'_>, commanded: bool, book: &mut Book) -> Option<Moment> {
    let at = node.at.clone();
    let mut fields = Fields::of("when", node, WHEN.name, WHEN.keys, book)?;
    let lane = fields.node("lane", book);
    let lane = cast.know(lane, book);
    let said = ["state", "received", "attempt"].iter().filter(|key| fields.has(key)).count();
    let state = fields.text("state", book).map(LaneMoment::State);
    let node = fields.take("received").map(|entry| {
        let node = entry.node.clone();
        (Fields::open(vec![entry], node.at.clone(), WHEN.name, &WHEN.keys[2..3], book), node)
    });
    let received = node.and_then(|(mut alone, node)| {
        let number = alone.whole("received", book)?;
        comes("received", number, &node, cast, commanded, book);
        Some(LaneMoment::Received(number))
    });
    let attempt = fields.whole("attempt", book).and_then(|n| u32::try_from(n).ok()).map(LaneMoment::Attempt);
    fields.close(&[], book);
    if said != 1 {
        let title = if said == 0 {
            "`when` says nothing about its lane".to_owned()
        } else {
            format!("`when` says {said} things about its lane")
        };
        let wanted = "just one of `state`, `received` and `attempt`".to_owned();
        book.note(Mistake { place: at, title, wanted, found: said.to_string(), fix: None });
    }
    Some(Moment::Lane { lane: lane?, what: state.or(received).or(attempt)? })
}
