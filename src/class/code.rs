//! The code that learners type to join: short, and of letters that nobody takes for another.

/// Without B, D and P (told apart badly when said), I, L, O, Q, S, U and Z (when read), V and W (when written).
pub const CODE_LETTERS: &[u8] = b"ACEFGHJKMNRTXY";
/// How many letters a code has.
pub const CODE_LENGTH: usize = 6;

/// A code, in capitals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The code that a drawn number stands for.
    pub fn of(drawn: u64) -> Self {
        let letters = CODE_LETTERS.len() as u64;
        let mut left = drawn;
        let letter = |_| {
            let at = usize::try_from(left % letters).unwrap_or_default();
            left /= letters;
            char::from(CODE_LETTERS[at])
        };
        Self((0..CODE_LENGTH).map(letter).collect())
    }

    /// As it is shown.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether somebody has typed this: capitals or not, with spaces or hyphens between.
    pub fn is(&self, typed: &str) -> bool {
        let letters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
        typed.len() <= 40 && letters.map(|c| c.to_ascii_uppercase()).eq(self.0.chars())
    }
}
