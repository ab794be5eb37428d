//! Idempotency keys: what was pushed under which name, so that a repeat is told what the first was told.

use std::collections::{HashMap, VecDeque};
use std::ops::RangeInclusive;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

/// How many keys a job remembers; the oldest is forgotten first.
pub const KEYS: usize = 10_000;
/// How long a key may be, in characters.
const LENGTHS: RangeInclusive<usize> = 1..=128;

/// A key, and what it was used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    name: Arc<str>,
    body: [u8; 32],
}

/// The keys of one job.
#[derive(Debug, Default)]
pub(super) struct Keys {
    known: HashMap<Arc<str>, Used>,
    order: VecDeque<Arc<str>>,
}

/// What a key was used for: the digest of the body, and the first and last number.
type Used = ([u8; 32], (u64, u64));

/// The key was used for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OtherBody;

impl Key {
    /// Reads the header's value, bare or quoted, for a body of this type.
    ///
    /// # Errors
    /// Says what was wanted.
    pub fn read(header: &[u8], content_type: &str, body: &[u8]) -> Result<Self, &'static str> {
        let quoted = header.strip_prefix(b"\"").map(|rest| rest.strip_suffix(b"\""));
        let name = match quoted {
            Some(inner) => inner.ok_or("a closing quote")?,
            None => header,
        };
        let wanted = "1 to 128 visible ASCII characters, bare or quoted";
        if !LENGTHS.contains(&name.len()) || !name.iter().all(u8::is_ascii_graphic) {
            return Err(wanted);
        }
        let name = std::str::from_utf8(name).map_err(|_| wanted)?;
        let mut digest = Sha256::new();
        // The same bytes are another request under another type.
        digest.update(content_type);
        digest.update([0]);
        digest.update(body);
        Ok(Self { name: name.into(), body: digest.finalize().into() })
    }
}

impl Keys {
    /// The first and last number of what was pushed under this key, if something was.
    pub(super) fn find(&self, key: &Key) -> Result<Option<(u64, u64)>, OtherBody> {
        match self.known.get(&key.name) {
            None => Ok(None),
            Some((body, numbers)) if *body == key.body => Ok(Some(*numbers)),
            Some(_) => Err(OtherBody),
        }
    }

    /// Remembers what was pushed under a key that was not known.
    pub(super) fn remember(&mut self, key: Key, numbers: (u64, u64)) {
        if self.order.len() >= KEYS
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(key.name.clone());
        self.known.insert(key.name, (key.body, numbers));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(header: &str, body: &str) -> Result<Key, &'static str> {
        Key::read(header.as_bytes(), "application/json", body.as_bytes())
    }

    #[test]
    fn a_key_is_the_same_bare_and_quoted_and_must_be_visible_ascii() {
        assert_eq!(key("step-7", "x"), key("\"step-7\"", "x"));
        assert_ne!(key("step-7", "x"), key("step-7", "y"));
        for bad in ["", "\"\"", "\"", "a b", "\"open", "é", "tab\t", &"x".repeat(129)] {
            assert!(key(bad, "x").is_err(), "{bad:?}");
        }
        assert!(key(&"x".repeat(128), "x").is_ok());
    }

    #[test]
    fn the_oldest_key_is_forgotten_beyond_the_bound() {
        let mut keys = Keys::default();
        let name = |n: u64| key(&format!("k{n}"), "x").expect("a key");
        for n in 0..=KEYS as u64 {
            keys.remember(name(n), (n, n));
        }
        assert_eq!(keys.find(&name(0)), Ok(None));
        assert_eq!(keys.find(&name(1)), Ok(Some((1, 1))));
        assert_eq!((keys.known.len(), keys.order.len()), (KEYS, KEYS));
        assert_eq!(keys.find(&key("k1", "y").expect("a key")), Err(OtherBody));
    }
}
