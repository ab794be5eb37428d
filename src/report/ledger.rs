//! The ledger of a report as tables: what each lane's bytes were for, and what an event and a quiet minute cost. A record without
//! the bytes has none.

use super::read::Report;
use super::words::{NOTHING, number};
use crate::ledger::{Account, OneWay, Quiet, Sums};

/// A table: in its first column names, in the others numbers.
pub(super) struct Part {
    pub title: &'static str,
    /// What is to be known of it, in a sentence.
    pub note: &'static str,
    pub heads: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

/// Of more lanes than these the sum alone is told.
const SHOWN: usize = 12;

/// The tables, if the record holds bytes.
pub(super) fn parts(report: &Report) -> Vec<Part> {
    let Some(book) = &report.book else { return Vec::new() };
    let name = |lane: &Option<String>| {
        let Some(id) = lane else { return "of no lane".to_owned() };
        let header = report.facts.lanes.iter().map(|lane| &lane.header).find(|header| header.lane == *id);
        header.map_or_else(|| id.clone(), |header| header.name.clone())
    };
    let mut accounts: Vec<(String, &Account)> = Vec::new();
    if book.lanes.len() <= SHOWN {
        let place = |lane: &Option<String>| {
            report.facts.lanes.iter().position(|other| Some(&other.header.lane) == lane.as_ref())
        };
        let mut lanes: Vec<_> = book.lanes.iter().collect();
        // As the scenario has them; what is of no lane at the end.
        lanes.sort_by_key(|one| place(&one.lane).unwrap_or(usize::MAX));
        accounts.extend(lanes.into_iter().map(|one| (name(&one.lane), &one.account)));
    }
    if book.lanes.len() != 1 {
        accounts.push(("all".to_owned(), &book.run));
    }
    vec![roles(&accounts), costs(&accounts), beneath(&accounts)]
}

fn roles(accounts: &[(String, &Account)]) -> Part {
    let row = |name: &str, way: &str, sums: &Sums| {
        let numbers = [
            sums.head,
            sums.framing,
            sums.payload,
            sums.heartbeat,
            sums.control,
            sums.unparsed,
            sums.total,
            sums.missed,
        ];
        [format!("{name} {way}")].into_iter().chain(numbers.map(some)).collect()
    };
    let both = |(name, account): &(String, &Account)| {
        [row(name, "up", &account.up), row(name, "down", &account.down)]
    };
    used(Part {
        title: "What the bytes were for",
        note: "At the socket. Every byte has one role: they add up to all.",
        heads: vec![
            "bytes",
            "head",
            "framing",
            "payload",
            "heartbeat",
            "control",
            "unparsed",
            "all",
            "not kept",
        ],
        rows: accounts.iter().flat_map(both).collect(),
    })
}

fn costs(accounts: &[(String, &Account)]) -> Part {
    let row = |(name, account): &(String, &Account)| {
        let event = |of: fn(&crate::ledger::PerEvent) -> f64| {
            account.per_event.as_ref().map_or_else(|| NOTHING.to_owned(), |each| format!("{:.1}", of(each)))
        };
        let quiet = |of: fn(&Quiet) -> String| account.quiet.as_ref().map_or_else(|| NOTHING.to_owned(), of);
        vec![
            name.clone(),
            number(account.events),
            event(|each| each.all),
            event(|each| each.around),
            quiet(|quiet| format!("{:.1} s", quiet.seconds)),
            quiet(|quiet| format!("{:.0}", quiet.per_minute)),
        ]
    };
    used(Part {
        title: "What an event cost",
        note: "Bytes both ways for each event that was handed over; and for a minute in which none came.",
        heads: vec!["lane", "events", "bytes/event", "without payload", "quiet", "bytes/quiet minute"],
        rows: accounts.iter().map(row).collect(),
    })
}

fn beneath(accounts: &[(String, &Account)]) -> Part {
    let row = |(name, account): &(String, &Account)| {
        let estimated = &account.estimated;
        let both = |one: OneWay| number(one.up + one.down);
        vec![
            name.clone(),
            both(estimated.segments),
            format!("{} of {}", estimated.counted_by_kernel, estimated.connections),
            estimated.retransmitted.map_or_else(|| NOTHING.to_owned(), number),
            both(estimated.tcp_ip),
            both(estimated.tls),
        ]
    };
    used(Part {
        title: "Estimated beneath, and in none of the sums above",
        note: "Headers of TCP and IP by the segments that the kernel counted, else by the pieces; TLS 1.3 as if there were any.",
        heads: vec!["lane", "segments", "counted by the kernel", "sent again", "TCP/IP bytes", "TLS bytes"],
        rows: accounts.iter().map(row).collect(),
    })
}

/// None is a dash.
fn some(value: u64) -> String {
    if value == 0 { NOTHING.to_owned() } else { number(value) }
}

/// Without the columns in which nobody has anything.
fn used(part: Part) -> Part {
    let kept: Vec<usize> =
        (0..part.heads.len()).filter(|column| part.rows.iter().any(|row| row[*column] != NOTHING)).collect();
    let of = |row: Vec<String>| kept.iter().map(|column| row[*column].clone()).collect();
    Part {
        heads: kept.iter().map(|column| part.heads[*column]).collect(),
        rows: part.rows.into_iter().map(of).collect(),
        ..part
    }
}
