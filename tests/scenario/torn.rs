//! Whatever stands in a file, the reader tells what is wrong with it and does not stumble.

use wirebench::scenario::Scenario;

const EVERY_KEY: &str = include_str!("every-key.toml");

fn told(text: &str) {
    if let Err(mistakes) = Scenario::read("torn", "torn.toml", text) {
        assert!(mistakes.count() > 0 && !mistakes.to_string().is_empty());
        for mistake in mistakes.told() {
            assert!(mistake.line <= text.lines().count() + 1, "{mistake:?}");
        }
    }
}

#[test]
fn a_file_that_ends_anywhere_is_read_as_far_as_it_goes() {
    (0..EVERY_KEY.len())
        .step_by(5)
        .filter(|end| EVERY_KEY.is_char_boundary(*end))
        .for_each(|end| told(&EVERY_KEY[..end]));
}

#[test]
fn a_file_that_lacks_a_line_or_has_another_in_its_place_is_read() {
    let lines: Vec<&str> = EVERY_KEY.lines().collect();
    for gone in 0..lines.len() {
        for instead in ["", "é = \"漢\u{0}", "[[", "name = {}", "until = [[1]]", "\r"] {
            let mut lines = lines.clone();
            lines[gone] = instead;
            told(&lines.join("\n"));
        }
    }
}
