//! `wirebench scenario check` and `wirebench schema scenario`: what they print, and with which exit code they end.

use std::process::{Command, Output};

use serde_json::Value;

use crate::root;

fn wirebench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wirebench"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_good_file_is_called_good() {
    let output = wirebench(&["scenario", "check", "tests/scenario/every-key.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = "tests/scenario/every-key.toml is good: 7 lanes, 10 steps, 16 expectations\n";
    assert_eq!(text(&output.stdout), said);
}

#[test]
fn of_a_folder_every_file_is_read_and_every_mistake_told_without_colours_where_nobody_looks() {
    let output = wirebench(&["scenario", "check", "tests/scenario/broken", "tests/scenario/every-key.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("every-key.toml is good"));
    let said = text(&output.stderr);
    assert!(said.contains("--> tests/scenario/broken/throws.toml:14:19"), "{said}");
    assert!(said.contains(" mistakes in ") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn programs_get_the_mistakes_as_values() {
    let path = "tests/scenario/broken/unknown-key-at-the-top.toml";
    let output = wirebench(&["scenario", "check", "--format", "json", path]);
    assert_eq!(output.status.code(), Some(2));
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&said["mistakes"], &said["files"][0]["good"]), (&1.into(), &false.into()));
    let mistake = &said["files"][0]["mistakes"][0];
    assert_eq!(
        (&mistake["file"], &mistake["line"], &mistake["column"]),
        (&path.into(), &3.into(), &1.into())
    );
    assert_eq!((&mistake["found"], &mistake["fix"]), (&"`lingr`".into(), &"the nearest is `linger`".into()));
}

#[test]
fn what_cannot_be_read_is_named() {
    for (path, why) in [("tests/scenario/no-such.toml", "cannot read"), ("docs", "there is no *.toml")] {
        let output = wirebench(&["scenario", "check", path]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(why) && text(&output.stderr).contains(path));
    }
}

#[test]
fn the_schema_is_printed() {
    let output = wirebench(&["schema", "scenario"]);
    assert_eq!(output.status.code(), Some(0));
    let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(printed, wirebench::scenario::schema());
}
