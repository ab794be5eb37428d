//! The keys of each part of a scenario file. The reader, its complaints and the JSON Schema walk these tables; what is not
//! said by a plain form is read, and described, by a part of its own.

use std::time::Duration;

/// A key.
#[derive(Debug)]
pub(super) struct Key {
    pub name: &'static str,
    pub form: Form,
    pub required: bool,
    /// What it is, for who hovers over it in an editor.
    pub means: &'static str,
}

/// What a key may be.
#[derive(Debug)]
pub(super) enum Form {
    /// Text that is not empty.
    Text,
    /// 1 to 24 of a-z, 0-9 and `-`.
    Name,
    /// A duration with its unit.
    Span { min: Duration, max: Duration },
    /// A whole number.
    Whole { min: u64, max: u64 },
    /// One of these.
    Choice(&'static [&'static str]),
    /// `true`.
    True,
    /// An array of some of these, at least one.
    Some(&'static [&'static str]),
    /// An array of names of lanes, at least one.
    Lanes,
    /// Read and described elsewhere.
    Own,
}

/// A part of the file.
#[derive(Debug)]
pub(super) struct Noun {
    /// As a complaint names it.
    pub name: &'static str,
    pub keys: &'static [Key],
}

/// How many characters a name may have.
pub(super) const NAME: usize = 24;
/// The longest duration of a scenario.
const DAY: Duration = Duration::from_secs(86_400);
const MS: Duration = Duration::from_millis(1);
/// The most readers of a scenario, of all its lanes. Each has a socket, and its server another: a process has some 20,000.
pub(super) const READERS: u64 = 10_000;
/// Longer than any run's, and exact in a page's numbers.
pub(super) const MANY: u64 = 1 << 40;

/// The states of a lane.
pub const STATES: [&str; 7] = ["idle", "connecting", "open", "waiting", "closed", "given-up", "ended"];
/// The clients that an expectation may be of.
pub(super) const CLIENTS: &[&str] = &["standard", "chromium", "firefox"];
pub(super) const CLOCKS: &[&str] = &["real", "virtual"];
const PLAYERS: &[&str] = &["native", "chromium", "firefox", "page", "real", "virtual"];

const fn key(name: &'static str, form: Form, means: &'static str) -> Key {
    Key { name, form, required: false, means }
}

const fn must(name: &'static str, form: Form, means: &'static str) -> Key {
    Key { name, form, required: true, means }
}

const fn span(name: &'static str, min: Duration, means: &'static str) -> Key {
    key(name, Form::Span { min, max: DAY }, means)
}

pub(super) const TOP: Noun = Noun {
    name: "a scenario",
    keys: &[
        must("title", Form::Text, "A title for people."),
        must("question", Form::Text, "What somebody would ask."),
        key("teaches", Form::Text, "What it shows, in a sentence or two."),
        key("proves", Form::Text, "The page below docs whose claims it proves."),
        key("zh", Form::Own, "The same words in Chinese, for the page in that language."),
        key(
            "ready",
            Form::Choice(&["open", "at-once"]),
            "When the feed starts: when every lane is open (or has given up, or 3 s have passed), or without waiting.",
        ),
        span(
            "until",
            MS,
            "How long after its start the run is ended where it has not ended by itself; 30s by default.",
        ),
        span(
            "linger",
            Duration::ZERO,
            "How long it goes on after it has ended by itself: to see that nobody comes back; 0ms by default.",
        ),
        key("feed", Form::Own, "The job that is read."),
        key("lane", Form::Own, "Who reads."),
        key("proxy", Form::Own, "A real proxy in front of a lane's origin."),
        key("step", Form::Own, "What is done, and when."),
        key("expect", Form::Own, "What must come of it."),
        key("skip", Form::Own, "Who does not play it."),
    ],
};

/// The words of a scenario in another language.
pub(super) const WORDS: Noun = Noun {
    name: "`zh`",
    keys: &[
        must("title", Form::Text, "A title for people."),
        must("question", Form::Text, "What somebody would ask."),
        key("teaches", Form::Text, "What it shows, in a sentence or two."),
    ],
};

/// A lane, but for the switches of its transport and client.
pub(super) const LANE: Noun = Noun {
    name: "a lane",
    keys: &[
        must("name", Form::Name, "What it is called: 1 to 24 of a-z, 0-9 and -."),
        must("transport", Form::Own, "How it reads."),
        key(
            "count",
            Form::Whole { min: 1, max: READERS },
            "So many readers, named name-1, name-2, …; each is judged.",
        ),
        key("origin", Form::Whole { min: 1, max: 32 }, "Which of the stage's origins it reads from."),
        key(
            "page",
            Form::Choice(&["same", "other"]),
            "Whether the page it stands in is of the origin that it reads.",
        ),
        key("through", Form::Name, "The proxy that it reads through."),
    ],
};

pub(super) const PROXY: Noun = Noun {
    name: "a proxy",
    keys: &[
        must("name", Form::Name, "What it is called: 1 to 24 of a-z, 0-9 and -."),
        must("program", Form::Choice(&["nginx", "haproxy"]), "Which proxy it is."),
        key(
            "http-version",
            Form::Choice(&["1.1", "1.0"]),
            "What nginx speaks to the server (proxy_http_version).",
        ),
        key("buffering", Form::Choice(&["on", "off"]), "proxy_buffering of nginx."),
        span(
            "read-timeout",
            MS,
            "proxy_read_timeout of nginx, timeout server and timeout tunnel of haproxy; 60s by default.",
        ),
    ],
};

/// The moments of a step: just one of them.
pub(super) const MOMENTS: &[Key] = &[
    key("before", Form::True, "Before any lane connects."),
    span("at", Duration::ZERO, "So long after the feed began."),
    span("later", Duration::ZERO, "So long after the step before it."),
    key("appended", Form::Whole { min: 1, max: MANY }, "That event stands in the log."),
    key("when", Form::Own, "A lane is in that state, has got that event, or sets out for the n-th time."),
];

/// The verbs of a step: just one of them.
pub(super) const VERBS: &[Key] = &[
    key("throw", Form::Own, "A fault, as POST /api/faults takes it."),
    key("clear", Form::Own, "The name of a throw, or all."),
    key("command", Form::Own, "A command to the job, by nobody."),
    key("say", Form::Own, "A lane sends a command, as its transport does."),
    key("disconnect", Form::Name, "A lane disconnects, by hand."),
    key("connect", Form::Name, "A lane connects, by hand."),
    key("push", Form::Own, "Events, to a job of the source push."),
];

/// What a step may have besides.
pub(super) const BESIDES: &[Key] = &[
    span("within", MS, "With when: how long it is waited for; as long as until by default."),
    key("name", Form::Name, "With throw: what it is cleared by."),
];

/// When a lane has come so far.
pub(super) const WHEN: Noun = Noun {
    name: "`when`",
    keys: &[
        must("lane", Form::Name, "Which lane, each of those with a count."),
        key("state", Form::Choice(&STATES), "It is in this state."),
        key("received", Form::Whole { min: 1, max: MANY }, "It has got that event."),
        key("attempt", Form::Whole { min: 1, max: 1_000_000 }, "It sets out for the n-th time."),
    ],
};

pub(super) const SAY: Noun = Noun {
    name: "`say`",
    keys: &[
        must("lane", Form::Name, "Which lane."),
        must("command", Form::Choice(&crate::feed::COMMANDS), "What it says."),
        key("factor", Form::Own, "With speed: 0.01 to 1000."),
        key("times", Form::Whole { min: 1, max: 10_000 }, "How often, once by default."),
    ],
};

pub(super) const COMMAND: Noun = Noun {
    name: "`command`",
    keys: &[
        must("command", Form::Choice(&crate::feed::COMMANDS), "What is said."),
        key("factor", Form::Own, "With speed: 0.01 to 1000."),
    ],
};

/// An expectation, but for its measures.
pub(super) const EXPECT: Noun = Noun {
    name: "an expectation",
    keys: &[
        key("lanes", Form::Lanes, "Of which lanes; by default of every lane."),
        key("run", Form::True, "The measures are those of the whole run."),
        key(
            "on",
            Form::Some(CLIENTS),
            "Which clients it is of: the native one of that profile and the browser alike.",
        ),
        key("clock", Form::Choice(CLOCKS), "On which clock; by default on both."),
        key("because", Form::Text, "The reason, shown when it is missed."),
    ],
};

pub(super) const SKIP: Noun = Noun {
    name: "a skip",
    keys: &[
        Key { name: "on", form: Form::Some(PLAYERS), required: true, means: "Who does not play it." },
        must("because", Form::Text, "What the report says in place of a verdict."),
        key("zh", Form::Text, "The same in Chinese, for the page in that language."),
    ],
};

impl Noun {
    /// The names of its keys.
    pub fn names(&self) -> Vec<&'static str> {
        names(self.keys)
    }
}

/// The names of these keys.
pub(super) fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}
