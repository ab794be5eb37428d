//! Holds claims against what was observed: what is no longer so is told with the sentences that have become false.

use std::collections::BTreeMap;
use std::fs;

use wirebench::docs::Page;
use wirebench::docs::claim::{Cell, Claim, Client, Observed, Proof};

use crate::played::{Judged, Played};
use crate::shelf::{Footnote, Shelved, root};

/// The longest value that is written behind a measure; what is longer stands in the expectation alone.
const LONGEST: usize = 100;

/// What came of holding claims.
#[derive(Default)]
pub struct Held {
    /// What is not so, each with its sentences.
    pub mistakes: Vec<String>,
    /// The footnotes as they should be, by page and label, where they are not.
    pub mended: Vec<(String, String, String)>,
}

/// Holds claims.
pub struct Holder<'a> {
    played: &'a Played,
    tables: BTreeMap<String, Option<Page>>,
    found: Vec<String>,
    held: Held,
}

/// Where a claim stands, and what is wrong with it.
struct At<'a> {
    shelved: &'a Shelved,
    label: &'a str,
}

impl<'a> Holder<'a> {
    pub fn new(played: &'a Played) -> Self {
        Self { played, tables: BTreeMap::new(), found: Vec::new(), held: Held::default() }
    }

    /// Holds all of them; gives what came of it.
    pub fn hold(mut self, claims: &[Footnote<'_>]) -> Held {
        for footnote in claims {
            self.one(footnote);
        }
        self.held
    }

    fn one(&mut self, footnote: &Footnote<'_>) {
        let at = At { shelved: footnote.shelved, label: &footnote.note.label };
        let mut claim = footnote.claim.clone();
        let Claim::Proven(proofs) = &mut claim else { return };
        for proof in proofs {
            match proof {
                Proof::Scenario { name, with, observed, .. } => {
                    for one in observed {
                        self.observed(name, *with, one);
                    }
                }
                Proof::Table { href, cells, .. } => {
                    for cell in cells {
                        self.cell(&at, href, cell);
                    }
                }
                Proof::Test { file, name, .. } => self.test(file, name),
            }
        }
        if !self.found.is_empty() {
            let (sentences, label) = (at.shelved.sentences(at.label), at.label);
            let found = std::mem::take(&mut self.found).join("\n  ");
            self.held.mistakes.push(format!("{sentences}\n  by [^{label}]:\n  {found}"));
        }
        if claim != footnote.claim {
            self.held.mended.push((at.shelved.path.clone(), at.label.to_owned(), claim.written()));
        }
    }

    fn observed(&mut self, scenario: &str, with: Option<Client>, one: &mut Observed) {
        let named = format!("{scenario}, `{}.{}`", one.lane, one.measure);
        if !self.played.has(scenario) {
            // It needs real proxies, and is played by tests/proxies.rs: that it expects this is held here.
            if !expects(scenario, &one.lane, &one.measure) {
                self.tell(format!("{named}: no expectation of the scenario says so"));
            }
            return;
        }
        let judged = self.played.of(scenario, with, &one.lane, &one.measure);
        if judged.is_empty() {
            return self.tell(format!("{named}: no expectation of the scenario says so"));
        }
        for (client, all) in &judged {
            if let Some(missed) = all.iter().find(|one| !one.met) {
                let (expected, observed) = (&missed.expected, &missed.observed);
                let client = client.name();
                return self.tell(format!("{named} with {client}: expected {expected}, observed {observed}"));
            }
        }
        let value = value(&judged);
        self.compare(&named, &mut one.said, value);
    }

    fn cell(&mut self, at: &At<'_>, href: &str, cell: &mut Cell) {
        let path = at.shelved.leads(href);
        let anchor = href.split_once('#').map(|(_, anchor)| anchor).unwrap_or_default();
        let named = format!("{path}#{anchor}, column `{}`, row `{}`", cell.column, cell.row);
        let page = self.tables.entry(path.clone()).or_insert_with(|| {
            let text = fs::read_to_string(root().join(&path)).ok()?;
            Some(Page::read(&text))
        });
        // A name may have code in it; the table's cells are read without its marks.
        let [column, row] = [&cell.column, &cell.row].map(|name| name.replace('`', ""));
        let found = page.as_ref().and_then(|page| page.cell(anchor, &column, &row));
        let Some(found) = found.map(str::to_owned) else {
            return self.tell(format!("{named}: there is no such cell"));
        };
        self.compare(&named, &mut cell.said, found);
    }

    fn test(&mut self, file: &str, name: &str) {
        let text = fs::read_to_string(root().join(file)).unwrap_or_default();
        let is_there = if file.rsplit_once('.').is_some_and(|(_, end)| end == "rs") {
            text.contains(&format!("fn {name}("))
        } else {
            text.replace("\\'", "'").contains(name)
        };
        if !is_there {
            self.tell(format!("{file} has no test `{name}`"));
        }
    }

    /// What is said, against what is so. What was never said is no mistake of the sentence, but is to be written.
    fn compare(&mut self, named: &str, said: &mut Option<String>, value: String) {
        let value =
            Some(value).filter(|value| value.len() <= LONGEST && !value.contains('`') && !value.is_empty());
        if *said == value {
            return;
        }
        let words = |value: &Option<String>| {
            value.as_ref().map_or("nothing".to_owned(), |value| format!("`{value}`"))
        };
        self.tell(format!("{named}: said {}, observed {}", words(said), words(&value)));
        *said = value;
    }

    fn tell(&mut self, what: String) {
        self.found.push(what);
    }
}

/// What all clients observed, each by itself where they differ.
fn value(judged: &[(Client, Vec<&Judged>)]) -> String {
    let told: Vec<(Client, String)> = judged
        .iter()
        .map(|(client, all)| {
            let mut values: Vec<&str> = all.iter().map(|one| one.told()).collect();
            values.dedup();
            (*client, values.join(" and "))
        })
        .collect();
    let first = &told[0].1;
    if told.iter().all(|(_, value)| value == first) {
        return first.clone();
    }
    let each: Vec<String> =
        told.iter().map(|(client, value)| format!("{}: {value}", client.name())).collect();
    each.join("; ")
}

/// Whether a scenario expects something of a measure, by its file.
fn expects(scenario: &str, lane: &str, measure: &str) -> bool {
    let text = fs::read_to_string(root().join(format!("scenarios/{scenario}.toml"))).unwrap_or_default();
    let table: toml::Table = toml::from_str(&text).unwrap_or_default();
    let expectations = table.get("expect").and_then(toml::Value::as_array);
    expectations.into_iter().flatten().any(|one| {
        let is_run = one.get("run").and_then(toml::Value::as_bool) == Some(true);
        let lanes = one.get("lanes").and_then(toml::Value::as_array);
        let is_its = match lanes {
            _ if is_run => lane == "run",
            Some(lanes) => lanes.iter().any(|name| name.as_str() == Some(lane)),
            None => lane != "run",
        };
        is_its && one.get(measure).is_some()
    })
}
