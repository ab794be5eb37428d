//! Reads the lines of a record: those that are good, whose they are, and what is wrong with the others.

use std::collections::HashMap;

use crate::record::{Clock, Header, LaneHeader, Observation, VERSION, What};

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Which, from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// An observation and its line.
pub(super) type Line = (usize, Observation);

/// What one lane saw, and what the server saw of it.
#[derive(Debug)]
pub(super) struct OfLane {
    pub header: LaneHeader,
    pub own: Vec<Line>,
    pub servers: Vec<Line>,
}

/// A record, sorted.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub header: Option<(usize, Header)>,
    /// Lines with which further runs begin.
    pub more_runs: Vec<usize>,
    pub lanes: Vec<OfLane>,
    /// What the server says of no lane.
    pub others: Vec<Line>,
    pub bad: Vec<BadLine>,
    /// How many there are, the bad ones among them.
    pub lines: usize,
    /// The last one is bad: something broke off in the middle of writing it.
    pub broken_off: bool,
    /// Versions of this schema that the lines say and this program does not read.
    pub versions: Vec<u64>,
    index: HashMap<String, usize>,
}

/// Why a line was not read.
enum Bad {
    Version(u64),
    Line(String),
}

impl Reading {
    pub(super) fn of<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> Self {
        let mut reading = Self::default();
        for text in lines {
            let text = text.as_ref();
            reading.lines += 1;
            if text.trim().is_empty() {
                continue;
            }
            reading.broken_off = false;
            match parse(text) {
                Ok(seen) => reading.take(reading.lines, seen),
                Err(Bad::Version(version)) => {
                    if !reading.versions.contains(&version) {
                        reading.versions.push(version);
                    }
                    let reason = format!("version {version}, and this program reads {VERSION}");
                    reading.bad.push(BadLine { line: reading.lines, reason });
                }
                Err(Bad::Line(reason)) => {
                    reading.broken_off = true;
                    reading.bad.push(BadLine { line: reading.lines, reason });
                }
            }
        }
        reading
    }

    fn take(&mut self, line: usize, seen: Observation) {
        if let What::Run(header) = seen.what {
            if self.header.is_none() {
                for lane in &header.lanes {
                    self.lane(&lane.lane, || lane.clone());
                }
                self.header = Some((line, *header));
            } else {
                self.more_runs.push(line);
            }
            return;
        }
        // What they say is counted by other lines already.
        if matches!(seen.what, What::Bytes { .. }) {
            return;
        }
        let Some(name) = seen.lane.clone() else { return self.others.push((line, seen)) };
        // With a header the lanes are those that it names; other readers of the server are not of this run.
        if self.header.is_some() && !self.index.contains_key(&name) {
            return self.others.push((line, seen));
        }
        let transport = seen.transport.clone().unwrap_or_default();
        let header = LaneHeader { lane: name.clone(), name: name.clone(), transport, origin: 0 };
        let lane = self.lane(&name, || header);
        if lane.header.transport.is_empty() {
            lane.header.transport = seen.transport.clone().unwrap_or_default();
        }
        if seen.clock == Clock::Lane { lane.own.push((line, seen)) } else { lane.servers.push((line, seen)) }
    }

    fn lane(&mut self, name: &str, header: impl FnOnce() -> LaneHeader) -> &mut OfLane {
        let next = self.lanes.len();
        let index = *self.index.entry(name.to_owned()).or_insert(next);
        if index == next {
            self.lanes.push(OfLane { header: header(), own: Vec::new(), servers: Vec::new() });
        }
        &mut self.lanes[index]
    }
}

fn parse(text: &str) -> Result<Observation, Bad> {
    let seen = serde_json::from_str::<Observation>(text);
    match seen {
        Ok(seen) if seen.v == VERSION => Ok(seen),
        Ok(seen) => Err(Bad::Version(seen.v.into())),
        Err(error) => {
            // A later version may have other members; its number says more than what is missing here.
            let version =
                serde_json::from_str::<serde_json::Value>(text).ok().and_then(|one| one["v"].as_u64());
            match version.filter(|version| *version != u64::from(VERSION)) {
                Some(version) => Err(Bad::Version(version)),
                None => Err(Bad::Line(reason(&error))),
            }
        }
    }
}

/// What is wrong with a line. To its reader each text has a line 1: that of the record is another.
fn reason(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}
