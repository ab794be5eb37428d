//! Links, anchors and commands of every page of the repository: what is named is there, what is shown can be run.

use std::collections::BTreeMap;
use std::process::Command;

use crate::none;
use crate::shelf::{self, Shelved, root};

/// What leads out of the repository; nobody asks for it here.
fn is_outside(href: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| href.starts_with(scheme))
}

#[test]
fn every_link_leads_to_a_file_and_an_anchor_that_are_there() {
    let pages = shelf::all();
    let by_path: BTreeMap<&str, &Shelved> =
        pages.iter().map(|shelved| (shelved.path.as_str(), shelved)).collect();
    let mut mistakes = Vec::new();
    for shelved in &pages {
        for link in shelved.page.links.iter().filter(|link| !is_outside(&link.href)) {
            let at = format!("{}:{}: {}", shelved.path, link.line, link.href);
            let path = shelved.leads(&link.href);
            let anchor = link.href.split_once('#').map(|(_, anchor)| anchor);
            match (by_path.get(path.as_str()), anchor) {
                (Some(page), Some(anchor)) if !page.page.has_anchor(anchor) => {
                    mistakes.push(format!("{at}: {path} has no such anchor"));
                }
                (None, _) if !root().join(&path).exists() => {
                    mistakes.push(format!("{at}: {path} is not there"));
                }
                _ => {}
            }
        }
    }
    none(&mistakes, "mend the link, or what it leads to");
}

/// The commands of a block: lines that begin with the program's name, continued by `\`.
fn commands(text: &str) -> Vec<String> {
    let whole = text.replace("\\\n", " ");
    let lines = whole.lines().map(|line| line.trim().trim_start_matches("$ "));
    let own = lines.filter_map(|line| {
        let line = line
            .strip_prefix("cargo run --release -- ")
            .map_or(line.to_owned(), |rest| format!("wirebench {rest}"));
        line.strip_prefix("wirebench")
            .filter(|rest| rest.is_empty() || rest.starts_with(' '))
            .map(|rest| rest.trim().to_owned())
    });
    own.collect()
}

/// The program reads the arguments and says what is wrong with them before it does anything: with `--help` behind them it does nothing.
/// Pages show commands as a person types them, so what a shell would do with them is cut off.
#[test]
fn every_command_that_is_shown_is_one_that_the_program_takes() {
    let mut mistakes = Vec::new();
    for shelved in shelf::all().iter().filter(|shelved| !shelved.path.starts_with("docs/decisions")) {
        // A `text` is what a command says.
        for code in shelved.page.code.iter().filter(|code| code.language != "text") {
            for command in commands(&code.text) {
                // What stands in a column of its own is said of it.
                let command = command.split("  ").next().unwrap_or_default();
                let command = command.split([';', '|', '>', '&', '#']).next().unwrap_or_default();
                // What stands for something else: FILE, DIR, […], <…>, ….
                let stands = |word: &str| {
                    word.chars().all(|letter| letter.is_ascii_uppercase())
                        || word.contains(['[', '<', '…', '{', '$', '\'', '"'])
                };
                let words: Vec<&str> = command.split_whitespace().collect();
                if words.iter().any(|word| stands(word)) {
                    continue;
                }
                let files = words.iter().filter(|word| word.starts_with("scenarios/") && !word.contains('*'));
                let missing: Vec<_> = files.filter(|file| !root().join(file).exists()).collect();
                let mut program = Command::new(env!("CARGO_BIN_EXE_wirebench"));
                let output = program.args(&words).arg("--help").output().expect("it runs");
                if !output.status.success() || !missing.is_empty() {
                    let said = String::from_utf8_lossy(&output.stderr);
                    mistakes.push(format!(
                        "{}:{}: wirebench {command}\n  {said}{missing:?}",
                        shelved.path, code.line
                    ));
                }
            }
        }
    }
    none(&mistakes, "show a command that can be typed");
}
