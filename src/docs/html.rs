//! A page of Markdown as HTML: headings with their anchors, footnotes gathered at the end with the way back, what is proven told from
//! what is cited, tables that scroll by themselves. HTML that is written in a page is text here, but for anchors.

use std::collections::HashMap;
use std::fmt::Write as _;

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html::push_html};

use super::blocks::OPTIONS;
use super::claim::{Claim, Proof};
use super::page::{Heading, Page};

/// Words of the frame around a text, in the page's language.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Over the footnotes.
    pub notes: &'static str,
    /// What a link back to a sentence is called.
    pub back: &'static str,
    /// Before the name of a scenario that can be played.
    pub run: &'static str,
    /// What a table that scrolls is called.
    pub table: &'static str,
    /// Of a footnote that is proven.
    pub proven: &'static str,
    /// Of one that is cited.
    pub cited: &'static str,
}

/// English.
pub const ENGLISH: Words = Words {
    notes: "How this is known",
    back: "Back to the sentence",
    run: "Run",
    table: "A table",
    proven: "Proven",
    cited: "Cited",
};
/// Chinese.
pub const CHINESE: Words =
    Words {
        notes: "依据", back: "回到正文", run: "运行", table: "表格", proven: "已证明", cited: "引用"
    };

/// A page, made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its first heading.
    pub title: String,
    /// Its text.
    pub html: String,
    /// Its headings.
    pub headings: Vec<Heading>,
}

/// Makes a page. `leads` says where a link of it leads, or that it leads nowhere here.
pub fn make(text: &str, words: &Words, leads: &dyn Fn(&str) -> Option<String>) -> Made {
    let page = Page::read(text);
    let mut making = Making {
        page: &page,
        words,
        leads,
        order: Vec::new(),
        defined: HashMap::new(),
        heading: 0,
        closers: Vec::new(),
    };
    let mut main = Vec::new();
    let mut note: Option<(String, Vec<Event>)> = None;
    for event in Parser::new_ext(text, OPTIONS) {
        match event {
            Event::Start(Tag::FootnoteDefinition(label)) => note = Some((label.to_string(), Vec::new())),
            Event::End(TagEnd::FootnoteDefinition) => {
                if let Some((label, events)) = note.take() {
                    making.defined.insert(label, written(events));
                }
            }
            event => {
                let events = note.as_mut().map_or(&mut main, |(_, events)| events);
                making.take(event, events);
            }
        }
    }
    let mut html = written(main);
    html.push_str(&making.notes());
    let title = page.headings.first().map(|heading| heading.text.clone()).unwrap_or_default();
    Made { title, html, headings: page.headings }
}

/// Text as it may stand in HTML, also between double quotes.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn written(events: Vec<Event>) -> String {
    let mut html = String::new();
    push_html(&mut html, events.into_iter());
    html
}

struct Making<'a> {
    page: &'a Page,
    words: &'a Words,
    leads: &'a dyn Fn(&str) -> Option<String>,
    /// Labels of footnotes by their number, from 1.
    order: Vec<String>,
    defined: HashMap<String, String>,
    heading: usize,
    /// How the links that are open are closed.
    closers: Vec<&'static str>,
}

impl Making<'_> {
    fn take<'e>(&mut self, event: Event<'e>, events: &mut Vec<Event<'e>>) {
        let raw = |html: String| Event::InlineHtml(CowStr::from(html));
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                let anchor = self.page.headings.get(self.heading).map_or("", |heading| &heading.anchor);
                events.push(raw(format!("<{level} id=\"{}\">", escaped(anchor))));
            }
            Event::End(TagEnd::Heading(level)) => {
                let anchor = self.page.headings.get(self.heading).map_or("", |heading| &heading.anchor);
                self.heading += 1;
                let anchor = escaped(anchor);
                events.push(raw(format!(" <a class=\"anchor\" href=\"#{anchor}\" aria-hidden=\"true\" tabindex=\"-1\">#</a></{level}>\n")));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let (opens, closes) = self.link(&dest_url);
                self.closers.push(closes);
                events.push(raw(opens));
            }
            Event::End(TagEnd::Link) => events.push(raw(self.closers.pop().unwrap_or_default().to_owned())),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let dest_url = (self.leads)(&dest_url).map_or(dest_url, CowStr::from);
                events.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Event::Start(Tag::Table(aligned)) => {
                let name = self.words.table;
                events.push(raw(format!(
                    "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{name}\">"
                )));
                events.push(Event::Start(Tag::Table(aligned)));
            }
            Event::End(TagEnd::Table) => {
                events.extend([Event::End(TagEnd::Table), raw("</div>\n".to_owned())]);
            }
            // It scrolls by itself, so the keyboard must come to it.
            Event::Start(Tag::CodeBlock(_)) => events.push(raw("<pre tabindex=\"0\"><code>".to_owned())),
            Event::End(TagEnd::CodeBlock) => events.push(raw("</code></pre>\n".to_owned())),
            Event::FootnoteReference(label) => events.push(raw(self.reference(&label))),
            Event::Html(html) | Event::InlineHtml(html) => match allowed(&html) {
                Some(html) => events.push(raw(html)),
                None => events.push(Event::Text(html)),
            },
            event => events.push(event),
        }
    }

    fn link(&self, to: &str) -> (String, &'static str) {
        match (self.leads)(to) {
            Some(href) if href.starts_with("http") => {
                (format!("<a class=\"outside\" rel=\"noopener\" href=\"{}\">", escaped(&href)), "</a>")
            }
            Some(href) => (format!("<a href=\"{}\">", escaped(&href)), "</a>"),
            // It lies beside the docs, where code is hosted.
            None => ("<span class=\"beside\">".to_owned(), "</span>"),
        }
    }

    /// The mark of a footnote: a number, and by its form how the sentence is known.
    fn reference(&mut self, label: &str) -> String {
        let known = self.order.iter().position(|one| one == label);
        let number = known.unwrap_or(self.order.len()) + 1;
        // Who comes back from a footnote comes to where it is named first.
        let id = if known.is_none() { format!(" id=\"ref-{number}\"") } else { String::new() };
        if known.is_none() {
            self.order.push(label.to_owned());
        }
        let (class, name, told) = match self.claim(label) {
            Some(Claim::Proven(_)) => ("proven", self.words.proven, format!("✓{number}")),
            Some(Claim::Cited(_)) => ("cited", self.words.cited, format!("[{number}]")),
            None => ("plain", "", number.to_string()),
        };
        format!(
            "&#8288;<sup><a class=\"{class}\"{id} href=\"#note-{number}\" aria-label=\"{name} {number}\">{told}</a></sup>"
        )
    }

    fn claim(&self, label: &str) -> Option<Claim> {
        let note = self.page.notes.iter().find(|note| note.label == label)?;
        Claim::read(&note.text).ok()
    }

    /// The footnotes, in the order in which the text names them.
    fn notes(&self) -> String {
        if self.order.is_empty() {
            return String::new();
        }
        let heading = self.words.notes;
        let notes = self.order.iter().zip(1..).map(|(label, number)| self.note(label, number));
        let notes: String = notes.collect();
        format!(
            "<section class=\"notes\" aria-labelledby=\"notes\"><h2 id=\"notes\">{heading}</h2><ol>{notes}</ol></section>\n"
        )
    }

    fn note(&self, label: &str, number: usize) -> String {
        let html = self.defined.get(label).map_or("", String::as_str).trim();
        let inner = html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>")).unwrap_or(html);
        let claim = self.claim(label);
        let mut names: Vec<&str> = Vec::new();
        if let Some(Claim::Proven(proofs)) = &claim {
            for proof in proofs {
                if let Proof::Scenario { name, .. } = proof
                    && !names.contains(&name.as_str())
                {
                    names.push(name);
                }
            }
        }
        let run = self.words.run;
        let mut buttons = String::new();
        for name in names {
            let _ =
                write!(buttons, " <a class=\"run\" href=\"/?scenario={0}\">▶ {run} {0}</a>", escaped(name));
        }
        let back = self.words.back;
        format!(
            "<li id=\"note-{number}\">{inner}{buttons} <a class=\"back\" href=\"#ref-{number}\" aria-label=\"{back}\">↩</a></li>\n"
        )
    }
}

/// An anchor that is written out, its end, or a comment; nothing else that is HTML is let through.
fn allowed(html: &str) -> Option<String> {
    let html = html.trim();
    if html == "</a>" {
        return Some(html.to_owned());
    }
    if html.starts_with("<!--") {
        return Some(String::new());
    }
    let id = html.strip_prefix("<a id=\"")?.split_once('"')?.0;
    let rest = html.split_once('"')?.1.split_once('"')?.1;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    (id.chars().all(plain) && matches!(rest, ">" | "></a>")).then(|| format!("<a id=\"{id}\"{rest}"))
}

#[cfg(test)]
mod tests {
    use super::{ENGLISH, make};

    fn made(text: &str) -> String {
        make(text, &ENGLISH, &|href| (!href.starts_with("../..")).then(|| href.replace(".md", ""))).html
    }

    #[test]
    fn html_that_is_written_in_a_page_is_text_but_for_anchors() {
        let html = made(
            "<a id=\"x-1\"></a> a <script>alert(1)</script> <a id=\"y\" onclick=\"z\"> <!-- no -->\n\n<iframe src=x>",
        );
        assert!(html.contains("<a id=\"x-1\"></a>"), "{html}");
        for none in ["<script", "<iframe", "onclick=\"z\">"] {
            assert!(!html.contains(none), "{none}: {html}");
        }
    }

    #[test]
    fn footnotes_are_gathered_in_their_order_with_the_way_back_and_a_button_for_each_scenario() {
        let html = made(
            "# T\n\nB.[^b] A.[^a] B again.[^b]\n\n[^a]: **Cited**: [RFC](https://x.y/z), 2020.\n[^b]: **Proven** by [204-stop](../../scenarios/204-stop.toml): `sse.state` = `given-up`.\n",
        );
        let notes = html.split("<section").nth(1).expect("notes");
        assert!(notes.find("204-stop") < notes.find("RFC"), "{notes}");
        assert!(html.contains("id=\"ref-1\" href=\"#note-1\" aria-label=\"Proven 1\">✓1</a>"), "{html}");
        assert_eq!(html.matches("id=\"ref-1\"").count(), 1, "{html}");
        assert!(notes.contains("href=\"/?scenario=204-stop\">▶ Run 204-stop</a>"), "{notes}");
        assert!(notes.contains("<span class=\"beside\">204-stop</span>"), "{notes}");
    }

    #[test]
    fn a_heading_has_the_anchor_that_links_to_it_name() {
        let html = made("# One\n\n## Two `words`\n\n[there](x.md#two-words) | a\n");
        assert!(html.contains("<h2 id=\"two-words\">Two <code>words</code>"), "{html}");
        assert!(html.contains("<a href=\"x#two-words\">there</a>"), "{html}");
    }
}
