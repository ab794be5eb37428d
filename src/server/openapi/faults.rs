//! The operations of the faults, and their schemas, made from the list of faults.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Paths;
use super::feed::LANE;
use super::parts::{Operation, schema};
use super::schemas::{count, list, number, object, or_null, text};
use crate::fault::{self, Fault, ScopeKind};
use crate::pace::span_pattern;
use crate::transport;

/// Adds the operations.
pub(super) fn paths(paths: &mut Paths) {
    let all = Operation::new("faults", "What can be thrown, and the last throws").json(
        200,
        "the faults and the throws",
        &schema("Faults"),
    );
    let throw = Operation::new("throwFault", "Throw a fault")
        .body(&schema("ThrowRequest"), true)
        .json(201, "thrown", &schema("Throw"))
        .no(429, "there are as many at work as may be")
        .no(503, "the server is stopping")
        .changes_state();
    let clear_all = Operation::new("clearFaults", "Clear all throws").empty(204, "cleared").changes_state();
    let operations = json!({ "get": all.value(), "post": throw.value(), "delete": clear_all.value() });
    paths.insert("/api/faults".to_owned(), operations);
    let id = json!({ "type": "string", "pattern": "^f[1-9][0-9]{0,17}$" });
    let clear = Operation::new("clearFault", "Clear a throw")
        .in_path("id", "the throw", &id)
        .json(200, "cleared, now or before", &schema("Throw"))
        .no(404, "none of the last throws")
        .changes_state();
    paths.insert("/api/faults/{id}".to_owned(), json!({ "delete": clear.value() }));
    let connections = Operation::new("connections", "The readers' open connections").json(
        200,
        "the connections",
        &schema("Connections"),
    );
    paths.insert("/api/connections".to_owned(), json!({ "get": connections.value() }));
    let number = json!({ "type": "integer", "minimum": 1 });
    let chunks = Operation::new("chunks", "What crosses the socket of a reader's connection from now on")
        .in_path("number", "the number of the connection", &number)
        .answer(200, "chunks as Server-Sent Events", &[("text/event-stream", text())])
        .no(404, "no reader's connection has this number")
        .endless();
    paths.insert("/api/connections/{number}/chunks".to_owned(), json!({ "get": chunks.value() }));
    let all = Operation::new("allChunks", "What crosses the sockets of all readers' connections from now on")
        .answer(200, "chunks as Server-Sent Events", &[("text/event-stream", text())])
        .endless();
    paths.insert("/api/chunks".to_owned(), json!({ "get": all.value() }));
}

/// The schemas.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let map = |of: Value| json!({ "type": "object", "additionalProperties": of });
    let mut caveat = object(&[("caveat", text()), ("values", json!({ "type": "object" }))]);
    caveat["required"] = json!(["caveat"]);
    let thrown = object(&[
        ("id", text()),
        ("fault", json!({ "type": "string", "enum": names() })),
        ("params", map(text())),
        ("scope", text()),
        ("lasts", text()),
        ("thrown", number()),
        ("heads", map(count())),
        ("struck", count()),
        ("connections", list(count())),
        ("cleared", or_null("number")),
        ("caveats", list(caveat)),
    ]);
    let loss = object(&[("transports", list(text())), ("when", text()), ("why", text())]);
    let kind = object(&[
        ("name", json!({ "type": "string", "enum": names() })),
        ("title", text()),
        ("params", list(json!({ "type": "object", "required": ["name", "kind"] }))),
        ("lasts", json!({ "type": "object", "required": ["once", "time", "until-cleared", "default"] })),
        ("scopes", list(text())),
        ("nothing", map(text())),
        ("loses", list(loss)),
    ]);
    let connection = object(&[
        ("connection", count()),
        ("origin", count()),
        ("lane", or_null("string")),
        ("transport", or_null("string")),
        ("peer", text()),
        ("in", count()),
        ("out", count()),
    ]);
    let requests: Vec<Value> = fault::ALL.iter().map(request).collect();
    vec![
        ("Throw", thrown),
        ("Faults", object(&[("faults", list(kind)), ("thrown", list(schema("Throw")))])),
        ("Connections", object(&[("connections", list(connection))])),
        ("ThrowRequest", json!({ "oneOf": requests })),
    ]
}

fn names() -> Vec<&'static str> {
    fault::ALL.iter().map(|fault| fault.name).collect()
}

/// What a throw of this fault may be asked with.
fn request(fault: &Fault) -> Value {
    let mut members = Map::from_iter([
        ("fault".to_owned(), json!({ "const": fault.name })),
        ("scope".to_owned(), scope(fault)),
        ("lasts".to_owned(), lasts(fault)),
    ]);
    members.extend(fault.params.iter().map(|param| (param.name.to_owned(), param.schema())));
    json!({ "type": "object", "properties": members, "required": ["fault"], "additionalProperties": false })
}

fn scope(fault: &Fault) -> Value {
    let transports: Vec<&str> = transport::ALL.iter().map(|one| one.name).collect();
    let forms: Vec<String> = fault
        .scopes
        .iter()
        .map(|kind| match kind {
            ScopeKind::All => "all".to_owned(),
            ScopeKind::Lane => format!("lane:{}", LANE.trim_matches(['^', '$'])),
            ScopeKind::Transport => format!("transport:({})", transports.join("|")),
            ScopeKind::Connection => "connection:[1-9][0-9]{0,17}".to_owned(),
        })
        .collect();
    json!({ "type": "string", "pattern": format!("^({})$", forms.join("|")), "default": "all" })
}

fn lasts(fault: &Fault) -> Value {
    let time = span_pattern(Duration::from_millis(1), Duration::from_secs(3600));
    let forms = [
        (fault.lasts.once, "once".to_owned()),
        (fault.lasts.until_cleared, "until-cleared".to_owned()),
        (fault.lasts.time, time),
    ];
    let forms: Vec<String> = forms.into_iter().filter(|form| form.0).map(|form| form.1).collect();
    json!({ "type": "string", "pattern": format!("^({})$", forms.join("|")), "default": fault.lasts.usual })
}
