//! What is noted while a file is read: its mistakes.

use super::tree::{Entry, Node, Tree};
use crate::param::near;
use crate::scenario::mistakes::{Mistake, Source};

/// The most characters of a wrong value that are said again.
const FOUND: usize = 40;

/// The texts that are read, and their mistakes so far.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub sources: Vec<Source>,
    pub mistakes: Vec<Mistake>,
    /// A part of the file could not be read as TOML: what is missing may stand there, and what stands elsewhere belong there.
    pub torn: bool,
}

impl Book {
    /// Notes a mistake.
    pub fn note(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    /// Notes that something is not there. Where a part of the file could not be read it may be there all the same.
    pub fn note_absent(&mut self, mistake: Mistake) {
        if !self.torn {
            self.note(mistake);
        }
    }

    /// The value of `key` is none that it can have.
    pub fn wrong(&mut self, key: &str, node: &Node, wanted: impl Into<String>, fix: Option<String>) {
        let found = self.found(node);
        let title = match node.tree {
            Tree::Table(_) | Tree::List(_) => format!("`{key}` cannot be {}", node.what()),
            _ => format!("`{key}` cannot be {found}"),
        };
        self.note(Mistake { place: node.at.clone(), title, wanted: wanted.into(), found, fix });
    }

    /// A word that is none of those that can stand here.
    pub fn wrong_word(&mut self, key: &str, node: &Node, words: &[&str]) {
        let fix = match node.tree {
            Tree::Flag(flag) if words.contains(&"on") => {
                Some(format!("write \"{}\"", if flag { "on" } else { "off" }))
            }
            Tree::Whole(_) | Tree::Float(_) if words.contains(&self.found(node).trim_matches('`')) => {
                Some(format!("write it in quotes: \"{}\"", self.found(node).trim_matches('`')))
            }
            _ => node.text().and_then(|text| fix(text, words)),
        };
        self.wrong(key, node, one_of(words), fix);
    }

    /// A key that is not known here; `of` says where.
    pub fn unknown(&mut self, entry: &Entry, of: &str, known: &[&str]) {
        self.note_absent(Mistake {
            place: entry.at.clone(),
            title: format!("`{}` is no key of {of}", entry.key),
            wanted: one_of(known),
            found: format!("`{}`", entry.key),
            fix: fix(&entry.key, known),
        });
    }

    /// A value that is wrong in a way of its own.
    pub fn special(&mut self, node: &Node, title: impl Into<String>, wanted: impl Into<String>) {
        let found = self.found(node);
        let (place, title, wanted) = (node.at.clone(), title.into(), wanted.into());
        self.note(Mistake { place, title, wanted, found, fix: None });
    }

    /// A key that is wrong to be here at all.
    pub fn amiss(&mut self, entry: &Entry, title: impl Into<String>, wanted: impl Into<String>) {
        self.note(Mistake {
            place: entry.at.clone(),
            title: title.into(),
            wanted: wanted.into(),
            found: format!("`{}`", entry.key),
            fix: None,
        });
    }

    /// A name of a lane, a proxy, a throw, that nothing of the file has.
    pub fn stranger(&mut self, node: &Node, what: &str, known: &[&str]) {
        let Some(name) = node.text() else {
            return self.wrong(what, node, format!("the name of a {what} of this file"), None);
        };
        let wanted = if known.is_empty() {
            format!("the name of a {what}, and this file has none")
        } else {
            one_of(known)
        };
        self.note_absent(Mistake {
            place: node.at.clone(),
            title: format!("there is no {what} called `{name}`"),
            wanted,
            found: self.found(node),
            fix: fix(name, known),
        });
    }

    /// The value as it stands there, the beginning of a long one.
    pub fn found(&self, node: &Node) -> String {
        let source = self.sources.get(node.at.source);
        let text = source.and_then(|source| source.text.get(node.at.span())).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default();
        match line.char_indices().nth(FOUND) {
            Some((end, _)) => format!("`{}…`", &line[..end]),
            None if line.len() < text.len() => format!("`{line} …`"),
            None => format!("`{line}`"),
        }
    }
}

/// `one of a, b, c`, and `a or b` where there are few.
pub(super) fn one_of(words: &[&str]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => format!("`{one}`"),
        [one, other] => format!("`{one}` or `{other}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|word| format!("`{word}`")).collect();
            format!("one of {} and `{last}`", first.join(", "))
        }
    }
}

fn fix(word: &str, words: &[&str]) -> Option<String> {
    near(word, words.iter().copied()).map(|word| format!("the nearest is `{word}`"))
}
