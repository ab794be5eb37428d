//! Browsers as processes: what becomes of one that ends, never comes, or has children, and that nothing of it is left. The
//! fake ones are shell scripts; the real ones are played with where they are installed.

#[path = "support/mod.rs"]
mod support;

use std::fs;
use std::future::{pending, ready};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use support::program::Scratch;
use support::server::Server;
use support::{PATIENCE, bounded, eventually, http};
use wirebench::play::browser::{Browser, BrowserError, CONNECTS_WITHIN, Kind};

/// A browser made of shell: it says its version, and does `script` when it is started. What it notes goes to `$NOTES`.
struct Fake {
    scratch: Scratch,
    program: PathBuf,
}

impl Fake {
    fn new(script: &str) -> Self {
        let scratch = Scratch::new("browser");
        let notes = scratch.file("notes");
        let text = format!(
            "#!/bin/sh\nif [ \"$1\" = --version ]; then echo Fake 1.0 built on sand; exit; fi\nNOTES='{notes}'\n{script}\n"
        );
        let program = PathBuf::from(scratch.write("fake", &text));
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("executable");
        Self { scratch, program }
    }

    fn start(&self, kind: Kind) -> Browser {
        Browser::start_program(kind, &self.program, "http://127.0.0.1:9/").expect("it starts")
    }

    /// The numbers of processes that it has noted, once there are so many.
    async fn noted(&self, how_many: usize) -> Vec<u32> {
        let mut numbers: Vec<u32> = Vec::new();
        eventually("the fake browser's notes", PATIENCE, async || {
            let text = fs::read_to_string(self.scratch.file("notes")).unwrap_or_default();
            let whole = text.rfind('\n').map_or("", |end| &text[..end]);
            numbers = whole.lines().map(|line| line.parse().expect("a number")).collect();
            numbers.len() >= how_many
        })
        .await;
        numbers
    }
}

const STAYS: &str = "sleep 1000 & echo $! >> \"$NOTES\"; echo $$ >> \"$NOTES\"; wait";

/// Whether the process is there and no corpse that waits for its parent.
fn lives(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with('Z'))
}

async fn all_gone(pids: &[u32], folder: &Path) {
    eventually("the end of its processes", PATIENCE, async || !pids.iter().any(|&pid| lives(pid))).await;
    eventually("the end of its folder", PATIENCE, async || !folder.exists()).await;
}

#[tokio::test]
async fn a_browser_that_ends_at_once_is_told_with_its_last_words() {
    let fake = Fake::new("echo first >&2; echo cannot open display >&2; exit 7");
    for kind in Kind::ALL {
        let mut browser = fake.start(kind);
        let how = bounded("its end", browser.exited()).await;
        assert!(how.contains("Fake 1.0 ended (exit status: 7)"), "{how}");
        assert!(how.contains("first") && how.ends_with("cannot open display"), "{how}");
        assert!(!browser.folder().exists(), "its folder is gone as soon as it is");
        assert_eq!(bounded("its end again", browser.exited()).await, how, "told again to who asks again");
    }
}

#[tokio::test]
async fn a_browser_that_ends_while_it_is_waited_for_is_told_at_once() {
    let fake = Fake::new("echo no sandbox >&2; kill -ABRT $$");
    let mut browser = fake.start(Kind::Chromium);
    let waiting = browser.shows(Duration::from_hours(1), pending::<()>());
    let error = bounded("its end", waiting).await.expect_err("it has ended");
    let BrowserError::Exited(how) = error else { panic!("{error:?}") };
    assert!(how.contains("Fake 1.0 ended (signal: 6") && how.ends_with("no sandbox"), "{how}");
}

#[tokio::test]
async fn a_browser_that_never_comes_is_told_in_time_and_ended() {
    let fake = Fake::new(&format!("echo still loading >&2; {STAYS}"));
    let mut browser = fake.start(Kind::Firefox);
    let pids = fake.noted(2).await;
    let error = browser.shows(Duration::from_millis(300), pending::<()>()).await.expect_err("it never comes");
    assert!(matches!(error, BrowserError::Silent { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("Fake 1.0 was started but did not connect within 0.3 s"), "{text}");
    assert!(text.ends_with("still loading"), "{text}");
    let folder = browser.folder().to_owned();
    drop(browser);
    all_gone(&pids, &folder).await;
}

#[tokio::test]
async fn a_browser_that_shows_itself_goes_on() {
    let fake = Fake::new(STAYS);
    let mut browser = fake.start(Kind::Chromium);
    let pids = fake.noted(2).await;
    assert_eq!(browser.shows(CONNECTS_WITHIN, ready("seen")).await.expect("it shows itself"), "seen");
    assert_eq!(browser.program(), "Fake 1.0");
    assert!(pids.iter().all(|&pid| lives(pid)) && browser.folder().is_dir());
    let folder = browser.folder().to_owned();
    bounded("its end", browser.stop()).await;
    assert!(!folder.exists(), "its folder is gone when stop is over");
    all_gone(&pids, &folder).await;
}

#[tokio::test]
async fn what_a_browser_leaves_running_when_it_ends_dies_with_it() {
    let fake = Fake::new("sleep 1000 & echo $! >> \"$NOTES\"; exit 0");
    let mut browser = fake.start(Kind::Chromium);
    let pids = fake.noted(1).await;
    let how = bounded("its end", browser.exited()).await;
    assert!(how.contains("exit status: 0") && how.ends_with("and said nothing"), "{how}");
    all_gone(&pids, browser.folder()).await;
}

#[tokio::test]
async fn a_browser_does_not_outlive_a_program_that_is_killed() {
    let fake = Fake::new(STAYS);
    let mut runner = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "runs_a_browser_until_it_is_killed", "--ignored", "--nocapture"])
        .env("FAKE_BROWSER", &fake.program)
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let pids = fake.noted(2).await;
    let environ = fs::read(format!("/proc/{}/environ", pids[0])).expect("its environment");
    let home = environ.split(|&byte| byte == 0).find_map(|one| one.strip_prefix(b"HOME=")).expect("a home");
    let folder = PathBuf::from(String::from_utf8(home.to_vec()).expect("a path"));
    assert!(folder.is_dir(), "{}", folder.display());
    // SIGKILL: nothing of its own can clean up.
    runner.kill().expect("killed");
    runner.wait().expect("its end");
    all_gone(&pids, &folder).await;
}

#[test]
#[ignore = "started, and killed, by another test"]
fn runs_a_browser_until_it_is_killed() {
    let Some(program) = std::env::var_os("FAKE_BROWSER") else { return };
    let browser =
        Browser::start_program(Kind::Chromium, Path::new(&program), "about:blank").expect("it starts");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut browser = browser;
    runtime.block_on(browser.exited());
}

#[test]
fn a_program_that_is_none_is_told_with_the_variable_that_names_another() {
    let scratch = Scratch::new("no-browser");
    let mute = scratch.write("mute", "#!/bin/sh\nexit 0\n");
    fs::set_permissions(&mute, fs::Permissions::from_mode(0o700)).expect("executable");
    for (program, word) in [(scratch.file("missing"), "No such file"), (mute, "--version")] {
        let error =
            Browser::start_program(Kind::Firefox, Path::new(&program), "about:blank").expect_err("none");
        let text = error.to_string();
        for word in [program.as_str(), "firefox", word, "WIREBENCH_FIREFOX"] {
            assert!(text.contains(word), "{word} in {text}");
        }
    }
}

#[tokio::test]
async fn a_real_browser_opens_the_page_and_leaves_nothing() {
    let server = Server::start();
    for kind in Kind::ALL {
        let url = format!("http://{}/?lanes=sse&run=1&count=3", server.bench.host);
        let mut browser = match Browser::start(kind, &url) {
            Ok(browser) => browser,
            Err(BrowserError::Missing { .. }) => {
                println!("skipped: {kind} is not installed");
                continue;
            }
            Err(error) => panic!("{error}"),
        };
        let folder = browser.folder().to_owned();
        // The page makes a job of its own, reads it in a frame, and forgets the one before.
        let seen = eventually("the page's lane", PATIENCE * 2, async || {
            let lanes = http::get(&server.bench, "/api/lanes").await.json();
            lanes["lanes"].as_array().is_some_and(|lanes| lanes.iter().any(|lane| lane["open"] == 1))
        });
        browser.shows(PATIENCE * 3, seen).await.expect("it opens the page");
        assert!(browser.program().to_lowercase().contains(kind.name()), "{}", browser.program());
        bounded("its end", browser.stop()).await;
        eventually("the end of its processes", PATIENCE, async || of_folder(&folder).is_empty()).await;
        assert!(!folder.exists(), "{} is left", folder.display());
        eventually("the end of its connections", PATIENCE, async || {
            let lanes = http::get(&server.bench, "/api/lanes").await.json();
            lanes["lanes"].as_array().is_some_and(|lanes| lanes.iter().all(|lane| lane["open"] == 0))
        })
        .await;
    }
}

/// The processes whose environment or arguments name the folder.
fn of_folder(folder: &Path) -> Vec<u32> {
    let name = folder.to_str().expect("a path in UTF-8");
    let processes = fs::read_dir("/proc").expect("/proc");
    let pids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|&pid: &u32| {
        ["environ", "cmdline"].iter().any(|what| {
            let bytes = fs::read(format!("/proc/{pid}/{what}")).unwrap_or_default();
            String::from_utf8_lossy(&bytes).contains(name)
        })
    })
    .collect()
}
