//! The schemas of what is sent and answered.

use serde_json::{Map, Value, json};

use super::parts::schema;
use super::{class, faults, runs};
use crate::feed::{State, source};

/// All of them, by name.
pub(super) fn all() -> Value {
    let mut all = Map::new();
    for (name, schema) in told()
        .into_iter()
        .chain(stands())
        .chain(asked())
        .chain(faults::schemas())
        .chain(runs::schemas())
        .chain(class::schemas())
    {
        all.insert(name.to_owned(), schema);
    }
    let sources: Vec<Value> = source::schemas();
    all.insert("JobRequest".to_owned(), json!({ "oneOf": sources }));
    Value::Object(all)
}

/// An object that has all of these members, and no others.
pub(super) fn object(members: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": names, "additionalProperties": false })
}

pub(super) fn list(of: Value) -> Value {
    Value::Object(Map::from_iter([("type".to_owned(), "array".into()), ("items".to_owned(), of)]))
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

pub(super) fn yes_or_no() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn or_null(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

pub(super) fn number() -> Value {
    json!({ "type": "number" })
}

/// What is said of a request or a job.
fn told() -> Vec<(&'static str, Value)> {
    let parts = ["wanted", "found", "where", "fix"].map(|part| (part, text()));
    let states: Vec<&str> = State::ALL.iter().map(|state| state.name()).collect();
    let state = json!({ "type": "string", "enum": states });
    let ack = json!({
        "type": "object",
        "properties": {
            "type": { "const": "ack" }, "id": text(), "command": text(), "ok": yes_or_no(), "state": state,
            "error": text(),
        },
        "required": ["type", "ok"],
        "additionalProperties": false,
    });
    let sources = [source::NAMES, &["stdin"]].concat();
    let job = object(&[
        ("job", text()),
        ("source", json!({ "type": "string", "enum": sources })),
        ("epoch", json!({ "type": "string", "pattern": "^[a-z0-9]{1,16}$" })),
        ("state", state.clone()),
        ("head", count()),
        ("earliest", count()),
        ("total", or_null("integer")),
        ("payload_bytes", count()),
        ("readers", count()),
        ("created", number()),
        ("token", yes_or_no()),
        ("settings", json!({ "type": "object" })),
    ]);
    let element = json!({ "type": "object", "properties": { "type": text() }, "required": ["type"] });
    let mut batch = object(&[
        ("epoch", text()),
        ("cursor", text()),
        ("head", count()),
        ("ended", yes_or_no()),
        ("more", yes_or_no()),
        ("events", list(element)),
    ]);
    let pushed = object(&[
        ("first", count()),
        ("last", count()),
        ("head", count()),
        ("cursor", text()),
        ("repeated", yes_or_no()),
        ("kept", json!({ "const": "memory" })),
    ]);
    // With mode=last alone.
    batch["properties"]["skipped"] = count();
    vec![
        ("Error", object(&[("error", object(&parts))])),
        ("Ack", ack),
        ("Job", job),
        ("Jobs", object(&[("jobs", list(schema("Job")))])),
        ("Batch", batch),
        ("Clock", object(&[("now", number())])),
        ("Pushed", pushed),
        ("Health", object(&[("status", json!({ "type": "string", "enum": ["ok", "stopping"] }))])),
    ]
}

/// How things stand.
fn stands() -> Vec<(&'static str, Value)> {
    let origin = object(&[("id", count()), ("url", text()), ("listening", yes_or_no())]);
    let bench = json!({
        "type": "object",
        "properties": {
            "version": text(), "bench": text(), "origins": list(schema("Origin")), "sources": list(text()),
            "hash": yes_or_no(), "replay": yes_or_no(), "stdin": or_null("string"), "caveats": list(text()),
        },
        "required": ["version", "bench", "origins", "sources", "hash", "replay", "stdin", "caveats"],
    });
    let transport = json!({
        "type": "object",
        "properties": { "name": text(), "title": text(), "params": { "type": "array" } },
        "required": ["name", "title", "params"],
    });
    let lane = object(&[
        ("lane", text()),
        ("transport", or_null("string")),
        ("connections", count()),
        ("open", count()),
        ("requests", count()),
        ("in", count()),
        ("out", count()),
    ]);
    let tally = object(&[
        ("id", count()),
        ("connections", count()),
        ("open", count()),
        ("in", count()),
        ("out", count()),
    ]);
    let client = object(&[
        ("client", text()),
        ("job", text()),
        ("transport", text()),
        ("lane", or_null("string")),
        ("since", number()),
        ("reading", yes_or_no()),
        ("cursor", text()),
        ("lag", count()),
        ("in", count()),
        ("out", count()),
    ]);
    let clients = object(&[("max", count()), ("heartbeat", text()), ("clients", list(schema("Client")))]);
    vec![
        ("Origin", origin),
        ("Bench", bench),
        ("Transports", object(&[("transports", list(transport))])),
        ("Lanes", object(&[("lanes", list(lane)), ("origins", list(tally))])),
        ("Client", client),
        ("Clients", clients),
    ]
}

/// What is sent.
fn asked() -> Vec<(&'static str, Value)> {
    let id = json!({ "type": ["string", "null"], "maxLength": 64 });
    let plain = json!({
        "type": "object",
        "properties": {
            "command": { "type": "string", "enum": ["start", "pause", "resume", "cancel"] }, "id": id,
        },
        "required": ["command"],
        "additionalProperties": false,
    });
    let speed = json!({
        "type": "object",
        "properties": {
            "command": { "const": "speed" },
            "factor": { "type": "number", "minimum": 0.01, "maximum": 1000 },
            "id": id,
        },
        "required": ["command", "factor"],
        "additionalProperties": false,
    });
    let maximum = json!({ "type": "integer", "minimum": 1, "maximum": crate::transport::MAX_CLIENTS });
    vec![
        ("Command", json!({ "oneOf": [plain, speed] })),
        ("GivenEvent", given()),
        ("Listen", object(&[("listening", yes_or_no())])),
        ("Maximum", object(&[("max", maximum)])),
    ]
}

/// An event that a program pushes.
fn given() -> Value {
    let percent = json!({ "type": "number", "minimum": 0, "maximum": 100 });
    let reason = json!({ "type": "object", "properties": { "reason": text() }, "required": ["reason"] });
    let event = |kind: &str, data: Value, required: &[&str]| {
        json!({
            "type": "object",
            "properties": { "type": { "const": kind }, "data": data },
            "required": required,
            "additionalProperties": false,
        })
    };
    let object_or_null = || json!({ "type": ["object", "null"] });
    let base64 = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$";
    json!({ "oneOf": [
        event("progress", json!({ "type": "object", "properties": { "percent": percent } }), &["type", "data"]),
        event("text", text(), &["type", "data"]),
        event("bytes", json!({ "type": "string", "pattern": base64 }), &["type", "data"]),
        event("message", object_or_null(), &["type"]),
        event("open", object_or_null(), &["type"]),
        event("error", object_or_null(), &["type"]),
        event("close", object_or_null(), &["type"]),
        event("done", object_or_null(), &["type"]),
        event("failed", json!({ "oneOf": [reason, text()] }), &["type", "data"]),
    ] })
}
