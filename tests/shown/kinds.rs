//! What each line of a block of code is. A line of no known kind is a mistake: nothing is shown that nobody looks at.

use crate::pages::Block;

/// What a line, or several that belong together, are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What is typed at a terminal.
    Command(String),
    /// What a command says.
    Said(Vec<String>),
    /// A scenario, or a piece that is put at the end of one.
    Scenario { whole: bool, text: String },
    /// Configuration of nginx or of haproxy, which is named.
    Config(String),
    /// A program that uses the library.
    Rust,
    /// A program of a page.
    Script(String),
    /// What is opened in a browser.
    Address(String),
    /// A method and a path of the API.
    Endpoint { method: String, path: String },
    /// JSON in which `…` and words in capitals stand for something.
    Json(String),
    /// Lines of a head of HTTP, or of an event stream.
    Message(String),
    /// Bytes, written with escapes.
    Bytes(String),
}

/// Kinds with their lines.
pub type Sorted = Vec<(usize, Kind)>;

/// How a command begins.
const PROGRAMS: &str = "apt apt-get brew cargo cat cd chmod cp curl date diff docker echo export ffmpeg git grep haproxy head jq kill ls \
                        mkdir mv nginx node npm npx pip printf pv python3 rm rsync sed seq sh sleep sort sudo tail tar tee tests/all \
                        timeout tshark wc wget wirebench";
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "HEAD"];

/// What to do with what cannot be sorted.
const FIX: &str = "show it as a command, what one says (below it, no heading between), `toml`, `nginx`, `haproxy`, JSON, HTTP \
                   or bytes with escapes; or teach tests/shown/kinds.rs the kind; or give tests/shown/listed.toml a reason";

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
    })
}

/// Whether this is typed at a terminal.
pub fn is_command(line: &str) -> bool {
    if line.starts_with("$ ") {
        return true;
    }
    let mut words = line.split_whitespace().skip_while(|word| is_assignment(word));
    match words.next() {
        // The first line that the program prints: its name and its version.
        Some("wirebench") => {
            words.next().is_none_or(|word| !word.starts_with(|letter: char| letter.is_ascii_digit()))
        }
        Some(word) => PROGRAMS.split_whitespace().any(|program| program == word) || line.contains("=$("),
        None => line.contains('='),
    }
}

/// What is typed, without what is said of it in a column beside it, and with the program as it is called when installed.
fn typed(line: &str) -> String {
    let line = line.trim_start_matches("$ ").trim();
    let line = line.replace("cargo run --release -- ", "wirebench ");
    let line = if line == "cargo run --release" || line.starts_with("cargo run --release ") {
        line.replacen("cargo run --release", "wirebench", 1)
    } else {
        line
    };
    if line.starts_with("wirebench ") { line.split("  ").next().unwrap_or_default().to_owned() } else { line }
}

fn is_field(line: &str) -> bool {
    line.starts_with(':')
        || line.split_once(':').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
        })
}

fn is_message(line: &str) -> bool {
    line.starts_with("HTTP/1.") || line.contains(" HTTP/1.1") || is_field(line)
}

/// The lines from the first on, up to where its brackets are closed.
fn closed(lines: &[&str]) -> usize {
    let mut depth = 0_i32;
    for (number, line) in lines.iter().enumerate() {
        for letter in line.chars() {
            depth += match letter {
                '{' | '[' => 1,
                '}' | ']' => -1,
                _ => 0,
            };
        }
        if depth <= 0 {
            return number + 1;
        }
    }
    lines.len()
}

/// Of what a command says all lines are said, whatever they look like.
fn whole(block: &Block) -> Option<Kind> {
    let first = block.text.lines().find(|line| !line.trim().is_empty())?.trim_end();
    let is_escaped = |line: &str| ["\\n", "\\r", "\\0"].iter().any(|end| line.ends_with(end));
    Some(match block.language.as_str() {
        "toml" => Kind::Scenario { whole: true, text: block.text.clone() },
        "nginx" | "haproxy" => Kind::Config(block.language.clone()),
        "js" | "javascript" => Kind::Script(block.text.clone()),
        "rust" => Kind::Rust,
        "" if first.starts_with("use wirebench::") => Kind::Rust,
        "" if first.starts_with('[') && first.ends_with(']') && !first.contains(['"', ' ']) => {
            Kind::Scenario { whole: false, text: block.text.clone() }
        }
        "" if is_escaped(first) || first.starts_with('\\') => Kind::Bytes(block.text.clone()),
        _ => return None,
    })
}

/// How many lines a command has: a backslash, a quote that is open or `<<` make it go on.
fn typed_lines(lines: &[&str]) -> usize {
    if let Some((_, word)) = lines[0].split_once("<<") {
        let word = word.trim_start_matches('-').split_whitespace().next().unwrap_or_default();
        let word = word.trim_matches(['\'', '"']);
        return lines.iter().position(|line| line.trim() == word).map_or(lines.len(), |at| at + 1);
    }
    let mut is_open = false;
    for (at, line) in lines.iter().enumerate() {
        is_open ^= line.matches('\'').count() % 2 == 1;
        if !is_open && !line.trim_end().ends_with('\\') {
            return at + 1;
        }
    }
    lines.len()
}

/// Sorts the lines of a block. `said` says that it stands behind a command, with no heading between.
pub fn sorted(block: &Block, said: bool) -> Result<Sorted, String> {
    if let Some(kind) = whole(block) {
        return Ok(vec![(block.line, kind)]);
    }
    if !["", "sh", "bash", "console", "text", "json", "jsonl", "http"].contains(&block.language.as_str()) {
        return Err(format!("line {}: nobody reads `{}` here. fix: {FIX}", block.line, block.language));
    }
    let lines: Vec<&str> = block.text.lines().collect();
    let has_command = lines.iter().any(|line| is_command(line));
    let mut sorted = Sorted::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at].trim_end();
        let number = block.line + at;
        let is_remark = has_command && line.starts_with("# ");
        let (kind, took) = if line.is_empty() || is_remark {
            (None, 1)
        } else if is_command(line) {
            let took = typed_lines(&lines[at..]);
            (Some(Kind::Command(typed(&lines[at..at + took].join("\n")))), took)
        } else if line.starts_with("http://") {
            (Some(Kind::Address(line.split_whitespace().next().unwrap_or_default().to_owned())), 1)
        } else if has_command || said || line.starts_with("error: ") {
            let ends = lines[at..].iter().position(|line| is_command(line));
            let took = ends.unwrap_or(lines.len() - at);
            (Some(Kind::Said(lines[at..at + took].iter().map(|&line| line.to_owned()).collect())), took)
        } else {
            exchanged(&lines[at..]).ok_or_else(|| format!("line {number}: what is `{line}`? fix: {FIX}"))?
        };
        sorted.extend(kind.map(|kind| (number, kind)));
        at += took;
    }
    Ok(sorted)
}

/// What goes to and fro: endpoints, heads, JSON.
fn exchanged(lines: &[&str]) -> Option<(Option<Kind>, usize)> {
    let line = lines[0].trim_end();
    let mut words = line.split_whitespace();
    // A name in capitals may say what it is.
    let is_name = |name: &str| name.chars().all(|letter| letter.is_ascii_uppercase() || letter == ' ');
    if let Some((_, json)) = line.split_once('{').filter(|(name, _)| is_name(name)) {
        let took = closed(lines);
        let behind = lines[1..took].join("\n");
        return Some((Some(Kind::Json(format!("{{{json}\n{behind}"))), took));
    }
    if is_message(line) {
        return Some((Some(Kind::Message(line.to_owned())), 1));
    }
    let (method, path) = (words.next()?, words.next()?);
    (METHODS.contains(&method) && path.starts_with('/'))
        .then(|| (Some(Kind::Endpoint { method: method.to_owned(), path: path.to_owned() }), 1))
}
