//! Each record in this folder's `records` and each golden one, told in each form: exactly as in the file beside it.

use std::process::Command;

use wirebench::report::{Compared, DIFF_FORMS, Dress, FORMS, Report, diff, form};

use crate::{path, records, same_as_file, text};

/// Folders of records that are told.
const FOLDERS: [&str; 2] = ["tests/golden/records", "tests/report/records"];
/// The forms whose every byte is held; of the page only that it is one.
const HELD: [&str; 4] = ["text", "json", "markdown", "junit"];

fn read(folder: &str, name: &str) -> Report {
    let file = format!("{name}.jsonl");
    Report::read(&file, &text(&format!("{folder}/{file}"))).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn each_record_is_told_as_it_stands_beside_it() {
    for folder in FOLDERS {
        for name in records(folder) {
            let report = [read(folder, &name)];
            for held in HELD {
                let form = form(held).expect("it is in the list");
                let told = form.write(&report, Dress::default());
                let beside = format!("tests/report/records/{name}.{}", form.ending);
                same_as_file(&beside, &format!("{}\n", told.trim_end()));
            }
        }
    }
}

#[test]
fn two_runs_are_held_against_each_other_as_it_stands_in_the_files() {
    let (a, b) = ([read(FOLDERS[0], "abrupt-drop")], [read(FOLDERS[1], "in-chromium")]);
    let diffs = diff(&a, &b, Compared::Everything);
    assert!(!diffs[0].is_same());
    for (form, ending) in DIFF_FORMS.iter().zip(["txt", "json", "md"]) {
        same_as_file(
            &format!("tests/report/records/diff.{ending}"),
            &format!("{}\n", form.write(&diffs).trim_end()),
        );
    }
    let alike = diff(&a, &[read(FOLDERS[0], "abrupt-drop")], Compared::Everything);
    assert!(alike[0].is_same(), "{alike:?}");
    let behaviour = &diff(&a, &b, Compared::Behaviour)[0].differences;
    let measure = |what: &str| wirebench::measure::ALL.iter().any(|measure| measure.name == what);
    assert!(behaviour.len() < diffs[0].differences.len() && !behaviour.iter().any(|one| measure(&one.what)));
}

#[test]
fn colour_is_there_if_it_is_asked_for_and_only_then() {
    let report = [read(FOLDERS[0], "abrupt-drop")];
    for form in FORMS {
        assert!(!form.write(&report, Dress::default()).contains('\x1b'), "{}", form.name);
    }
    let text = form("text").expect("it is in the list");
    assert!(text.write(&report, Dress { colour: true, width: None }).contains("\x1b[31mmissed"));
}

#[test]
fn a_report_as_json_is_what_its_schema_says() {
    let schema = wirebench::report::schema();
    let told = form("json").expect("it is in the list").write(&[read(FOLDERS[0], "odd")], Dress::default());
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let report = &schema["$defs"]["One"]["properties"];
    let members = told["reports"][0].as_object().expect("an object");
    for member in members.keys() {
        assert!(report.get(member).is_some(), "the schema does not know {member}");
    }
    assert_eq!(told["v"], 1);
}

#[test]
fn the_page_asks_nobody_for_anything() {
    let page = form("html").expect("it is in the list").write(&[read(FOLDERS[0], "odd")], Dress::default());
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("default-src 'none'"));
    for asks in ["src=", "<link", "<script", "url(", "data:", "@import", "http-equiv=\"refresh\""] {
        assert!(!page.contains(asks), "the page has {asks}");
    }
}

/// The program's exit code and what it says, on records of these names.
fn program(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_wirebench")).args(args).output().expect("the program runs");
    let read = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), read(&output.stdout), read(&output.stderr))
}

fn file(name: &str) -> String {
    path(name).to_string_lossy().into_owned()
}

#[test]
fn the_exit_code_says_what_came_of_the_records() {
    let missed = file("tests/golden/records/abrupt-drop.jsonl");
    let (code, out, _) = program(&["report", &missed]);
    assert_eq!(code, Some(1), "{out}");
    let (code, out, _) = program(&["report", &file("tests/report/records/torn.jsonl")]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("This record is torn"), "{out}");
    let (code, out, _) = program(&["report", &file("tests/report/records/met.jsonl"), "--format", "junit"]);
    assert_eq!(code, Some(0), "{out}");
    let (code, _, problem) = program(&["report", "there-is-none.jsonl"]);
    assert_eq!(code, Some(2));
    assert!(problem.contains("cannot read there-is-none.jsonl"), "{problem}");
    assert_eq!(program(&["diff", &missed, &missed]).0, Some(0));
    assert_eq!(program(&["diff", &missed, &file("tests/report/records/in-chromium.jsonl")]).0, Some(1));
}

#[test]
fn what_is_no_record_is_named_with_the_reason() {
    for (text, why) in [
        ("", "late.jsonl is no record: it is empty"),
        ("{\"v\":2,\"at\":1,\"clock\":\"sun\",\"kind\":\"run\"}\n", "version 2, and this program reads 1"),
        ("no json\n", "none of its lines can be read; line 1: expected ident"),
    ] {
        let unread = Report::read("late.jsonl", text).expect_err("it is none").to_string();
        assert!(unread.contains(why), "{unread}");
    }
}
