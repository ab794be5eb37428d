//! The forms of a diff: text, JSON, Markdown.

use serde_json::{Value, json};

use super::{Diff, Difference};
use crate::report::words::{count, some, visible};

/// Lanes that are named.
const NAMED: usize = 3;

/// One form.
#[derive(Clone, Copy, Debug)]
pub struct DiffForm {
    /// Its name, as `--format` takes it.
    pub name: &'static str,
    write: fn(&[Diff]) -> String,
}

impl DiffForm {
    /// Makes it.
    pub fn write(&self, diffs: &[Diff]) -> String {
        (self.write)(diffs)
    }
}

/// All of them.
pub const DIFF_FORMS: &[DiffForm] = &[
    DiffForm { name: "text", write: |diffs| visible(&text(diffs), false) },
    DiffForm { name: "json", write: as_json },
    DiffForm { name: "markdown", write: |diffs| visible(&markdown(diffs), false) },
];

/// The form of that name.
pub fn diff_form(name: &str) -> Option<&'static DiffForm> {
    DIFF_FORMS.iter().find(|form| form.name == name)
}

fn subject(one: &Difference) -> String {
    if one.lanes.is_empty() { "the run".to_owned() } else { some(&one.lanes, NAMED) }
}

fn summary(diffs: &[Diff]) -> String {
    let same = diffs.iter().filter(|diff| diff.is_same()).count();
    format!("{}: {same} alike, {} different", count(diffs.len(), "pair", "pairs"), diffs.len() - same)
}

fn text(diffs: &[Diff]) -> String {
    let one = |diff: &Diff| {
        let none = "no such run".to_owned();
        let mut lines = vec![diff.scenario.clone()];
        lines.push(format!("  a: {}", diff.a.as_ref().unwrap_or(&none)));
        lines.push(format!("  b: {}", diff.b.as_ref().unwrap_or(&none)));
        if diff.is_same() {
            lines.push("  alike".to_owned());
        }
        for one in &diff.differences {
            lines.push(format!("  {}, {}:", subject(one), one.what));
            lines.push(format!("    a: {}", one.a));
            lines.push(format!("    b: {}", one.b));
        }
        lines.join("\n")
    };
    diffs.iter().map(one).chain([summary(diffs)]).collect::<Vec<_>>().join("\n\n")
}

fn as_json(diffs: &[Diff]) -> String {
    let difference =
        |one: &Difference| json!({ "lanes": one.lanes, "what": one.what, "a": one.a, "b": one.b });
    let one = |diff: &Diff| {
        json!({
            "scenario": diff.scenario, "a": diff.a, "b": diff.b, "alike": diff.is_same(),
            "differences": diff.differences.iter().map(difference).collect::<Vec<Value>>(),
        })
    };
    format!("{:#}", json!({ "v": 1, "diffs": diffs.iter().map(one).collect::<Vec<Value>>() }))
}

fn markdown(diffs: &[Diff]) -> String {
    use crate::report::form::escaped;
    let one = |diff: &Diff| {
        let none = "no such run".to_owned();
        let (a, b) = (diff.a.as_ref().unwrap_or(&none), diff.b.as_ref().unwrap_or(&none));
        let mut parts = vec![
            format!("## {}", escaped(&diff.scenario)),
            format!("a: {}  \nb: {}", escaped(a), escaped(b)),
        ];
        if diff.is_same() {
            parts.push("Alike.".to_owned());
        } else if !diff.differences.is_empty() {
            let rows = diff.differences.iter().map(|one| {
                let cells = [subject(one), one.what.clone(), one.a.clone(), one.b.clone()];
                format!("| {} |", cells.map(|cell| escaped(&cell)).join(" | "))
            });
            let head = ["| of | what | a | b |".to_owned(), "| --- | --- | --- | --- |".to_owned()];
            parts.push(head.into_iter().chain(rows).collect::<Vec<_>>().join("\n"));
        }
        parts.join("\n\n")
    };
    diffs.iter().map(one).chain([format!("**{}**", summary(diffs))]).collect::<Vec<_>>().join("\n\n")
}
