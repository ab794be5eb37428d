//! A job whose feed asks for a token, and for how long that is good.

use std::sync::OnceLock;
use std::time::Duration;

use crate::pace::{self, Micros};

/// The characters of a token beside letters and digits: those of RFC 6750 §2.1 that also stand as they are in a URL and in
/// a cookie.
pub const TOKEN_BESIDES: &str = "._~-";
/// The most characters of a token.
pub const TOKEN_LONGEST: usize = 64;

/// What shuts a feed.
#[derive(Debug)]
pub struct Lock {
    token: String,
    lasts: Option<Duration>,
    began: OnceLock<Micros>,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// He has no token.
    None,
    /// He has another one.
    Wrong,
    /// He has the right one, and it is too old.
    Expired,
}

impl Lock {
    /// A lock that this token opens, for so long from the job's start or for ever.
    ///
    /// # Errors
    /// Says what a token is.
    pub fn new(token: String, lasts: Option<Duration>) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || TOKEN_BESIDES.contains(c);
        if token.is_empty() || token.len() > TOKEN_LONGEST || !token.chars().all(plain) {
            return Err(format!(
                "token is {token:?}, and may be 1 to {TOKEN_LONGEST} of A-Z, a-z, 0-9, ., _, ~ and -"
            ));
        }
        Ok(Self { token, lasts, began: OnceLock::new() })
    }

    /// The same for another log, whose job has not begun.
    pub(super) fn again(&self) -> Self {
        Self { token: self.token.clone(), lasts: self.lasts, began: OnceLock::new() }
    }

    /// The job begins now, unless it has.
    pub(super) fn begin(&self) {
        self.began.get_or_init(pace::now);
    }

    /// Lets in who has the token while it is good.
    ///
    /// # Errors
    /// Says why not.
    pub fn admit(&self, token: Option<&str>) -> Result<(), Denied> {
        match token {
            None => Err(Denied::None),
            Some(token) if token != self.token => Err(Denied::Wrong),
            Some(_) if self.left() == Some(Duration::ZERO) => Err(Denied::Expired),
            Some(_) => Ok(()),
        }
    }

    /// How long the token is good from now on; `None` if for ever, or until the job begins at the least.
    pub fn left(&self) -> Option<Duration> {
        let (lasts, Micros(began)) = self.lasts.zip(self.began.get().copied())?;
        let Micros(now) = pace::now();
        Some(lasts.saturating_sub(Duration::from_micros(now.saturating_sub(began))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_alone_opens_and_only_while_it_is_good() {
        let lock = Lock::new("aB3".to_owned(), Some(Duration::ZERO)).expect("a token");
        assert_eq!((lock.left(), lock.admit(Some("aB3"))), (None, Ok(())), "the job has not begun");
        assert_eq!(lock.admit(None), Err(Denied::None));
        assert_eq!(lock.admit(Some("ab3")), Err(Denied::Wrong));
        lock.begin();
        assert_eq!(lock.admit(Some("aB3")), Err(Denied::Expired));
        assert_eq!(lock.again().admit(Some("aB3")), Ok(()));
        let for_ever = Lock::new("aB3".to_owned(), None).expect("a token");
        for_ever.begin();
        assert_eq!((for_ever.left(), for_ever.admit(Some("aB3"))), (None, Ok(())));
    }

    #[test]
    fn what_could_not_stand_in_a_url_and_a_cookie_is_no_token() {
        for bad in ["", "a b", "a;b", "a%b", "ä", &"a".repeat(65)] {
            let told = Lock::new(bad.to_owned(), None).expect_err(bad);
            assert!(told.contains("1 to 64 of"), "{told}");
        }
    }
}
