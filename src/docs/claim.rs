//! What a footnote says of how a sentence is known: proven, and by what, or cited, and from where. The grammar is that of
//! docs/decisions/0014-claims.md.

use thiserror::Error;

/// How a sentence is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is shown here.
    Proven(Vec<Proof>),
    /// Somebody says so.
    Cited(Vec<Source>),
}

/// What shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A scenario's expectations.
    Scenario {
        /// Its name: that of its file.
        name: String,
        /// Where the file is, from the page.
        href: String,
        /// The client with which it is held, if it is with one alone.
        with: Option<Client>,
        /// What was observed.
        observed: Vec<Observed>,
    },
    /// Cells of a table that is made by a command.
    Table {
        /// What the link says.
        title: String,
        /// The page and its anchor, from the page.
        href: String,
        /// The cells.
        cells: Vec<Cell>,
    },
    /// A test.
    Test {
        /// Its file, from the root.
        file: String,
        /// Where that is, from the page.
        href: String,
        /// Its name.
        name: String,
    },
}

/// Whose clients play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Client {
    /// As the standards say.
    Standard,
    /// As Chromium does.
    Chromium,
    /// As Firefox does.
    Firefox,
}

/// A measure of a lane, or of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// The lane's name, or `run`.
    pub lane: String,
    /// The measure's.
    pub measure: String,
    /// What stands behind it.
    pub said: Option<String>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The head of its column.
    pub column: String,
    /// The first cell of its row.
    pub row: String,
    /// What stands behind it.
    pub said: Option<String>,
}

/// Who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What and where in it.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Of when it is, or when it was read: a year, a month or a day, and what is to be said of that.
    pub date: String,
}

/// A footnote that is no claim.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("wanted: {wanted}. found: {found}")]
pub struct NoClaim {
    /// What could have stood there.
    pub wanted: &'static str,
    /// What stands there.
    pub found: String,
}

const PROVEN: &str = "**Proven** by ";
const CITED: &str = "**Cited**: ";
const TEST: &str = "the test ";

impl Client {
    /// All, the standard first.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Chromium, Self::Firefox];

    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "the standard",
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
        }
    }

    /// As records call it.
    pub fn profile(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

impl Claim {
    /// Reads a footnote, without its label.
    ///
    /// # Errors
    /// What was wanted and found, where it is none.
    pub fn read(text: &str) -> Result<Self, NoClaim> {
        let text = text.trim();
        if let Some(proofs) = text.strip_prefix(PROVEN) {
            let proofs = proofs.strip_suffix('.').unwrap_or(proofs);
            return proofs.split("; and by ").map(Proof::read).collect::<Result<_, _>>().map(Self::Proven);
        }
        if let Some(sources) = text.strip_prefix(CITED) {
            let sources = sources.strip_suffix('.').unwrap_or(sources);
            return sources.split("; and ").map(Source::read).collect::<Result<_, _>>().map(Self::Cited);
        }
        Err(no("`**Proven** by …` or `**Cited**: …`", text))
    }

    /// As it is written.
    pub fn written(&self) -> String {
        match self {
            Self::Proven(proofs) => {
                let proofs: Vec<String> = proofs.iter().map(Proof::written).collect();
                format!("{PROVEN}{}.", proofs.join("; and by "))
            }
            Self::Cited(sources) => {
                let one = |source: &Source| format!("[{}]({}), {}", source.title, source.url, source.date);
                format!("{CITED}{}.", sources.iter().map(one).collect::<Vec<_>>().join("; and "))
            }
        }
    }
}

impl Proof {
    fn read(text: &str) -> Result<Self, NoClaim> {
        if let Some(test) = text.strip_prefix(TEST) {
            let (file, href, rest) = link(test)?;
            let name = rest
                .strip_prefix(": ")
                .and_then(coded)
                .ok_or_else(|| no("the test's name in backticks", rest))?;
            return Ok(Self::Test { file: file.to_owned(), href: href.to_owned(), name: name.to_owned() });
        }
        let (title, href, rest) = link(text)?;
        let (title, href) = (title.to_owned(), href.to_owned());
        if !is_scenario(&href) {
            let cells = rest.strip_prefix(": ").ok_or_else(|| no("`: ` and the cells", rest))?;
            let cells = split(cells, "; ").into_iter().map(Cell::read).collect::<Result<_, _>>()?;
            return Ok(Self::Table { title, href, cells });
        }
        let named =
            |client: &Client| rest.strip_prefix(" with ").is_some_and(|rest| rest.starts_with(client.name()));
        let with = Client::ALL.into_iter().find(|client| named(client));
        let start = with.map_or(0, |client| " with ".len() + client.name().len());
        let observed = rest[start..].strip_prefix(": ").ok_or_else(|| no("`: ` and the measures", rest))?;
        let observed = split(observed, ", ").into_iter().map(Observed::read).collect::<Result<_, _>>()?;
        Ok(Self::Scenario { name: title, href, with, observed })
    }

    fn written(&self) -> String {
        let said =
            |said: &Option<String>| said.as_ref().map(|said| format!(" = `{said}`")).unwrap_or_default();
        match self {
            Self::Scenario { name, href, with, observed } => {
                let with = with.map(|client| format!(" with {}", client.name())).unwrap_or_default();
                let one = |one: &Observed| format!("`{}.{}`{}", one.lane, one.measure, said(&one.said));
                let observed = observed.iter().map(one).collect::<Vec<_>>().join(", ");
                format!("[{name}]({href}){with}: {observed}")
            }
            Self::Table { title, href, cells } => {
                let one = |one: &Cell| format!("{}, {}{}", one.column, one.row, said(&one.said));
                format!("[{title}]({href}): {}", cells.iter().map(one).collect::<Vec<_>>().join("; "))
            }
            Self::Test { file, href, name } => format!("{TEST}[{file}]({href}): `{name}`"),
        }
    }
}

impl Observed {
    fn read(text: &str) -> Result<Self, NoClaim> {
        let wanted = "`lane.measure`, and perhaps = `what was observed`";
        let (named, said) = valued(text).ok_or_else(|| no(wanted, text))?;
        let (lane, measure) =
            coded(named).and_then(|named| named.split_once('.')).ok_or_else(|| no(wanted, text))?;
        Ok(Self { lane: lane.to_owned(), measure: measure.to_owned(), said })
    }
}

impl Cell {
    fn read(text: &str) -> Result<Self, NoClaim> {
        let wanted = "column, row, and perhaps = `what stands there`";
        let (named, said) = valued(text).ok_or_else(|| no(wanted, text))?;
        let (column, row) = named.split_once(", ").ok_or_else(|| no(wanted, text))?;
        Ok(Self { column: column.to_owned(), row: row.to_owned(), said })
    }
}

impl Source {
    fn read(text: &str) -> Result<Self, NoClaim> {
        let (title, url, rest) = link(text)?;
        let date = rest.strip_prefix(", ").unwrap_or_default();
        let last = date.rsplit(' ').next().unwrap_or_default();
        let is_date = matches!(last.len(), 4 | 7 | 10)
            && last.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if !is_date {
            return Err(no("a date behind the address: `2011-12`, `read 2026-07-01`", rest));
        }
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err(no("an address", url));
        }
        Ok(Self { title: title.to_owned(), url: url.to_owned(), date: date.to_owned() })
    }
}

/// Whether a link leads to a scenario's file.
fn is_scenario(href: &str) -> bool {
    href.contains("scenarios/") && href.rsplit_once('.').is_some_and(|(_, end)| end == "toml")
}

/// `[title](href)rest`; a title may have brackets inside.
fn link(text: &str) -> Result<(&str, &str, &str), NoClaim> {
    let parted = text.strip_prefix('[').and_then(|text| text.split_once("]("));
    let parted =
        parted.and_then(|(title, rest)| rest.split_once(')').map(|(href, rest)| (title, href, rest)));
    parted.ok_or_else(|| no("a link", text))
}

/// A name, and what stands in backticks behind ` = `.
fn valued(text: &str) -> Option<(&str, Option<String>)> {
    let Some((named, said)) = text.split_once(" = `") else { return Some((text, None)) };
    said.strip_suffix('`').map(|said| (named, Some(said.to_owned())))
}

/// What stands in a pair of backticks.
fn coded(text: &str) -> Option<&str> {
    text.strip_prefix('`')?.strip_suffix('`').filter(|inner| !inner.contains('`'))
}

/// Parts at `by`, but not within backticks.
fn split<'a>(text: &'a str, by: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices(by) {
        if text[from..at].matches('`').count().is_multiple_of(2) {
            parts.push(&text[from..at]);
            from = at + by.len();
        }
    }
    parts.push(&text[from..]);
    parts
}

fn no(wanted: &'static str, found: &str) -> NoClaim {
    NoClaim { wanted, found: found.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::Claim;

    #[test]
    fn what_is_read_is_written_again() {
        for text in [
            "**Proven** by [204-stop](../../scenarios/204-stop.toml): `sse.statuses` = `200, 204`, `sse.state`.",
            "**Proven** by [herd](../../scenarios/herd.toml) with Firefox: `run.requests`; and by [up](../reference/cost.md#up): JSON, polling, one event; raw, n = `3; 4`.",
            "**Proven** by the test [tests/a.rs](../../tests/a.rs): `it_holds`.",
            "**Cited**: [RFC 6455 §5.3](https://www.rfc-editor.org/rfc/rfc6455#section-5.3), 2011-12; and [manual](https://nginx.org/), 2026.",
        ] {
            assert_eq!(Claim::read(text).map(|claim| claim.written()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_claim_is_told() {
        for text in [
            "Proven by me.",
            "**Proven** by [a](b): c",
            "**Cited**: [a](https://b), once",
            "**Proven** by the test x",
        ] {
            assert!(Claim::read(text).is_err(), "{text}");
        }
    }
}
