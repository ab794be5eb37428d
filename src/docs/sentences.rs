//! Running text, cut into sentences. A footnote belongs to the sentence that it stands behind or in; a row of a table counts as one.

/// Stands in a text for a footnote's mark: the object replacement character (Unicode §23.8).
pub(super) const MARK: char = '\u{FFFC}';

/// What a sentence is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A paragraph, or a point of a list.
    Text,
    /// A row of a table, whole.
    Row,
    /// The heads of a table's columns.
    Head,
    /// A heading.
    Heading,
}

/// One sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its words, without marks and emphasis; cells of a row are parted by ` | `.
    pub text: String,
    /// The same, with nothing where code stands.
    pub bare: String,
    /// The labels of its footnotes.
    pub notes: Vec<String>,
    /// What it is part of.
    pub kind: Kind,
}

/// A letter, and where it is from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letter {
    pub sign: char,
    pub is_code: bool,
    pub line: usize,
}

/// The text of a block, letter by letter.
#[derive(Debug, Default)]
pub(super) struct Running {
    letters: Vec<Letter>,
    notes: Vec<String>,
}

impl Running {
    /// Adds words.
    pub fn push(&mut self, text: &str, is_code: bool, line: usize) {
        self.letters.extend(text.chars().map(|letter| Letter { sign: letter, is_code, line }));
    }

    /// Adds a footnote's mark.
    pub fn note(&mut self, label: &str, line: usize) {
        self.notes.push(label.to_owned());
        self.letters.push(Letter { sign: MARK, is_code: false, line });
    }

    /// The words, without marks.
    pub fn text(&self) -> String {
        told(&self.letters, true)
    }

    /// Cuts what was gathered, and is empty again.
    pub fn cut(&mut self, kind: Kind) -> Vec<Sentence> {
        let letters = std::mem::take(&mut self.letters);
        let mut notes = std::mem::take(&mut self.notes).into_iter();
        let whole = [letters.len()];
        let ends = if kind == Kind::Text { ends(&letters) } else { whole.to_vec() };
        let mut sentences = Vec::new();
        let mut from = 0;
        for end in ends {
            let part = &letters[from..end];
            let marks = part.iter().filter(|letter| letter.sign == MARK && !letter.is_code).count();
            let notes: Vec<String> = notes.by_ref().take(marks).collect();
            let text = told(part, true);
            let line =
                part.iter().find(|letter| !letter.sign.is_whitespace()).map_or(0, |letter| letter.line);
            if !text.is_empty() || !notes.is_empty() {
                sentences.push(Sentence { line, text, bare: told(part, false), notes, kind });
            }
            from = end;
        }
        sentences
    }
}

/// Where sentences end: behind a full stop and what closes and marks it, where a blank follows that is not followed by a small letter.
fn ends(letters: &[Letter]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let one = letters[at];
        at += 1;
        let is_wide = matches!(one.sign, '。' | '！' | '？');
        if one.is_code || !(is_wide || matches!(one.sign, '.' | '!' | '?')) {
            continue;
        }
        while letters.get(at).is_some_and(|next| closes(*next)) {
            at += 1;
        }
        let rest = &letters[at..];
        let blank = rest.first().is_none_or(|next| next.sign.is_whitespace());
        let next = rest.iter().find(|next| !next.sign.is_whitespace());
        let goes_on = next.is_some_and(|next| !next.is_code && next.sign.is_lowercase());
        if is_wide || (blank && !goes_on) {
            ends.push(at);
        }
    }
    if ends.last() != Some(&letters.len()) {
        ends.push(letters.len());
    }
    ends
}

fn closes(next: Letter) -> bool {
    matches!(next.sign, MARK | '.' | '!' | '?' | ')' | '"' | '”' | '’' | '」' | '）') && !next.is_code
}

fn told(letters: &[Letter], code: bool) -> String {
    let kept = letters.iter().filter(|one| one.sign != MARK && (code || !one.is_code));
    let text: String = kept.map(|one| one.sign).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
