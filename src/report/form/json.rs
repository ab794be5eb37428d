//! For programs: a documented, versioned form. Its JSON Schema is made from these types (`wirebench schema report`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::measure::{ALL, Facts, Lane, Of, PARTS, Value};
use crate::report::miss;
use crate::report::read::Report;
use crate::scenario::{Met, Verdict};

/// The version of this form.
const VERSION: u8 = 1;

/// Some reports.
#[derive(Serialize, JsonSchema)]
struct Reports {
    /// The version of this form: 1.
    v: u8,
    /// One a record.
    reports: Vec<One>,
}

/// What one record means.
#[derive(Serialize, JsonSchema)]
struct One {
    /// The record's file.
    record: String,
    /// `met`, `missed`, `torn`, `not judged`.
    outcome: String,
    /// Why nothing was judged, if nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_judged: Option<String>,
    /// The scenario's name.
    scenario: String,
    /// Its title.
    title: String,
    /// What somebody would ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    /// Who played; null of a record that is no run's.
    player: Option<Player>,
    /// How the record ends: `ended`, `torn`, `no-run`.
    end: String,
    /// Why the run ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// From the first thing that happened to the last, in milliseconds.
    took: Option<f64>,
    /// Reasons to distrust the numbers.
    caveats: Vec<Caveat>,
    /// What was expected.
    verdicts: Vec<Judged>,
    /// The measures of the whole run, by name; a value that cannot be known is null.
    run: BTreeMap<String, Json>,
    /// Its lanes.
    lanes: Vec<OfLane>,
    /// What the bytes were for; absent of a record that does not hold them.
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<crate::ledger::Book>,
}

/// Who played.
#[derive(Serialize, JsonSchema)]
struct Player {
    /// `native`, `chromium`, `firefox`, `page`.
    driver: String,
    /// `standard`, `chromium`, `firefox`.
    client: String,
    /// `virtual`, `real`.
    clock: String,
    /// What read: name and version.
    program: String,
    /// The version of wirebench.
    version: String,
    /// Where chance came from.
    seed: u64,
    /// What was changed for this run.
    settings: Vec<String>,
}

/// A reason to distrust the numbers.
#[derive(Serialize, JsonSchema)]
struct Caveat {
    /// Its name.
    name: String,
    /// In words.
    text: String,
    /// What can be done about it; may be empty.
    remedy: String,
    /// The lines that say so.
    lines: Vec<usize>,
}

/// A verdict.
#[derive(Serialize, JsonSchema)]
struct Judged {
    /// `met`, `missed`, `not judged`.
    verdict: String,
    /// Why it was not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// The measure.
    measure: String,
    /// Of whom it is: a lane, so many lanes, the run.
    whose: String,
    /// The lane in the record; null of several lanes, or of the run.
    lane: Option<String>,
    /// What was wanted.
    expected: String,
    /// What was observed.
    observed: String,
    /// The reason that the scenario gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    /// The scenario's file.
    file: String,
    /// The line in it, from 1.
    line: usize,
    /// The column, from 1.
    column: usize,
    /// The lines of the record that say so.
    lines: Vec<usize>,
}

/// A lane.
#[derive(Serialize, JsonSchema)]
struct OfLane {
    /// What it is called in the record.
    lane: String,
    /// What the scenario calls it.
    name: String,
    /// Its transport.
    transport: String,
    /// Its measures, by name; a value that cannot be known is null. A time is `{"least":…,"greatest":…}` in milliseconds.
    measures: BTreeMap<String, Json>,
    /// Its losses, in parts.
    recoveries: Vec<BTreeMap<String, Json>>,
}

pub(super) fn write(reports: &[Report]) -> String {
    let reports = Reports { v: VERSION, reports: reports.iter().map(one).collect() };
    // Strings, numbers and maps by strings only: this cannot fail.
    serde_json::to_string_pretty(&reports).unwrap_or_default()
}

/// The JSON Schema of this form.
pub fn schema() -> Json {
    schemars::schema_for!(Reports).to_value()
}

fn one(report: &Report) -> One {
    use crate::measure::End;
    let facts = &report.facts;
    let (end, why) = match &facts.end {
        End::Ended(why, _) => ("ended", Some(why.clone())),
        End::Torn => ("torn", None),
        End::NoRun => ("no-run", None),
    };
    One {
        record: report.name.clone(),
        outcome: report.outcome().name().to_owned(),
        not_judged: report.not_judged.clone(),
        scenario: report.scenario().to_owned(),
        title: report.title.clone(),
        question: report.question.clone(),
        player: facts.header.as_ref().map(player),
        end: end.to_owned(),
        why,
        took: Some(thousandths(facts.to - facts.from)).filter(|ms| ms.is_finite()),
        caveats: report.caveats.iter().map(caveat).collect(),
        verdicts: report.verdicts.iter().map(|verdict| judged(report, verdict)).collect(),
        run: measures(Of::Run, |measure| facts.observed(None, measure).value),
        lanes: facts.lanes.iter().map(|lane| of_lane(facts, lane)).collect(),
        ledger: report.book.clone(),
    }
}

fn player(header: &crate::record::Header) -> Player {
    Player {
        driver: header.driver.clone(),
        client: header.client.clone(),
        clock: header.time.clone(),
        program: header.program.clone(),
        version: header.version.clone(),
        seed: header.seed,
        settings: header.settings.clone(),
    }
}

fn caveat(caveat: &crate::measure::Caveat) -> Caveat {
    Caveat {
        name: caveat.name.clone(),
        text: caveat.text.clone(),
        remedy: caveat.remedy.clone(),
        lines: caveat.lines.clone(),
    }
}

fn judged(report: &Report, verdict: &Verdict) -> Judged {
    let (line, column) = miss::place(report, verdict);
    let (word, why) = match &verdict.met {
        Met::Met => ("met", None),
        Met::Missed => ("missed", None),
        Met::NotJudged(why) => ("not judged", Some(why.clone())),
    };
    Judged {
        verdict: word.to_owned(),
        why,
        measure: verdict.measure.to_owned(),
        whose: verdict.whose(),
        lane: verdict.lane.clone(),
        expected: verdict.expected.clone(),
        observed: verdict.observed.clone(),
        because: verdict.because.clone(),
        file: miss::file(report),
        line,
        column,
        lines: verdict.lines.clone(),
    }
}

fn of_lane(facts: &Facts, lane: &Lane) -> OfLane {
    let recovery = |one: &crate::measure::Recovery| {
        let parts = PARTS.iter().zip(one.parts(lane.slack()));
        let mut split: BTreeMap<String, Json> =
            parts.map(|(part, ms)| (part.replace(' ', "-"), json!(ms.map(thousandths)))).collect();
        split.insert("cause".to_owned(), json!(one.cause));
        split.insert("fault".to_owned(), json!(Some(&one.fault).filter(|fault| !fault.is_empty())));
        split.insert("attempts".to_owned(), json!(one.attempts));
        split.insert("replayed".to_owned(), json!(one.replayed));
        split.insert("whole".to_owned(), json!(one.whole().map(thousandths)));
        split
    };
    OfLane {
        lane: lane.header.lane.clone(),
        name: lane.header.name.clone(),
        transport: lane.header.transport.clone(),
        measures: measures(Of::Lane, |measure| facts.observed(Some(&lane.header.lane), measure).value),
        recoveries: lane.recoveries.iter().map(recovery).collect(),
    }
}

fn measures(of: Of, value: impl Fn(&str) -> Option<Value>) -> BTreeMap<String, Json> {
    ALL.iter().filter(|one| one.of == of).map(|one| (one.name.to_owned(), as_json(value(one.name)))).collect()
}

fn as_json(value: Option<Value>) -> Json {
    match value {
        None => Json::Null,
        Some(Value::Number(number)) => json!(number),
        Some(Value::Times(least, greatest)) => {
            let ms = |one: std::time::Duration| thousandths(one.as_secs_f64() * 1000.0);
            json!({ "least": ms(least), "greatest": ms(greatest) })
        }
        Some(Value::Flag(flag)) => json!(flag),
        Some(Value::Text(text)) => json!(text),
        Some(Value::List(words)) => json!(words),
    }
}

/// Finer than a thousandth is no clock.
fn thousandths(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0
}
