//! The cases: bytes out of a text that can be read, and what is to come of them, by the standard and by each browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use wirebench::client::Profile;

use crate::notation::bytes_of;

/// What comes of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Type, data and lastEventId of each event.
    pub events: Vec<[String; 3]>,
    /// The reconnection time in milliseconds, if the stream has set one.
    pub reconnection_time: Option<u64>,
    /// What the next request says in `Last-Event-ID`; nothing if it is empty.
    pub last_event_id: String,
    /// What stands behind the colon of each comment: no `EventSource` shows them, but a decoder does.
    pub comments: Vec<String>,
}

impl Outcome {
    /// How long an `EventSource` like `profile` waits then. Those of their own accord are told here once more, by hand.
    pub fn wait(&self, profile: &Profile) -> Duration {
        let own = if profile.name == "firefox" { 5000 } else { 3000 };
        Duration::from_millis(self.reconnection_time.unwrap_or(own))
    }
}

/// One case.
pub struct Case {
    pub name: String,
    /// The text of its `.in` file.
    pub text: String,
    /// What its `.json` file says.
    pub says: Value,
}

impl Case {
    pub fn bytes(&self) -> Vec<u8> {
        bytes_of(&self.text).unwrap_or_else(|error| panic!("{}.in: {error}", self.name))
    }

    /// What a browser, or `standard`, makes of it.
    pub fn outcome(&self, who: &str) -> Outcome {
        let field = |name: &str| self.says[who].get(name).unwrap_or(&self.says[name]);
        let events = field("events").as_array().expect("events").iter();
        let comments = self.says["comments"].as_array().map_or(&[][..], Vec::as_slice).iter();
        let time = field("reconnectionTime");
        Outcome {
            events: events.map(|one| ["type", "data", "lastEventId"].map(|part| text(&one[part]))).collect(),
            // A number beyond 64 bits is read as a float, and is as good as forever.
            reconnection_time: (time != "default").then(|| time.as_u64().unwrap_or(u64::MAX)),
            last_event_id: text(field("lastEventId")),
            comments: comments.map(text).collect(),
        }
    }

    /// What is said of why a browser, or `standard`, makes that of it.
    pub fn because(&self, who: &str) -> Option<&str> {
        let says = if who == "standard" { &self.says } else { &self.says[who] };
        says["because"].as_str()
    }
}

/// A string, or a list of strings and of repeats.
fn text(says: &Value) -> String {
    match says {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text).collect(),
        Value::Object(repeat) => {
            let times = repeat["times"].as_u64().expect("how many times");
            text(&repeat["repeat"]).repeat(usize::try_from(times).expect("not that often"))
        }
        other => panic!("wanted a text, found {other}"),
    }
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/event-stream")
}

/// All cases, by name.
pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = fs::read_dir(folder())
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "in"))
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let read =
                |path: &Path| fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
            let says = serde_json::from_str(&read(&path.with_extension("json")));
            let says = says.unwrap_or_else(|error| panic!("{name}.json: {error}"));
            Case { text: read(&path), says, name }
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    cases
}
