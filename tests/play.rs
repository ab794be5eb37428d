//! The program that plays, killed, interrupted and without room on the disk: nothing that was seen is lost, and what went
//! wrong is said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Long enough for any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A story that would last an hour.
const ENDLESS: &str = r#"
title = "Endless"
question = "Does it ever end?"
until = "1h"

[feed]
count = 1000000
interval = "5ms"

[[lane]]
name = "sse"
transport = "sse"

[[lane]]
name = "ws"
transport = "websocket"

[[expect]]
missed = 0
"#;

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_wirebench"));
    program.env("NO_COLOR", "1");
    program
}

/// A folder of this test's own with a scenario in it.
fn folder(name: &str, scenario: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("play-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("story.toml"), scenario).expect("a file");
    folder
}

fn begin(folder: &Path, more: &[&str]) -> Child {
    program()
        .args(["play", "story.toml"])
        .args(more)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// Waits until the record has so many events.
fn events(record: &Path, wanted: usize) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let text = fs::read_to_string(record).unwrap_or_default();
        if text.matches(r#""kind":"event""#).count() >= wanted {
            return;
        }
        assert!(Instant::now() < deadline, "no events came: {text}");
        sleep(Duration::from_millis(10));
    }
}

fn report(folder: &Path, record: &Path) -> Output {
    program().arg("report").arg(record).current_dir(folder).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_runner_that_is_killed_leaves_a_record_that_says_it_is_torn() {
    let folder = folder("killed", ENDLESS);
    let mut runner = begin(&folder, &["--clock", "real"]);
    let record = folder.join("runs/story.native-standard.real.jsonl");
    events(&record, 50);
    // SIGKILL.
    runner.kill().expect("killed");
    runner.wait().expect("gone");
    let told = report(&folder, &record);
    assert!(text(&told.stdout).contains("torn"), "{} {}", text(&told.stdout), text(&told.stderr));
    // The last line may be cut off in its middle.
    let whole = fs::read(&record).expect("a record");
    fs::write(&record, &whole[..whole.len() - 7]).expect("written");
    let told = report(&folder, &record);
    assert!(text(&told.stdout).contains("torn"), "{} {}", text(&told.stdout), text(&told.stderr));
}

#[test]
fn who_is_interrupted_tells_what_was_measured_so_far_at_once() {
    for clock in ["real", "virtual"] {
        let folder = folder(&format!("interrupted-{clock}"), ENDLESS);
        let runner = begin(&folder, &["--clock", clock]);
        let record = folder.join(format!("runs/story.native-standard.{clock}.jsonl"));
        events(&record, 50);
        let interrupted = Instant::now();
        let id = runner.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
        let told = runner.wait_with_output().expect("it ends");
        // It takes a few milliseconds; the bound is for a machine that does other things.
        assert!(interrupted.elapsed() < Duration::from_secs(20), "{:?}", interrupted.elapsed());
        assert_eq!(told.status.code(), Some(2), "{}", text(&told.stderr));
        let (out, err) = (text(&told.stdout), text(&told.stderr));
        assert!(out.contains("interrupted") && out.contains("ended early"), "{out}\n{err}");
        let lines = fs::read_to_string(&record).expect("a record");
        assert!(lines.trim_end().ends_with(r#""kind":"ended","why":"interrupted"}"#), "{clock}");
    }
}

#[test]
fn a_full_disk_is_told() {
    let folder = folder("full", ENDLESS);
    fs::create_dir(folder.join("runs")).expect("a folder");
    // Whatever is written there is refused for want of room (full(4)).
    let record = folder.join("runs/story.native-standard.virtual.jsonl");
    std::os::unix::fs::symlink("/dev/full", &record).expect("a link");
    let told = begin(&folder, &[]).wait_with_output().expect("it ends");
    let out = format!("{}{}", text(&told.stdout), text(&told.stderr));
    assert_eq!(told.status.code(), Some(2), "{out}");
    assert!(
        out.contains("No space left on device") && out.contains("story.native-standard.virtual.jsonl"),
        "{out}"
    );
}

#[test]
fn a_record_that_outgrows_its_limit_is_told() {
    let folder = folder("limit", ENDLESS);
    // ulimit counts in units of 512 or 1024 bytes.
    let command = format!("ulimit -f 64; exec {} play story.toml", env!("CARGO_BIN_EXE_wirebench"));
    let told = Command::new("sh").args(["-c", &command]).current_dir(&folder).output().expect("it runs");
    let out = format!("{}{}", text(&told.stdout), text(&told.stderr));
    assert_eq!(told.status.code(), Some(2), "{out}");
    assert!(out.contains("File too large"), "{out}");
    let told = report(&folder, &folder.join("runs/story.native-standard.virtual.jsonl"));
    assert!(text(&told.stdout).contains("torn"), "{}", text(&told.stdout));
}

#[test]
fn what_cannot_be_played_is_said_and_nothing_is_begun() {
    let folder = folder("mistakes", &ENDLESS.replace("missed", "mised"));
    let told = begin(&folder, &[]).wait_with_output().expect("it ends");
    assert_eq!(told.status.code(), Some(2));
    let err = text(&told.stderr);
    assert!(err.contains("story.toml:") && err.contains("missed"), "{err}");
    assert!(!folder.join("runs").exists());
    for (args, part) in [
        (&["play", "nowhere.toml"][..], "nowhere.toml"),
        (&["play", "."], "mised"),
        (&["play", "story.toml", "--driver", "chromium", "--clock", "virtual"], "--clock virtual"),
        (&["play", "story.toml", "--driver", "chromium", "--profile", "firefox"], "--profile"),
        (&["play"], "FILE|DIR"),
    ] {
        let told = program().args(args).current_dir(&folder).output().expect("it runs");
        assert_eq!(told.status.code(), Some(2), "{args:?}");
        assert!(text(&told.stderr).contains(part), "{args:?}: {}", text(&told.stderr));
    }
}

/// A story that is over at once.
const SHORT: &str = r#"
title = "Short"
question = "Is it over?"

[feed]
count = 3
interval = "10ms"

[[lane]]
name = "sse"
transport = "sse"

[[expect]]
missed = 0
"#;

fn played(folder: &Path, more: &[&str]) -> Output {
    begin(folder, more).wait_with_output().expect("it ends")
}

#[test]
fn a_record_is_never_written_over_and_the_next_has_the_next_number() {
    let folder = folder("again", SHORT);
    let first = folder.join("runs/story.native-standard.virtual.jsonl");
    assert_eq!(played(&folder, &[]).status.code(), Some(0));
    let kept = fs::read(&first).expect("the first has no number");
    let told = played(&folder, &["--set", "feed.count=5"]);
    assert_eq!(told.status.code(), Some(0));
    let out = text(&told.stdout);
    assert!(out.contains("Its record: runs/story.native-standard.virtual.2.jsonl"), "{out}");
    assert_eq!(played(&folder, &["--repeat", "2"]).status.code(), Some(0));
    assert_eq!(fs::read(&first).expect("it is still there"), kept);
    let mut names: Vec<String> = fs::read_dir(folder.join("runs"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let ends: Vec<&str> =
        names.iter().filter_map(|name| name.strip_prefix("story.native-standard.virtual")).collect();
    assert_eq!(ends, [".2.jsonl", ".3.jsonl", ".4.jsonl", ".jsonl"]);
    assert_eq!(played(&folder, &["--repeat", "2", "--out", "other"]).status.code(), Some(0));
    for n in 1..=2 {
        assert!(folder.join(format!("other/story.native-standard.virtual.{n}.jsonl")).is_file(), "{n}");
    }
}

#[test]
fn a_file_in_the_place_of_the_folder_of_records_is_told() {
    let folder = folder("out", SHORT);
    let told = played(&folder, &["--out", "story.toml"]);
    assert_eq!(told.status.code(), Some(2));
    let err = text(&told.stderr);
    assert!(err.contains("--out story.toml: wanted a folder") && err.contains("found a file"), "{err}");
}

#[test]
fn a_run_that_never_began_leaves_no_empty_record() {
    let folder = folder("no-browser", SHORT);
    let told = program()
        .args(["play", "story.toml", "--driver", "chromium"])
        .env("WIREBENCH_CHROMIUM", "/nowhere/chromium")
        .current_dir(&folder)
        .output()
        .expect("it runs");
    assert_eq!(told.status.code(), Some(2), "{}", text(&told.stdout));
    assert_eq!(fs::read_dir(folder.join("runs")).expect("a folder").count(), 0);
}

#[test]
fn the_cause_of_a_failure_is_said_once() {
    let folder = folder("causes", SHORT);
    for args in [
        &["report", "nowhere.jsonl"][..],
        &["diff", "nowhere", "nowhere"],
        &["check", "nowhere"],
        &["play", "nowhere.toml"],
        &["scenario", "check", "nowhere"],
        &["--record", "nowhere/a.jsonl", "--listen", "127.0.0.1:0"],
    ] {
        let told = program().args(args).current_dir(&folder).output().expect("it runs");
        let err = text(&told.stderr);
        assert_eq!(told.status.code(), Some(2), "{args:?}: {err}");
        assert_eq!(err.matches("os error 2").count(), 1, "{args:?}: {err}");
        assert!(err.contains("nowhere"), "{args:?}: {err}");
    }
}

#[test]
fn a_run_of_which_nothing_is_expected_has_one_verdict() {
    let folder = folder("nothing-expected", SHORT.split("[[expect]]").next().expect("a beginning"));
    let told = played(&folder, &[]);
    let out = text(&told.stdout);
    assert_eq!(told.status.code(), Some(0), "{out}");
    assert_eq!(out.matches("not judged").count(), 2, "in the line of the run and in its report: {out}");
    assert!(!out.contains("met "), "{out}");
}

#[test]
fn a_browser_that_ends_at_once_is_told_once() {
    let folder = folder("browser-ends", SHORT);
    let told = program()
        .args(["play", "story.toml", "--driver", "chromium"])
        .env("WIREBENCH_CHROMIUM", "/bin/false")
        .current_dir(&folder)
        .output()
        .expect("it runs");
    let out = text(&told.stdout);
    assert_eq!(told.status.code(), Some(2), "{out}");
    let line = out.lines().find(|line| line.starts_with("failed")).expect("it is told");
    assert!(line.contains("was gone before the run was over"), "{line}");
    assert_eq!(line.matches(" ended (").count(), 1, "{line}");
    assert_eq!(line.matches("ended").count(), 1, "{line}");
}
