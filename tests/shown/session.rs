//! A page, done as it says: its commands one after the other in one folder, in which there is what the page says is there. A program that
//! serves, or a stream that is followed, goes on in the background until the page ends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use crate::command::{absent, assigned, code_in, follows, outside, serves, skip};
use crate::kinds::Kind;
use crate::listed::Listed;
use crate::running::{PATIENCE, Running};
use crate::said;
use crate::shelf::root;
use crate::support::program::Scratch;

/// How long the first bytes of a stream are awaited.
const FIRST: Duration = Duration::from_secs(5);

/// A command that was typed.
struct Typed {
    line: usize,
    text: String,
    /// The exit code that the page tells.
    wanted: Option<i32>,
    running: Running,
    serves: bool,
    /// Whether its exit code has been looked at.
    held: bool,
    /// What stands around the block.
    near: String,
}

/// What is done with a page.
pub struct Session<'a> {
    page: &'a str,
    listed: &'a Listed,
    scratch: Scratch,
    folder: PathBuf,
    typed: Vec<Typed>,
    /// Addresses as they are shown, and as they are.
    addresses: Vec<(String, String)>,
    /// Names of logs as they are shown, and as they are.
    epochs: Vec<(String, String)>,
    /// What was set by `NAME=…`.
    set: BTreeMap<String, String>,
    /// Files of scenarios by their titles.
    scenarios: BTreeMap<String, String>,
    latest: Option<String>,
    /// What stands around the block.
    pub near: String,
    /// Whether a program was not there: what comes after it may need what it would have done.
    pub skipped: bool,
    pub mistakes: Vec<String>,
}

impl<'a> Session<'a> {
    /// An empty folder with what `shown`, all that stands in the page's blocks, needs to be there.
    pub fn new(page: &'a str, listed: &'a Listed, shown: &str) -> Self {
        let scratch = Scratch::new("shown");
        let folder = scratch.path().join("here");
        let within = |name: &str| folder.join(name);
        for name in ["", "scenarios", "from", "to"] {
            fs::create_dir(within(name)).expect("a folder");
        }
        fs::create_dir(scratch.path().join("bin")).expect("a folder");
        let program = env!("CARGO_BIN_EXE_wirebench");
        std::os::unix::fs::symlink(program, scratch.path().join("bin/wirebench")).expect("a link");
        // An answer that refuses is a failure, which curl itself does not take it for.
        scratch.write(".curlrc", "fail-with-body\nshow-error\nno-progress-meter\n");
        fs::write(within("disk.img"), vec![7; 300_000]).expect("written");
        fs::write(within("from/one"), "one").expect("written");
        // All of them take too long; they are played by tests/scenarios.rs.
        let is_there =
            |name: &str| ["abrupt-drop.toml", "resume-replay.toml"].contains(&name) || shown.contains(name);
        for entry in fs::read_dir(root().join("scenarios")).expect("a folder") {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            if is_there(&name) {
                let to = within(&format!("scenarios/{name}"));
                fs::copy(root().join("scenarios").join(&name), to).expect("copied");
            }
        }
        let mut session = Self {
            page,
            listed,
            scratch,
            folder,
            typed: vec![],
            addresses: vec![],
            epochs: vec![],
            set: BTreeMap::new(),
            scenarios: BTreeMap::new(),
            latest: None,
            near: String::new(),
            skipped: false,
            mistakes: vec![],
        };
        session.records(shown);
        session
    }

    /// `runs/a.jsonl` and `runs/b.jsonl` stand for any two records.
    fn records(&mut self, shown: &str) {
        if shown.contains("runs/a.jsonl") {
            let text = "wirebench play scenarios/abrupt-drop.toml --out any && mkdir runs && cp any/*.jsonl runs/a.jsonl && \
                        mv any/*.jsonl runs/b.jsonl";
            let mut made = self.start(text, &self.folder.clone());
            assert_eq!(made.ended(), Some(0), "{}", made.said());
        }
    }

    fn mistake(&mut self, line: usize, what: &str) {
        self.mistakes.push(format!("{}:{line}: {what}", self.page));
    }

    fn start(&self, text: &str, folder: &Path) -> Running {
        let mut command = Command::new("sh");
        let path = env::var("PATH").unwrap_or_default();
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("WIREBENCH_") {
                command.env_remove(name);
            }
        }
        command.env_remove("COLUMNS");
        command.envs(&self.set).env("WIREBENCH_LISTEN", "127.0.0.1:0").env("CURL_HOME", self.scratch.path());
        command.env("PATH", format!("{}:{path}", self.scratch.path().join("bin").display()));
        Running::start(command.arg("-c").arg(text).current_dir(folder))
    }

    /// Does what stands at `line`. `before` and `after` is what is said around the block.
    pub fn take(&mut self, line: usize, kind: &Kind, named: Option<&str>, wanted: Option<i32>) {
        match kind {
            Kind::Command(text) if self.listed.has(self.page, text) => {}
            Kind::Command(text) => self.command(line, text, code_in(text).or(wanted)),
            Kind::Said(lines) if self.listed.has(self.page, lines.join("\n").trim()) => {}
            Kind::Said(lines) => self.said(line, lines),
            Kind::Scenario { whole, text } => self.scenario(line, *whole, text, named),
            _ => {}
        }
    }

    fn command(&mut self, line: usize, text: &str, wanted: Option<i32>) {
        if let Some(why) = outside(text) {
            let fix = "give tests/shown/listed.toml a reason, or show something else";
            return self.mistake(line, &format!("`{text}`: {why}. fix: {fix}"));
        }
        if let Some(absent) = absent(text) {
            skip(absent, &format!("{}:{line}: {text}", self.page));
            self.skipped = true;
            return;
        }
        if let Some(folder) = text.strip_prefix("cd ").filter(|folder| !folder.contains(['&', ';'])) {
            self.folder.push(folder.trim());
            return;
        }
        if serves(text) {
            return self.serve(line, text);
        }
        if (text.contains("127.0.0.") || text.contains("localhost:")) && self.addresses.is_empty() {
            self.serve(line, "wirebench");
        }
        let stands = self.addresses.iter().chain(&self.epochs);
        let real = stands.fold(text.to_owned(), |text, (shown, real)| text.replace(shown, real));
        if let Some((name, value)) = assigned(&real) {
            return self.assign(line, name, value);
        }
        let mut running = self.start(real.trim_end_matches('&').trim_end(), &self.folder);
        let follows = follows(text) && wanted.is_none();
        if follows {
            // So that what is done next is done to it. One that hears nothing yet may be what is shown.
            running.wait(FIRST, |running| !running.printed().is_empty());
        }
        let code = if follows { None } else { running.ended() };
        let near = self.near.clone();
        let typed =
            Typed { line, text: text.to_owned(), wanted, running, serves: false, held: !follows, near };
        if !follows {
            self.hold(&typed, code);
        }
        self.typed.push(typed);
    }

    fn assign(&mut self, line: usize, name: &str, value: &str) {
        let mut told = self.start(&format!("printf %s {value}"), &self.folder);
        let code = told.ended();
        if code != Some(0) || told.printed().trim().is_empty() {
            self.mistake(line, &format!("`{name}={value}` gives nothing ({code:?}): {}", told.said()));
        }
        self.set.insert(name.to_owned(), told.printed());
    }

    fn hold(&mut self, typed: &Typed, code: Option<i32>) {
        let Typed { line, text, wanted, running, near, .. } = typed;
        let (wanted, said) = (*wanted, running.said());
        // A refusal may be what is shown: then its status stands near the command.
        let status =
            said.split_once("returned error: ").map(|(_, behind)| behind.chars().take(3).collect::<String>());
        if code == Some(22) && status.is_some_and(|status| near.contains(&status)) {
            return;
        }
        // Where two runs are compared and nothing is said of what comes of it, either may.
        let is_either = wanted.is_none() && text.starts_with("wirebench diff ") && code == Some(1);
        if code != Some(wanted.unwrap_or(0)) && !is_either {
            let code = code.map_or("no end".to_owned(), |code| format!("exit code {code}"));
            let what = format!(
                "`{text}`\n  wanted exit code {}, found {code}:\n{said}\n  fix: show a command that works, or say `exit code N` before the block, \
                 behind it or in a comment",
                wanted.unwrap_or(0)
            );
            self.mistake(*line, &what);
        }
    }

    /// Starts the program in the place of one that runs, as somebody would have to.
    fn serve(&mut self, line: usize, text: &str) {
        for typed in self.typed.iter_mut().filter(|typed| typed.serves) {
            let _ = typed.running.interrupt();
            typed.held = true;
        }
        let text = text.trim_end_matches('&').trim();
        let mut words = text.split_whitespace().skip_while(|word| *word != "--listen").skip(1);
        let shown = words.next().unwrap_or("127.0.0.1:8080").to_owned();
        let running = self.start(&text.replace(&format!("--listen {shown}"), ""), &self.folder);
        let ready = running.wait(PATIENCE, |running| {
            running.printed().contains("Ctrl-C") || running.printed().starts_with('{')
        });
        let printed = running.printed();
        let ends = |rest: &str| {
            rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != ':')
                .unwrap_or(rest.len())
        };
        let told: Vec<&str> = printed.split("http://").skip(1).map(|rest| &rest[..ends(rest)]).collect();
        if !ready || told.is_empty() {
            let said = running.said();
            self.mistake(line, &format!("`{text}` does not serve: {said}"));
        }
        let port = shown.rsplit(':').next().unwrap_or("8080");
        self.addresses.clear();
        for (number, real) in told.iter().enumerate() {
            self.addresses.push((format!("127.0.0.{}:{port}", number + 1), (*real).to_owned()));
            if number == 0 {
                self.addresses.push((format!("localhost:{port}"), (*real).to_owned()));
            }
        }
        self.typed.push(Typed {
            line,
            text: text.to_owned(),
            wanted: None,
            running,
            serves: true,
            near: String::new(),
            held: false,
        });
    }

    /// Holds what is shown against what the commands before it say, the latest first.
    fn said(&mut self, line: usize, lines: &[String]) {
        let shown = |text: &str| {
            let back = self.addresses.iter().filter(|(shown, _)| !shown.starts_with("localhost"));
            back.fold(text.to_owned(), |text, (shown, real)| text.replace(real, shown))
        };
        let told = |typed: &Typed| shown(&typed.running.said());
        let is_said = |typed: &Typed| said::missing(lines, &told(typed)).is_none();
        // What goes on may be about to say it.
        if let Some(typed) = self.typed.iter().rev().find(|typed| !typed.serves && !typed.running.is_silent())
            && !self.typed.iter().any(is_said)
        {
            typed.running.wait(PATIENCE, |_| is_said(typed));
        }
        if let Some(typed) = self.typed.iter().rev().find(|typed| is_said(typed)) {
            let (shown, real) = (said::epochs(&lines.join("\n")), said::epochs(&told(typed)));
            self.epochs.extend(shown.into_iter().zip(real));
            return;
        }
        if self.is_altered(lines) {
            return;
        }
        let latest = self.typed.iter().rev().find(|typed| !typed.serves).or(self.typed.last());
        let what = latest.map_or("no command says this".to_owned(), |typed| {
            let said = shown(&typed.running.said());
            let missing = said::missing(lines, &said).unwrap_or_default();
            format!("`{}` does not say\n  {missing}\n  but\n{said}\n  fix: show what it says; `…` stands for anything", typed.text)
        });
        self.mistake(line, &what);
    }

    /// A mistake that is shown tells where it stands and how that line reads: a file with that line says it.
    fn is_altered(&self, lines: &[String]) -> bool {
        let Some((file, at)) =
            lines.iter().find_map(|line| line.trim().strip_prefix("--> ")).and_then(|at| at.split_once(':'))
        else {
            return false;
        };
        let number = at.split(':').next().unwrap_or_default();
        let told = lines.iter().find_map(|line| line.trim().strip_prefix(&format!("{number} | ")));
        let (Some(told), Ok(number), Ok(text)) =
            (told, number.parse::<usize>(), fs::read_to_string(self.folder.join(file)))
        else {
            return false;
        };
        let altered: Vec<&str> = text
            .lines()
            .enumerate()
            .map(|(index, line)| if index + 1 == number { told } else { line })
            .collect();
        let folder = self.folder.join("altered");
        let _ = fs::create_dir(&folder);
        fs::write(folder.join(file), altered.join("\n") + "\n").expect("written");
        ["scenario check", "play"].iter().any(|does| {
            let mut running = self.start(&format!("wirebench {does} {file}"), &folder);
            let _ = running.ended();
            said::missing(lines, &running.said()).is_none()
        })
    }

    /// A scenario is a file from here on; a piece of one stands at the end of the latest.
    fn scenario(&mut self, line: usize, whole: bool, text: &str, named: Option<&str>) {
        let title = text
            .lines()
            .find_map(|line| line.strip_prefix("title = \""))
            .unwrap_or_default()
            .trim_end_matches('"');
        let name = if whole {
            let slug = format!("{}.toml", title.to_lowercase().replace(' ', "-"));
            let before = self.scenarios.get(title).cloned();
            named.map(str::to_owned).or(before).unwrap_or(slug)
        } else {
            self.latest.clone().unwrap_or_default()
        };
        let path = self.folder.join(&name);
        let before = if whole { String::new() } else { fs::read_to_string(&path).unwrap_or_default() + "\n" };
        if let Err(why) = fs::write(&path, before + text) {
            return self
                .mistake(line, &format!("a piece of no file ({why}). fix: show the whole file before it"));
        }
        self.scenarios.insert(title.to_owned(), name.clone());
        let mut check = self.start(&format!("wirebench scenario check {name}"), &self.folder);
        if check.ended() != Some(0) {
            let said = check.said();
            self.mistake(line, &format!("no scenario:\n{said}"));
        }
        self.latest = Some(name);
    }

    /// Ends what still runs. What has ended by itself meanwhile is to have ended well.
    pub fn end(&mut self) {
        let is_cut =
            |text: &str| text.contains("/api/faults") || text.contains("/api/origins") || serves(text);
        let mut may_be_cut = false;
        for mut typed in std::mem::take(&mut self.typed).into_iter().rev() {
            if !typed.running.is_silent() {
                let _ = typed.running.interrupt();
            } else if typed.serves && !typed.held {
                let said = typed.running.said();
                self.mistake(typed.line, &format!("`{}` has ended by itself:\n{said}", typed.text));
            } else if !typed.held {
                let code = typed.running.ended();
                // What follows a stream may be cut by what is done after it: curl(1) tells that by these.
                let wanted = code.filter(|code| may_be_cut && [18, 52, 56].contains(code)).or(typed.wanted);
                typed.wanted = wanted;
                self.hold(&typed, code);
            }
            may_be_cut |= is_cut(&typed.text);
        }
    }
}
