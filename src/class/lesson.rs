//! A lesson as the teacher's page gives it: what is asked, in the page's languages, and what can be answered.

use serde::{Deserialize, Serialize};

use super::{Why, Wrong};

/// The most bets of a lesson.
const MAX_BETS: usize = 12;
/// How many answers a bet may have.
const ANSWERS: std::ops::RangeInclusive<usize> = 2..=8;
/// The longest text, in characters.
const MAX_TEXT: usize = 600;
/// The longest name of a lesson, a bet or an answer.
const MAX_WORD: usize = 64;

/// A text in each language of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// A lesson.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Its name: a-z, 0-9 and -.
    pub lesson: String,
    /// What it is called.
    pub title: Text,
    /// What it asks as a whole.
    pub question: Text,
    /// What is bet on.
    pub bets: Vec<Bet>,
}

/// A bet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bet {
    /// Its name.
    pub bet: String,
    /// The transport it is on, if it is on one.
    #[serde(default)]
    pub lane: Option<String>,
    /// The question.
    pub asks: Text,
    /// What can be answered.
    pub answers: Vec<Answer>,
}

/// One of the answers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its name.
    pub answer: String,
    /// What is said.
    pub says: Text,
}

impl Lesson {
    /// Whether it is one that can be played: bounded, and no name twice.
    pub(super) fn check(&self) -> Result<(), Wrong> {
        word("lesson", &self.lesson)?;
        text("title", &self.title)?;
        text("question", &self.question)?;
        if self.bets.len() > MAX_BETS {
            return Err(wrong("bets", format!("at most {MAX_BETS}"), self.bets.len().to_string()));
        }
        for bet in &self.bets {
            word("bet", &bet.bet)?;
            bet.lane.iter().try_for_each(|lane| word("lane", lane))?;
            text("asks", &bet.asks)?;
            if !ANSWERS.contains(&bet.answers.len()) {
                let wanted = format!("{} to {}", ANSWERS.start(), ANSWERS.end());
                return Err(wrong("answers", wanted, bet.answers.len().to_string()));
            }
            for answer in &bet.answers {
                word("answer", &answer.answer)?;
                text("says", &answer.says)?;
            }
            once("answer", bet.answers.iter().map(|answer| answer.answer.as_str()))?;
        }
        once("bet", self.bets.iter().map(|bet| bet.bet.as_str()))
    }
}

fn word(member: &str, name: &str) -> Result<(), Wrong> {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain && (1..=MAX_WORD).contains(&name.len()) {
        return Ok(());
    }
    let found: String = name.chars().take(MAX_WORD).collect();
    Err(wrong(member, format!("1 to {MAX_WORD} of a-z, 0-9 and -"), format!("{found:?}")))
}

fn text(member: &str, text: &Text) -> Result<(), Wrong> {
    for said in [&text.en, &text.zh] {
        let length = said.chars().count();
        if !(1..=MAX_TEXT).contains(&length) {
            return Err(wrong(
                member,
                format!("1 to {MAX_TEXT} characters in each language"),
                length.to_string(),
            ));
        }
    }
    Ok(())
}

fn once<'a>(member: &str, names: impl Iterator<Item = &'a str>) -> Result<(), Wrong> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(wrong(member, "each name once".to_owned(), format!("{:?} twice", pair[0]))),
        None => Ok(()),
    }
}

fn wrong(member: &str, wanted: String, found: impl Into<String>) -> Wrong {
    let place = format!("body, member {member}");
    Wrong::new(Why::Malformed, &place, wanted, found, "see docs/reference/api.md, \"A class\"")
}
