//! Each record in this folder's `records` and each golden one, told in each form: exactly as in the file beside it.

use std::fs;
use std::path::Path;
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
fn a_decision_record_has_the_runs_that_it_stands_on_and_the_commands_that_play_them_again() {
    let reports = [read(FOLDERS[0], "abrupt-drop"), read(FOLDERS[1], "in-chromium")];
    let told = form("decision").expect("it is in the list").write(&reports, Dress::default());
    same_as_file("tests/report/records/decision.md", &format!("{}\n", told.trim_end()));
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
fn a_record_of_which_not_every_line_can_be_read_is_reported_and_no_success() {
    let met = text("tests/report/records/met.jsonl");
    let lines: Vec<&str> = met.lines().collect();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report-holes");
    fs::create_dir_all(&folder).expect("a folder");
    let told = |lines: &[&str]| {
        let file = folder.join("holes.jsonl");
        fs::write(&file, lines.join("\n")).expect("written");
        program(&["report", &file.to_string_lossy()])
    };
    let (code, out, _) = told(&lines);
    assert_eq!(code, Some(0), "{out}");
    let mut holes = lines.clone();
    for at in [3, 5, 6, 8, 9, 10, 12] {
        holes[at] = "{\"v\":1,";
    }
    let (code, out, problem) = told(&holes);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("line 4 (EOF") && out.contains(" and 11, 13. "), "{out}");
    assert!(out.contains("state"), "what is readable is reported: {out}");
    assert!(problem.contains("holes.jsonl") && problem.contains("7 lines of it"), "{problem}");
    let (code, out, problem) = told(&lines[1..]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("lacks its first line") && out.contains("state"), "{out}");
    assert!(problem.contains("its first line, of the kind run, is missing"), "{problem}");
    // One that breaks off in its last line is torn, and that is told as ever.
    let torn = [&lines[..lines.len() - 1], &["{\"v\":1,"]].concat();
    let (code, out, problem) = told(&torn);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("breaks off in the middle of line") && problem.is_empty(), "{out} {problem}");
}

#[test]
fn no_form_for_people_passes_on_what_a_terminal_would_obey() {
    let met = text("tests/report/records/met.jsonl");
    let told = met.replace(r#""name":"sse""#, r#""name":"s\u001b]0;x\u0007se""#);
    assert_ne!(met, told, "a lane is called so");
    let report = [Report::read("obeyed.jsonl", &told).expect("it is one")];
    for form in FORMS {
        let told = form.write(&report, Dress::default());
        assert!(!told.contains(['\x1b', '\x07']), "{}: {told}", form.name);
    }
}

#[test]
fn two_records_one_behind_the_other_are_told_to_be_two_runs() {
    let met = text("tests/report/records/met.jsonl");
    let once = Report::read("once.jsonl", &met).expect("it is one");
    assert!(once.caveats.iter().all(|caveat| caveat.name != "several-runs"), "{:?}", once.caveats);
    let twice = Report::read("twice.jsonl", &format!("{met}{met}")).expect("it is one");
    let caveat = twice.caveats.iter().find(|caveat| caveat.name == "several-runs").expect("it is told");
    assert_eq!(caveat.lines, [met.lines().count() + 1]);
    assert!(caveat.text.contains("holds 2 runs"), "{}", caveat.text);
}

#[test]
fn a_record_that_cannot_be_read_hides_no_other_in_its_folder() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report-beside");
    fs::create_dir_all(&folder).expect("a folder");
    let met = text("tests/report/records/met.jsonl");
    fs::write(folder.join("a-empty.jsonl"), "").expect("written");
    fs::write(folder.join("b-met.jsonl"), &met).expect("written");
    let shown = folder.to_string_lossy();
    let (code, out, problem) = program(&["report", &shown]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("met  native client"), "{out}");
    assert!(problem.contains("a-empty.jsonl is no record: it is empty"), "{problem}");
    let (code, out, problem) = program(&["diff", &shown, &shown]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("alike") && problem.contains("a-empty.jsonl"), "{out} {problem}");
    // Where nothing could be read, nothing is told.
    let (code, out, problem) = program(&["report", &folder.join("a-empty.jsonl").to_string_lossy()]);
    assert_eq!((code, out.as_str()), (Some(2), ""), "{problem}");
}

#[test]
fn runs_that_are_alike_as_far_as_they_can_be_read_are_not_called_alike_by_the_exit_code() {
    let met = text("tests/report/records/met.jsonl");
    let whole = file("tests/report/records/met.jsonl");
    let holes = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report-diff-holes.jsonl");
    let mut lines: Vec<&str> = met.lines().collect();
    lines.insert(3, "no json");
    fs::write(&holes, lines.join("\n")).expect("written");
    let (code, out, problem) = program(&["diff", &whole, &holes.to_string_lossy()]);
    assert_eq!(code, Some(2), "{out}");
    assert!(out.contains("alike") && problem.contains("1 line of it could not be read"), "{out} {problem}");
}

#[test]
fn what_is_no_record_is_named_with_the_reason() {
    for (text, why) in [
        ("", "late.jsonl is no record: it is empty"),
        (" \n\n", "late.jsonl is no record: it is empty"),
        ("{\"v\":2,\"at\":1,\"clock\":\"sun\",\"kind\":\"run\"}\n", "version 2, and this program reads 1"),
        ("no json\n", "none of its lines can be read; line 1: expected ident"),
    ] {
        let unread = Report::read("late.jsonl", text).expect_err("it is none").to_string();
        assert!(unread.contains(why), "{unread}");
    }
}

#[test]
fn a_table_of_several_runs_is_readable_in_eighty_columns() {
    let text = form("text").expect("a form");
    let table = |name: &str| {
        let runs = [read("tests/report/records", "met"), read("tests/report/records", name)];
        text.write(&runs, Dress { colour: false, width: Some(80) })
    };
    let of_two = table("in-chromium");
    assert!(
        of_two.lines().any(|line| line.starts_with(" standard   sse ") && line.contains(" ended ")),
        "{of_two}"
    );
    assert!(
        of_two.lines().any(|line| line.starts_with(" Chromium   sse ") && line.contains(" ended ")),
        "{of_two}"
    );
    let of_one_twice = table("met");
    for number in 1..=2 {
        assert!(of_one_twice.contains(&format!("\n{number}  met  native client")), "{of_one_twice}");
        let row = format!(" {number} ");
        assert!(
            of_one_twice.lines().any(|line| line.starts_with(&row) && line.contains("sse")),
            "{of_one_twice}"
        );
    }
    for told in [of_two, of_one_twice] {
        for whole in ["repeated", "requests", "bytes down", "recovery", "2,000 B", "14 ms to 120 ms"] {
            assert!(told.contains(whole), "{whole} is in one piece: {told}");
        }
        let is_table = |line: &&str| line.contains("───") || line.contains(" ended ");
        for line in told.lines().filter(is_table) {
            assert!(line.chars().count() <= 80, "{line:?} of {told}");
        }
    }
}

#[test]
fn a_fault_thrown_at_all_that_struck_nothing_was_thrown_at_every_lane() {
    let met = text("tests/report/records/met.jsonl");
    let header = met.lines().next().expect("a header");
    let thrown = r#"{"v":1,"at":1800000000500,"clock":"server","kind":"thrown","id":"f1","fault":"cut","params":{},"scope":"all","lasts":"once","heads":{"r":5},"struck":0}"#;
    let report = Report::read("a.jsonl", &format!("{header}\n{thrown}\n")).expect("a record");
    let told: Vec<&str> = report.caveats.iter().map(|caveat| caveat.text.as_str()).collect();
    assert!(told.contains(&"cut was thrown at every lane and struck nothing."), "{told:?}");
}
