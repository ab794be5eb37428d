//! Walks what a parser of Markdown finds, block by block, and gathers a page of it.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::page::{Code, Heading, Link, Note, Page, Table};
use super::sentences::{Kind, Running};
use super::slug::Slugs;

/// What GitHub reads beyond `CommonMark`, of that what these pages use.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES);

/// A page that is being read.
pub(super) struct Reading {
    pub page: Page,
    lines: Vec<usize>,
    slugs: Slugs,
    running: Running,
    cell: Running,
    in_note: bool,
    in_cell: bool,
    heading: Option<HeadingLevel>,
    code: Option<Code>,
}

impl Reading {
    pub fn of(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            page: Page::default(),
            lines: std::iter::once(0).chain(ends).collect(),
            slugs: Slugs::default(),
            running: Running::default(),
            cell: Running::default(),
            in_note: false,
            in_cell: false,
            heading: None,
            code: None,
        }
    }

    pub fn walk(&mut self, text: &str) {
        for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
            let line = self.line(range.start);
            match event {
                Event::Start(tag) => self.start(tag, text, range, line),
                Event::End(tag) => self.end(tag),
                Event::Text(words) => self.words(&words, false, line),
                Event::Code(words) => self.words(&words, true, line),
                Event::SoftBreak | Event::HardBreak => self.words(" ", false, line),
                Event::FootnoteReference(label) if !self.in_note => self.running.note(&label, line),
                Event::InlineHtml(html) | Event::Html(html) => self.page.anchors.extend(id_of(&html)),
                _ => {}
            }
        }
    }

    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }

    fn words(&mut self, words: &str, is_code: bool, line: usize) {
        if let Some(code) = &mut self.code {
            code.text.push_str(words);
        } else if !self.in_note {
            self.running.push(words, is_code, line);
            if self.in_cell {
                self.cell.push(words, is_code, line);
            }
        }
    }

    fn start(&mut self, tag: Tag, text: &str, range: Range<usize>, line: usize) {
        match tag {
            Tag::Heading { level, .. } => self.heading = Some(level),
            Tag::Paragraph | Tag::Item | Tag::List(_) => self.settle(Kind::Text),
            Tag::FootnoteDefinition(label) => {
                self.settle(Kind::Text);
                self.in_note = true;
                let written = text[range].trim_end();
                let behind = written.split_once("]:").map_or("", |(_, behind)| behind.trim());
                self.page.notes.push(Note { line, label: label.to_string(), text: behind.to_owned() });
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.page.links.push(Link { line, href: dest_url.to_string() });
            }
            Tag::CodeBlock(kind) => {
                self.settle(Kind::Text);
                let (language, line) = match kind {
                    CodeBlockKind::Fenced(language) => (language.to_string(), line + 1),
                    CodeBlockKind::Indented => (String::new(), line),
                };
                self.code = Some(Code { line, language, text: String::new() });
            }
            Tag::Table(_) => {
                self.settle(Kind::Text);
                let anchor =
                    self.page.headings.last().map(|heading| heading.anchor.clone()).unwrap_or_default();
                self.page.tables.push(Table { line, anchor, ..Table::default() });
            }
            Tag::TableRow => {
                if let Some(table) = self.page.tables.last_mut() {
                    table.rows.push(Vec::new());
                }
            }
            Tag::TableCell => self.in_cell = true,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.heading_ends(),
            TagEnd::Paragraph | TagEnd::Item => self.settle(Kind::Text),
            TagEnd::FootnoteDefinition => self.in_note = false,
            TagEnd::CodeBlock => self.page.code.extend(self.code.take()),
            TagEnd::TableHead => self.settle(Kind::Head),
            TagEnd::TableRow => self.settle(Kind::Row),
            TagEnd::TableCell => {
                self.in_cell = false;
                let cell = self.cell.text();
                self.cell = Running::default();
                self.running.push(" | ", false, 0);
                if let Some(table) = self.page.tables.last_mut() {
                    table.rows.last_mut().unwrap_or(&mut table.heads).push(cell);
                }
            }
            _ => {}
        }
    }

    fn heading_ends(&mut self) {
        let Some(level) = self.heading.take() else { return };
        let text = self.running.text();
        let sentences = self.running.cut(Kind::Heading);
        let line = sentences.first().map_or(0, |sentence| sentence.line);
        let anchor = self.slugs.next(&text);
        self.page.headings.push(Heading { line, level: level as u8, text, anchor });
        self.page.sentences.extend(sentences);
    }

    fn settle(&mut self, kind: Kind) {
        let sentences = self.running.cut(kind);
        self.page.sentences.extend(sentences);
    }
}

/// The `id` of an element that is written out.
fn id_of(html: &str) -> Option<String> {
    let (_, behind) = html.split_once("id=\"")?;
    behind.split_once('"').map(|(id, _)| id.to_owned())
}
