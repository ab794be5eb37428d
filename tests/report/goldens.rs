//! The folds of the reports and those of the page agree: both read the golden records (tests/golden/records) and must count
//! what stands beside them. tests/web/unit/records.test.js is the other half.

use serde_json::{Map, Value, json};
use wirebench::measure::{self, ALL, Facts, Of, PARTS};

use crate::{records, same_as_file, text};

const FOLDER: &str = "tests/golden/records";

/// As JavaScript writes a number: without a fraction where there is none.
fn rounded(ms: Option<f64>) -> Value {
    let Some(ms) = ms else { return Value::Null };
    let tenths = (ms * 10.0).round() / 10.0;
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds")]
    if tenths.fract() == 0.0 { json!(tenths as i64) } else { json!(tenths) }
}

fn counted(facts: &Facts, name: &str) -> Value {
    let lane = facts.lane(name).expect("it is a lane");
    let number = |measure: &str| facts.number(Some(name), measure);
    let Some(measure::Value::List(states)) = facts.observed(Some(name), "states").value else {
        panic!("states")
    };
    let recoveries = lane.recoveries.iter().map(|one| {
        let mut split = Map::new();
        for (part, ms) in PARTS.iter().zip(one.parts(lane.slack())) {
            split.insert(part.replace(' ', "-"), rounded(ms));
        }
        split.insert("whole".to_owned(), rounded(one.whole()));
        split.insert("replayed".to_owned(), json!(one.replayed));
        Value::Object(split)
    });
    json!({
        "states": states,
        "events": number("events"),
        "missed": number("missed"),
        "repeated": number("repeated"),
        "reordered": number("reordered"),
        "recoveries": recoveries.collect::<Vec<_>>(),
        "unscripted": number("unscripted"),
    })
}

#[test]
fn reports_count_of_the_golden_records_what_stands_beside_them() {
    let names = records(FOLDER);
    assert!(names.len() >= 2, "the records were not found");
    for name in names {
        let facts = Facts::read(text(&format!("{FOLDER}/{name}.jsonl")).lines());
        assert_eq!(facts.bad, [], "{name}");
        let lanes = facts.lanes.iter().map(|lane| &lane.header.lane);
        let counts: Map<String, Value> = lanes.map(|lane| (lane.clone(), counted(&facts, lane))).collect();
        same_as_file(&format!("{FOLDER}/{name}.counts.json"), &format!("{:#}\n", Value::Object(counts)));
    }
}

#[test]
fn each_measure_has_a_name_of_its_own_and_a_sentence() {
    for (index, one) in ALL.iter().enumerate() {
        assert!(one.means.ends_with('.') && one.means.len() > 10, "{}: {}", one.name, one.means);
        let twice = ALL[..index].iter().any(|other| other.name == one.name && other.of == one.of);
        assert!(!twice, "{} stands in the list twice", one.name);
    }
}

#[test]
fn each_measure_of_a_lane_is_known_of_some_golden_record() {
    let facts: Vec<Facts> = records(FOLDER)
        .iter()
        .map(|name| Facts::read(text(&format!("{FOLDER}/{name}.jsonl")).lines()))
        .collect();
    for one in ALL {
        let known = facts.iter().any(|facts| match one.of {
            Of::Run => facts.observed(None, one.name).value.is_some(),
            Of::Lane => facts
                .lanes
                .iter()
                .any(|lane| facts.observed(Some(&lane.header.lane), one.name).value.is_some()),
        });
        assert!(known, "nothing is known of {}", one.name);
    }
}

#[test]
fn who_was_asked_for_again_before_it_learned_of_its_loss_has_not_waited() {
    let record = text(&format!("{FOLDER}/abrupt-drop.jsonl"));
    let wait = |record: &str| match Facts::read(record.lines()).observed(Some("r-sse"), "wait").value {
        Some(measure::Value::Times(least, greatest)) => (least.as_millis(), greatest.as_millis()),
        other => panic!("a time, not {other:?}"),
    };
    assert_eq!(wait(&record), (1000, 1000));
    let asked = r#"{"v":1,"at":1800000001602,"clock":"server","lane":"r-sse""#;
    assert!(record.contains(asked));
    let sooner = record.replace(asked, &asked.replace("1602", "0601"));
    assert_eq!(wait(&sooner), (0, 0));
}
