//! A scenario as it was read: plain data, each part that can be complained about with its place in the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

/// A place in the file, in bytes.
pub type Span = Range<usize>;

/// One situation.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name: that of its file, without the ending.
    pub name: String,
    /// The text it was read from.
    pub source: String,
    /// A title for people.
    pub title: String,
    /// What somebody would ask.
    pub question: String,
    /// What it shows.
    pub teaches: Option<String>,
    /// The same in Chinese, if the file has it.
    pub chinese: Option<Words>,
    /// The page of the docs whose claims it proves.
    pub proves: Option<String>,
    /// When the feed begins.
    pub ready: Ready,
    /// How long after its beginning the run is ended at the latest.
    pub until: Duration,
    /// How long it goes on after it has ended by itself.
    pub linger: Duration,
    /// What `POST /api/jobs` takes, but for `job` and `start`.
    pub feed: Map<String, Value>,
    /// Who reads.
    pub lanes: Vec<Lane>,
    /// What stands between.
    pub proxies: Vec<Proxy>,
    /// What is done, in its order.
    pub steps: Vec<Step>,
    /// What must come of it.
    pub expectations: Vec<Expectation>,
    /// Who does not play it.
    pub skips: Vec<Skip>,
}

/// What a scenario says of itself in another language than English.
#[derive(Clone, Debug, Serialize)]
pub struct Words {
    /// A title for people.
    pub title: String,
    /// What somebody would ask.
    pub question: String,
    /// What it shows.
    pub teaches: Option<String>,
}

/// When the feed begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ready {
    /// When every lane is open, has given up, or 3 s have passed.
    #[default]
    Open,
    /// At once.
    AtOnce,
}

/// A lane, or `count` of them.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// Its transport's.
    pub transport: String,
    /// How many readers.
    pub count: usize,
    /// Which of the stage's origins, if it says so.
    pub origin: Option<usize>,
    /// Whether its page is of another origin.
    pub other_page: bool,
    /// The proxy it reads through.
    pub through: Option<String>,
    /// Its switches, the server's and its client's.
    pub settings: BTreeMap<String, String>,
    /// Where it stands.
    pub span: Span,
}

/// A real proxy.
#[derive(Clone, Debug)]
pub struct Proxy {
    /// Its name.
    pub name: String,
    /// Which program.
    pub program: Program,
    /// Whether it speaks HTTP/1.0 to the server (nginx).
    pub http_1_0: bool,
    /// Whether it buffers (nginx).
    pub buffering: bool,
    /// The silence after which it ends a connection.
    pub read_timeout: Duration,
    /// Where it stands.
    pub span: Span,
}

/// A proxy's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// nginx.
    Nginx,
    /// `HAProxy`.
    Haproxy,
}

/// Something that is done.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub moment: Moment,
    /// How long its moment is waited for, if not until the end.
    pub within: Option<Duration>,
    /// What.
    pub verb: Verb,
    /// Where it stands.
    pub span: Span,
}

/// When.
#[derive(Clone, Debug, PartialEq)]
pub enum Moment {
    /// Before any lane connects.
    Before,
    /// So long after the feed began.
    At(Duration),
    /// So long after the step before it.
    Later(Duration),
    /// That event stands in the log.
    Appended(u64),
    /// A lane, each of those with a count, has come so far.
    Lane {
        /// Its name in the scenario.
        lane: String,
        /// How far.
        what: LaneMoment,
    },
}

/// How far a lane has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LaneMoment {
    /// It is in this state.
    State(String),
    /// It has got this event.
    Received(u64),
    /// It sets out for the n-th time.
    Attempt(u32),
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Verb {
    /// A fault is thrown.
    Throw {
        /// The body of `POST /api/faults`; `scope` names the scenario's lanes.
        body: Map<String, Value>,
        /// What it is cleared by.
        name: Option<String>,
    },
    /// A throw is cleared, by its name; none means all.
    Clear(Option<String>),
    /// A command to the job.
    Command {
        /// Its name.
        command: String,
        /// With `speed`.
        factor: Option<f64>,
    },
    /// A lane sends a command.
    Say {
        /// Which.
        lane: String,
        /// The command.
        command: String,
        /// With `speed`.
        factor: Option<f64>,
        /// How often.
        times: u32,
    },
    /// A lane is disconnected by hand.
    Disconnect(String),
    /// And connected.
    Connect(String),
    /// Events are pushed.
    Push(Vec<Value>),
}

/// What must come of it: one measure of one table of the file.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Of which lanes; empty means every lane.
    pub lanes: Vec<String>,
    /// Whether it is of the whole run.
    pub run: bool,
    /// Of which clients (`standard`, `chromium`, `firefox`); empty means all.
    pub on: Vec<String>,
    /// On which clock (`real`, `virtual`), if on one only.
    pub clock: Option<String>,
    /// The measure's name.
    pub measure: &'static str,
    /// What it is held against.
    pub held: Held,
    /// Why.
    pub because: Option<String>,
    /// Where the measure stands with its value.
    pub span: Span,
}

/// What a measure is held against.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// A number, bytes.
    Number(Bound<u64>),
    /// A time.
    Time(Bound<Duration>),
    /// A flag.
    Flag(bool),
    /// One of these words.
    OneOf(Vec<String>),
    /// Just this list.
    Exactly(Vec<String>),
    /// A list that begins so.
    Begins(Vec<String>),
    /// A list that has these in this order.
    Has(Vec<String>),
    /// A list of just these, each once, in any order.
    Set(Vec<String>),
}

/// Bounds of a number; those that are said hold together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bound<T> {
    /// At least.
    pub min: Option<T>,
    /// At most.
    pub max: Option<T>,
    /// Less than that lane's, times this.
    pub below: Option<(String, f64)>,
    /// More than that lane's, times this.
    pub above: Option<(String, f64)>,
    /// As that lane's.
    pub same_as: Option<String>,
}

impl<T> Bound<T> {
    /// The lanes that it names.
    pub fn lanes(&self) -> impl Iterator<Item = &str> {
        let named = [self.below.as_ref(), self.above.as_ref()].into_iter().flatten().map(|(lane, _)| lane);
        named.chain(&self.same_as).map(String::as_str)
    }
}

/// Who does not play it.
#[derive(Clone, Debug)]
pub struct Skip {
    /// Who: `native`, `page`; `chromium`, `firefox`, the browser and the native client of that profile alike; `real`, `virtual`.
    pub on: Vec<String>,
    /// Why.
    pub because: String,
    /// The same in Chinese, if the file has it.
    pub chinese: Option<String>,
}

/// Who plays, as skips and expectations ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Player {
    /// `native`, `chromium`, `firefox`, `page`.
    pub driver: String,
    /// `standard`, `chromium`, `firefox`.
    pub client: String,
    /// `real`, `virtual`.
    pub clock: String,
}

impl Scenario {
    /// Why this player does not play it, if it does not.
    pub fn skipped(&self, player: &Player) -> Option<&str> {
        self.skip(player).map(|skip| skip.because.as_str())
    }

    /// What keeps this player from it.
    pub fn skip(&self, player: &Player) -> Option<&Skip> {
        let is = |on: &String| *on == player.driver || *on == player.client || *on == player.clock;
        self.skips.iter().find(|skip| skip.on.iter().any(is))
    }
}
