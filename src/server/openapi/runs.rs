//! The operations of scenarios and runs, and their schemas.

use serde_json::{Value, json};

use super::Paths;
use super::parts::{Operation, schema};
use super::schemas::{count, list, object, or_null, text};
use crate::report::FORMS;

/// Adds the operations.
pub(super) fn paths(paths: &mut Paths) {
    let scenarios = Operation::new("scenarios", "The scenarios that can be played here").json(
        200,
        "the scenarios, and files that could not be read",
        &schema("Scenarios"),
    );
    let scenarios = scenarios.no(500, "their folder cannot be read");
    paths.insert("/api/scenarios".to_owned(), json!({ "get": scenarios.value() }));
    let name = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$" });
    let scenario = Operation::new("scenario", "One scenario, with its text")
        .in_path("name", "the scenario", &name)
        .json(200, "the scenario", &schema("Scenario"))
        .no(404, "no scenario of that name")
        .no(409, "its file has mistakes");
    paths.insert("/api/scenarios/{name}".to_owned(), json!({ "get": scenario.value() }));
    let begin = Operation::new("beginRun", "Play a scenario with the lanes of a page")
        .body(&schema("RunRequest"), true)
        .json(201, "the run, which waits for its lanes", &schema("Run"))
        .no(404, "no scenario of that name")
        .no(409, "it is not for a page, its file or what was set has mistakes, there are too few origins, or another run is under way")
        .changes_state();
    paths.insert("/api/runs".to_owned(), json!({ "post": begin.value() }));
    of_a_run(paths);
}

fn of_a_run(paths: &mut Paths) {
    let id = json!({ "type": "string", "pattern": "^r[1-9][0-9]{0,17}$" });
    let of_run = |id_of: &str, what: &str| {
        Operation::new(id_of, what).in_path("run", "the run", &id).no(404, "none of the last runs")
    };
    let get = of_run("run", "How a run stands").json(200, "the run", &schema("Run"));
    let end = of_run("endRun", "End a run early").json(200, "the run", &schema("Run")).changes_state();
    paths.insert("/api/runs/{run}".to_owned(), json!({ "get": get.value(), "delete": end.value() }));
    let last = json!({ "name": "last", "in": "query", "schema": { "type": "string", "enum": ["1"] } });
    let lanes = of_run("runLanes", "What the lanes of a run see, one observation a line")
        .parameter(last)
        .body_of("application/x-ndjson", &text())
        .empty(204, "taken")
        .changes_state();
    paths.insert("/api/runs/{run}/lanes".to_owned(), json!({ "post": lanes.value() }));
    let record = of_run("runRecord", "The record of a run so far").answer(
        200,
        "one observation a line",
        &[("application/x-ndjson", text())],
    );
    paths.insert("/api/runs/{run}/record".to_owned(), json!({ "get": record.value() }));
    let names: Vec<&str> = FORMS.iter().map(|form| form.name).collect();
    let form = json!({ "name": "format", "in": "query", "schema": { "type": "string", "enum": names } });
    let types: Vec<(&str, Value)> = FORMS
        .iter()
        .map(|form| {
            let json = form.media_type == "application/json";
            (form.media_type, if json { json!({ "type": "object" }) } else { text() })
        })
        .collect();
    let report = of_run("runReport", "The report of a run so far")
        .parameter(form)
        .answer(200, "the report", &types)
        .no(400, "no such form")
        .no(409, "it has not begun");
    paths.insert("/api/runs/{run}/report".to_owned(), json!({ "get": report.value() }));
}

/// The schemas.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let lane = object(&[("name", text()), ("transport", text()), ("count", count())]);
    let words = json!({ "anyOf": [object(&[("title", text()), ("question", text()), ("teaches", or_null("string"))]), { "type": "null" }] });
    let by = json!({ "type": "string", "enum": ["readers", "proxy", "scenario"] });
    let skipped = json!({ "anyOf": [object(&[("by", by), ("because", text()), ("zh", or_null("string"))]), { "type": "null" }] });
    let mut scenario = object(&[
        ("scenario", text()),
        ("title", text()),
        ("question", text()),
        ("teaches", or_null("string")),
        ("zh", words),
        ("proves", or_null("string")),
        ("lanes", list(lane)),
        ("skipped", skipped),
        ("source", text()),
    ]);
    scenario["required"] = json!(["scenario", "title", "question", "lanes"]);
    let mut request = object(&[("scenario", text()), ("settings", list(text()))]);
    request["required"] = json!(["scenario"]);
    request["additionalProperties"] = json!(false);
    let reader = object(&[
        ("lane", text()),
        ("name", text()),
        ("transport", text()),
        ("origin", count()),
        ("url", text()),
        ("page", json!({ "type": "string", "enum": ["same", "other"] })),
        ("settings", json!({ "type": "object", "additionalProperties": text() })),
    ]);
    let states = json!({ "type": "string", "enum": ["waiting", "playing", "closing", "ended"] });
    let run = object(&[
        ("run", text()),
        ("scenario", text()),
        ("title", text()),
        ("state", states),
        ("job", text()),
        ("lanes", list(reader)),
        ("steps", count()),
        ("why", or_null("string")),
        ("report", or_null("object")),
    ]);
    let all = object(&[("scenarios", list(schema("Scenario"))), ("problems", list(text()))]);
    vec![("Scenarios", all), ("Scenario", scenario), ("RunRequest", request), ("Run", run)]
}
