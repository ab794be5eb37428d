//! The golden files: the spans of each case, wherever its bytes are cut; and the pages made of them.

use std::{env, fs, path::Path};

use wirebench::proto::dissect::{Way, joined};

use crate::cases::{Case, cases, folder};
use crate::{covered, dissected, of, page, robust, told};

/// Up to this length a way is cut in two at every byte.
const EVERY: usize = 3000;

fn is_writing() -> bool {
    env::var_os("WIREBENCH_WRITE_DOCS").is_some()
}

/// Holds a file, or writes it.
fn held(path: &Path, wanted: &str) {
    if is_writing() {
        fs::write(path, wanted).expect("written");
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    let differing = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
    assert!(
        found == wanted,
        "{} says otherwise, first at {differing:?}: look why, and WIREBENCH_WRITE_DOCS=1 cargo test --locked --test dissect \
         writes it anew",
        path.display()
    );
}

#[test]
fn every_golden_connection_has_the_spans_that_are_written_down() {
    for case in cases() {
        held(&case.expected(), &told::lines(&case.spans()));
    }
}

#[test]
fn what_is_broken_has_the_spans_that_are_written_down() {
    held(&folder().join("broken.jsonl"), &robust::some_broken());
}

#[test]
fn no_span_depends_on_how_the_bytes_were_cut() {
    for case in cases() {
        let whole = told::lines(&case.spans());
        let byte_by_byte = case.pieces.iter().flat_map(|(way, bytes)| bytes.chunks(1).map(|one| (*way, one)));
        assert_eq!(told::lines(&dissected(byte_by_byte)), whole, "{} byte by byte", case.name);
        for way in Way::ALL {
            let length = case.bytes(way).len();
            for at in (0..length).step_by(1 + length / EVERY) {
                let spans = dissected(cut(&case, way, at));
                assert_eq!(
                    told::lines(&spans),
                    whole,
                    "{} cut at {at} of what went {}",
                    case.name,
                    way.name()
                );
            }
        }
    }
}

/// The pieces, one of them cut where so many bytes have gone that way.
fn cut(case: &Case, way: Way, at: usize) -> impl Iterator<Item = (Way, &[u8])> {
    let mut left = at;
    case.pieces.iter().flat_map(move |(own, bytes)| {
        let here = if *own == way { left.min(bytes.len()) } else { 0 };
        left -= here;
        [(*own, &bytes[..here]), (*own, &bytes[here..])]
    })
}

#[test]
fn every_byte_of_a_golden_connection_is_in_one_span() {
    for case in cases() {
        let spans = case.spans();
        covered(&spans, case.bytes(Way::Up).len(), case.bytes(Way::Down).len());
        assert_eq!(joined(&spans), spans, "{}", case.name);
    }
}

#[test]
fn elements_are_counted_from_one_in_their_order() {
    for case in cases() {
        for way in Way::ALL {
            let spans = of(&case.spans(), way);
            let mut seen: Vec<u64> = spans.iter().filter_map(|span| span.element).collect();
            assert!(seen.is_sorted(), "{}: {seen:?}", case.name);
            seen.dedup();
            assert_eq!(seen, (1..=seen.len() as u64).collect::<Vec<_>>(), "{}", case.name);
        }
    }
}

#[test]
fn the_pages_of_the_wire_are_what_the_golden_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/wire");
    let cases = cases();
    for page in page::PAGES {
        held(&folder.join(page.name).with_extension("md"), &page::page(&page, &cases));
    }
    held(&folder.join("kinds.md"), &page::kinds());
    let readme = fs::read_to_string(folder.join("README.md")).expect("docs/reference/wire/README.md");
    for page in page::PAGES {
        assert!(readme.contains(&format!("({}.md)", page.name)), "README.md leads to {}.md", page.name);
    }
    let homeless: Vec<&str> =
        cases.iter().filter(|case| page::home(case).is_none()).map(|case| &case.name[..]).collect();
    assert_eq!(homeless, Vec::<&str>::new(), "each case has a page");
}
