//! The files of the corpus: that all are there, say all that they must, and nothing that no test reads; and the page.

use std::{env, fs, path::Path};

use serde_json::{Value, json};

use crate::case::{Case, cases, folder};
use crate::notation::bytes_of;
use crate::page::page;

const SECTIONS: [&str; 3] = ["9.2.3", "9.2.5", "9.2.6"];
const FIELDS: [&str; 8] =
    ["section", "because", "events", "reconnectionTime", "lastEventId", "comments", "chromium", "firefox"];

/// What is wrong with what a case says.
fn complaints(case: &Case) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |right: bool, wanted: String| {
        if !right {
            found.push(format!("{}: wanted {wanted}", case.name));
        }
    };
    let says = case.says.as_object().expect("an object");
    for name in &FIELDS[..5] {
        check(says.contains_key(*name), format!("the field {name}"));
    }
    for name in says.keys() {
        check(FIELDS.contains(&name.as_str()), format!("one of {FIELDS:?}, found {name:?}"));
    }
    check(
        case.says["section"].as_str().is_some_and(|section| SECTIONS.contains(&section)),
        format!("a section of {SECTIONS:?}"),
    );
    let line = |text: &Value| text.as_str().is_some_and(|text| !text.is_empty() && !text.contains('\n'));
    check(line(&case.says["because"]), "one line of why".to_owned());
    for browser in ["chromium", "firefox"] {
        let Some(differs) = case.says.get(browser) else { continue };
        check(line(&differs["because"]), format!("one line of why {browser} differs"));
        let differing = differs.as_object().expect("an object").iter().filter(|(name, _)| *name != "because");
        for (name, value) in differing {
            check(
                FIELDS[2..5].contains(&name.as_str()),
                format!("{browser} to differ in one of {:?}, found {name:?}", &FIELDS[2..5]),
            );
            check(
                case.says.get(name) != Some(value),
                format!("{browser} to differ in {name}, found the same"),
            );
        }
        check(
            case.outcome(browser) != case.outcome("standard"),
            format!("{browser} to differ, or not to be there"),
        );
    }
    found
}

#[test]
fn every_case_says_what_comes_of_it_and_why() {
    let cases = cases();
    let all: Vec<String> = cases.iter().flat_map(complaints).collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
    assert!(cases.len() >= 70, "{} cases", cases.len());
    let files = fs::read_dir(folder()).expect("the corpus").count();
    assert_eq!(files, 2 * cases.len(), "each case is NAME.in and NAME.json, and nothing else is there");
}

#[test]
fn a_case_that_leaves_something_out_is_noticed() {
    let says = json!({"section": "9.9", "because": "", "events": [], "lastEventId": "", "oops": 1,
        "firefox": {"because": "x", "lastEventId": ""}});
    let case = Case { name: "bad".to_owned(), text: String::new(), says };
    // No time, an unknown field, the section, the reason, and twice that Firefox is the same.
    assert_eq!(complaints(&case).len(), 6, "{:?}", complaints(&case));
}

#[test]
fn the_text_of_an_input_stands_for_its_bytes() {
    let read = |text| bytes_of(text).expect("a text");
    assert_eq!(read("a\\n\nb\\r\\t\\0\\\\n\\xFFé"), b"a\nb\r\t\0\\n\xFF\xC3\xA9");
    assert_eq!(read("\\{3 a\\n}\\{2  }x"), b"a\na\na\n  x");
    for bad in ["\\q", "\\x4", "\\{a b}", "\\{3 a", "\\", "a\tb", "a\rb"] {
        assert!(bytes_of(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn the_page_of_the_corpus_is_what_the_corpus_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/event-stream.md");
    let wanted = page(&cases());
    if env::var_os("WIREBENCH_WRITE_DOCS").is_some() {
        fs::write(&path, wanted).expect("the page written");
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == wanted,
        "{} is out of date; WIREBENCH_WRITE_DOCS=1 cargo test --locked --test corpus writes it",
        path.display()
    );
}
