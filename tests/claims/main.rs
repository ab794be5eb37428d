//! Claims of the docs: what stands in docs/topics, docs/tutorial and docs/guides about transports, browsers and proxies is proven or
//! cited (docs/decisions/0014-claims.md). The proofs are played here; what is no longer so fails with the sentences that have
//! become false. `WIREBENCH_WRITE_DOCS=1 cargo test --test claims` writes what stands behind `=`.

mod hold;
mod links;
mod lint;
mod played;
mod shelf;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hold::{Held, Holder};
use played::Played;
use shelf::{Footnote, Shelved, root};
use wirebench::docs::claim::{Claim, Proof};

/// A folder for records.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("claims-{name}"));
    let _ = fs::remove_dir_all(&folder);
    folder
}

/// The proofs of these claims.
fn proofs<'a>(claims: &'a [Footnote<'_>]) -> impl Iterator<Item = &'a Proof> {
    claims.iter().flat_map(|footnote| match &footnote.claim {
        Claim::Proven(proofs) => proofs.as_slice(),
        Claim::Cited(_) => &[],
    })
}

/// The scenarios that these claims name.
fn named(claims: &[Footnote<'_>]) -> BTreeSet<String> {
    let names = proofs(claims).filter_map(|proof| match proof {
        Proof::Scenario { name, .. } => Some(name.clone()),
        _ => None,
    });
    names.collect()
}

/// The names of all scenarios.
fn scenarios() -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("scenarios"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let files = entries.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    files.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect()
}

/// Whether it needs a proxy, and so real time; tests/proxies.rs plays those.
fn needs_proxies(scenario: &str) -> bool {
    let text = fs::read_to_string(root().join(format!("scenarios/{scenario}.toml"))).unwrap_or_default();
    text.contains("[[proxy]]")
}

fn files(names: &BTreeSet<String>) -> Vec<String> {
    names.iter().filter(|name| !needs_proxies(name)).map(|name| format!("scenarios/{name}.toml")).collect()
}

fn none(mistakes: &[String], fix: &str) {
    assert!(mistakes.is_empty(), "{} in all\n\n{}\n\nfix: {fix}\n", mistakes.len(), mistakes.join("\n\n"));
}

#[test]
fn what_is_proven_is_so() {
    let pages = shelf::claiming();
    let (claims, _) = shelf::claims(&pages);
    let known = scenarios();
    let played =
        Played::with(&folder("all"), &files(&named(&claims).intersection(&known).cloned().collect()), &[]);
    let Held { mistakes, mended } = Holder::new(&played).hold(&claims);
    if std::env::var_os("WIREBENCH_WRITE_DOCS").is_some() {
        return write(&pages, &mended);
    }
    let fix = "if the program is right, mend these sentences; `WIREBENCH_WRITE_DOCS=1 cargo test --test claims` writes what was observed behind `=`";
    none(&mistakes, fix);
}

/// Writes footnotes anew.
fn write(pages: &[Shelved], mended: &[(String, String, String)]) {
    let by_page: BTreeMap<&str, Vec<_>> =
        mended.iter().fold(BTreeMap::new(), |mut by_page, (path, label, text)| {
            by_page.entry(path.as_str()).or_insert_with(Vec::new).push((format!("[^{label}]: "), text));
            by_page
        });
    for (path, notes) in by_page {
        let shelved = pages.iter().find(|shelved| shelved.path == path).expect("its page");
        let line = |line: &str| match notes.iter().find(|(begins, _)| line.starts_with(begins)) {
            Some((begins, text)) => format!("{begins}{text}\n"),
            None => format!("{line}\n"),
        };
        let text: String = shelved.text.lines().map(line).collect();
        fs::write(root().join(path), text).expect("written");
    }
}

#[test]
fn every_footnote_is_a_claim_of_a_sentence() {
    let pages = shelf::claiming();
    let (_, mistakes) = shelf::claims(&pages);
    none(&mistakes, "docs/decisions/0014-claims.md has the form");
}

#[test]
fn no_sentence_of_behaviour_is_without_proof_or_source() {
    let fix = "give it a footnote (docs/decisions/0014-claims.md), leave it out, or allow it with a reason in tests/claims/allowed.toml";
    none(&lint::unfounded(&shelf::claiming()), fix);
}

#[test]
fn every_scenario_and_every_row_of_the_browsers_is_behind_a_claim() {
    let pages = shelf::claiming();
    let (claims, _) = shelf::claims(&pages);
    let named = named(&claims);
    let mut mistakes: Vec<String> = scenarios()
        .difference(&named)
        .map(|name| format!("scenarios/{name}.toml is behind no claim"))
        .collect();
    mistakes.extend(
        named
            .difference(&scenarios())
            .map(|name| format!("a claim names the scenario {name}, which is not there")),
    );
    let rows = Shelved::read("docs/reference/browsers.md");
    let hrefs: BTreeSet<&str> = proofs(&claims)
        .filter_map(|proof| match proof {
            Proof::Table { href, .. } => href.split_once("browsers.md#").map(|(_, anchor)| anchor),
            _ => None,
        })
        .collect();
    let headings = rows.page.headings.iter().filter(|heading| heading.level == 3);
    let missing = headings.filter(|heading| !hrefs.contains(heading.anchor.as_str()));
    mistakes.extend(
        missing.map(|heading| {
            format!("the row {} of docs/reference/browsers.md is behind no claim", heading.text)
        }),
    );
    none(&mistakes, "say in a topic what it shows, with the footnote");
}

/// Another behaviour of the server is set beside the file; the scenario then plays a server that sends no `id`.
#[test]
fn a_server_that_behaves_otherwise_is_told_by_the_sentences_that_become_false() {
    let pages = shelf::claiming();
    let (claims, _) = shelf::claims(&pages);
    let of: Vec<Footnote> = claims
        .into_iter()
        .filter(|footnote| named(std::slice::from_ref(footnote)).contains("resume-replay"))
        .collect();
    assert!(!of.is_empty(), "a topic says what a resumed stream gets");
    let files = ["scenarios/resume-replay.toml".to_owned()];
    let mistakes = |more: &[&str], name: &str| {
        let played = Played::with(&folder(name), &files, more);
        let held = Holder::new(&played).hold(&of);
        held.mistakes
            .into_iter()
            .filter(|mistake| mistake.contains("\n  resume-replay, "))
            .collect::<Vec<_>>()
    };
    none(&mistakes(&[], "as-it-is"), "the claims are so");
    let told = mistakes(&["--set", "lane.sse.ids=off"], "without-ids");
    assert!(!told.is_empty(), "without ids a stream that comes back gets no replay");
    for mistake in &told {
        assert!(mistake.starts_with("docs/") && mistake.contains(": “"), "it names no sentence: {mistake}");
    }
}

#[test]
fn what_needs_a_proof_is_told_from_what_does_not() {
    let told = |text: &str| {
        let shelved = Shelved::of("docs/topics/x.md", text);
        shelved
            .page
            .sentences
            .iter()
            .filter(|sentence| lint::is_unfounded(sentence))
            .map(|one| one.text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("Firefox waits five seconds. Chromium waits three.[^a]\n\n[^a]: x"),
        ["Firefox waits five seconds."]
    );
    assert_eq!(
        told("# What WebSocket does\n\nDoes a proxy hold it? What nginx does:\n\n    nginx waits\n"),
        Vec::<String>::new()
    );
    assert_eq!(
        told("| who | what |\n| --- | --- |\n| a proxy | holds it |\n| a server | waits |\n"),
        ["a proxy | holds it |"]
    );
    assert_eq!(told("`EventSource` comes back. Bring your own code."), ["EventSource comes back."]);
    assert_eq!(told("浏览器会重连。你好。"), ["浏览器会重连。"]);
}
