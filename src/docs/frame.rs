//! The frame around a page of the docs: shelves, contents, before and behind. HTML that needs no script to be read.

use std::fmt::Write as _;

use super::html::{CHINESE, ENGLISH, Made, Words, escaped, make};
use super::library::{Entry, Library, SHELVES, resolved};

/// Words of the frame.
struct Says {
    language: &'static str,
    docs: &'static str,
    bench: &'static str,
    skip: &'static str,
    shelves: &'static str,
    contents: &'static str,
    before: &'static str,
    behind: &'static str,
    all: &'static str,
    other: &'static str,
    run: &'static str,
    names: [&'static str; 5],
    words: Words,
}

const IN_ENGLISH: Says = Says {
    language: "en",
    docs: "Docs",
    bench: "To the bench",
    skip: "Skip to the text",
    shelves: "Shelves",
    contents: "On this page",
    before: "Before",
    behind: "Next",
    all: "All pages",
    other: "中文",
    run: "Run it on the bench",
    names: ["Tutorial", "Guides", "Reference", "Topics", "Decisions"],
    words: ENGLISH,
};

const IN_CHINESE: Says = Says {
    language: "zh",
    docs: "文档",
    bench: "回到实验台",
    skip: "跳到正文",
    shelves: "书架",
    contents: "本页内容",
    before: "上一页",
    behind: "下一页",
    all: "全部页面",
    other: "English",
    run: "在实验台上运行",
    names: ["教程", "指南", "参考", "专题", "决定"],
    words: CHINESE,
};

fn says(language: &str) -> &'static Says {
    if language == "zh" { &IN_CHINESE } else { &IN_ENGLISH }
}

/// The document of a page. `other` says where a file leads that is no page, by its path in the repository.
pub fn document(library: &Library, entry: &Entry, other: &dyn Fn(&str) -> Option<String>) -> String {
    let says = says(entry.language);
    let leads = |href: &str| {
        if href.starts_with("http://") || href.starts_with("https://") || href.starts_with("mailto:") {
            return Some(href.to_owned());
        }
        let (path, anchor) = resolved(&entry.path, href);
        let folder = format!("{path}/README.md");
        let page = library.of_path(&path).or_else(|| library.of_path(&folder));
        match page {
            Some(page) if page.path == entry.path && !anchor.is_empty() => Some(anchor),
            Some(page) => Some(format!("{}{anchor}", page.address)),
            None => other(&path),
        }
    };
    let made = make(&entry.text, &says.words, &leads);
    let mut text = made.html.clone();
    if entry.address == "/docs/" {
        text.push_str(&all_pages(library, says));
    }
    let (before, behind) = library.neighbours(entry);
    let link = |entry: Option<&Entry>, class: &str, word: &str| {
        entry.map_or_else(String::new, |entry| {
            format!(
                "<a class=\"{class}\" href=\"{}\"><span>{word}</span> {}</a>",
                entry.address,
                escaped(&entry.title)
            )
        })
    };
    let turn = format!(
        "<nav class=\"turn\" aria-label=\"{0} · {1}\">{2}{3}</nav>",
        says.before,
        says.behind,
        link(before, "before", says.before),
        link(behind, "behind", says.behind)
    );
    let switch = library.translation(entry).map_or_else(String::new, |other| {
        format!(
            "<a class=\"switch\" lang=\"{}\" hreflang=\"{0}\" href=\"{}\">{}</a>",
            other.language, other.address, says.other
        )
    });
    let body = Body {
        title: &made.title,
        text: &format!("{text}{turn}"),
        contents: &contents(&made, says),
        switch: &switch,
    };
    framed(library, Some(entry), says, &body)
}

/// The document of a scenario's file.
pub fn scenario(library: &Library, name: &str, title: &str, source: &str) -> String {
    let says = says("en");
    let (name, title, source) = (escaped(name), escaped(title), escaped(source));
    let text = format!(
        "<h1>{title}</h1>\n<p><a class=\"run\" href=\"/?scenario={name}\">▶ {}</a></p>\n<p><code>scenarios/{name}.toml</code></p>\n<pre tabindex=\"0\"><code>{source}</code></pre>",
        says.run
    );
    framed(library, None, says, &Body { title: &title, text: &text, contents: "", switch: "" })
}

/// The document for who asked for a page that is not there.
pub fn missing(library: &Library, address: &str) -> String {
    let says = says("en");
    let near = library.near(address);
    let mut text = format!(
        "<h1>No such page</h1>\n<p>Wanted: a page of the docs. Found: nothing at <code>{}</code>.</p>\n",
        escaped(address)
    );
    if near.is_empty() {
        text.push_str("<p>Fix: begin with <a href=\"/docs/\">all pages</a>.</p>\n");
    } else {
        text.push_str("<p>Perhaps one of these:</p>\n<ul>");
        for entry in near {
            item(&mut text, entry);
        }
        text.push_str("</ul>\n<p>Or <a href=\"/docs/\">all pages</a>.</p>\n");
    }
    framed(library, None, says, &Body { title: "No such page", text: &text, contents: "", switch: "" })
}

struct Body<'a> {
    title: &'a str,
    text: &'a str,
    contents: &'a str,
    switch: &'a str,
}

fn framed(library: &Library, entry: Option<&Entry>, says: &Says, body: &Body<'_>) -> String {
    let Says { language, docs, bench, skip, .. } = says;
    let Body { title, text, contents, switch } = body;
    let shelves = shelves(library, entry, says);
    let title = escaped(title);
    format!(
        r##"<!doctype html>
<html lang="{language}" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · wirebench</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/styles/tokens.css">
<link rel="stylesheet" href="/styles/base.css">
<link rel="stylesheet" href="/styles/docs.css">
<script src="/docs-theme.js"></script>
</head>
<body class="docs">
<a class="skip" href="#text">{skip}</a>
<header class="docs-bar"><a class="docs-brand" href="/docs/">wirebench <span>{docs}</span></a><span class="docs-ways">{switch}<a href="/">{bench}</a></span></header>
<div class="docs-body">
{shelves}
<main id="text" tabindex="-1">
{text}
</main>
{contents}
</div>
</body>
</html>
"##
    )
}

/// The pages of each shelf; that of the page is open.
fn shelves(library: &Library, entry: Option<&Entry>, says: &Says) -> String {
    let mut html = format!(
        "<nav class=\"shelves\" aria-label=\"{}\">\n<details class=\"shelves-all\" open><summary>{0}</summary>\n",
        says.shelves
    );
    let here = entry.map_or("", |entry| entry.address.as_str());
    for (shelf, name) in SHELVES.iter().zip(says.names) {
        let on = |entry: &&Entry| {
            entry.shelf == *shelf && (entry.language == says.language || library.translation(entry).is_none())
        };
        let entries: Vec<&Entry> = library.entries().iter().filter(on).collect();
        if entries.is_empty() {
            continue;
        }
        let open = if entry.is_some_and(|entry| entry.shelf == *shelf) { " open" } else { "" };
        let _ = write!(html, "<details{open}><summary>{name}</summary><ul>");
        for one in entries {
            let current = if one.address == here { " aria-current=\"page\"" } else { "" };
            let _ = write!(html, "<li><a href=\"{}\"{current}>{}</a></li>", one.address, escaped(&one.title));
        }
        html.push_str("</ul></details>\n");
    }
    html.push_str("</details></nav>");
    html
}

fn contents(made: &Made, says: &Says) -> String {
    let headings: Vec<_> = made.headings.iter().filter(|heading| heading.level == 2).collect();
    if headings.len() < 2 {
        return String::new();
    }
    let mut items = String::new();
    for heading in headings {
        let _ = write!(
            items,
            "<li><a href=\"#{}\">{}</a></li>",
            escaped(&heading.anchor),
            escaped(&heading.text)
        );
    }
    format!("<nav class=\"contents\" aria-label=\"{0}\"><p>{0}</p><ul>{items}</ul></nav>", says.contents)
}

/// Each page with its first sentence.
fn all_pages(library: &Library, says: &Says) -> String {
    let mut html = format!("<section class=\"all\"><h2 id=\"all-pages\">{}</h2>", says.all);
    for (shelf, name) in SHELVES.iter().zip(says.names) {
        let mut entries = library.entries().iter().filter(|entry| entry.shelf == *shelf).peekable();
        if entries.peek().is_none() {
            continue;
        }
        let _ = write!(html, "<h3>{name}</h3><ul>");
        for entry in entries {
            item(&mut html, entry);
        }
        html.push_str("</ul>");
    }
    html.push_str("</section>\n");
    html
}

fn item(html: &mut String, entry: &Entry) {
    let (title, lead) = (escaped(&entry.title), escaped(&entry.lead));
    let _ = write!(
        html,
        "<li lang=\"{}\"><a href=\"{}\">{title}</a> <span>{lead}</span></li>",
        entry.language, entry.address
    );
}
