//! The JSON Schema that editors read: the one that is committed is the one that is printed, and it names what the tables hold.

use std::fs;

use wirebench::measure::ALL;
use wirebench::scenario::schema;

use crate::{root, writing};

#[test]
fn the_schema_that_scenarios_name_is_the_one_that_is_printed() {
    let path = root().join("scenarios/scenario.schema.json");
    let printed = format!("{:#}\n", schema());
    if writing() {
        fs::write(&path, &printed).expect("written");
    }
    let kept = fs::read_to_string(&path).expect("scenarios/scenario.schema.json");
    assert!(
        kept == printed,
        "scenarios/scenario.schema.json is out of date; make it anew with:\n  \
         cargo run -- schema scenario > scenarios/scenario.schema.json"
    );
}

#[test]
fn every_measure_is_in_the_schema_and_says_what_it_is() {
    let schema = schema();
    let measures = &schema["properties"]["expect"]["items"]["properties"];
    for measure in ALL {
        assert!(measures[measure.name]["description"].is_string(), "{}", measure.name);
    }
}
