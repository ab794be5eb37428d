//! The word that was probably meant.

/// Of `words` the one that takes the fewest changes, if there is any.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    words.into_iter().min_by_key(|known| distance(word, known))
}

/// The same, if it is so near that it was probably meant.
pub fn near<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = nearest(word, words)?;
    let longest = word.chars().count().max(found.len());
    (distance(word, found) * 5 <= longest * 2 || found.starts_with(word)).then_some(found)
}

/// How many letters must be put in, taken out or changed to make one of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    // Longer than any name: no need to be exact.
    for (index, letter) in one.chars().take(64).enumerate() {
        let mut corner = row[0];
        row[0] = index + 1;
        for (column, theirs) in other.iter().enumerate() {
            let changed = corner + usize::from(letter != *theirs);
            corner = row[column + 1];
            row[column + 1] = changed.min(corner + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_mended_and_another_word_is_not() {
        let words = ["interval", "count", "jitter", "payload"];
        assert_eq!(near("intervall", words), Some("interval"));
        assert_eq!(near("conut", words), Some("count"));
        assert_eq!(near("pay", words), Some("payload"));
        assert_eq!(near("colour", words), None);
        assert_eq!(nearest("colour", words), Some("count"));
        assert_eq!(near("x", []), None);
    }
}
