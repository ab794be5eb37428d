//! The facts of a record: a fold over its lines.

use std::collections::{BTreeMap, HashMap};

use super::caveats::{Caveat, Circumstances, caveats};
use super::lane::{Feed, Lane};
use super::list;
use super::log::{Log, Stood};
use super::read::{BadLine, Line, OfLane, Reading};
use super::throws::{Throw, fold as fold_throw};
use super::{Observed, Of, Read, Value};
use crate::record::{Header, What};

/// How a record ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It is no run's: a server's own record.
    NoRun,
    /// Its last line says that the run was over, why, and what was the matter.
    Ended(String, Option<String>),
    /// It breaks off: whoever wrote it was ended, or its disk was full.
    Torn,
}

/// What a record says.
#[derive(Debug)]
pub struct Facts {
    /// What was played, by whom.
    pub header: Option<Header>,
    /// Its line.
    pub header_line: usize,
    /// The lanes: those that the header names, else those that were seen, in their order.
    pub lanes: Vec<Lane>,
    /// The faults that were thrown.
    pub throws: Vec<Throw>,
    /// Reasons to distrust the numbers.
    pub caveats: Vec<Caveat>,
    /// How it ends.
    pub end: End,
    /// When the first thing happened, by the server's clock.
    pub from: f64,
    /// When the last did.
    pub to: f64,
    /// When the feed began.
    pub began: Option<f64>,
    /// Its lines.
    pub lines: usize,
    /// Those that could not be read.
    pub bad: Vec<BadLine>,
    /// It is the record of a run and lacks the line that says of which.
    pub headless: bool,
    /// Nobody but the server says anything in it: it is a bench's, that no page listened to for the lanes.
    pub server_only: bool,
    /// Lines with which further runs begin: what they saw is counted with the first.
    pub more_runs: Vec<usize>,
    /// Versions of the schema in it that this program does not read.
    pub versions: Vec<u64>,
    pub(super) logs: BTreeMap<String, Log>,
    pub(super) apart: bool,
    pub(super) run: RunFacts,
    index: HashMap<String, usize>,
}

/// What is known of the whole run.
#[derive(Debug, Default)]
pub(super) struct RunFacts {
    pub requests: super::tally::Tally,
    pub connections: super::tally::Tally,
    pub peak: Option<(u64, usize)>,
}

impl Facts {
    /// Reads a record, line by line.
    pub fn read<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> Self {
        let mut reading = Reading::of(lines);
        let header = reading.header.take();
        let (header_line, header) = header.map_or((0, None), |(line, header)| (line, Some(header)));
        let headless = header.is_none() && is_of_a_run(&reading);
        let (logs, apart) = (logs(&reading), header.as_ref().is_some_and(is_apart));
        let run = super::run::facts(&reading);
        let mut throws = Vec::new();
        let mut news: Vec<&Line> = reading.others.iter().collect();
        news.extend(reading.lanes.iter().flat_map(|lane| &lane.servers));
        news.sort_by_key(|(line, _)| *line);
        for (line, seen) in &news {
            fold_throw(&mut throws, *line, seen);
        }
        let alone = owners(&reading);
        let lanes = fold_lanes(&reading, header.as_ref(), &logs, apart, &alone);
        let mut facts = Self {
            header_line,
            throws,
            caveats: Vec::new(),
            end: end(&reading, header.is_some() || headless),
            from: f64::NAN,
            to: f64::NAN,
            began: instant(&reading, |what| matches!(what, What::Began)),
            lines: reading.lines,
            run,
            apart,
            logs,
            index: lanes.iter().enumerate().map(|(index, lane)| (lane.header.lane.clone(), index)).collect(),
            header,
            lanes,
            bad: Vec::new(),
            headless,
            server_only: reading.lanes.iter().all(|lane| lane.own.is_empty()),
            more_runs: std::mem::take(&mut reading.more_runs),
            versions: std::mem::take(&mut reading.versions),
        };
        facts.stretch(instant(&reading, |what| matches!(what, What::Ended { .. })));
        facts.bad = std::mem::take(&mut reading.bad);
        let circumstances = Circumstances { facts: &facts, others: &reading.others, news: &news };
        facts.caveats = caveats(&circumstances);
        facts
    }

    /// The value of a measure, of a lane by its name in the record, or of the whole run.
    pub fn observed(&self, lane: Option<&str>, measure: &str) -> Observed {
        let of = if lane.is_some() { Of::Lane } else { Of::Run };
        let read = list::named(measure, of).map(|measure| measure.read);
        match (read, lane.map(|name| self.lane(name))) {
            (Some(Read::Lane(read)), Some(Some(lane))) => read(self, lane),
            (Some(Read::Run(read)), None) => read(self),
            _ => Observed::default(),
        }
    }

    /// The lane of that name in the record.
    pub fn lane(&self, name: &str) -> Option<&Lane> {
        self.lanes.get(*self.index.get(name)?)
    }

    /// Whether it breaks off.
    pub fn is_torn(&self) -> bool {
        self.end == End::Torn
    }

    /// The lines that were passed over, for they cannot be read. That in whose middle a record breaks off is none of them.
    pub fn passed_over(&self) -> impl Iterator<Item = &BadLine> {
        let breaks_off = |bad: &&BadLine| self.is_torn() && bad.line == self.lines;
        self.bad.iter().filter(move |bad| !breaks_off(bad))
    }

    /// Whether all of it was read, up to where it may break off.
    pub fn is_whole(&self) -> bool {
        !self.headless && self.passed_over().next().is_none()
    }

    /// The number of the newest event of the log that this lane reads, at the end of the run or where the lane was closed.
    pub(super) fn head_of(&self, lane: &Lane) -> u64 {
        let log = self.logs.get(&lane.job).filter(|_| !self.apart);
        log.map_or(lane.ledger.highest, |log| {
            log.head_at(lane.nth, lane.left.unwrap_or(f64::INFINITY)).max(lane.ledger.highest)
        })
    }

    /// A measure as a number, where it is one and is known.
    pub fn number(&self, lane: Option<&str>, measure: &str) -> Option<u64> {
        match self.observed(lane, measure).value {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    fn stretch(&mut self, ended: Option<f64>) {
        let marks = self.lanes.iter().flat_map(|lane| &lane.marks).map(|mark| mark.at);
        let spans = self.lanes.iter().flat_map(|lane| &lane.spans).map(|span| span.from);
        let throws = self.throws.iter().map(|throw| throw.at);
        let all = || self.began.into_iter().chain(ended);
        let (from, to) = marks
            .chain(spans)
            .chain(throws)
            .chain(all())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), at| (from.min(at), to.max(at)));
        if from <= to {
            (self.from, self.to) = (from, to);
        }
    }
}

fn fold_lanes(
    reading: &Reading,
    header: Option<&Header>,
    logs: &BTreeMap<String, Log>,
    apart: bool,
    owners: &HashMap<&str, Owner<'_>>,
) -> Vec<Lane> {
    let none = Log::default();
    let fold = |of: &OfLane| {
        let job = job_of(of).unwrap_or_else(|| header.map(|header| header.job.clone()).unwrap_or_default());
        let feed = Feed { log: logs.get(&job).unwrap_or(&none), apart };
        let mut lane = Lane::new(of.header.clone(), job);
        // What is seen before the first estimate of the lane's clock is read by that.
        if let Some((line, seen)) = of.own.iter().find(|(_, seen)| matches!(seen.what, What::Clock { .. })) {
            lane.fold(*line, seen, feed);
        }
        for (line, seen) in &of.servers {
            let own = |conn: &str, requests: Option<u64>| {
                owners.get(conn).is_some_and(|owner| owner.is_only(&of.header.lane, requests))
            };
            lane.served.fold(*line, seen, own);
        }
        for (line, seen) in &of.own {
            lane.fold(*line, seen, feed);
        }
        lane.settle();
        lane
    };
    reading.lanes.iter().map(fold).collect()
}

/// Who asked on a connection.
struct Owner<'a> {
    /// None where several lanes did.
    lane: Option<&'a str>,
    /// How often.
    requests: u64,
}

impl Owner<'_> {
    /// Whether it was this lane's alone, on which there were so many requests in all: a page asks for its files and for the clock on
    /// it as well, and those are nobody's.
    fn is_only(&self, lane: &str, requests: Option<u64>) -> bool {
        self.lane == Some(lane) && requests.is_none_or(|all| all == self.requests)
    }
}

/// Whose each connection was.
fn owners(reading: &Reading) -> HashMap<&str, Owner<'_>> {
    let mut owners = HashMap::new();
    for lane in &reading.lanes {
        let requests = lane.servers.iter().filter(|(_, seen)| matches!(seen.what, What::Request { .. }));
        for conn in requests.filter_map(|(_, seen)| seen.conn.as_deref()) {
            let name = lane.header.lane.as_str();
            let owner = owners.entry(conn).or_insert(Owner { lane: Some(name), requests: 0 });
            owner.requests += 1;
            if owner.lane != Some(name) {
                owner.lane = None;
            }
        }
    }
    owners
}

/// The log of each job over time. Where nobody recorded the server's lines, what the lanes saw must do.
fn logs(reading: &Reading) -> BTreeMap<String, Log> {
    let mut logs: BTreeMap<String, Log> = BTreeMap::new();
    for (line, seen) in &reading.others {
        if let What::Appended { job, seq, .. } = &seen.what {
            let one = Stood { at: seen.at, seq: *seq, line: *line };
            logs.entry(job.clone()).or_default().append(one);
        }
    }
    if logs.values().all(Log::is_empty) {
        let mut all: Vec<&Line> = reading.lanes.iter().flat_map(|lane| &lane.own).collect();
        all.sort_by(|a, b| a.1.at.total_cmp(&b.1.at).then(a.0.cmp(&b.0)));
        for (line, seen) in all {
            if let What::Event(event) = &seen.what {
                let job = event.job.clone().unwrap_or_default();
                logs.entry(job).or_default().seen(Stood { at: seen.at, seq: event.seq, line: *line });
            }
        }
    }
    logs
}

/// The job that a lane reads.
fn job_of(of: &OfLane) -> Option<String> {
    of.own.iter().chain(&of.servers).find_map(|(_, seen)| match &seen.what {
        What::Event(event) => event.job.clone(),
        What::Request { path, .. } | What::Connecting { url: path, .. } => {
            let (_, rest) = path.split_once("/jobs/")?;
            rest.split('/').next().map(str::to_owned)
        }
        _ => None,
    })
}

/// Whether each reader of the job has a log of its own: the source says so, and only the scenario tells the source.
fn is_apart(header: &Header) -> bool {
    let changed = header.settings.iter().rev().find_map(|one| one.strip_prefix("feed.source="));
    let written = toml::from_str::<toml::Table>(&header.source).ok();
    let source = written.as_ref().and_then(|table| table.get("feed")?.get("source")?.as_str());
    changed.map(|text| text.trim_matches('"')).or(source) == Some("per-connection")
}

fn instant(reading: &Reading, is: impl Fn(&What) -> bool) -> Option<f64> {
    reading.others.iter().find(|(_, seen)| is(&seen.what)).map(|(_, seen)| seen.at)
}

/// Whether some line of it is a conductor's: only a run has one.
fn is_of_a_run(reading: &Reading) -> bool {
    let by_conductor = |what: &What| matches!(what, What::Began | What::Step { .. } | What::Ended { .. });
    instant(reading, by_conductor).is_some()
}

fn end(reading: &Reading, is_run: bool) -> End {
    let ended = reading.others.iter().rev().find_map(|(_, seen)| match &seen.what {
        What::Ended { why, problem } => Some(End::Ended(why.clone(), problem.clone())),
        _ => None,
    });
    match ended {
        Some(ended) => ended,
        None if is_run || reading.broken_off => End::Torn,
        None => End::NoRun,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_a_lanes_alone_if_nobody_else_asked_on_it() {
        let owner = Owner { lane: Some("sse"), requests: 2 };
        assert!(owner.is_only("sse", Some(2)) && owner.is_only("sse", None));
        assert!(!owner.is_only("sse", Some(7)), "five were of nobody");
        assert!(!owner.is_only("poll", Some(2)));
        assert!(!Owner { lane: None, requests: 2 }.is_only("sse", Some(2)), "several lanes");
    }
}
