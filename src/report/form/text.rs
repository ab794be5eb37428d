//! For the terminal: per scenario a line a run with its verdict, the caveats, a table of lanes by measures, and each miss with
//! its place. In colour only if asked.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::{Dress, scenarios, summary, verdicts};
use crate::measure::Kind;
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
    for run in runs {
        out.push(format!("{}  {}: {}", mark(run.outcome(), dress), run.player(), verdicts(run)));
    }
    let caveats: Vec<String> = runs.iter().flat_map(|run| caveats(run, runs.len() > 1, dress)).collect();
    if !caveats.is_empty() {
        out.push(String::new());
        out.extend(caveats);
    }
    let table = table(runs, dress);
    if !table.is_empty() {
        out.extend([String::new(), table]);
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

fn table(runs: &[&Report], dress: Dress) -> String {
    let all: Vec<(&Report, Vec<Row>)> = runs.iter().map(|run| (*run, rows(run))).collect();
    if all.iter().all(|(_, rows)| rows.is_empty()) {
        return String::new();
    }
    // What nobody has a value for is no column.
    let used: Vec<usize> = (0..COLUMNS.len())
        .filter(|column| all.iter().flat_map(|(_, rows)| rows).any(|row| row.cells[*column] != NOTHING))
        .collect();
    let mut table = Table::new();
    table.load_style(style());
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(dress.width.unwrap_or(WIDTH));
    let several = runs.len() > 1;
    let run_column = several.then_some("run").into_iter();
    table.set_header(run_column.chain(["lane"]).chain(used.iter().map(|column| COLUMNS[*column].1)));
    for (report, rows) in &all {
        for row in rows {
            let run = several.then(|| report.player()).into_iter();
            let cells = used.iter().map(|column| row.cells[*column].clone());
            table.add_row(run.chain([row.lane.clone()]).chain(cells));
        }
    }
    let fixed = usize::from(several) + 1;
    for (place, column) in used.iter().enumerate() {
        if kind(COLUMNS[*column].0) != Kind::Text
            && let Some(column) = table.column_mut(fixed + place)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
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
