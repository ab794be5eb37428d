//! The scenarios in the documents are scenarios.

use std::fs;
use std::path::{Path, PathBuf};

use wirebench::scenario::Scenario;

use crate::root;

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
}

#[test]
fn every_scenario_that_a_page_shows_is_read() {
    let mut found = Vec::new();
    pages(&root().join("docs"), &mut found);
    let (mut read, mut wrong) = (0, Vec::new());
    for page in found {
        let text = fs::read_to_string(&page).expect("a page");
        let shown = page.strip_prefix(root()).unwrap_or(&page).display().to_string();
        let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("\n```").next());
        for block in blocks.filter(|block| block.contains("[[lane]]")) {
            read += 1;
            if let Err(mistakes) = Scenario::read("example", &shown, block) {
                wrong.push(mistakes.to_string());
            }
        }
    }
    assert!(read >= 1, "no scenario was found in docs");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
