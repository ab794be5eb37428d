//! The pages of the docs as they lie in the repository, with what their footnotes claim.

use std::fs;
use std::path::{Path, PathBuf};

use wirebench::docs::claim::Claim;
use wirebench::docs::library::resolved;
use wirebench::docs::{Note, Page};

/// Where pages claim things. The reference is made by commands and held by its own tests; decisions say what was decided.
const CLAIMING: [&str; 3] = ["docs/topics", "docs/tutorial", "docs/guides"];

/// A page and where it lies.
pub struct Shelved {
    /// From the root, with slashes.
    pub path: String,
    /// As it is written.
    pub text: String,
    /// As it was read.
    pub page: Page,
}

/// A footnote that is a claim, and whose it is.
pub struct Footnote<'a> {
    pub shelved: &'a Shelved,
    pub note: &'a Note,
    pub claim: Claim,
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Shelved {
    /// Reads a page by its path from the root.
    pub fn read(path: &str) -> Self {
        let text = fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"));
        Self::of(path, &text)
    }

    /// A page of this text.
    pub fn of(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), page: Page::read(text) }
    }

    /// Where a link of this page leads, from the root, without its anchor.
    pub fn leads(&self, href: &str) -> String {
        resolved(&self.path, href).0
    }

    /// Its sentences that have this footnote, each with its line.
    pub fn sentences(&self, label: &str) -> String {
        let of = |notes: &[String]| notes.iter().any(|note| note == label);
        let told = self.page.sentences.iter().filter(|sentence| of(&sentence.notes));
        let told: Vec<String> =
            told.map(|sentence| format!("{}:{}: “{}”", self.path, sentence.line, sentence.text)).collect();
        told.join("\n  and ")
    }
}

/// All pages of the repository: those of the docs and those beside them.
pub fn all() -> Vec<Shelved> {
    let mut paths = vec!["README.md".to_owned(), "CHANGELOG.md".to_owned()];
    gather(&root().join("docs"), &mut paths);
    paths.sort();
    paths.iter().map(|path| Shelved::read(path)).collect()
}

/// The pages whose sentences are held to be proven or cited.
pub fn claiming() -> Vec<Shelved> {
    let is_claiming = |shelved: &Shelved| CLAIMING.iter().any(|folder| shelved.path.starts_with(folder));
    all().into_iter().filter(is_claiming).collect()
}

fn gather(folder: &Path, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path: PathBuf = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, paths);
        } else if path.extension().is_some_and(|end| end == "md") {
            let inside = path.strip_prefix(root()).expect("in the repository");
            paths.push(inside.to_string_lossy().replace('\\', "/"));
        }
    }
}

/// The claims of these pages; what is no claim, or belongs to no sentence, is told.
pub fn claims(pages: &[Shelved]) -> (Vec<Footnote<'_>>, Vec<String>) {
    let (mut claims, mut mistakes) = (Vec::new(), Vec::new());
    for shelved in pages {
        let Page { notes, sentences, .. } = &shelved.page;
        for note in notes {
            let at = format!("{}:{}: [^{}]", shelved.path, note.line, note.label);
            if !sentences.iter().any(|sentence| sentence.notes.contains(&note.label)) {
                mistakes
                    .push(format!("{at}: no sentence has this footnote. fix: give it one, or take it out"));
            }
            match Claim::read(&note.text) {
                Ok(claim) => claims.push(Footnote { shelved, note, claim }),
                Err(why) => mistakes.push(format!(
                    "{at}: is no claim. {why}. fix: docs/decisions/0014-claims.md has the form"
                )),
            }
        }
        // One that is not defined is no footnote to a reader of Markdown, but stands there as it is written.
        for sentence in sentences.iter().filter(|sentence| sentence.bare.contains("[^")) {
            mistakes.push(format!(
                "{}:{}: a footnote that is nowhere defined: “{}”",
                shelved.path, sentence.line, sentence.text
            ));
        }
    }
    (claims, mistakes)
}
