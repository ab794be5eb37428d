//! One page that opens from disk: caveats, the timeline as a picture with a table beside it, the numbers, the misses, and the
//! record's essential lines. It asks nobody for anything and runs no script.

mod marks;
mod timeline;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{scenarios, summary, verdicts};
use crate::measure::{Kind, PARTS};
use crate::report::ledger;
use crate::report::miss;
use crate::report::read::{Outcome, Report};
use crate::report::recoveries;
use crate::report::table::{COLUMNS, Row, kind, means, rows};
use crate::report::words::{NOTHING, count, millis, number};
use crate::scenario::Met;

const STYLE: &str = include_str!("report.css");
/// Nothing is fetched from anywhere, and no script is run, whatever a record says.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
/// Lines of the record that are shown.
const LINES: usize = 400;
/// Kinds whose lines are many and say what the picture shows already.
const MANY: [&str; 9] =
    ["event", "appended", "heartbeat", "socket", "bytes", "clock", "run", "request", "response"];

/// The timeline as an image that stands by itself; `None` of a record without lanes.
pub(in crate::report) fn svg(report: &Report) -> Option<String> {
    let figure = timeline::figure("run", report).into_string();
    let (_, from) = figure.split_once("<svg ")?;
    let (head, rest) = from.split_once('>')?;
    let (body, _) = rest.rsplit_once("</svg>")?;
    let style = "svg { background: var(--surface); }";
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" {head}><style><![CDATA[{STYLE}{style}]]></style>{body}</svg>\n"
    ))
}

pub(super) fn write(reports: &[Report]) -> String {
    let groups = scenarios(reports);
    let title = match groups.as_slice() {
        [only] => format!("{} · wirebench", only[0].title),
        _ => "wirebench report".to_owned(),
    };
    let several = reports.len() > 1;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    @if several {
                        h1 { "wirebench report" }
                        p.summary { (summary(reports)) }
                        (contents(&groups))
                    }
                    @for (index, runs) in groups.iter().enumerate() { (scenario(index, runs, several)) }
                }
                footer { p { "Made by wirebench " (env!("CARGO_PKG_VERSION")) " from records alone." } }
            }
        }
    };
    page.into_string()
}

fn contents(groups: &[Vec<&Report>]) -> Markup {
    html! {
        nav aria-label="Scenarios" {
            ul {
                @for (index, runs) in groups.iter().enumerate() {
                    li {
                        a href=(format!("#s{index}")) { (runs[0].title) } " "
                        @for run in runs { (badge(run)) " " }
                    }
                }
            }
        }
    }
}

fn scenario(index: usize, runs: &[&Report], several: bool) -> Markup {
    let first = runs[0];
    html! {
        section.scenario id=(format!("s{index}")) {
            header {
                @if several { h2 { (first.title) } } @else { h1 { (first.title) } }
                @if let Some(question) = &first.question { p.question { (question) } }
                @if let Some(teaches) = &first.teaches { p.teaches { (teaches) } }
            }
            @for (run, report) in runs.iter().enumerate() { (self::run(&format!("s{index}r{run}"), report)) }
        }
    }
}

fn run(id: &str, report: &Report) -> Markup {
    html! {
        article id=(id) aria-label=(report.player()) {
            h2.player { (badge(report)) " " (report.player()) }
            p.verdicts { (verdicts(report)) }
            (caveats(report))
            (misses(report))
            (timeline::figure(id, report))
            (table(report))
            (losses(report))
            (ledger(report))
            (met(report))
            (scenario_text(report))
            (record(report))
        }
    }
}

fn badge(report: &Report) -> Markup {
    let outcome = report.outcome();
    let class = match outcome {
        Outcome::Met => "badge met",
        Outcome::Missed | Outcome::Torn => "badge missed",
        Outcome::NotJudged => "badge not-judged",
    };
    html! { span class=(class) { (outcome.name()) } }
}

fn caveats(report: &Report) -> Markup {
    html! {
        @if !report.caveats.is_empty() {
            aside.caveats aria-label="Caveats" {
                p { strong { "Read the numbers with this in mind" } }
                ul {
                    @for caveat in &report.caveats {
                        li { (caveat.text) @if !caveat.remedy.is_empty() { " " span.remedy { (caveat.remedy) } } }
                    }
                }
            }
        }
    }
}

fn misses(report: &Report) -> Markup {
    html! {
        @for verdict in report.missed() {
            section.miss {
                h3 { "Missed: " (miss::subject(verdict)) }
                p { "expected " strong { (verdict.expected) } ", observed " strong { (verdict.observed) } }
                @if let Some(because) = &verdict.because { p.because { (because) } }
                pre tabindex="0" { code { (miss::paragraph(report, verdict, false)) } }
            }
        }
    }
}

fn table(report: &Report) -> Markup {
    let rows: Vec<Row> = rows(report);
    let used: Vec<usize> =
        (0..COLUMNS.len()).filter(|column| rows.iter().any(|row| row.cells[*column] != NOTHING)).collect();
    let class = |column: &usize| if kind(COLUMNS[*column].0) == Kind::Text { "" } else { "number" };
    html! {
        @if !rows.is_empty() {
            div.wide tabindex="0" role="region" aria-label="The lanes in numbers" {
                table {
                    caption { "The lanes" }
                    thead {
                        tr {
                            th scope="col" { "lane" }
                            th scope="col" { "transport" }
                            @for column in &used {
                                th scope="col" class=(class(column)) title=(means(COLUMNS[*column].0)) { (COLUMNS[*column].1) }
                            }
                        }
                    }
                    tbody {
                        @for row in &rows {
                            tr class=(format!("t-{}", row.transport)) {
                                th scope="row" { (row.lane) }
                                td { (row.transport) }
                                @for column in &used { td class=(class(column)) { (row.cells[*column]) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn losses(report: &Report) -> Markup {
    let rows = recoveries::rows(report);
    html! {
        @if !rows.is_empty() {
            div.wide tabindex="0" role="region" aria-label="How each lane came back" {
                table {
                    caption { "What each lane lost, and how it came back" }
                    thead {
                        tr {
                            th scope="col" { "lane" }
                            th scope="col" { "lost by" }
                            @for part in PARTS { th.number scope="col" { (part) } }
                            th.number scope="col" { "in all" }
                            th.number scope="col" { "replayed" }
                        }
                    }
                    tbody {
                        @for row in &rows {
                            tr {
                                th scope="row" { (row.lane) }
                                td { (row.cause) }
                                @for part in row.parts { td.number { (millis(part)) } }
                                td.number { (millis(row.whole)) }
                                td.number { (number(row.replayed)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn ledger(report: &Report) -> Markup {
    html! {
        @for part in ledger::parts(report) {
            div.wide tabindex="0" role="region" aria-label=(part.title) {
                table {
                    caption { (part.title) }
                    thead {
                        tr {
                            @for (column, head) in part.heads.iter().enumerate() {
                                th scope="col" class=(if column == 0 { "" } else { "number" }) { (head) }
                            }
                        }
                    }
                    tbody {
                        @for row in &part.rows {
                            tr {
                                @for (column, cell) in row.iter().enumerate() {
                                    @if column == 0 { th scope="row" { (cell) } } @else { td.number { (cell) } }
                                }
                            }
                        }
                    }
                }
                p.note { (part.note) }
            }
        }
    }
}

fn met(report: &Report) -> Markup {
    let rest: Vec<_> = report.verdicts.iter().filter(|verdict| verdict.met != Met::Missed).collect();
    html! {
        @if !rest.is_empty() {
            details {
                summary { "What was expected and met, or not judged (" (rest.len()) ")" }
                ul {
                    @for verdict in rest {
                        li {
                            (miss::subject(verdict)) ": expected " (verdict.expected) ", observed " (verdict.observed)
                            @if let Met::NotJudged(why) = &verdict.met { " (not judged: " (why) ")" }
                        }
                    }
                }
            }
        }
    }
}

fn scenario_text(report: &Report) -> Markup {
    html! {
        @if !report.source().is_empty() {
            details {
                summary { "The scenario, " code { (miss::file(report)) } }
                @if let Some(header) = &report.facts.header {
                    @if !header.settings.is_empty() {
                        p { "Changed for this run: " @for one in &header.settings { code { (one) } " " } }
                    }
                }
                pre tabindex="0" { code { (report.source()) } }
            }
        }
    }
}

/// The lines that tell the story: neither events nor requests, which the picture shows.
fn record(report: &Report) -> Markup {
    let essential = |number: &usize| {
        let line = report.line(*number).unwrap_or_default();
        let kind = line.split_once(r#""kind":""#).and_then(|(_, rest)| rest.split_once('"'));
        kind.is_some_and(|(kind, _)| !MANY.contains(&kind))
    };
    let lines: Vec<usize> = (1..=report.facts.lines).filter(essential).collect();
    let shown = &lines[..lines.len().min(LINES)];
    html! {
        details {
            summary {
                "Essential lines of the record, " code { (report.name) } " (" (number(shown.len() as u64)) " of "
                (count(report.facts.lines, "line", "lines")) ")"
            }
            ol.lines { @for line in shown { li { (report.told(*line)) } } }
        }
    }
}
