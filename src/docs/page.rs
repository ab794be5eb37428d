//! A page of Markdown, read: what stands on it and where.

use super::blocks::Reading;
use super::sentences::Sentence;

/// What stands on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Its sentences, in order, those of footnotes left out.
    pub sentences: Vec<Sentence>,
    /// Its footnotes.
    pub notes: Vec<Note>,
    /// Its links, those of footnotes too.
    pub links: Vec<Link>,
    /// Anchors that are no heading's: `<a id="…">`.
    pub anchors: Vec<String>,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Its blocks of code.
    pub code: Vec<Code>,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its line, from 1.
    pub line: usize,
    /// 1 to 6.
    pub level: u8,
    /// Its words.
    pub text: String,
    /// Its anchor.
    pub anchor: String,
}

/// A footnote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its line, from 1.
    pub line: usize,
    /// What it is called by.
    pub label: String,
    /// What stands behind the label, as it is written.
    pub text: String,
}

/// A link, or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its line, from 1.
    pub line: usize,
    /// Where it leads, as it is written.
    pub href: String,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its line, from 1.
    pub line: usize,
    /// The anchor of the heading that it stands under; empty above the first.
    pub anchor: String,
    /// The heads of its columns.
    pub heads: Vec<String>,
    /// The cells of each row.
    pub rows: Vec<Vec<String>>,
}

/// A block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The line of its first text, from 1.
    pub line: usize,
    /// What stands behind the fence; empty of an indented block.
    pub language: String,
    /// Its text.
    pub text: String,
}

impl Page {
    /// Reads one.
    pub fn read(text: &str) -> Self {
        let mut reading = Reading::of(text);
        reading.walk(text);
        reading.page
    }

    /// Whether a link to this anchor leads somewhere.
    pub fn has_anchor(&self, anchor: &str) -> bool {
        self.headings.iter().any(|heading| heading.anchor == anchor)
            || self.anchors.iter().any(|one| one == anchor)
    }

    /// The cell of a column and a row under a heading: of the first table there that has both. The column may be headed by more
    /// than its name, `Chromium: expected`, where what was observed stands in the next one.
    pub fn cell(&self, anchor: &str, column: &str, row: &str) -> Option<&str> {
        self.tables.iter().filter(|table| table.anchor == anchor).find_map(|table| table.cell(column, row))
    }
}

impl Table {
    fn cell(&self, column: &str, row: &str) -> Option<&str> {
        let cells = self.rows.iter().find(|cells| cells.first().is_some_and(|first| first == row))?;
        let expected = format!("{column}: expected");
        let of = |wanted: &str| self.heads.iter().position(|head| head == wanted);
        let index = of(column).or_else(|| of(&expected).map(|index| index + 1))?;
        cells.get(index).map(String::as_str)
    }
}
