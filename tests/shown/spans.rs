//! What is named within sentences, tables and blocks: files of the project, and commands.

use std::fs;

use crate::pages::Shown;
use crate::shelf::root;
use crate::support::program::run;

const FOLDERS: [&str; 6] = ["src/", "docs/", "scenarios/", "tests/", "web/", "benches/"];

/// The paths in a text that begin with a folder of the project.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |letter: char| letter.is_alphanumeric() || "./_-*{},<>".contains(letter);
    let words = text.split(move |letter: char| !is_part(letter));
    let words = words.map(|word| word.trim_end_matches(['.', ',', '>']));
    words.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder) && word.len() > folder.len()))
}

/// `a/{b,c}` is `a/b` and `a/c`.
fn each(path: &str) -> Vec<String> {
    let Some(((before, rest), (inside, behind))) =
        path.split_once('{').and_then(|cut| Some((cut, cut.1.split_once('}')?)))
    else {
        return vec![path.to_owned()];
    };
    debug_assert!(rest.len() >= inside.len());
    inside.split(',').map(|one| format!("{before}{one}{behind}")).collect()
}

/// Whether it is there; `*` stands for a part of a name.
fn is_there(path: &str) -> bool {
    let Some((before, behind)) = path.split_once('*') else { return root().join(path).exists() };
    let (folder, begins) = before.rsplit_once('/').unwrap_or(("", before));
    let Ok(entries) = fs::read_dir(root().join(folder)) else { return false };
    let mut names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let ends = behind.split('/').next().unwrap_or_default();
    names.any(|name| name.starts_with(begins) && name.ends_with(ends))
}

/// Files that are named and are not there. In a name `<…>` and `{…}` without a comma stand for something.
pub fn absent(pages: &[Shown]) -> Vec<String> {
    let mut mistakes = Vec::new();
    for page in pages {
        let lines = page.blocks().flat_map(|block| {
            let lines = block.text.lines().enumerate();
            lines.map(|(number, text)| (block.line + number, text)).collect::<Vec<_>>()
        });
        let spans = page.spans().map(|(line, text)| (*line, text.as_str()));
        for (line, text) in lines.chain(spans) {
            let named = paths(text).flat_map(each).filter(|path| !path.contains(['<', '{', '}']));
            for path in named.filter(|path| !is_there(path)) {
                mistakes.push(format!("{}:{line}: {path} is not there", page.path));
            }
        }
    }
    mistakes
}

/// Whether a word stands for something: FILE, DIR, […], <…>, ….
fn stands(word: &str) -> bool {
    word.chars().all(|letter| letter.is_ascii_uppercase())
        || word.contains(['[', '<', '…', '{', '$', '\'', '"'])
}

/// What is wrong with a command that is named within a sentence. Those of this program are read by it and do nothing (`--help`); a test
/// that is to be run is there.
fn wrong(text: &str) -> Option<String> {
    let text = text.split(['|', '>', '&', ';', '#']).next().unwrap_or_default();
    let words: Vec<&str> =
        text.split_whitespace().skip_while(|word| word.contains('=') && !word.starts_with('-')).collect();
    match words.as_slice() {
        ["wirebench", rest @ ..] if !rest.iter().any(|word| stands(word)) => {
            let told = run(&[rest, &["--help"]].concat());
            // A flag may be named without its value.
            let is_good = told.code == Some(0) || told.errors.contains("a value is required for");
            (!is_good).then(|| format!("`{text}`: {}", told.errors))
        }
        ["cargo", "test" | "bench", rest @ ..] => {
            let at = rest.iter().position(|word| ["--test", "--bench"].contains(word))?;
            let name = rest.get(at + 1).filter(|name| !stands(name))?;
            let places =
                [format!("tests/{name}.rs"), format!("tests/{name}/main.rs"), format!("benches/{name}.rs")];
            (!places.iter().any(|place| root().join(place).exists()))
                .then(|| format!("`{text}`: there is no test {name}"))
        }
        _ => None,
    }
}

/// Commands in sentences that cannot be given.
pub fn unknown(pages: &[Shown]) -> Vec<String> {
    let spans = pages.iter().flat_map(|page| page.spans().map(move |span| (page, span)));
    let of = |(page, (line, text)): (&Shown, &(usize, String))| {
        wrong(text).map(|why| format!("{}:{line}: {why}", page.path))
    };
    spans.filter_map(of).collect()
}

#[test]
fn a_path_is_found_in_a_text_and_one_that_is_not_there_is_told() {
    assert_eq!(
        paths("see `src/cli/`, tests/shown/main.rs. and x/src/y").collect::<Vec<_>>(),
        ["src/cli/", "tests/shown/main.rs"]
    );
    assert!(is_there("src/docs/*.rs") && !is_there("src/docs/*.toml") && !is_there("src/nothing.rs"));
    assert_eq!(each("docs/{a,b}.md"), ["docs/a.md", "docs/b.md"]);
    assert!(wrong("cargo test --test nothing").is_some() && wrong("cargo test --test shown x").is_none());
    assert!(wrong("wirebench playy x").is_some() && wrong("wirebench play DIR --nothing").is_none());
}
