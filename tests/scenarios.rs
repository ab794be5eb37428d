//! The scenarios of the house, played as anybody would: by every native client in simulated time, with the same record twice.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn play(out: &Path, args: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut program = Command::new(env!("CARGO_BIN_EXE_wirebench"));
    program.env("NO_COLOR", "1").current_dir(root).arg("play").args(args).arg("--out").arg(out);
    program.output().expect("it runs")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("scenarios-{name}"));
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The records of a folder by their names.
fn records(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).expect("a record"))
        })
        .collect()
}

#[test]
fn every_scenario_holds_for_every_native_client_in_simulated_time_and_its_record_is_the_same_twice() {
    let (first, second) = (folder("first"), folder("second"));
    for out in [&first, &second] {
        let played = play(out, &["scenarios", "--profile", "all", "--jobs", "2"]);
        assert_eq!(played.status.code(), Some(0), "{}", told(&played));
    }
    let (first, second) = (records(&first), records(&second));
    let names = |records: &BTreeMap<String, Vec<u8>>| records.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&first), names(&second));
    assert!(first.len() >= 60, "only {} records", first.len());
    for (name, record) in &first {
        let other = &second[name];
        let line = record.split(|b| *b == b'\n').zip(other.split(|b| *b == b'\n')).position(|(a, b)| a != b);
        assert!(record == other, "{name} differs from line {:?} on", line.map(|line| line + 1));
    }
}

#[test]
fn another_seed_is_another_run() {
    let (first, second) = (folder("seed-1"), folder("seed-2"));
    for (out, seed) in [(&first, "1"), (&second, "2")] {
        let played = play(out, &["scenarios/abrupt-drop.toml", "--seed", seed]);
        assert_eq!(played.status.code(), Some(0), "{}", told(&played));
    }
    assert_ne!(records(&first), records(&second));
}

#[test]
fn ten_minutes_of_simulated_time_pass_at_once() {
    let out = folder("ten-minutes");
    fs::create_dir_all(&out).expect("a folder");
    let story = out.join("ten-minutes.toml");
    let text = r#"
title = "Ten minutes"
question = "How long do ten minutes take?"
until = "11m"

[feed]
count = 600
interval = "1s"

[[lane]]
name = "sse"
transport = "sse"

[[lane]]
name = "ws"
transport = "websocket"
ws = "resume"

[[step]]
at = "5m"
throw = { fault = "cut" }

[[expect]]
events = 601
missed = 0
"#;
    fs::write(&story, text).expect("a file");
    let began = Instant::now();
    let played = play(&out.join("runs"), &[story.to_str().expect("UTF-8")]);
    assert_eq!(played.status.code(), Some(0), "{}", told(&played));
    // A build without optimization on a busy machine takes a second or two.
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}
