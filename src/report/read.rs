//! Reads a record: its facts, and the verdicts on what its scenario expects.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::verdict;
use crate::ledger::{Book, Capture};
use crate::measure::{Caveat, End, Facts};
use crate::scenario::{Met, Scenario, Verdict};

/// What came of a run, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The record breaks off: nothing is judged.
    Torn,
    /// Some expectation was missed, or the run failed.
    Missed,
    /// There was nothing to judge, or it could not be.
    NotJudged,
    /// All was met.
    Met,
}

impl Outcome {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Torn => "torn",
            Self::Missed => "missed",
            Self::NotJudged => "not judged",
            Self::Met => "met",
        }
    }
}

/// Why a record could not be read at all.
#[derive(Debug, Error)]
pub enum Unread {
    /// Its file could not be.
    #[error("cannot read {}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why. It is said above, and so is no source besides.
        why: std::io::Error,
    },
    /// It has no line that this program understands.
    #[error("{name} is no record: {why}")]
    NoRecord {
        /// What it is called.
        name: String,
        /// Why not.
        why: String,
    },
}

/// A record with what it means.
#[derive(Debug)]
pub struct Report {
    /// What it is called: its file.
    pub name: String,
    /// Its facts.
    pub facts: Facts,
    /// The verdicts.
    pub verdicts: Vec<Verdict>,
    /// Why nothing was judged, if nothing was.
    pub not_judged: Option<String>,
    /// The scenario's title, its question and what it teaches.
    pub title: String,
    /// What somebody would ask.
    pub question: Option<String>,
    /// What it shows.
    pub teaches: Option<String>,
    /// Caveats of the record, and those that the scenario gives reason for.
    pub caveats: Vec<Caveat>,
    /// What its bytes were for, if it holds them.
    pub book: Option<Book>,
    /// The scenario, if it could be read.
    pub(super) read: Option<Scenario>,
    /// The record's lines.
    text: Vec<String>,
}

impl Report {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, or no line of it.
    pub fn of_file(path: &Path) -> Result<Self, Unread> {
        let bytes = std::fs::read(path).map_err(|why| Unread::File { path: path.to_owned(), why })?;
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into());
        // What is no UTF-8 spoils its own line only.
        Self::read(&name, &String::from_utf8_lossy(&bytes))
    }

    /// Reads the text of a record.
    ///
    /// # Errors
    /// If no line of it can be read.
    pub fn read(name: &str, text: &str) -> Result<Self, Unread> {
        let facts = Facts::read(text.lines());
        no_record(name, text.trim().is_empty(), &facts)?;
        let table =
            facts.header.as_ref().and_then(|header| toml::from_str::<toml::Table>(&header.source).ok());
        // What stands in the text is told even of a scenario that this version cannot read.
        let told = |key: &str| Some(table.as_ref()?.get(key)?.as_str()?.to_owned());
        let scenario = facts.header.as_ref().map(|header| header.scenario.clone());
        let mut caveats = facts.caveats.clone();
        caveats.extend(table.as_ref().and_then(verdict::unlike));
        let verdict::Judgement { scenario: read, verdicts, not_judged } = verdict::of(&facts);
        Ok(Self {
            name: name.to_owned(),
            title: told("title").or(scenario).unwrap_or_else(|| name.to_owned()),
            question: told("question"),
            teaches: told("teaches"),
            verdicts,
            not_judged,
            caveats,
            // Read once more, for few records hold bytes.
            book: text.contains(r#""kind":"bytes""#).then(|| Book::of(&Capture::read(text))),
            read,
            text: text.lines().map(str::to_owned).collect(),
            facts,
        })
    }

    /// What came of it.
    pub fn outcome(&self) -> Outcome {
        let failed = matches!(&self.facts.end, End::Ended(why, _) if why == "failed");
        let judged = || self.verdicts.iter().map(|verdict| &verdict.met);
        if self.facts.is_torn() {
            Outcome::Torn
        } else if failed || judged().any(|met| *met == Met::Missed) {
            Outcome::Missed
        } else if self.not_judged.is_some() || !judged().any(|met| *met == Met::Met) {
            Outcome::NotJudged
        } else {
            Outcome::Met
        }
    }

    /// The scenario's name, or that of the record.
    pub fn scenario(&self) -> &str {
        self.facts.header.as_ref().map_or(&self.name, |header| &header.scenario)
    }

    /// Who played it: `native client like chromium, simulated time`.
    pub fn player(&self) -> String {
        let Some(header) = &self.facts.header else {
            let what =
                if self.facts.headless { "nobody knows who played it" } else { "a server's own record" };
            return what.to_owned();
        };
        let who = match header.driver.as_str() {
            "native" => format!("native client ({})", header.client),
            "page" => format!("the page in {}", header.program),
            _ => header.program.clone(),
        };
        let time = if header.time == "virtual" { "simulated time" } else { "real time" };
        format!("{who}, {time}")
    }

    /// The scenario's text.
    pub fn source(&self) -> &str {
        self.facts.header.as_ref().map_or("", |header| &header.source)
    }

    /// A line of the record, from 1.
    pub fn line(&self, number: usize) -> Option<&str> {
        self.text.get(number.checked_sub(1)?).map(String::as_str)
    }

    /// A line of the record for people.
    pub fn told(&self, number: usize) -> String {
        super::lines::told(&self.facts, self.line(number).unwrap_or_default())
    }

    /// Those that were missed.
    pub fn missed(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts.iter().filter(|verdict| verdict.met == Met::Missed)
    }
}

fn no_record(name: &str, empty: bool, facts: &Facts) -> Result<(), Unread> {
    let why = if empty {
        "it is empty".to_owned()
    } else if facts.bad.len() < facts.lines {
        return Ok(());
    } else if let Some(version) = facts.versions.first() {
        format!(
            "its lines are of version {version}, and this program reads {}; use a later wirebench",
            crate::record::VERSION
        )
    } else {
        let bad = &facts.bad[0];
        format!("none of its lines can be read; line {}: {}", bad.line, bad.reason)
    };
    Err(Unread::NoRecord { name: name.to_owned(), why })
}
