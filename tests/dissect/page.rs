//! The pages docs/reference/wire/*.md: what crosses the wire by each transport, byte by byte, and the kinds of bytes.

use std::fmt::Write as _;

use wirebench::proto::dissect::{KINDS, Role, Span, Sums, Way};

use crate::cases::Case;

/// One page: its cases are those whose names begin with its own.
#[derive(Clone, Copy)]
pub struct Page {
    pub name: &'static str,
    title: &'static str,
    says: &'static str,
}

const fn of(name: &'static str, title: &'static str, says: &'static str) -> Page {
    Page { name, title, says }
}

pub const PAGES: [Page; 6] = [
    of(
        "polling",
        "Polling on the wire",
        "Each answer costs a request and two heads. In JSON the elements stand in a body that says more around them; in the other encodings that stands in the head.",
    ),
    of(
        "long-polling",
        "Long polling on the wire",
        "The bytes of a poll; only the time between request and answer is another.",
    ),
    of(
        "sse",
        "Server-Sent Events on the wire",
        "One request, one head, and then a chunk an event. What carries an event is its chunk, its fields' names, its id, its type and the blank line.",
    ),
    of(
        "fetch-stream",
        "A fetch stream on the wire",
        "As Server-Sent Events, but for the request, which is a POST and has a body.",
    ),
    of(
        "websocket",
        "A WebSocket on the wire",
        "One handshake, and then frames both ways. What carries an event is two to ten bytes before it; what a client sends is masked, and shown here unmasked.",
    ),
    of(
        "http",
        "HTTP/1.1 on the wire",
        "What stands around all transports but the WebSocket's frames: pipelined requests, interim answers, chunks with extensions and trailers; and what becomes of a stream that is not what it says.",
    ),
];

/// The page of a case: the longest name that it begins with.
pub fn home(case: &Case) -> Option<&'static str> {
    let fits = |page: &&Page| case.name.strip_prefix(page.name).is_some_and(|rest| rest.starts_with('-'));
    PAGES.iter().filter(fits).map(|page| page.name).max_by_key(|name| name.len())
}

/// The text of a page.
pub fn page(page: &Page, cases: &[Case]) -> String {
    let mut text = format!("# {}\n\n{}\n\n", page.title, page.says);
    text += "Made of tests/golden/wire by `WIREBENCH_WRITE_DOCS=1 cargo test --locked --test dissect`, which without the variable\n\
             holds this page. What the roles mean is told in [the introduction](README.md), and the kinds in [a list](kinds.md).\n";
    for case in cases.iter().filter(|case| home(case) == Some(page.name)) {
        section(&mut text, case, page.name == "http");
    }
    text
}

fn section(text: &mut String, case: &Case, shows_heads: bool) {
    let spans = case.spans();
    let _ = writeln!(text, "\n## {}\n\n{}\n", case.name, case.title);
    sums(text, &spans);
    text.push_str(
        "\n| | at | bytes | what | role | element | |\n| --- | ---: | ---: | --- | --- | ---: | --- |\n",
    );
    let mut rest = &spans[..];
    while let [first, ..] = rest {
        let is_head = |span: &&Span| {
            span.role == Role::Head && (span.way, span.exchange) == (first.way, first.exchange)
        };
        let head = if shows_heads { 0 } else { rest.iter().take_while(is_head).count() };
        let (row, after) = rest.split_at(head.max(1));
        let length: u64 = row.iter().map(|span| span.length).sum();
        let bytes = case.bytes(first.way);
        let element = first.element.map(|element| element.to_string()).unwrap_or_default();
        let (what, sample) = if head > 1 {
            let lines = row.iter().filter(|span| span.kind.name() == "line-end").count();
            let start = row.iter().take_while(|span| span.kind.name() != "line-end");
            let start: Vec<u8> = start.flat_map(|span| content(span, &bytes)).collect();
            (format!("head of {lines} line{}", if lines == 1 { "" } else { "s" }), shown(&start))
        } else {
            (first.kind.name().to_owned(), shown(&content(first, &bytes)))
        };
        let more = if first.continued { " (goes on)" } else { "" };
        let why = match first.note {
            Some(wirebench::proto::dissect::Note::Why(mistake)) => format!(": {mistake}"),
            _ => String::new(),
        };
        let _ = writeln!(
            text,
            "| {} | {} | {length} | {what}{more}{why} | {} | {element} | {sample} |",
            first.way.name(),
            first.at,
            first.role.name(),
        );
        rest = after;
    }
}

fn sums(text: &mut String, spans: &[Span]) {
    text.push_str("| | bytes | head | framing | payload | heartbeat | control | unparsed |\n");
    text.push_str("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for way in Way::ALL {
        let sums: Sums = spans.iter().filter(|span| span.way == way).collect();
        let roles: Vec<String> = Role::ALL.iter().map(|role| sums.of(*role).to_string()).collect();
        let _ = writeln!(text, "| {} | {} | {} |", way.name(), sums.total(), roles.join(" | "));
    }
}

/// The bytes of a span, the mask taken off.
pub fn content(span: &Span, bytes: &[u8]) -> Vec<u8> {
    let place = |at: u64| usize::try_from(at).expect("in memory");
    let mut content = bytes[place(span.at)..place(span.end())].to_vec();
    if let Some(wirebench::proto::dissect::Note::Mask { key, offset }) = span.note {
        for (at, byte) in content.iter_mut().enumerate() {
            *byte ^= key[(place(offset) + at) % 4];
        }
    }
    content
}

/// Bytes as code in a table; of many the first.
fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 60;
    let mut text = String::new();
    for byte in bytes.iter().take(MOST) {
        match byte {
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n"),
            b'\t' => text.push_str("\\t"),
            b'\\' => text.push_str("\\\\"),
            b'|' => text.push_str("\\|"),
            b'`' => text.push('\''),
            b' '..=b'~' => text.push(char::from(*byte)),
            _ => {
                let _ = write!(text, "\\x{byte:02X}");
            }
        }
    }
    let more = if bytes.len() > MOST { "…" } else { "" };
    format!("`{text}`{more}")
}

/// The list of the kinds.
pub fn kinds() -> String {
    let mut text = "# What bytes can be\n\nThe kinds of spans, and the roles that each may have. Made of the table in \
                    src/proto/dissect/kind.rs, as the page's own in\nweb/proto/dissect/kinds.js is held against this.\n\n\
                    | kind | role | standard | |\n| --- | --- | --- | --- |\n"
        .to_owned();
    for facts in &KINDS {
        let roles: Vec<&str> = facts.roles.iter().map(|role| role.name()).collect();
        let _ =
            writeln!(text, "| {} | {} | {} | {} |", facts.name, roles.join(", "), facts.standard, facts.says);
    }
    text
}

#[test]
fn the_table_of_kinds_is_in_the_order_of_the_kinds() {
    for (at, facts) in KINDS.iter().enumerate() {
        assert_eq!(facts.kind as usize, at, "{}", facts.name);
        assert!(!facts.roles.is_empty(), "{}", facts.name);
    }
}
