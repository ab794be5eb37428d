//! Reads a scenario file: every mistake with its place, all at once. It walks the spanned tree of the TOML, so that what is
//! said about a value is said at that value, and what is read elsewhere (a throw, a job, a pushed event) is read by the code
//! that reads it from a request.

mod book;
mod expect;
mod feed;
mod fields;
mod held;
mod lane;
mod moment;
mod only;
mod proxy;
mod push;
mod set;
mod size;
mod step;
mod throw;
mod tree;
mod verb;

pub(super) use feed::{SIZES, is_span, properties};
pub(super) use held::{BOUNDS, LISTS};

use std::time::Duration;

use toml::de::DeTable;

use super::keys::{SKIP, TOP, WORDS};
use super::mistakes::{Mistake, Mistakes, Place, Source};
use super::model::{Ready, Scenario, Skip, Words};
use book::Book;
use fields::Fields;
use tree::{Entry, Node, Tree, entries};

impl Scenario {
    /// Reads the scenario called `name` from the text of its file, which is shown as `shown` where it has mistakes.
    ///
    /// # Errors
    /// All mistakes there are.
    pub fn read(name: &str, shown: &str, text: &str) -> Result<Self, Mistakes> {
        Self::read_with(name, shown, text, &[], &[])
    }

    /// The same with some values set beside the file (`feed.interval=20ms`, `lane.sse.heartbeat=1s`, `until=5s`), and with
    /// those of its lanes alone that are named, if any are. `lane=NAME` among the settings is the same as a name among
    /// `lanes`, so that one list can say all that was changed.
    ///
    /// # Errors
    /// All mistakes there are.
    pub fn read_with(
        name: &str,
        shown: &str,
        text: &str,
        settings: &[String],
        lanes: &[String],
    ) -> Result<Self, Mistakes> {
        let mut book = Book::default();
        book.sources.push(Source { shown: shown.to_owned(), text: text.to_owned() });
        let (table, torn) = DeTable::parse_recoverable(text);
        for error in torn {
            let span = error.span().unwrap_or(0..0);
            let place = Place::new(0, span);
            let found = book.found(&Node { at: place.clone(), tree: Tree::Flag(false), raw: None });
            book.torn = true;
            book.note(not_toml(place, error.message(), found));
        }
        let mut top = entries(table.get_ref(), 0, 0);
        let mut only: Vec<String> = lanes.to_vec();
        for setting in settings {
            match setting.strip_prefix("lane=") {
                Some(lane) => only.push(lane.to_owned()),
                None => set::set(setting, &mut top, &mut book),
            }
        }
        let mut scenario = read(name, text, top, &mut book);
        if book.mistakes.is_empty() && !only.is_empty() {
            only::keep(&mut scenario, &only, &mut book);
        }
        if book.mistakes.is_empty() {
            return Ok(scenario);
        }
        Err(Mistakes::new(book.sources, book.mistakes))
    }
}

fn read(name: &str, text: &str, top: Vec<Entry>, book: &mut Book) -> Scenario {
    let start = text.len() - text.trim_start().len();
    let mut top = Fields::open(top, Place::new(0, start..start), TOP.name, TOP.keys, book);
    let title = top.text("title", book).unwrap_or_default();
    let question = top.text("question", book).unwrap_or_default();
    let teaches = top.text("teaches", book);
    let chinese = top.take("zh").and_then(|entry| words("zh", entry.node, book));
    let proves = proves(&mut top, book);
    let ready =
        if top.text("ready", book).as_deref() == Some("at-once") { Ready::AtOnce } else { Ready::Open };
    let until = top.span("until", book).unwrap_or(Duration::from_secs(30));
    let linger = top.span("linger", book).unwrap_or_default();
    let feed = feed::read(top.take("feed"), book);
    let proxies = proxy::read(tables(&mut top, "proxy", book), book);
    if !top.has("lane") {
        absent_lane(&top.at, book);
    }
    let lanes = lane::read(tables(&mut top, "lane", book), &proxies, book);
    let cast = Cast { lanes: &lanes, feed: &feed, until };
    let steps = step::read(tables(&mut top, "step", book), &cast, book);
    let expectations = expect::read(tables(&mut top, "expect", book), &cast, book);
    let skips = tables(&mut top, "skip", book).into_iter().filter_map(|node| skip(node, book)).collect();
    top.close(&[], book);
    Scenario {
        name: name.to_owned(),
        source: text.to_owned(),
        title,
        question,
        teaches,
        chinese,
        proves,
        ready,
        until,
        linger,
        feed: feed.body,
        lanes,
        proxies,
        steps,
        expectations,
        skips,
    }
}

/// Of whom steps and expectations may speak.
struct Cast<'a> {
    lanes: &'a [super::model::Lane],
    feed: &'a feed::Feed,
    until: Duration,
}

impl Cast<'_> {
    /// The names of the lanes.
    fn lanes(&self) -> Vec<&str> {
        self.lanes.iter().map(|lane| lane.name.as_str()).collect()
    }

    /// Tells a name that no lane has.
    fn know(&self, name: Option<(String, Node)>, book: &mut Book) -> Option<String> {
        let (name, node) = name?;
        if !self.lanes.iter().any(|lane| lane.name == name) {
            book.stranger(&node, "lane", &self.lanes());
        }
        Some(name)
    }
}

/// The tables of an array of them, `[[name]]`.
fn tables(top: &mut Fields, name: &str, book: &mut Book) -> Vec<Node> {
    let Some(Entry { node, .. }) = top.take(name) else { return Vec::new() };
    match node.tree {
        Tree::List(items) => items,
        Tree::Table(_) => {
            let fix = Some(format!("write `[[{name}]]`: there may be several"));
            book.wrong(name, &node, format!("an array of tables, `[[{name}]]`"), fix);
            Vec::new()
        }
        _ => {
            book.wrong(name, &node, format!("an array of tables, `[[{name}]]`"), None);
            Vec::new()
        }
    }
}

/// What the parser says, its title and what it expected apart.
fn not_toml(place: Place, message: &str, found: String) -> Mistake {
    let (what, wanted) = match message.split_once(", expected ") {
        Some((what, wanted)) => (what, wanted),
        None if message == "duplicate key" => ("a key that stands there already", "each key once in a table"),
        None => (message, "TOML 1.0"),
    };
    let title = format!("this is not TOML: {what}");
    Mistake { place, title, wanted: wanted.to_owned(), found, fix: None }
}

fn absent_lane(at: &Place, book: &mut Book) {
    book.note_absent(Mistake {
        place: at.clone(),
        title: "nobody reads the feed".to_owned(),
        wanted: "at least one `[[lane]]`".to_owned(),
        found: "none".to_owned(),
        fix: None,
    });
}

/// A path below the docs. Whether the page is there is not for a file's reader to know.
fn proves(top: &mut Fields, book: &mut Book) -> Option<String> {
    let (path, node) = top.node("proves", book)?;
    let below = !path.starts_with('/') && !path.contains("..") && !path.contains("//");
    if !below {
        book.wrong("proves", &node, "a path below docs, such as \"reference/browsers.md\"", None);
    }
    Some(path)
}

/// What the file says of itself in another language.
fn words(key: &str, node: Node, book: &mut Book) -> Option<Words> {
    let mut fields = Fields::of(key, node, WORDS.name, WORDS.keys, book)?;
    let words = Words {
        title: fields.text("title", book).unwrap_or_default(),
        question: fields.text("question", book).unwrap_or_default(),
        teaches: fields.text("teaches", book),
    };
    fields.close(&[], book);
    Some(words)
}

fn skip(node: Node, book: &mut Book) -> Option<Skip> {
    let mut fields = Fields::of("skip", node, SKIP.name, SKIP.keys, book)?;
    let (on, because) = (fields.some("on", book), fields.text("because", book).unwrap_or_default());
    let chinese = fields.text("zh", book);
    fields.close(&[], book);
    Some(Skip { on, because, chinese })
}
