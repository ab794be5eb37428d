//! For the terminal: per scenario a line a run with its verdict, the caveats, a table of lanes by measures, and each miss with
//! its place. In colour only if asked.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::{Dress, scenarios, summary, verdicts};
use crate::measure::Kind;
use crate::report::ledger::{self, Part};
use crate::report::miss;
use crate::report::read::{Outcome, Report};
use crate::report::table::{COLUMNS, Row, kind, rows};
use crate::report::words::NOTHING;

/// Wide enough for the table where no terminal says how wide it is.
const WIDTH: u16 = 120;

pub(super) fn write(reports: &[Report], dress: Dress) -> String {
    let mut parts: Vec<String> = scenarios(reports).iter().map(|runs| scenario(runs, dress)).collect();
    if reports.len() > 1 {
        parts.push(summary(reports));
    }
    parts.join("\n\n")
}

fn scenario(runs: &[&Report], dress: Dress) -> String {
    let first = runs[0];
    let mut out = vec![bold(&first.title, dress)];
    out.extend(first.question.clone());
    out.push(String::new());
    let (labels, numbered) = labels(runs);
    for (run, label) in runs.iter().zip(&labels) {
        let number = if numbered { format!("{label}  ") } else { String::new() };
        out.push(format!("{number}{}  {}: {}", mark(run.outcome(), dress), run.player(), verdicts(run)));
    }
    let caveats: Vec<String> = runs.iter().flat_map(|run| caveats(run, runs.len() > 1, dress)).collect();
    if !caveats.is_empty() {
        out.push(String::new());
        out.extend(caveats);
    }
    let table = table(runs, &labels, dress);
    if !table.is_empty() {
        out.extend([String::new(), table]);
    }
    for (run, label) in runs.iter().zip(&labels) {
        for part in ledger::parts(run) {
            let whose = if runs.len() > 1 { format!("{label}: ") } else { String::new() };
            out.extend([String::new(), bold(&format!("{whose}{}", part.title), dress), ledger(&part, dress)]);
        }
    }
    for run in runs {
        for verdict in run.missed() {
            out.extend([String::new(), miss::paragraph(run, verdict, dress.colour)]);
        }
    }
    out.join("\n")
}

fn caveats(report: &Report, several: bool, dress: Dress) -> Vec<String> {
    let whose = if several { format!("{}: ", report.name) } else { String::new() };
    let told = |caveat: &crate::measure::Caveat| {
        let remedy = if caveat.remedy.is_empty() { String::new() } else { format!(" {}", caveat.remedy) };
        format!("{} {whose}{}{remedy}", paint("caveat:", "33", dress), caveat.text)
    };
    report.caveats.iter().map(told).collect()
}

/// What each run is called in the table, in a word or two; else its number, and whether it is numbers.
fn labels(runs: &[&Report]) -> (Vec<String>, bool) {
    let who = |run: &Report| match &run.facts.header {
        Some(header) if header.driver == "native" => header.client.clone(),
        Some(header) => header.program.split_whitespace().next().unwrap_or("browser").to_owned(),
        None => run.name.clone(),
    };
    let time = |run: &Report| run.facts.header.as_ref().map_or("", |header| header.time.as_str()).to_owned();
    let each_once = |labels: &Vec<String>| {
        let mut sorted: Vec<&String> = labels.iter().collect();
        sorted.sort();
        sorted.windows(2).all(|pair| pair[0] != pair[1])
    };
    let short = runs.iter().map(|run| who(run)).collect();
    let longer = runs.iter().map(|run| format!("{}, {}", who(run), time(run))).collect();
    match [short, longer].into_iter().find(each_once) {
        Some(labels) => (labels, false),
        None => ((1..=runs.len()).map(|number| number.to_string()).collect(), true),
    }
}

fn table(runs: &[&Report], labels: &[String], dress: Dress) -> String {
    let all: Vec<(&String, Vec<Row>)> = labels.iter().zip(runs.iter().map(|run| rows(run))).collect();
    if all.iter().all(|(_, rows)| rows.is_empty()) {
        return String::new();
    }
    let fixed: &[&str] = if runs.len() > 1 { &["run", "lane"] } else { &["lane"] };
    let body: Vec<Vec<String>> = all
        .iter()
        .flat_map(|(label, rows)| rows.iter().map(move |row| (label, row)))
        .map(|(label, row)| {
            let run = (runs.len() > 1).then(|| (*label).clone());
            run.into_iter().chain([row.lane.clone()]).chain(row.cells.clone()).collect()
        })
        .collect();
    let heads: Vec<&str> = fixed.iter().copied().chain(COLUMNS.map(|(_, head)| head)).collect();
    let width = dress.width.unwrap_or(WIDTH);
    let parts = parts(&heads, &body, fixed.len(), usize::from(width));
    let tables = parts.iter().map(|part| part_of_table(&heads, &body, part, fixed.len(), width));
    tables.collect::<Vec<_>>().join("\n\n")
}

/// The columns of each table: those that fit beside each other, with the names of the rows before them. What nobody has a value
/// for is no column.
fn parts(heads: &[&str], body: &[Vec<String>], fixed: usize, width: usize) -> Vec<Vec<usize>> {
    // A gap of three stands between two columns.
    let wide = |column: &usize| {
        let cells = body.iter().map(|row| row[*column].chars().count());
        cells.max().unwrap_or_default().max(heads[*column].chars().count()) + 3
    };
    let names: usize = (0..fixed).map(|column| wide(&column)).sum();
    let used = (fixed..heads.len()).filter(|column| body.iter().any(|row| row[*column] != NOTHING));
    let mut parts: Vec<Vec<usize>> = vec![Vec::new()];
    let mut left = width.saturating_sub(names);
    for column in used {
        let wide = wide(&column);
        let last = parts.len() - 1;
        if wide > left && !parts[last].is_empty() {
            parts.push(vec![column]);
            left = width.saturating_sub(names + wide);
        } else {
            parts[last].push(column);
            left = left.saturating_sub(wide);
        }
    }
    parts
}

fn part_of_table(heads: &[&str], body: &[Vec<String>], part: &[usize], fixed: usize, width: u16) -> String {
    let columns: Vec<usize> = (0..fixed).chain(part.iter().copied()).collect();
    let mut table = Table::new();
    table.load_style(style());
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(width);
    table.set_header(columns.iter().map(|column| heads[*column]));
    for row in body {
        table.add_row(columns.iter().map(|column| row[*column].clone()));
    }
    for (place, column) in part.iter().enumerate() {
        if kind(COLUMNS[*column - fixed].0) != Kind::Text
            && let Some(column) = table.column_mut(fixed + place)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn ledger(part: &Part, dress: Dress) -> String {
    let mut table = Table::new();
    table.load_style(style());
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(dress.width.unwrap_or(WIDTH));
    table.set_header(&part.heads);
    table.add_rows(&part.rows);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// No frame: a line under the head.
fn style() -> comfy_table::TableStyle {
    comfy_table::TableStyle::new().header_separator(comfy_table::LineStyle::none().fill('─').junction('─'))
}

fn mark(outcome: Outcome, dress: Dress) -> String {
    let colour = match outcome {
        Outcome::Met => "32",
        Outcome::Missed | Outcome::Torn => "31",
        Outcome::NotJudged => "33",
    };
    paint(outcome.name(), colour, dress)
}

fn bold(text: &str, dress: Dress) -> String {
    paint(text, "1", dress)
}

/// SGR (ECMA-48 8.3.117), where colour is wanted.
fn paint(text: &str, sgr: &str, dress: Dress) -> String {
    if dress.colour { format!("\x1b[{sgr}m{text}\x1b[0m") } else { text.to_owned() }
}
