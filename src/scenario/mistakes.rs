//! The mistakes of a scenario file, all at once: each with its place, told as rustc tells its own, or as values for programs.

use std::fmt;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use super::Span;

/// Columns after which what is said about a mistake goes on in the next line.
const WIDE: usize = 100;
/// The longest that stands beside the caret.
const BESIDE: usize = 72;
/// The most mistakes that are shown: nobody reads more, and each is looked for in the whole text.
const SHOWN: usize = 100;

/// Where a mistake stands: in the file (0), or in one of the settings beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub source: usize,
    pub start: usize,
    pub end: usize,
}

impl Place {
    pub fn new(source: usize, span: Span) -> Self {
        Self { source, start: span.start, end: span.end }
    }

    /// Its bytes, in the text where it stands.
    pub fn span(&self) -> Span {
        self.start..self.end
    }
}

/// A text with mistakes in it, and what it is called.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub shown: String,
    pub text: String,
}

/// One mistake.
#[derive(Clone, Debug)]
pub(super) struct Mistake {
    pub place: Place,
    /// What is wrong, in a sentence.
    pub title: String,
    /// What would have been right.
    pub wanted: String,
    /// What is there.
    pub found: String,
    /// What to do, where there is something special.
    pub fix: Option<String>,
}

/// A mistake as programs read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The file, as it was named, or `--set`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, in a sentence.
    pub mistake: String,
    /// What would have been right.
    pub wanted: String,
    /// What is there.
    pub found: String,
    /// What to do, where there is something special.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// All mistakes of a file and of what was set beside it, in their order. There is at least one.
#[derive(Clone, Debug)]
pub struct Mistakes {
    sources: Vec<Source>,
    mistakes: Vec<Mistake>,
}

impl Mistakes {
    pub(super) fn new(sources: Vec<Source>, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by(|one, other| one.place.cmp(&other.place));
        mistakes.dedup_by(|one, other| one.place == other.place && one.title == other.title);
        Self { sources, mistakes }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.mistakes.len()
    }

    /// As rustc would tell them: a paragraph each of the first hundred, without colours or with.
    pub fn render(&self, coloured: bool) -> String {
        let shown = self.mistakes.iter().take(SHOWN);
        let mut told: Vec<String> = shown.map(|mistake| self.one(mistake, coloured)).collect();
        match self.count().saturating_sub(SHOWN) {
            0 => {}
            1 => told.push("and 1 more mistake, which is not shown".to_owned()),
            more => told.push(format!("and {more} more mistakes, which are not shown")),
        }
        told.join("\n\n")
    }

    /// As values.
    pub fn told(&self) -> Vec<Told> {
        let told = |mistake: &Mistake| {
            let source = &self.sources[mistake.place.source];
            let (line, column) = line_and_column(&source.text, mistake.place.start);
            Told {
                file: source.shown.clone(),
                line,
                column,
                mistake: mistake.title.clone(),
                wanted: mistake.wanted.clone(),
                found: mistake.found.clone(),
                fix: mistake.fix.clone(),
            }
        };
        self.mistakes.iter().map(told).collect()
    }

    fn one(&self, mistake: &Mistake, coloured: bool) -> String {
        let source = &self.sources[mistake.place.source];
        let beside = mistake.wanted.chars().count() <= BESIDE;
        let wanted = format!("wanted {}", mistake.wanted);
        let notes = [
            (!beside).then(|| (Level::NOTE, wanted.clone())),
            mistake.fix.clone().map(|fix| (Level::HELP, fix)),
        ];
        let label = if beside { &wanted } else { "" };
        let place = (source.shown.as_str(), source.text.as_str(), mistake.place.span());
        paragraph(&mistake.title, place, label, notes.into_iter().flatten().collect(), coloured)
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Mistakes {}

/// A paragraph of the look of rustc's: a title, the place (a file's name, its text, and where), what stands beside the caret,
/// and what is noted below.
pub(super) fn paragraph(
    title: &str,
    (shown, text, span): (&str, &str, Span),
    label: &str,
    notes: Vec<(Level<'_>, String)>,
    coloured: bool,
) -> String {
    let label = Some(label).filter(|label| !label.is_empty());
    let caret = AnnotationKind::Primary.span(within(text, span)).label(label);
    let snippet = Snippet::source(text).path(shown).annotation(caret);
    let notes = notes.into_iter().map(|(level, note)| level.message(wrapped(&note)));
    let group = Level::ERROR.primary_title(title).element(snippet).elements(notes);
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.render(&[group]);
    // The renderer fills lines up with blanks here and there.
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The part of `span` that stands on its first line, and in `text`.
fn within(text: &str, span: Span) -> Span {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let line = text[start..].find('\n').map_or(text.len(), |end| start + end);
    let mut end = span.end.clamp(start, line);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The line and the column of that byte, both from 1.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..within(text, at..at).start];
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[line..].chars().count() + 1)
}

/// With a line's end wherever it would be too wide.
fn wrapped(text: &str) -> String {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDE {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines.join("\n")
}
