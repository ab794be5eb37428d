//! Finds sentences of behaviour that are neither proven nor cited. One is a sentence of running text that names somebody who behaves:
//! a transport, a browser or a proxy. Code, headings, heads of tables, questions and lead-ins (`…:`) are none; what else is none
//! although it looks like one stands in `allowed.toml` with the reason.

use std::fs;

use serde::Deserialize;
use wirebench::docs::{Kind, Sentence};

use crate::shelf::{Shelved, root};

/// Who behaves: words, by which they begin or whole.
const BEGINNINGS: [&str; 13] = [
    "browser",
    "chromium",
    "firefox",
    "safari",
    "webkit",
    "nginx",
    "haproxy",
    "prox",
    "eventsource",
    "websocket",
    "poll",
    "sse",
    "balancer",
];
/// In Chinese words are not parted.
const WITHIN: [&str; 5] = ["浏览器", "代理", "轮询", "事件流", "套接字"];

/// What is allowed without a footnote, with the reason.
#[derive(Deserialize)]
struct Allowed {
    #[serde(default)]
    page: Vec<AllowedPage>,
    #[serde(default)]
    sentence: Vec<AllowedSentence>,
}

#[derive(Deserialize)]
struct AllowedPage {
    page: String,
    because: String,
}

#[derive(Deserialize)]
struct AllowedSentence {
    page: String,
    begins: String,
    because: String,
}

/// The sentences that need a footnote and have none, and what is allowed but is not there.
pub fn unfounded(pages: &[Shelved]) -> Vec<String> {
    let text =
        fs::read_to_string(root().join("tests/claims/allowed.toml")).expect("the list of what is allowed");
    let allowed: Allowed = toml::from_str(&text).unwrap_or_else(|why| panic!("allowed.toml: {why}"));
    let mut unfounded = Vec::new();
    let mut used = vec![false; allowed.sentence.len()];
    for shelved in pages {
        if allowed.page.iter().any(|one| one.page == shelved.path) {
            continue;
        }
        for sentence in shelved.page.sentences.iter().filter(|sentence| is_unfounded(sentence)) {
            let index = allowed
                .sentence
                .iter()
                .position(|one| one.page == shelved.path && sentence.text.starts_with(&one.begins));
            match index {
                Some(index) => used[index] = true,
                None => unfounded.push(format!("{}:{}: “{}”", shelved.path, sentence.line, sentence.text)),
            }
        }
    }
    for (one, _) in allowed.sentence.iter().zip(used).filter(|(_, used)| !used) {
        unfounded.push(format!(
            "allowed.toml: {} has no sentence that begins “{}”, and needs a footnote",
            one.page, one.begins
        ));
    }
    for one in allowed.page.iter().filter(|one| !pages.iter().any(|page| page.path == one.page)) {
        unfounded.push(format!("allowed.toml: there is no page {}", one.page));
    }
    let reasons =
        allowed.page.iter().map(|one| &one.because).chain(allowed.sentence.iter().map(|one| &one.because));
    assert!(reasons.clone().all(|because| because.len() > 10), "each is allowed for a reason");
    unfounded
}

/// Whether it says how somebody behaves and does not say how that is known.
pub fn is_unfounded(sentence: &Sentence) -> bool {
    let Sentence { text, bare, notes, kind, .. } = sentence;
    notes.is_empty()
        && matches!(kind, Kind::Text | Kind::Row)
        && !text.ends_with(['?', '？', ':', '：'])
        && names_somebody(bare, text)
}

fn names_somebody(bare: &str, text: &str) -> bool {
    let lower = bare.to_lowercase();
    let begins = |word: &str| BEGINNINGS.iter().any(|beginning| word.starts_with(beginning));
    // Names of clients stand in code: `EventSource`, `WebSocket`.
    let coded = text.contains("EventSource") || text.contains("WebSocket");
    coded
        || lower.split(|letter: char| !letter.is_ascii_alphanumeric()).any(begins)
        || WITHIN.iter().any(|word| lower.contains(word))
}
