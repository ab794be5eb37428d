//! Broken files: `broken/NAME.toml` and beside it, as `broken/NAME.txt`, the exact text that it must print. Adding a case is
//! adding two files; `WIREBENCH_WRITE_DOCS=1` writes the texts, which somebody then has to read: each is what a person at a
//! terminal gets.

use std::fs;

use wirebench::scenario::Scenario;

use crate::{root, writing};

#[test]
fn every_mistake_of_a_broken_file_is_told_just_so() {
    let folder = root().join("tests/scenario/broken");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 24, "{} cases", names.len());
    let mut wrong = Vec::new();
    for name in names {
        let text = fs::read_to_string(folder.join(format!("{name}.toml"))).expect("a file");
        let shown = format!("{name}.toml");
        let Err(mistakes) = Scenario::read(&name, &shown, &text) else {
            wrong.push(format!("{shown} has no mistake"));
            continue;
        };
        assert_eq!(mistakes.told().len(), mistakes.count());
        let told = format!("{mistakes}\n");
        let beside = folder.join(format!("{name}.txt"));
        if writing() {
            fs::write(&beside, &told).expect("written");
        } else if fs::read_to_string(&beside).unwrap_or_default() != told {
            wrong.push(format!("{shown} is told otherwise than in {name}.txt:\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn of_very_many_mistakes_the_first_hundred_are_shown_and_the_others_counted() {
    let text = format!("title = \"x\"\nquestion = \"y\"\n{}", "[[lane]]\n".repeat(60));
    let mistakes = Scenario::read("many", "many.toml", &text).expect_err("no lane has a name");
    let (count, told) = (mistakes.count(), mistakes.render(false));
    assert!(count > 101, "{count} mistakes");
    assert_eq!(mistakes.told().len(), count, "programs get all of them");
    assert_eq!(told.matches("error: ").count(), 100, "{told}");
    let end = format!("and {} more mistakes, which are not shown", count - 100);
    assert!(told.ends_with(&end), "{told}");
}
