//! A file has at most 400 lines and begins with a comment that says what it is.

use crate::{none, sources};

const CEILING: usize = 400;
const FOLDERS: [&str; 4] = ["src", "web", "tests", "benches"];
const ENDINGS: [&str; 5] = ["rs", "js", "mjs", "css", "py"];

fn too_long(name: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > CEILING).then(|| format!("{name}: {lines} lines, at most {CEILING} are allowed; split it"))
}

fn unintroduced(name: &str, text: &str) -> Option<String> {
    let says = text
        .lines()
        .map(str::trim)
        .take_while(|line| ["//", "/*", "*", "#!/", "\"\"\""].iter().any(|mark| line.starts_with(mark)))
        .filter(|line| !line.starts_with("#!/") && !line.contains("@ts-"))
        .any(|line| line.chars().filter(|c| c.is_alphabetic()).count() > 10);
    (!says).then(|| format!("{name}: begin it with a comment that says what it is"))
}

fn all(check: fn(&str, &str) -> Option<String>) -> Vec<String> {
    FOLDERS
        .iter()
        .flat_map(|folder| sources(folder, &ENDINGS))
        .filter_map(|(name, text)| check(&name, &text))
        .collect()
}

#[test]
fn no_file_is_longer_than_its_ceiling() {
    none(&all(too_long));
}

#[test]
fn every_file_introduces_itself() {
    none(&all(unintroduced));
}

#[test]
fn a_file_of_401_lines_is_noticed_and_one_of_400_is_not() {
    assert!(too_long("a.rs", &"x\n".repeat(401)).is_some());
    assert!(too_long("a.rs", &"x\n".repeat(400)).is_none());
}

#[test]
fn a_file_without_an_introduction_is_noticed() {
    assert!(unintroduced("a.rs", "use std::fs;\n").is_some());
    assert!(unintroduced("a.js", "// @ts-check\nimport './b.js';\n").is_some());
    assert!(unintroduced("a.py", "import json\n").is_some());
    assert!(unintroduced("a.css", "/* */\nbody {}\n").is_some());
    assert!(unintroduced("a.js", "// @ts-check\n// Draws the timeline.\n").is_none());
    assert!(unintroduced("a.py", "\"\"\"What the tests share.\n\"\"\"\n").is_none());
    assert!(unintroduced("a.css", "/*\n * How the lanes look.\n */\n").is_none());
    assert!(unintroduced("a.rs", "//! What a job is and where it stands.\n").is_none());
}
