//! A reader that comes back: whatever ends its connection, it asks again for what it has not, and keeps what it saw.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use tokio::task::JoinHandle;

use super::ask::{Ask, Next};
use super::http::Target;
use super::reader::{Reader, Way};

/// Before it asks again.
const PAUSE: Duration = Duration::from_millis(10);

/// One event, as it came.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub seq: u64,
    /// By how many ms it came after it was made; one machine has one clock.
    pub late: f64,
    /// The port of the connection it came on.
    pub port: u16,
    /// Which of the connections of this process that was.
    pub serial: u64,
}

/// What it has seen.
#[derive(Debug, Default)]
pub struct Story {
    pub events: Vec<Seen>,
    /// How each connection that was lost ended, in order; refused ones too.
    pub lost: Vec<String>,
    /// Types of what was told beside the events.
    pub told: Vec<String>,
    /// The port of its connection now.
    pub port: Option<u16>,
    /// It has the end event, or was told to stop.
    pub over: bool,
}

impl Story {
    /// The newest event.
    pub fn newest(&self) -> u64 {
        self.events.iter().map(|seen| seen.seq).max().unwrap_or(0)
    }

    /// Numbers of events, in the order in which they came.
    pub fn seqs(&self) -> Vec<u64> {
        self.events.iter().map(|seen| seen.seq).collect()
    }
}

/// A lane at work.
#[derive(Debug)]
pub struct Lane {
    pub name: String,
    story: Arc<Mutex<Story>>,
    task: JoinHandle<()>,
}

impl Lane {
    /// Reads `ask` from `target` until the end of the feed, as the lane `name`.
    pub fn start(target: &Target, way: impl Into<Way>, ask: &Ask, name: &str) -> Self {
        let story = Arc::new(Mutex::new(Story::default()));
        let ask = ask.clone().with("lane", name);
        let task = tokio::spawn(read(target.clone(), way.into(), ask, story.clone()));
        Self { name: name.to_owned(), story, task }
    }

    /// What it has seen so far.
    pub fn story(&self) -> MutexGuard<'_, Story> {
        self.story.lock().expect("not poisoned")
    }

    /// The newest event it has.
    pub fn newest(&self) -> u64 {
        self.story().newest()
    }

    /// Waits until it has the event `seq`, or a later one.
    pub async fn reached(&self, seq: u64) {
        self.until(&format!("event {seq}"), |story| story.newest() >= seq).await;
    }

    /// Waits until it is over.
    pub async fn over(&self) {
        self.until("the end", |story| story.over).await;
    }

    /// Waits until its story is so.
    pub async fn until(&self, what: &str, mut holds: impl FnMut(&Story) -> bool) {
        let condition = async || {
            let story = self.story();
            assert!(story.over || !self.task.is_finished(), "the lane {} has failed", self.name);
            holds(&story)
        };
        super::eventually(&format!("{what} on {}", self.name), super::PATIENCE, condition).await;
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read(target: Target, way: Way, ask: Ask, story: Arc<Mutex<Story>>) {
    let note = |change: &dyn Fn(&mut Story)| change(&mut story.lock().expect("not poisoned"));
    let mut cursor = None;
    loop {
        let ask = cursor.iter().fold(ask.clone(), |ask, cursor: &String| ask.after(cursor));
        let lost = match Reader::try_connect(&target, way, &ask).await {
            Err(error) => error.to_string(),
            Ok(Err(refusal)) => format!("refused: {}", refusal.code),
            Ok(Ok(mut reader)) => {
                let lost = follow(&mut reader, &note).await;
                cursor = reader.cursor.or(cursor);
                match lost {
                    Some(lost) => lost,
                    None => return note(&|story| story.over = true),
                }
            }
        };
        note(&|story| {
            story.port = None;
            story.lost.push(lost.clone());
        });
        tokio::time::sleep(PAUSE).await;
    }
}

/// Reads one connection, or one poller's connections, to the end; says how it was lost, or `None` at the feed's end.
async fn follow(reader: &mut Reader, note: &impl Fn(&dyn Fn(&mut Story))) -> Option<String> {
    loop {
        let next: io::Result<Next> = reader.try_next().await;
        let (port, serial) = (reader.connection().port(), reader.connection().serial);
        // They are kept in the story.
        reader.events.clear();
        reader.told.clear();
        note(&|story| story.port = Some(port));
        match next {
            Ok(Next::Element(element)) => {
                let now = SystemTime::UNIX_EPOCH.elapsed().map_or(0.0, |since| since.as_secs_f64() * 1000.0);
                let late = now - element.value["time"].as_f64().unwrap_or(now);
                note(&|story| match element.seq {
                    Some(seq) => story.events.push(Seen { seq, late, port, serial }),
                    None => story.told.push(element.kind.clone()),
                });
            }
            Ok(Next::Ended | Next::Stop(_)) => return None,
            Ok(Next::Closed(code, _)) => return Some(format!("closed: {code}")),
            Ok(Next::Cut) => return Some("cut".to_owned()),
            Err(error) => return Some(error.to_string()),
        }
    }
}
