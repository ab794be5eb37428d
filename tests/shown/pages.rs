//! A page as a reader goes through it: prose, with what stands in it as code, and blocks of code, in order.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::shelf;

/// A page.
pub struct Shown {
    /// From the root.
    pub path: String,
    pub pieces: Vec<Piece>,
}

/// What stands on it.
pub enum Piece {
    Heading,
    Prose(Prose),
    Block(Block),
}

/// A paragraph, an item or a row.
#[derive(Default)]
pub struct Prose {
    pub text: String,
    /// What stands in it as code, each with its line.
    pub spans: Vec<(usize, String)>,
}

/// A block of code.
#[derive(Clone)]
pub struct Block {
    /// The line of its first text, from 1.
    pub line: usize,
    /// What stands behind the fence; empty of an indented block.
    pub language: String,
    pub text: String,
}

impl Shown {
    pub fn read(path: &str, text: &str) -> Self {
        let starts: Vec<usize> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut pieces = Vec::new();
        let mut prose = Prose::default();
        let mut block: Option<Block> = None;
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            let line = starts.partition_point(|start| *start <= range.start);
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    settle(&mut prose, &mut pieces);
                    let (language, line) = match kind {
                        CodeBlockKind::Fenced(language) => (language.to_string(), line + 1),
                        CodeBlockKind::Indented => (String::new(), line),
                    };
                    block = Some(Block { line, language, text: String::new() });
                }
                Event::End(TagEnd::CodeBlock) => pieces.extend(block.take().map(Piece::Block)),
                Event::Start(Tag::Heading { .. }) => {
                    settle(&mut prose, &mut pieces);
                    pieces.push(Piece::Heading);
                }
                Event::Start(Tag::Paragraph | Tag::Item | Tag::TableRow | Tag::TableHead)
                | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::TableRow) => {
                    settle(&mut prose, &mut pieces);
                }
                Event::Text(words) => match &mut block {
                    Some(block) => block.text.push_str(&words),
                    None => prose.text.push_str(&words),
                },
                Event::Code(words) => {
                    prose.text.push_str(&words);
                    prose.spans.push((line, words.to_string()));
                }
                Event::SoftBreak | Event::HardBreak => prose.text.push(' '),
                _ => {}
            }
        }
        settle(&mut prose, &mut pieces);
        Self { path: path.to_owned(), pieces }
    }

    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.pieces
            .iter()
            .filter_map(|piece| if let Piece::Block(block) = piece { Some(block) } else { None })
    }

    pub fn spans(&self) -> impl Iterator<Item = &(usize, String)> {
        let prose = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Prose(prose) => Some(prose),
            _ => None,
        });
        prose.flat_map(|prose| &prose.spans)
    }
}

fn settle(prose: &mut Prose, pieces: &mut Vec<Piece>) {
    let prose = std::mem::take(prose);
    if !prose.text.trim().is_empty() {
        pieces.push(Piece::Prose(prose));
    }
}

/// README.md and the docs.
pub fn all() -> Vec<Shown> {
    // What commands say of themselves is held as a whole by tests/reference.rs.
    let is_documentation = |path: &str| {
        path != "docs/reference/commands.md" && (path == "README.md" || path.starts_with("docs/"))
    };
    let pages = shelf::all().into_iter().filter(|shelved| is_documentation(&shelved.path));
    pages.map(|shelved| Shown::read(&shelved.path, &shelved.text)).collect()
}

/// A page that is a translation shows what its original shows; where it does to the letter, it need not be run again.
pub fn without_translations(pages: &[Shown]) -> Vec<&Shown> {
    let shows = |page: &Shown| page.blocks().map(|block| block.text.clone()).collect::<Vec<_>>();
    let is_told_already = |page: &&Shown| {
        let original = page.path.strip_suffix(".zh.md").map(|stem| format!("{stem}.md"));
        let original = pages.iter().find(|other| Some(&other.path) == original.as_ref());
        original.is_some_and(|original| shows(original) == shows(page))
    };
    pages.iter().filter(|page| !is_told_already(page)).collect()
}
