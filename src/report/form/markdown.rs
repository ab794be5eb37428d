//! For a pull request: what the terminal shows, as Markdown.

use super::{scenarios, summary, verdicts};
use crate::measure::{Kind, PARTS};
use crate::report::ledger::{self, Part};
use crate::report::miss;
use crate::report::read::{Outcome, Report};
use crate::report::table::{COLUMNS, kind, rows};
use crate::report::words::{NOTHING, millis};

pub(super) fn write(reports: &[Report]) -> String {
    let mut parts: Vec<String> = Vec::new();
    if reports.len() > 1 {
        parts.push(format!("**{}**", escaped(&summary(reports))));
    }
    parts.extend(scenarios(reports).iter().map(|runs| scenario(runs)));
    parts.join("\n\n")
}

fn scenario(runs: &[&Report]) -> String {
    let mut parts = vec![format!("## {}", escaped(&runs[0].title))];
    parts.extend(runs[0].question.as_deref().map(escaped));
    parts.extend(runs.iter().map(|run| self::run(run)));
    parts.join("\n\n")
}

fn run(report: &Report) -> String {
    let sign = match report.outcome() {
        Outcome::Met => "✅",
        Outcome::Missed | Outcome::Torn => "❌",
        Outcome::NotJudged => "⚪",
    };
    let head = format!("{sign} **{}**: {}", escaped(&report.player()), escaped(&verdicts(report)));
    let mut parts = vec![head];
    let caveats =
        report.caveats.iter().map(|one| format!("> ⚠ {}", escaped(&format!("{} {}", one.text, one.remedy))));
    let caveats: Vec<String> = caveats.map(|line| line.trim_end().to_owned()).collect();
    if !caveats.is_empty() {
        parts.push(caveats.join("\n>\n"));
    }
    parts.extend(table(report));
    parts.extend(recoveries(report));
    parts.extend(ledger::parts(report).iter().map(ledger));
    for verdict in report.missed() {
        parts.push(fenced(&miss::paragraph(report, verdict, false)));
    }
    parts.join("\n\n")
}

/// The lanes by what was measured of them.
pub(super) fn table(report: &Report) -> Option<String> {
    let rows = rows(report);
    if rows.is_empty() {
        return None;
    }
    let used: Vec<usize> =
        (0..COLUMNS.len()).filter(|column| rows.iter().any(|row| row.cells[*column] != NOTHING)).collect();
    let heads = used.iter().map(|column| COLUMNS[*column].1.to_owned());
    let head = line(["lane".to_owned(), "transport".to_owned()].into_iter().chain(heads));
    let rule = used.iter().map(|column| if kind(COLUMNS[*column].0) == Kind::Text { "---" } else { "---:" });
    let rule = line(["---", "---"].into_iter().chain(rule).map(str::to_owned));
    let body = rows.iter().map(|row| {
        let cells = used.iter().map(|column| escaped(&row.cells[*column]));
        line([escaped(&row.lane), escaped(&row.transport)].into_iter().chain(cells))
    });
    Some([head, rule].into_iter().chain(body).collect::<Vec<_>>().join("\n"))
}

/// How each lane came back, in parts.
fn recoveries(report: &Report) -> Option<String> {
    let rows = crate::report::recoveries::rows(report);
    if rows.is_empty() {
        return None;
    }
    let head = line(["lane", "lost"].iter().chain(&PARTS).chain(&["replayed"]).map(|one| (*one).to_owned()));
    let rule = line(["---", "---"].into_iter().chain(["---:"; 6]).map(str::to_owned));
    let body = rows.iter().map(|row| {
        let parts = row.parts.iter().map(|ms| millis(*ms));
        let first = [escaped(&row.lane), escaped(&row.cause)];
        line(first.into_iter().chain(parts).chain([row.replayed.to_string()]))
    });
    Some([head, rule].into_iter().chain(body).collect::<Vec<_>>().join("\n"))
}

fn ledger(part: &Part) -> String {
    let head = line(part.heads.iter().map(|one| (*one).to_owned()));
    let rule = line((0..part.heads.len()).map(|column| if column == 0 { "---" } else { "---:" }.to_owned()));
    let body = part.rows.iter().map(|row| line(row.iter().map(|cell| escaped(cell))));
    let table = [head, rule].into_iter().chain(body).collect::<Vec<_>>().join("\n");
    format!("**{}.** {}\n\n{table}", part.title, part.note)
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// Text in which nothing is markup.
pub(in crate::report) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for one in text.chars() {
        match one {
            '\n' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => out.extend(['\\', one]),
            _ => out.push(one),
        }
    }
    out
}

/// A block of code; its fence is longer than any in it.
fn fenced(text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}text\n{text}\n{fence}")
}
