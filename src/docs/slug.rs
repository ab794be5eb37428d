//! The anchor of a heading, as GitHub makes it: lower case, letters, digits, `-` and `_` kept, blanks as `-`, all else left out; a
//! repeated one is numbered.

use std::collections::HashMap;

/// The anchor of a heading's text, the first of its kind on a page.
///
/// ```
/// assert_eq!(wirebench::docs::slug("`id` and `retry`: who, when?"), "id-and-retry-who-when");
/// ```
pub fn slug(heading: &str) -> String {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(kept)
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

/// The anchors of one page, numbered where they would be the same.
#[derive(Debug, Default)]
pub struct Slugs(HashMap<String, usize>);

impl Slugs {
    /// That of the next heading.
    pub fn next(&mut self, heading: &str) -> String {
        let slug = slug(heading);
        let before = self.0.entry(slug.clone()).or_default();
        *before += 1;
        if *before == 1 { slug } else { format!("{slug}-{}", *before - 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::Slugs;

    #[test]
    fn the_same_heading_again_is_numbered() {
        let mut slugs = Slugs::default();
        let all = ["Up", "Up", "Héad, 2 × 1", "状态码"].map(|heading| slugs.next(heading));
        assert_eq!(all, ["up", "up-1", "héad-2--1", "状态码"]);
    }
}
