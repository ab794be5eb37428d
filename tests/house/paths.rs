//! Which paths of its own crate a Rust file names: `crate::`, `super::` and `self::`, in `use` trees and in code,
//! as absolute module paths. A reading of the text, good enough for code as rustfmt leaves it.

/// The module path of a file: `src/transport/sse/mod.rs` and `src/transport/sse.rs` are `["transport", "sse"]`.
pub fn module_of(name: &str) -> Vec<String> {
    let inner = name.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// Every path of the own crate named in `text`, a file of this module.
pub fn named_in(module: &[String], text: &str) -> Vec<Vec<String>> {
    let code = without_comments_and_strings(text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("::") {
        let word = word_before(&code[..at]);
        let before = code[..at - word.len()].trim_end();
        if before.ends_with("::") {
            continue;
        }
        let base = match word {
            "crate" => Vec::new(),
            "self" => module.to_vec(),
            "super" => module[..module.len().saturating_sub(1)].to_vec(),
            _ => continue,
        };
        tree(&base, &code[at + 2..], &mut found);
    }
    found
}

/// Follows one tree (`a::b`, `{a, b::c}`, `super::a`, `*`); returns what is left of the text after it.
fn tree<'a>(base: &[String], text: &'a str, found: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = tree(base, rest, found).trim_start();
            rest = match rest.chars().next() {
                Some(',') => &rest[1..],
                Some('}') | None => return rest.get(1..).unwrap_or(""),
                // `as name` and whatever else stands between two branches
                Some(_) => &rest[rest.find([',', '}']).unwrap_or(rest.len())..],
            };
        }
    }
    let word = word_after(text);
    let rest = &text[word.len()..];
    let mut path = base.to_vec();
    match word {
        "" | "self" => {}
        "super" => drop(path.pop()),
        _ => path.push(word.to_owned()),
    }
    match rest.strip_prefix("::") {
        Some(rest) if !word.is_empty() => tree(&path, rest, found),
        _ => {
            found.push(path);
            rest
        }
    }
}

fn word_before(text: &str) -> &str {
    text.rsplit(|c: char| !is_word(c)).next().unwrap_or("")
}

fn word_after(text: &str) -> &str {
    text.split(|c: char| !is_word(c)).next().unwrap_or("")
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The text with the insides of comments and strings blanked.
fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |at| at + 2)
        } else if rest.starts_with("'\"'") {
            3
        } else if c == '"' {
            string(rest)
        } else {
            0
        };
        if skipped == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.push(' ');
            rest = &rest[skipped..];
        }
    }
    code
}

/// The length of the string literal that `text` begins with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}
