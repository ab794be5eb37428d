//! The word that was probably meant.

/// Of `words` the one that takes the fewest changes, if there is any.
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    words.into_iter().min_by_key(|known| distance(word, known))
}

/// The same, if it is so near that it was probably meant.
pub fn near<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // To nothing everything is equally near.
    let found = nearest(word, words).filter(|_| !word.is_empty())?;
    let longest = word.chars().count().max(found.len());
    let begun = found.starts_with(word) || (found.len() > 2 && word.starts_with(found));
    (distance(word, found) * 5 <= longest * 2 || begun).then_some(found)
}

/// How many letters must be put in, taken out, changed, or swapped with their neighbour to make one of the other (the
/// optimal string alignment of Damerau and Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    // Longer than any name: no need to be exact.
    let one: Vec<char> = one.chars().take(64).collect();
    let other: Vec<char> = other.chars().take(64).collect();
    let mut before = vec![0; other.len() + 1];
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.iter().enumerate() {
        let mut next = vec![index + 1; other.len() + 1];
        for (column, theirs) in other.iter().enumerate() {
            let changed = row[column] + usize::from(letter != theirs);
            next[column + 1] = changed.min(row[column + 1] + 1).min(next[column] + 1);
            if index > 0 && column > 0 && *letter == other[column - 1] && one[index - 1] == *theirs {
                next[column + 1] = next[column + 1].min(before[column - 1] + 1);
            }
        }
        before = std::mem::replace(&mut row, next);
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
        assert_eq!(near("slwo", ["slow", "fast"]), Some("slow"));
        assert_eq!(near("counting", words), Some("count"));
        assert_eq!(near("colour", words), None);
        assert_eq!(nearest("colour", words), Some("count"));
        assert_eq!(near("x", []), None);
        assert_eq!(near("", words), None);
    }
}
