//! What a command is, by its text: one that goes on, one that sets a name, one that needs what is not installed.

use std::env;
use std::io::{self, Write as _};

/// The exit code that a sentence tells.
pub fn code_in(text: &str) -> Option<i32> {
    let text = text.to_lowercase();
    let (_, behind) = text.split_once("exit code ").or_else(|| text.split_once("退出码"))?;
    let digits = behind.trim_start_matches([' ', '为', '是']);
    let ends = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    digits[..ends].parse().ok()
}

/// The programs of a pipe.
fn programs(text: &str) -> impl Iterator<Item = &str> {
    text.split(['|', ';', '&']).filter_map(|part| part.split_whitespace().find(|word| !word.contains('=')))
}

/// A program that this needs and that is not installed.
pub fn absent(text: &str) -> Option<&str> {
    const OTHERS: [&str; 8] = ["curl", "ffmpeg", "haproxy", "jq", "nginx", "pv", "rsync", "tshark"];
    let path = env::var("PATH").unwrap_or_default();
    let is_there = |name: &str| env::split_paths(&path).any(|folder| folder.join(name).exists());
    programs(text).find(|name| OTHERS.contains(name) && !is_there(name))
}

/// Says that something is not done, for a program is not installed; where `WIREBENCH_NEEDS` names it, that is a failure.
pub fn skip(program: &str, what: &str) {
    let needs = env::var("WIREBENCH_NEEDS").unwrap_or_default();
    assert!(
        !needs.split(',').any(|one| one == program),
        "wanted: {program}, for WIREBENCH_NEEDS is {needs:?}. found: none. fix: install it"
    );
    // Not by eprintln!, which is kept back of a test that passes.
    let _ = writeln!(io::stderr(), "SKIPPED: {program} is not installed: {what}");
}

/// Whether this goes on until it is ended: the program without a subcommand.
pub fn serves(text: &str) -> bool {
    let last = text.rsplit('|').next().unwrap_or_default().trim().trim_end_matches('&').trim();
    let mut words = last.split_whitespace().skip_while(|word| word.contains('='));
    let ends = |word: &str| ["--help", "-h", "--version", "-V"].contains(&word);
    words.next() == Some("wirebench")
        && words.next().is_none_or(|word| word.starts_with(['-', '#', '>', '2']) && !ends(word))
}

/// Whether this follows a stream, which is looked at while it goes on.
pub fn follows(text: &str) -> bool {
    let is_flag = |word: &str| ["-N", "--no-buffer"].contains(&word);
    let is_endless = ["/sse", "/fetch-stream", "/api/record", "/chunks"].iter().any(|end| text.contains(end));
    let is_bounded =
        ["-m", "--max-time", "-o"].iter().any(|flag| text.split_whitespace().any(|word| word == *flag));
    let follows = text.split_whitespace().any(is_flag) || is_endless;
    text.starts_with("curl") && follows && !is_bounded && !text.contains('|') || text.ends_with(" &")
}

/// Why no test runs this: it builds, installs or changes something outside its folder, or asks somebody who is not on this machine.
pub fn outside(text: &str) -> Option<String> {
    const OUTSIDE: [&str; 14] = [
        "apt",
        "apt-get",
        "brew",
        "cargo",
        "docker",
        "git",
        "node",
        "npm",
        "npx",
        "pip",
        "sudo",
        "tests/all",
        "kill",
        "wget",
    ];
    if let Some(program) = programs(text).find(|program| OUTSIDE.contains(program)) {
        return Some(format!("no test runs {program}"));
    }
    let mut hosts = ["http://", "https://"].iter().flat_map(|scheme| text.split(scheme).skip(1));
    let is_here =
        |host: &str| ["127.0.0.", "localhost", "[::1]", "$"].iter().any(|here| host.starts_with(here));
    hosts
        .find(|host| text.contains("curl") && !is_here(host))
        .map(|_| "no test leaves this machine".to_owned())
}

/// `NAME=$(…)` or `NAME=word`, which hold for what comes after it.
pub fn assigned(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.trim_start_matches("export ").split_once('=')?;
    let is_name = name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
    let is_all = value.starts_with("$(") && value.ends_with(')') || !value.contains(' ');
    (is_name && is_all).then_some((name, value))
}
