//! The page docs/reference/event-stream.md: the cases in which a browser differs, and the list of all others.

use std::fmt::Write as _;

use crate::case::{Case, Outcome};

const INTRODUCTION: &str = "\
# What an event stream means

COUNT inputs of `text/event-stream`, and what comes of each by the text of the standard (WHATWG HTML §9.2), in Chromium and in
Firefox: the events, the reconnection time, and the `Last-Event-ID` of the next request. Each is a case of the corpus in
[tests/golden/event-stream](../../tests/golden/README.md), of which this page is made:

- `cargo test --locked --test corpus` holds the decoder and the `EventSource` of each profile ([client.md](client.md)) against
  it, at every cut of every input, and this page too; with `WIREBENCH_WRITE_DOCS=1` it writes the page.
- `node --test tests/web/unit/corpus.test.js` holds the decoder of the page against it.
- `node --test tests/web/browser/corpus.test.js` holds real browsers against it, whole and cut.

Where no time is set, the standard leaves it open: Chromium waits 3 s and Firefox 5 s.

";

const NOTATION: &str = "\
In an input `\\n`, `\\r`, `\\t`, `\\0` and `\\xHH` are single bytes, and the ends of the lines that are seen here are none of it.
An event is its type, its data, and its `lastEventId` if it has one.

";

const BROWSERS: [(&str, &str); 3] =
    [("standard", "the standard"), ("chromium", "Chromium"), ("firefox", "Firefox")];

/// How one row of a table is told.
type Fact = fn(&Outcome) -> String;

/// The page.
pub fn page(cases: &[Case]) -> String {
    let (agreed, differing): (Vec<&Case>, Vec<&Case>) = cases
        .iter()
        .partition(|case| BROWSERS.iter().all(|(who, _)| case.outcome(who) == case.outcome("standard")));
    let mut page = INTRODUCTION.replace("COUNT", &cases.len().to_string());
    let _ = writeln!(page, "## Where a browser differs\n\n{NOTATION}");
    page.truncate(page.trim_end().len());
    page += "\n\n";
    for case in differing {
        section(&mut page, case);
    }
    page += "## Where all agree\n\n| case | HTML | because |\n| --- | --- | --- |\n";
    for case in agreed {
        let because = case.because("standard").unwrap_or_default();
        let _ = writeln!(
            page,
            "| {} | §{} | {because} |",
            case.name,
            case.says["section"].as_str().unwrap_or("?")
        );
    }
    page
}

fn section(page: &mut String, case: &Case) {
    let _ = writeln!(page, "### {}\n", case.name);
    for line in case.text.lines() {
        let _ = writeln!(page, "    {line}");
    }
    let outcomes = BROWSERS.map(|(who, _)| case.outcome(who));
    let _ = writeln!(page, "\n| | {} |", BROWSERS.map(|(_, title)| title).join(" | "));
    page.push_str("| --- | --- | --- | --- |\n");
    let facts: [(&str, Fact); 3] = [
        ("events", events),
        ("waits", |outcome| outcome.reconnection_time.map_or_else(|| "its own time".to_owned(), wait)),
        ("`Last-Event-ID`", |outcome| id(&outcome.last_event_id)),
    ];
    for (name, fact) in facts {
        let cells = outcomes.each_ref().map(|outcome| Some(fact(outcome)).filter(|cell| !cell.is_empty()));
        if cells.iter().any(|cell| *cell != cells[0]) {
            let _ = writeln!(
                page,
                "| {name} | {} |",
                cells.map(|cell| cell.unwrap_or_else(|| "none".to_owned())).join(" | ")
            );
        }
    }
    page.push('\n');
    for (who, title) in BROWSERS {
        if let Some(because) = case.because(who) {
            let section = case.says["section"].as_str().unwrap_or("?");
            let title = if who == "standard" { format!("HTML §{section}") } else { title.to_owned() };
            let _ = writeln!(page, "- {title}: {because}.");
        }
    }
    page.push('\n');
}

fn events(outcome: &Outcome) -> String {
    let one = |[kind, data, last]: &[String; 3]| {
        let kind = if kind == "message" { kind.clone() } else { quoted(kind) };
        format!("{kind} {} {}", quoted(data), id(last)).trim_end().to_owned()
    };
    outcome.events.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// An empty id is none.
fn id(text: &str) -> String {
    if text.is_empty() { String::new() } else { quoted(text) }
}

/// Beyond a day in days, as far as they can be told.
fn wait(ms: u64) -> String {
    const DAY: u64 = 86_400_000;
    match ms {
        u64::MAX => "for ever".to_owned(),
        DAY.. => format!("{} days", ms / DAY),
        _ => format!("{ms} ms"),
    }
}

/// As JSON has it, so that what cannot be seen is seen.
fn quoted(text: &str) -> String {
    format!("`{}`", serde_json::to_string(text).expect("a string").replace('|', "\\|"))
}
