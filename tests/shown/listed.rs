//! What is shown and cannot be run or read here, each with its reason (`listed.toml`). An entry that is of no use is a mistake.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;

/// All of them.
#[derive(Deserialize)]
pub struct Listed {
    listed: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    /// The page; without it, any.
    page: Option<String>,
    /// How the command, or the block, begins.
    begins: String,
    because: String,
    #[serde(skip)]
    used: AtomicBool,
}

impl Listed {
    pub fn read() -> Self {
        let text = include_str!("listed.toml");
        toml::from_str(text).unwrap_or_else(|why| panic!("tests/shown/listed.toml: {why}"))
    }

    /// Whether this command or block of this page is listed.
    pub fn has(&self, page: &str, text: &str) -> bool {
        let is_of = |entry: &&Entry| {
            entry.page.as_deref().is_none_or(|one| one == page) && text.starts_with(&entry.begins)
        };
        let found = self.listed.iter().find(is_of);
        found.inspect(|entry| entry.used.store(true, Ordering::Relaxed)).is_some()
    }

    /// Entries that nothing has asked for, and those that give no reason.
    pub fn mistakes(&self) -> Vec<String> {
        let of = |entry: &Entry| {
            let name = format!("tests/shown/listed.toml: `{}`", entry.begins);
            if entry.because.trim().is_empty() {
                Some(format!("{name} has no reason"))
            } else if entry.used.load(Ordering::Relaxed) {
                None
            } else {
                Some(format!("{name} stands on no page. fix: take it out, or write what stands there now"))
            }
        };
        self.listed.iter().filter_map(of).collect()
    }
}
