//! What a request for a job may hold, source by source, as JSON Schema: made from the settings that read it.

use std::time::Duration;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::{Hash, NAMES, Replay, Synthetic};
use crate::feed::jobs::{KEEP_BYTES_LIMIT, KEEP_EVENTS_LIMIT};
use crate::feed::{TOKEN_BESIDES, TOKEN_LONGEST};
use crate::pace::span_pattern;

/// The schema of a request for a job, one for each source.
pub fn schemas() -> Vec<Value> {
    NAMES.iter().map(|name| request(name)).collect()
}

/// The settings of the source called `name`.
fn settings(name: &str) -> Value {
    match name {
        "synthetic" | "per-connection" => of::<Synthetic>(),
        "replay" => of::<Replay>(),
        "push" => json!({ "type": "object" }),
        "hash" => of::<Hash>(),
        _ => json!({}),
    }
}

/// In one piece: it is to stand anywhere in a document.
fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// The settings of a source beside what holds for all.
fn request(name: &str) -> Value {
    let settings = settings(name);
    let mut properties = Map::new();
    properties.insert("source".to_owned(), json!({ "const": name }));
    properties
        .insert("job".to_owned(), json!({ "type": ["string", "null"], "pattern": "^[a-z0-9-]{1,64}$" }));
    properties.insert("start".to_owned(), json!({ "type": "string", "enum": ["now", "ready"] }));
    properties.insert(
        "keep-events".to_owned(),
        json!({ "type": ["integer", "null"], "minimum": 1, "maximum": KEEP_EVENTS_LIMIT }),
    );
    let bytes = json!({ "type": ["integer", "null"], "minimum": 1, "maximum": KEEP_BYTES_LIMIT });
    properties.insert("keep-bytes".to_owned(), bytes);
    let token = format!("^[A-Za-z0-9{TOKEN_BESIDES}]{{1,{TOKEN_LONGEST}}}$");
    properties.insert("token".to_owned(), json!({ "type": "string", "pattern": token }));
    let hour = format!("^({})$", span_pattern(Duration::ZERO, Duration::from_secs(3600)));
    properties.insert("token-lasts".to_owned(), json!({ "type": "string", "pattern": hour }));
    properties.extend(settings["properties"].as_object().cloned().unwrap_or_default());
    let mut required = vec![json!("source")];
    required.extend(settings["required"].as_array().cloned().unwrap_or_default());
    json!({
        "type": "object",
        "title": name,
        "properties": properties,
        "required": required,
        "dependentRequired": { "token-lasts": ["token"] },
        "additionalProperties": false,
    })
}

/// A duration up to an hour.
pub(super) fn hour(_: &mut SchemaGenerator) -> Schema {
    let pattern = format!("^({})$", span_pattern(Duration::ZERO, Duration::from_secs(3600)));
    json_schema!({ "type": "string", "pattern": pattern })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_says_what_it_takes() {
        for (name, schema) in NAMES.iter().zip(schemas()) {
            assert_eq!(schema["properties"]["source"], json!({ "const": name }));
            let own = settings(name);
            assert!(own["type"] == "object", "{name} has no schema here");
        }
    }
}
