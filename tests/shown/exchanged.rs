//! What goes to and fro between a reader and a bench: JSON, endpoints, heads; bytes with escapes; and programs that use the library.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::command::skip;
use crate::kinds;
use crate::pages::Shown;
use crate::shelf::root;
use crate::support::http::{self, request};
use crate::support::program::{Scratch, run};
use crate::support::server::Server;

/// JSON of which `…`, `…NAME` and `NAME` are left out where they stand for members, elements and values.
pub fn whole(text: &str) -> String {
    let mut told = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let took = match letter {
            '"' => string(rest),
            '…' => {
                let took = 3 + rest[3..].bytes().take_while(u8::is_ascii_uppercase).count();
                let before = told.trim_end();
                if before.ends_with(':') {
                    told.push_str("null");
                } else if before.ends_with(',') {
                    told.truncate(before.len() - 1);
                } else {
                    // At the beginning, before the next one.
                    let behind = rest[took..].trim_start();
                    rest = behind.strip_prefix(',').unwrap_or(behind);
                    continue;
                }
                rest = &rest[took..];
                continue;
            }
            'A'..='Z' => {
                told.push_str("null");
                rest = rest.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
                continue;
            }
            _ => letter.len_utf8(),
        };
        told.push_str(&rest[..took]);
        rest = &rest[took..];
    }
    told
}

/// The length of the string that a text begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// What is no JSON, and what a bench does not take although it is shown as sent to it: faults, jobs; and observations that are none.
pub async fn json(shown: &[(String, String)]) -> Vec<String> {
    let scratch = Scratch::new("sent");
    scratch.write("disk.img", "anything");
    scratch.write("monday.jsonl", "{\"time\":0,\"type\":\"done\"}\n");
    let folder = scratch.path().to_str().expect("UTF-8");
    let server = Server::start_with(&["--lanes", "2", "--hash-dir", folder, "--replay-dir", folder]);
    let mut mistakes = Vec::new();
    for (at, text) in shown {
        // In a text `…` is what differs from run to run.
        let value: Value = match serde_json::from_str(&whole(text)) {
            Ok(value) => value,
            Err(why) => {
                mistakes.push(format!("{at}: no JSON: {why}: {text}"));
                continue;
            }
        };
        let is_of =
            |name: &str, not: &[&str]| value[name].is_string() && not.iter().all(|not| value[not].is_null());
        let to = if is_of("fault", &["id"]) {
            "/api/faults"
        } else if is_of("source", &["state"]) {
            "/api/jobs"
        } else {
            if value["v"].is_u64() && !value["kind"].is_null() {
                let told = run(&["check", &scratch.write("record.jsonl", &value.to_string())]);
                if told.code != Some(0) {
                    mistakes.push(format!("{at}: no observation: {text}: {}{}", told.out, told.errors));
                }
            }
            continue;
        };
        let sent: Value = serde_json::from_str(&value.to_string().replace('…', "x")).expect("JSON");
        let answer = http::post(&server.bench, to, &sent).await;
        if answer.status() != 201 {
            let said = String::from_utf8_lossy(&answer.body);
            mistakes.push(format!("{at}: POST {to} {text}\n  is answered {}: {said}", answer.status()));
        }
        let undone = if to == "/api/faults" {
            to.to_owned()
        } else {
            format!("{to}/{}", answer.json()["job"].as_str().unwrap_or_default())
        };
        let _ = request(&server.bench, "DELETE", &undone, &[], b"").await;
    }
    mistakes
}

/// Whether a path that is shown is this one of the description: names in braces stand for anything.
fn is_path(shown: &str, described: &str) -> bool {
    let shown: Vec<&str> = shown.split('?').next().unwrap_or_default().split('/').collect();
    let described: Vec<&str> = described.split('/').collect();
    let any = |part: &str| part.starts_with('{');
    shown.len() == described.len()
        && shown.iter().zip(&described).all(|(one, other)| {
            one == other || any(one) && (any(other) || *one == "{transport}") || any(other)
        })
}

/// Endpoints that the API's description does not have, and lines of heads that are none.
pub async fn endpoints(
    endpoints: &[(String, (String, String))],
    messages: &[(String, String)],
) -> Vec<String> {
    let server = Server::start();
    let described = http::get(&server.bench, "/api/openapi.json").await.json();
    let paths = described["paths"].as_object().expect("paths");
    let is_there = |method: &str, path: &str| {
        paths.iter().any(|(one, methods)| is_path(path, one) && !methods[method.to_lowercase()].is_null())
    };
    let mut mistakes = Vec::new();
    for (at, (method, path)) in endpoints {
        if !is_there(method, path) {
            mistakes.push(format!("{at}: {method} {path} is not in the API's description"));
        }
    }
    // Two heads may stand side by side.
    let lines = messages.iter().flat_map(|(at, line)| line.split("  ").map(move |line| (at, line.trim())));
    for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let words: Vec<&str> = line.split(' ').collect();
        let is_good = match words.as_slice() {
            [method, path, "HTTP/1.1"] => is_there(method, path),
            ["HTTP/1.1", status, _, ..] => {
                status.parse::<u16>().is_ok_and(|status| (100..600).contains(&status))
            }
            _ => line.split_once(':').is_some_and(|(name, _)| !name.contains(' ')),
        };
        if !is_good {
            mistakes.push(format!("{at}: `{line}` is no line of a head, or asks for what is not there"));
        }
    }
    mistakes
}

/// Addresses that the bench does not answer, and scenarios in them that are not there.
pub async fn addresses(shown: &[(String, String)]) -> Vec<String> {
    let server = Server::start();
    let mut mistakes = Vec::new();
    for (at, address) in shown {
        let behind = address.trim_start_matches("http://");
        let Some((host, path)) = behind
            .split_once('/')
            .filter(|(host, _)| host.starts_with("127.0.0.1") || host.starts_with("localhost"))
        else {
            mistakes.push(format!("{at}: {address} is no address of a bench"));
            continue;
        };
        let status = http::get(&server.bench, &format!("/{path}")).await.status();
        let scenario = path.split(['?', '&']).find_map(|part| part.strip_prefix("scenario="));
        if status != 200
            || scenario.is_some_and(|name| !root().join(format!("scenarios/{name}.toml")).exists())
        {
            mistakes
                .push(format!("{at}: {address} ({host}) is answered {status}, or plays what is not there"));
        }
    }
    mistakes
}

/// Scripts that are none, by node where it is there.
pub fn scripts(shown: &[(String, String)]) -> Vec<String> {
    let scratch = Scratch::new("scripts");
    let wrong = |(at, text): &(String, String)| {
        let file = scratch.write("shown.mjs", text);
        match Command::new("node").args(["--check", &file]).output() {
            Ok(output) if output.status.success() => None,
            Ok(output) => Some(format!("{at}: {}", String::from_utf8_lossy(&output.stderr))),
            Err(why) => {
                skip("node", &format!("{at}: {why}"));
                None
            }
        }
    };
    shown.iter().filter_map(wrong).collect()
}

/// Whether each backslash begins an escape.
pub fn is_escaped(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once('\\') {
        let took = match behind.as_bytes() {
            [b'n' | b'r' | b't' | b'0' | b'\\', ..] => 1,
            [b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => 3,
            _ => return false,
        };
        rest = &behind[took..];
    }
    true
}

/// Programs whose lines no doc-test has: those are compiled.
pub fn programs(pages: &[Shown]) -> Vec<String> {
    let mut compiled = String::new();
    gather(&root().join("src"), &mut compiled);
    let mut mistakes = Vec::new();
    for page in pages {
        for block in page.blocks() {
            let is_rust = kinds::sorted(block, false)
                .is_ok_and(|sorted| sorted.iter().any(|(_, kind)| *kind == kinds::Kind::Rust));
            for line in block.text.lines().filter(|line| is_rust && !line.trim().is_empty()) {
                if !compiled.contains(&format!("/// {line}\n")) {
                    mistakes.push(format!("{}:{}: no doc-test has `{line}`", page.path, block.line));
                }
            }
        }
    }
    mistakes
}

fn gather(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, text);
        } else {
            text.push_str(&fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

#[test]
fn what_stands_for_something_is_left_out() {
    for (shown, read) in [
        ("{\"a\":…,\"b\":[ELEMENT,…]}", "{\"a\":null,\"b\":[null]}"),
        ("{\"a\":1,…}", "{\"a\":1}"),
        ("{…}", "{}"),
        ("{…,\"a\":true}", "{\"a\":true}"),
        ("{\"a\":1,…ACCOUNT}", "{\"a\":1}"),
        ("{\"a\":1,…,\"b\":\"… A\"}", "{\"a\":1,\"b\":\"… A\"}"),
        ("{\"run\":ACCOUNT}", "{\"run\":null}"),
    ] {
        assert_eq!(whole(shown), read);
    }
}
