//! The scenarios that a page can play: those built in, or those of a folder, read anew each time it is asked.

use std::io;
use std::path::PathBuf;

use rust_embed::RustEmbed;
use serde::Serialize;
use serde_json::{Value, json};

use crate::scenario::{Player, Scenario};

#[derive(RustEmbed)]
#[folder = "scenarios"]
struct BuiltIn;

/// Where scenarios are.
#[derive(Clone, Debug, Default)]
pub(in crate::server) struct Library {
    folder: Option<PathBuf>,
}

impl Library {
    /// Those of this folder, or those built in.
    pub(in crate::server) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// All, as `GET /api/scenarios` tells them.
    ///
    /// # Errors
    /// Those of the folder.
    pub(super) fn told(&self) -> io::Result<Value> {
        let (mut scenarios, mut problems) = (Vec::new(), Vec::new());
        for name in self.names()? {
            match self.read(&name, &[]) {
                Some(Ok(scenario)) => scenarios.push(told(&scenario)),
                Some(Err(problem)) => problems.push(problem),
                None => {}
            }
        }
        Ok(json!({ "scenarios": scenarios, "problems": problems }))
    }

    /// The scenario of that name, with what is set for this time; an error is its mistakes as text.
    pub(super) fn read(&self, name: &str, settings: &[String]) -> Option<Result<Scenario, String>> {
        let (file, text) = (format!("{name}.toml"), self.text(name)?);
        let read = Scenario::read_with(name, &file, &text, settings, &[]);
        Some(read.map_err(|mistakes| mistakes.render(false)))
    }

    /// The text of the scenario of that name.
    pub(in crate::server) fn text(&self, name: &str) -> Option<String> {
        // Names come from outside: one that could leave the folder names nothing.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if !name.bytes().all(plain) {
            return None;
        }
        let file = format!("{name}.toml");
        match &self.folder {
            Some(folder) => std::fs::read_to_string(folder.join(&file)).ok(),
            None => String::from_utf8(BuiltIn::get(&file)?.data.into_owned()).ok(),
        }
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let files: Vec<String> = match &self.folder {
            Some(folder) => {
                let entries = folder.read_dir()?.collect::<io::Result<Vec<_>>>()?;
                entries.into_iter().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
            }
            None => BuiltIn::iter().map(std::borrow::Cow::into_owned).collect(),
        };
        let mut names: Vec<String> =
            files.iter().filter_map(|file| file.strip_suffix(".toml")).map(str::to_owned).collect();
        names.sort();
        Ok(names)
    }
}

/// Why a page does not play a scenario.
#[derive(Debug, Serialize)]
pub(super) struct Skipped {
    /// What stands in the way: its `readers`, its `proxy`, or the `scenario` itself says so.
    by: &'static str,
    /// In words.
    pub because: String,
    /// The scenario's own words in Chinese, if it has them.
    zh: Option<String>,
}

/// Why a page does not play it, if it does not.
pub(super) fn skipped(scenario: &Scenario) -> Option<Skipped> {
    /// More frames than that are no page.
    const FRAMES: usize = 12;
    let readers: usize = scenario.lanes.iter().map(|lane| lane.count).sum();
    if readers > FRAMES {
        let because = format!("it has {readers} readers, and a page has at most {FRAMES}");
        return Some(Skipped { by: "readers", because, zh: None });
    }
    if !scenario.proxies.is_empty() {
        let because = "it needs a proxy, which wirebench play starts".to_owned();
        return Some(Skipped { by: "proxy", because, zh: None });
    }
    let page = Player { driver: "page".to_owned(), client: String::new(), clock: "real".to_owned() };
    let skip = scenario.skip(&page)?;
    Some(Skipped { by: "scenario", because: skip.because.clone(), zh: skip.chinese.clone() })
}

/// A scenario as it is told.
pub(super) fn told(scenario: &Scenario) -> Value {
    let lanes: Vec<Value> = scenario
        .lanes
        .iter()
        .map(|lane| json!({ "name": lane.name, "transport": lane.transport, "count": lane.count }))
        .collect();
    json!({
        "scenario": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "teaches": scenario.teaches,
        "zh": scenario.chinese,
        "proves": scenario.proves,
        "lanes": lanes,
        "skipped": skipped(scenario),
    })
}
