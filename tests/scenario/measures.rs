//! The table of the measures in the reference is the list of them. `WIREBENCH_WRITE_DOCS=1` writes it.

use std::fmt::Write as _;
use std::fs;

use wirebench::measure::{ALL, Kind, Of};

use crate::{root, writing};

const BEGIN: &str = "<!-- measures: written by WIREBENCH_WRITE_DOCS=1 cargo test --test scenario -->\n";
const END: &str = "<!-- /measures -->";

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Count => "count",
        Kind::Bytes => "bytes",
        Kind::Time => "time",
        Kind::Flag => "flag",
        Kind::Text => "text",
        Kind::List => "list",
    }
}

fn table() -> String {
    let mut text = String::new();
    for (of, title) in [(Of::Lane, "of a lane"), (Of::Run, "of the run (`run = true`)")] {
        let _ = write!(text, "\n| {title} | kind | |\n| --- | --- | --- |\n");
        for measure in ALL.iter().filter(|measure| measure.of == of) {
            let _ = writeln!(text, "| `{}` | {} | {} |", measure.name, kind(measure.kind), measure.means);
        }
    }
    format!("{text}\n")
}

#[test]
fn the_reference_tells_every_measure() {
    let path = root().join("docs/reference/scenario/expect.md");
    let page = fs::read_to_string(&path).expect("the page");
    let (head, rest) = page.split_once(BEGIN).expect("where the measures begin");
    let (kept, tail) = rest.split_once(END).expect("where they end");
    if writing() {
        fs::write(&path, format!("{head}{BEGIN}{}{END}{tail}", table())).expect("written");
    } else {
        assert!(
            kept == table(),
            "docs/reference/scenario/expect.md is out of date; \
             WIREBENCH_WRITE_DOCS=1 cargo test --test scenario writes its table anew"
        );
    }
}

#[test]
fn a_name_that_stands_for_a_lane_s_and_for_the_run_s_is_of_one_kind() {
    for measure in ALL {
        let alike = ALL.iter().filter(|other| other.name == measure.name);
        assert!(alike.clone().all(|other| other.kind == measure.kind), "{}", measure.name);
        assert_eq!(alike.filter(|other| other.of == measure.of).count(), 1, "{}", measure.name);
        assert!(measure.means.ends_with('.'), "{}: {}", measure.name, measure.means);
    }
}
