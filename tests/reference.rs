//! Pages of the reference that are made from the program itself: what each transport can do and be set to, and each command with its
//! flags; and that the page of the API names each metric. `WIREBENCH_WRITE_DOCS=1 cargo test --test reference` writes them.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::http;
use support::program::{command, finish};
use support::server::Server;

/// Holds a page against what it would be now, or writes it.
fn same_as_page(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var_os("WIREBENCH_WRITE_DOCS").is_some() {
        fs::write(&path, found).expect("written");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == found,
        "{name} is out of date; WIREBENCH_WRITE_DOCS=1 cargo test --test reference writes it anew:\n{found}"
    );
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn table(heads: &[String], rows: &[Vec<String>]) -> String {
    let rule = vec!["---".to_owned(); heads.len()];
    [line(heads), line(&rule)].into_iter().chain(rows.iter().map(|row| line(row))).collect()
}

fn coded(name: &str) -> String {
    format!("`{name}`")
}

/// Each member that is yes, no or a text, by transport.
fn capabilities(transports: &[Value], heads: &[String]) -> String {
    let names = transports[0].as_object().expect("an object").keys();
    let rows: Vec<Vec<String>> = names
        .filter(|name| !["name", "params", "title"].contains(&name.as_str()))
        .map(|name| {
            let cell = |transport: &Value| match &transport[name.as_str()] {
                Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            [coded(name)].into_iter().chain(transports.iter().map(cell)).collect()
        })
        .collect();
    table(heads, &rows)
}

/// Each switch with its default, by transport.
fn switches(transports: &[Value], heads: &[String]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for param in transports.iter().flat_map(|one| one["params"].as_array().expect("a list")) {
        let name = param["name"].as_str().expect("a name");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let rows: Vec<Vec<String>> = names
        .iter()
        .map(|name| {
            let cell = |transport: &Value| {
                let params = transport["params"].as_array().expect("a list");
                params.iter().find(|param| param["name"] == *name).map_or("–".to_owned(), |param| {
                    param["default"].as_str().map_or("not sent".to_owned(), coded)
                })
            };
            [coded(name)].into_iter().chain(transports.iter().map(cell)).collect()
        })
        .collect();
    table(heads, &rows)
}

#[tokio::test]
async fn the_matrix_of_the_transports_is_the_programs_own_list() {
    let server = Server::start();
    let list = http::get(&server.bench, "/api/transports").await.json();
    let transports = list["transports"].as_array().expect("a list");
    let heads = |first: &str| -> Vec<String> {
        let names = transports.iter().map(|one| coded(one["name"].as_str().expect("a name")));
        [first.to_owned()].into_iter().chain(names).collect()
    };
    let page = format!(
        "# What each transport can do and be set to\n\n\
         Made of the program's own list (`GET /api/transports`) by `WIREBENCH_WRITE_DOCS=1 cargo test --test reference`; without the variable the test holds it.\n\n\
         ## What it can do\n\n\
         As it is here, with a browser's own client: what scripts add to it is not counted.\n\n{}\n\
         ## What it can be set to\n\n\
         The default of each switch, `–` where the transport does not take it; what they mean is told in [the feed](feed.md).\n\n{}",
        capabilities(transports, &heads("")),
        switches(transports, &heads("switch")),
    );
    same_as_page("docs/reference/transports.md", &page);
}

/// What a command says of itself.
fn help(of: &[&str]) -> String {
    let mut command = command();
    command.args(of).arg("--help").env("NO_COLOR", "1").env("COLUMNS", "100");
    let ended = finish(command);
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""), "{of:?}");
    let lines: Vec<&str> = ended.out.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// The commands that a help names.
fn commands(help: &str) -> Vec<String> {
    let named =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    named
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_page_of_the_commands_is_what_they_say_of_themselves() {
    let mut page = "# Commands\n\n\
        Each with all its flags, as `--help` tells them. Made by `WIREBENCH_WRITE_DOCS=1 cargo test --test reference`; without the variable the test holds it. \
        What a command does stands in [play.md](play.md), [report.md](report.md), [record.md](record.md) and [export.md](export.md). \
        Exit codes: 0 it went well, 1 what was looked for is not so (an expectation missed, records that differ, a record torn), 2 it could not be done.\n"
        .to_owned();
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = (!open.is_empty()).then(|| open.remove(0)) {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        let text = help(&words);
        let name = ["wirebench"].iter().chain(&words).copied().collect::<Vec<_>>().join(" ");
        let _ = write!(page, "\n## {name}\n\n```sh\n{name} --help\n```\n\n```text\n{text}\n```\n");
        let below = commands(&text).into_iter().map(|one| path.iter().cloned().chain([one]).collect());
        open.splice(0..0, below);
    }
    same_as_page("docs/reference/commands.md", &page);
}

#[tokio::test]
async fn the_page_of_the_api_names_each_metric_and_no_other() {
    let server = Server::start();
    // Requests are told once there were some.
    assert_eq!(http::get(&server.bench, "/healthz").await.status(), 200);
    let told = String::from_utf8(http::get(&server.bench, "/metrics").await.body).expect("UTF-8");
    let counted: BTreeSet<String> = told
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| {
            let (name, kind) = line.split_once(' ')?;
            Some(if kind == "counter" { format!("{name}_total") } else { name.to_owned() })
        })
        .collect();
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/api.md"))
        .expect("a page");
    let named: BTreeSet<String> = page
        .split('`')
        .filter(|word| {
            word.starts_with("wirebench_") && word.chars().all(|one| one.is_ascii_lowercase() || one == '_')
        })
        .map(str::to_owned)
        .collect();
    assert_eq!(named, counted);
}
