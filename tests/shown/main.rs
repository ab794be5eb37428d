//! What README.md and the docs show is so: every block of code is of a kind that is known here and is looked at as one of that kind; every
//! command is run as it is shown, and says what is shown below it; every file that is named is there. Commands of a page follow upon each
//! other in one folder, as a reader would type them. What cannot be run stands in `listed.toml`, with the reason.

mod command;
mod config;
mod exchanged;
mod kinds;
mod listed;
mod pages;
mod running;
mod said;
mod session;
#[allow(dead_code, reason = "of its other parts tests/claims makes use")]
#[path = "../claims/shelf.rs"]
mod shelf;
mod spans;
#[path = "../support/mod.rs"]
mod support;

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::thread;

use command::{absent, code_in, skip};
use kinds::{Kind, Sorted};
use listed::Listed;
use pages::{Block, Piece, Shown};
use session::Session;

fn none(mistakes: &[String], fix: &str) {
    assert!(mistakes.is_empty(), "{} in all\n\n{}\n\nfix: {fix}\n", mistakes.len(), mistakes.join("\n\n"));
}

/// The kinds of all blocks of a page, each with the number of its piece.
fn sorted(page: &Shown, listed: &Listed) -> (Vec<(usize, Sorted)>, Vec<String>) {
    let (mut all, mut mistakes) = (Vec::new(), Vec::new());
    let mut said = false;
    for (number, piece) in page.pieces.iter().enumerate() {
        match piece {
            Piece::Heading => said = false,
            Piece::Prose(_) => {}
            Piece::Block(block) if listed.has(&page.path, block.text.trim()) && !is_typed(block) => {}
            Piece::Block(block) => match kinds::sorted(block, said) {
                Ok(sorted) => {
                    said |= sorted.iter().any(|(_, kind)| matches!(kind, Kind::Command(_)));
                    all.push((number, sorted));
                }
                Err(why) => mistakes.push(format!("{}: {why}", page.path)),
            },
        }
    }
    (all, mistakes)
}

/// Commands are listed one by one.
fn is_typed(block: &Block) -> bool {
    block.text.lines().next().is_some_and(kinds::is_command)
}

/// What is said of a block before it and behind it: the name of its file, and the exit code of its last command. What begins with a
/// code behind a block is said of that block.
fn around(page: &Shown, number: usize) -> (Option<&str>, Option<i32>) {
    let begins = |text: &str| ["Exit code ", "退出码"].iter().any(|begins| text.starts_with(begins));
    let before = page.pieces[..number].iter().rev().map_while(|piece| match piece {
        Piece::Prose(prose) => Some(prose),
        _ => None,
    });
    let before: Vec<_> = before.collect();
    let behind = match page.pieces.get(number + 1) {
        Some(Piece::Prose(prose)) if begins(&prose.text) => code_in(&prose.text),
        _ => None,
    };
    let told = before.iter().find(|prose| !begins(&prose.text)).and_then(|prose| code_in(&prose.text));
    let spans = before.first().map(|prose| prose.spans.as_slice()).unwrap_or_default();
    let is_file = |text: &str| {
        Path::new(text).extension() == Some(OsStr::new("toml")) && !text.contains(['/', ' ', '*'])
    };
    let named = spans.iter().rev().map(|(_, span)| span.as_str()).find(|span| is_file(span));
    (named, behind.or(told))
}

/// What stands around a block, with itself.
fn near(page: &Shown, number: usize) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Heading => String::new(),
        Piece::Prose(prose) => prose.text.clone(),
        Piece::Block(block) => block.text.clone(),
    };
    page.pieces.iter().skip(number.saturating_sub(1)).take(4).map(text).collect::<Vec<_>>().join("\n")
}

/// Does a page from its beginning to its end.
fn done(page: &Shown, listed: &Listed) -> Vec<String> {
    let (sorted, _) = sorted(page, listed);
    let is_done = |kind: &Kind| matches!(kind, Kind::Command(_) | Kind::Said(_) | Kind::Scenario { .. });
    if !sorted.iter().flat_map(|(_, sorted)| sorted).any(|(_, kind)| is_done(kind)) {
        return vec![];
    }
    let texts: String = page.blocks().map(|block| block.text.as_str()).collect();
    let mut session = Session::new(&page.path, listed, &texts);
    for (number, sorted) in &sorted {
        let (named, wanted) = around(page, *number);
        session.near = near(page, *number);
        let last = sorted.iter().rposition(|(_, kind)| matches!(kind, Kind::Command(_)));
        for (index, (line, kind)) in sorted.iter().enumerate() {
            session.take(*line, kind, named, wanted.filter(|_| Some(index) == last));
        }
    }
    session.end();
    if session.skipped && !session.mistakes.is_empty() {
        // Not by eprintln!, which is kept back of a test that passes.
        let mistakes = session.mistakes.join("\n");
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: {}, for a program is not installed:\n{mistakes}",
            page.path
        );
        return vec![];
    }
    session.mistakes
}

#[test]
fn every_command_does_what_its_page_says_and_nothing_shown_is_of_no_known_kind() {
    let pages = pages::all();
    let listed = Listed::read();
    let mut mistakes: Vec<String> = pages.iter().flat_map(|page| sorted(page, &listed).1).collect();
    // Each page waits for its own feeds, so they are done side by side.
    let known = &listed;
    let told = thread::scope(|scope| {
        let begin = |page| scope.spawn(move || done(page, known));
        let begun: Vec<_> = pages::without_translations(&pages).into_iter().map(begin).collect();
        begun.into_iter().flat_map(|page| page.join().expect("no panic")).collect::<Vec<_>>()
    });
    mistakes.extend(told);
    mistakes.extend(listed.mistakes());
    none(
        &mistakes,
        "mend the page, or what it shows; what no test can do stands in tests/shown/listed.toml with its reason",
    );
}

/// Each thing of this sort on all pages, with its place. There is one.
fn some<T>(of: impl Fn(&Kind) -> Option<T>) -> Vec<(String, T)> {
    let all = shown(of);
    assert!(!all.is_empty(), "nothing of the sort is shown any more");
    all
}

/// Each thing of this sort on all pages, with its place.
fn shown<T>(of: impl Fn(&Kind) -> Option<T>) -> Vec<(String, T)> {
    let listed = Listed::read();
    let mut all = Vec::new();
    for page in pages::all() {
        for (line, kind) in sorted(&page, &listed).0.iter().flat_map(|(_, sorted)| sorted) {
            all.extend(of(kind).map(|one| (format!("{}:{line}", page.path), one)));
        }
    }
    all
}

#[tokio::test]
async fn json_can_be_read_and_what_is_sent_is_taken() {
    let json = some(|kind| if let Kind::Json(text) = kind { Some(text.clone()) } else { None });
    none(
        &exchanged::json(&json).await,
        "show what is really sent; `…` and words in capitals stand for something",
    );
}

#[tokio::test]
async fn every_endpoint_and_every_head_is_one_of_the_api() {
    let endpoints = some(|kind| match kind {
        Kind::Endpoint { method, path } => Some((method.clone(), path.clone())),
        _ => None,
    });
    let messages = some(|kind| if let Kind::Message(line) = kind { Some(line.clone()) } else { None });
    none(&exchanged::endpoints(&endpoints, &messages).await, "show one that GET /api/openapi.json has");
}

#[tokio::test]
async fn every_address_is_answered_and_every_script_is_one() {
    let addresses =
        shown(|kind| if let Kind::Address(address) = kind { Some(address.clone()) } else { None });
    let scripts = shown(|kind| if let Kind::Script(text) = kind { Some(text.clone()) } else { None });
    let mut mistakes = exchanged::addresses(&addresses).await;
    mistakes.extend(exchanged::scripts(&scripts));
    none(&mistakes, "show what can be opened, and run");
    let one = |text: &str| [("docs/x.md:1".to_owned(), text.to_owned())];
    assert_eq!(
        exchanged::addresses(&one("http://127.0.0.1:8080/?scenario=abrupt-drop")).await,
        Vec::<String>::new()
    );
    assert_eq!(exchanged::addresses(&one("http://127.0.0.1:8080/?scenario=abrupt-dropp")).await.len(), 1);
    assert_eq!(exchanged::addresses(&one("http://127.0.0.1:8080/nothing")).await.len(), 1);
}

#[test]
fn every_configuration_of_a_proxy_is_good() {
    let shown = some(|kind| if let Kind::Config(program) = kind { Some(program.clone()) } else { None });
    let pages = pages::all();
    none(&config::mistakes(&pages, &shown), "show what src/play/proxy/config.rs writes");
}

#[test]
fn every_program_that_is_shown_is_compiled_and_bytes_have_their_escapes() {
    let mistakes = exchanged::programs(&pages::all());
    none(&mistakes, "show the lines of a doc-test");
    let bytes = some(|kind| if let Kind::Bytes(text) = kind { Some(text.clone()) } else { None });
    let wrong = bytes.iter().filter(|(_, text)| !exchanged::is_escaped(text));
    let wrong: Vec<String> = wrong.map(|(at, text)| format!("{at}: {text}")).collect();
    none(&wrong, "\\n, \\r, \\t, \\0, \\\\ and \\xHH");
}

#[test]
fn every_file_that_is_named_is_there() {
    none(&spans::absent(&pages::all()), "name one that is there");
}

#[test]
fn every_command_in_a_sentence_can_be_given() {
    none(&spans::unknown(&pages::all()), "name one that can be typed");
}

#[test]
fn a_block_of_no_known_kind_is_a_mistake_and_so_is_a_list_with_what_is_nowhere() {
    let told = |text: &str| {
        let page = Shown::read("docs/x.md", text);
        sorted(&page, &Listed::read()).1
    };
    assert_eq!(told("    GET /healthz\n\n    {\"status\":\"ok\"}\n"), Vec::<String>::new());
    assert_eq!(told("Look:\n\n    wirebench --help\n\nIt says:\n\n    anything\n"), Vec::<String>::new());
    assert!(told("# A heading\n\n    anything\n")[0].starts_with("docs/x.md: line 3: what is `anything`?"));
    assert!(told("```yaml\na: 1\n```\n")[0].contains("nobody reads `yaml`"));
    assert!(!Listed::read().mistakes().is_empty(), "none of its entries was asked for");
}

#[test]
fn a_command_that_fails_or_says_something_else_is_a_mistake() {
    let told = |text: &str| done(&Shown::read("docs/x.md", text), &Listed::read());
    assert!(told("    wirebench schema nothing\n")[0].contains("wanted exit code 0, found exit code 2"));
    assert_eq!(told("    wirebench schema nothing\n\nExit code 2: nobody knows it.\n"), Vec::<String>::new());
    assert!(told("    wirebench --version\n\n    version 99\n")[0].contains("does not say\n  version 99"));
    let toml = "```toml\ntitle = \"A\"\n```\n";
    assert!(told(toml)[0].contains("no scenario"), "{:?}", told(toml));
    if let Some(program) = absent("curl | jq") {
        return skip(program, "nobody asks a bench");
    }
    let refused = "    curl -s http://127.0.0.1:8080/jobs/nobody\n";
    assert!(told(refused)[0].contains("found exit code 22"), "{:?}", told(refused));
    assert_eq!(told(&format!("{refused}\nIt is answered 404.\n")), Vec::<String>::new());
    let served = "    wirebench --listen 127.0.0.1:9000\n\nThen:\n\n    curl -s http://127.0.0.1:9000/healthz\n\n    {\"status\":\"ok\"}\n";
    assert_eq!(told(served), Vec::<String>::new());
}

/// A page as the tutorial has them: what serves and what is followed go on, what is shown is awaited, names of logs are those that are there.
#[test]
fn commands_of_a_page_follow_upon_each_other() {
    let page = r#"
    wirebench

It begins by

    wirebench 0.1.0

      open   http://127.0.0.1:8080/

In a second terminal:

```sh
# a job
curl -X POST http://127.0.0.1:8080/api/jobs -H 'Content-Type: application/json' \
     -d '{"source":"synthetic","job":"demo","count":20,"interval":"100ms"}'
curl -N 'http://127.0.0.2:8080/jobs/demo/sse?lane=me'
```

    event: hello
    …
    id: k3f9.2
    data: {"seq":2,…}

Cut it, and go on from there:

    curl -X POST http://127.0.0.1:8080/api/faults -H 'Content-Type: application/json' -d '{"fault":"cut","how":"rst"}'

    {"id":"f1","fault":"cut",…,"struck":1}

    curl 'http://127.0.0.1:8080/jobs/demo/polling?after=k3f9.1&limit=1'

    {"epoch":"k3f9",…,"events":[{"seq":2,…}]}

    CURSOR=$(curl -s http://127.0.0.1:8080/jobs/demo/polling | jq -r .cursor)
    curl -s "http://127.0.0.1:8080/jobs/demo/polling?after=$CURSOR"

Stop it, start it again:

    wirebench --record run.jsonl

    curl -s -i http://127.0.0.1:8080/jobs/demo/sse

    HTTP/1.1 404 Not Found
    …

    wirebench check run.jsonl
"#;
    if let Some(program) = absent("curl | jq") {
        return skip(program, "nobody asks a bench");
    }
    let done = |text: &str| done(&Shown::read("docs/x.md", text), &Listed::read());
    assert_eq!(done(page), Vec::<String>::new());
    let other = done(&page.replace("\"struck\":1", "\"struck\":2"));
    assert!(other.len() == 1 && other[0].contains("does not say\n  {\"id\":\"f1\""), "{other:?}");
}
