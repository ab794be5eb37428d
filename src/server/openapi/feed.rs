//! The operations of the feed, which every origin has: each transport from its own line in the list.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::Paths;
use super::parts::{Operation, job, schema};
use crate::pace::{parse_span, span_pattern};
use crate::transport;

/// A cursor as text. Its number is below 2^53, the last 0.08 % of which are not worth their pattern.
const CURSOR: &str = r"[a-z0-9]{1,16}\.(0|[1-9][0-9]{0,14}|[1-8][0-9]{15})";

/// Adds them.
pub(super) fn paths(paths: &mut Paths, heartbeat: Duration) {
    let told: Vec<_> = transport::ALL.iter().map(|transport| transport.told(heartbeat)).collect();
    let table = serde_json::to_value(told).unwrap_or_default();
    for transport in table.as_array().into_iter().flatten() {
        let name = transport["name"].as_str().unwrap_or_default();
        let posts = transport["method"] == "POST";
        let method = if posts { "post" } else { "get" };
        let operation = answers(asked(name, transport, posts), name, transport);
        paths.insert(format!("/jobs/{{job}}/{name}"), json!({ method: operation.value() }));
    }
    let info =
        job(Operation::new("job", "What a job is and where it stands")).json(200, "the job", &schema("Job"));
    paths.insert("/jobs/{job}".to_owned(), json!({ "get": info.value() }));
    let lane = json!({ "name": "lane", "in": "query", "schema": { "type": "string", "pattern": LANE } });
    let key = json!({ "type": "string", "pattern": "^([!#-~][!-~]{0,127}|\"[!-~]{1,128}\")$" });
    let event = schema("GivenEvent");
    let events =
        json!({ "oneOf": [event, { "type": "array", "items": event, "minItems": 1, "maxItems": 10_000 }] });
    let push = job(Operation::new("push", "Report events to a job whose source is push"))
        .parameter(lane.clone())
        .parameter(json!({ "name": "Idempotency-Key", "in": "header", "schema": key }))
        .body(&events, true)
        .json(200, "appended, now or under this key before", &schema("Pushed"))
        .no(409, "the job's state takes no events, or its source is not push")
        .no(422, "the key was used for another body")
        .changes_state();
    paths.insert("/jobs/{job}/events".to_owned(), json!({ "post": push.value() }));
    let command = job(Operation::new("command", "Tell a job what to do"))
        .parameter(lane)
        .body(&schema("Command"), true)
        .json(200, "done", &schema("Ack"))
        .json(409, "the state of the job does not allow it", &schema("Ack"))
        .changes_state();
    paths.insert("/jobs/{job}/commands".to_owned(), json!({ "post": command.value() }));
    let clock = Operation::new("clock", "The server's clock").json(200, "now", &schema("Clock"));
    paths.insert("/clock".to_owned(), json!({ "get": clock.value() }));
    let health = Operation::new("health", "Whether the server serves")
        .json(200, "it does", &schema("Health"))
        .json(503, "it is stopping", &schema("Health"));
    paths.insert("/healthz".to_owned(), json!({ "get": health.value() }));
}

/// Whom bytes are charged to.
pub(super) const LANE: &str = "^[A-Za-z0-9_-]{1,40}$";

/// What a transport is asked with: a query, or a body of the same members as strings.
fn asked(name: &str, transport: &Value, posts: bool) -> Operation {
    let title = transport["title"].as_str().unwrap_or(name);
    let mut operation = job(Operation::new(name, &format!("Read a feed by {title}")));
    let mut members = Map::new();
    for param in transport["params"].as_array().into_iter().flatten() {
        let Some(param_name) = param["name"].as_str() else { continue };
        let form = form(param, posts);
        if posts {
            members.insert(param_name.to_owned(), form.clone());
        }
        if !posts || ["lane", "client"].contains(&param_name) {
            operation = operation.parameter(json!({ "name": param_name, "in": "query", "schema": form }));
        }
    }
    if posts {
        let body = json!({ "type": "object", "properties": members, "additionalProperties": false });
        return operation.body(&body, false).changes_state();
    }
    let cursor = json!({ "type": "string", "pattern": format!("^({CURSOR})?$") });
    operation.parameter(json!({ "name": "Last-Event-ID", "in": "header", "schema": cursor }))
}

/// The schema of one parameter. Members of a body are strings, whatever they say.
fn form(param: &Value, as_text: bool) -> Value {
    let mut form = match param["kind"].as_str().unwrap_or_default() {
        "switch" | "choice" => json!({ "type": "string", "enum": param["values"] }),
        "number" if !as_text => {
            json!({ "type": "integer", "minimum": param["min"], "maximum": param["max"] })
        }
        "number" => json!({ "type": "string", "pattern": "^[1-9][0-9]*$" }),
        "duration" => {
            let bound = |name: &str| param[name].as_str().and_then(|text| parse_span(text).ok());
            let (min, max) = (bound("min").unwrap_or_default(), bound("max").unwrap_or_default());
            let off = if param["off"] == true { "|off" } else { "" };
            json!({ "type": "string", "pattern": format!("^({}{off})$", span_pattern(min, max)) })
        }
        "cursor" => json!({ "type": "string", "pattern": cursor(param["values"].as_array()) }),
        _ => json!({ "type": "string" }),
    };
    if let Some(pattern) = param["pattern"].as_str() {
        form["pattern"] = pattern.into();
    }
    if let Some(default) = param["default"].as_str().filter(|_| form["type"] == "string") {
        form["default"] = default.into();
    }
    form
}

/// A cursor, or one of these words. Where there are none it beats the parameter that has them, unless it is empty.
fn cursor(words: Option<&Vec<Value>>) -> String {
    let words: Vec<&str> = words.into_iter().flatten().filter_map(Value::as_str).collect();
    if words.is_empty() { format!("^({CURSOR})?$") } else { format!("^({CURSOR}|{})$", words.join("|")) }
}

/// How a transport answers.
fn answers(operation: Operation, name: &str, transport: &Value) -> Operation {
    let operation = operation.no(400, "a query or a body that is not what is wanted");
    let text = || json!({ "type": "string" });
    if name == "websocket" {
        return operation
            .empty(101, "the handshake; what follows is RFC 6455, and a refusal is a Close frame")
            .no(403, "a Host or Origin that is not trusted")
            .no(426, "no WebSocket handshake")
            .endless();
    }
    let operation = operation.empty(204, "there is no more for this reader: do not come back");
    if transport["streams"] == true {
        let operation =
            operation.answer(200, "elements as blocks", &[("text/event-stream", text())]).endless();
        // An EventSource that is told anything but 200 never comes back, so `full` is an event there.
        return if name == "sse" { operation } else { operation.no(503, "no room for one more client") };
    }
    let bytes = json!({ "type": "string", "contentEncoding": "binary" });
    let content = [
        ("application/json", schema("Batch")),
        ("application/cbor-seq", bytes.clone()),
        ("application/octet-stream", bytes),
        ("text/plain; charset=utf-8", text()),
    ];
    operation
        .parameter(json!({ "name": "If-None-Match", "in": "header", "schema": { "type": "string" } }))
        .answer(200, "what has come since the cursor", &content)
        .empty(304, "nothing has")
        .no(503, "no room for one more client")
}
