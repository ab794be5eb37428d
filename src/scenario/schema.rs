//! The JSON Schema of scenario files, for editors: made from the tables by which they are read. It is of draft 7, which the
//! editors' TOML plug-ins know. What one value has to do with another (a lane's name, a `min` and its `max`) is for the
//! reader to say.

use serde_json::{Map, Value, json};

use super::keys::{
    BESIDES, COMMAND, EXPECT, Form, Key, LANE, MOMENTS, NAME, Noun, PROXY, SAY, SKIP, STATES, TOP, VERBS,
    WHEN, WORDS,
};
use super::read::{BOUNDS, LISTS, SIZES, is_span, properties};
use crate::client::own_switches;
use crate::fault::{self, Fault};
use crate::feed::source::NAMES;
use crate::measure::{self, Measure};
use crate::param::{self, Param};
use crate::transport;

/// A duration as the reader takes it, whatever its bounds: a number with its unit, or several of them.
const SPAN: &str = r"^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d) ?)+$";
const SPAN_OR_OFF: &str = r"^(([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d) ?)+|off)$";
const SIZE: &str = "^[0-9]+ ?(B|KiB|MiB|GiB|kB|MB|GB)$";

/// The JSON Schema of a scenario file.
pub fn schema() -> Value {
    let mut properties = plain(TOP.keys);
    let parts = [
        ("zh", table(&WORDS, plain(WORDS.keys))),
        ("feed", any_of(NAMES.iter().map(|name| feed(name)))),
        ("lane", array(&any_of(transport::ALL.iter().map(lane)))),
        ("proxy", array(&table(&PROXY, plain(PROXY.keys)))),
        ("step", array(&step())),
        ("expect", array(&expect())),
        ("skip", array(&table(&SKIP, plain(SKIP.keys)))),
    ];
    for (name, part) in parts {
        let means = TOP.keys.iter().find(|key| key.name == name).map(|key| key.means);
        properties.insert(name.to_owned(), described(part, means.unwrap_or_default()));
    }
    let mut schema = table(&TOP, properties);
    schema["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    schema["title"] = "A scenario of wirebench".into();
    schema["required"] = json!(["title", "question", "lane"]);
    schema
}

/// The keys of a plain form; those that are not are for the caller to add.
fn plain(keys: &[Key]) -> Map<String, Value> {
    let plain =
        keys.iter().filter_map(|key| Some((key.name.to_owned(), described(form(&key.form)?, key.means))));
    plain.collect()
}

fn form(form: &Form) -> Option<Value> {
    Some(match form {
        Form::Text => json!({ "type": "string", "minLength": 1 }),
        Form::Name => json!({ "type": "string", "pattern": format!("^[a-z0-9-]{{1,{NAME}}}$") }),
        Form::Span { .. } => json!({ "type": "string", "pattern": SPAN }),
        Form::Whole { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Form::Choice(words) => json!({ "type": "string", "enum": words }),
        Form::True => json!({ "type": "boolean", "const": true }),
        Form::Some(words) => {
            json!({ "type": "array", "minItems": 1, "items": { "type": "string", "enum": words } })
        }
        Form::Lanes => json!({ "type": "array", "minItems": 1, "items": { "type": "string" } }),
        Form::Own => return None,
    })
}

fn described(mut schema: Value, means: &str) -> Value {
    schema["description"] = means.into();
    schema
}

fn object(properties: Map<String, Value>) -> Value {
    let properties = Value::Object(properties);
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// A table of these properties, with what the noun requires.
fn table(noun: &Noun, properties: Map<String, Value>) -> Value {
    let required: Vec<&str> = noun.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = object(properties);
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn array(items: &Value) -> Value {
    json!({ "type": "array", "minItems": 1, "items": items })
}

fn any_of(forms: impl IntoIterator<Item = Value>) -> Value {
    json!({ "anyOf": forms.into_iter().collect::<Vec<_>>() })
}

/// The feed of one source. Without a source it is synthetic.
fn feed(source: &str) -> Value {
    let mut properties = properties(source);
    for (name, schema) in &mut properties {
        if SIZES.contains(&name.as_str()) {
            *schema = any_of([schema.clone(), json!({ "type": "string", "pattern": SIZE })]);
        } else if is_span(name, schema) {
            schema["pattern"] = SPAN.into();
        }
    }
    let mut required = Vec::new();
    if source != "synthetic" {
        required.push("source");
    }
    if properties.contains_key("path") {
        required.push("path");
    }
    let mut schema = object(properties);
    schema["title"] = source.into();
    schema["required"] = json!(required);
    schema
}

/// A lane of one transport, with its switches and its client's.
fn lane(transport: &transport::Transport) -> Value {
    let mut properties = plain(LANE.keys);
    properties.insert("transport".to_owned(), json!({ "const": transport.name }));
    for param in own_switches(transport.name).iter().chain(transport.switches()) {
        properties.insert(param.name.to_owned(), switch(param));
    }
    let mut schema = table(&LANE, properties);
    schema["title"] = format!("a lane by {}", transport.name).into();
    schema
}

/// A parameter; a duration of it in any units.
fn switch(param: &Param) -> Value {
    match param.kind {
        param::Kind::Duration { off, .. } => {
            json!({ "type": "string", "pattern": if off { SPAN_OR_OFF } else { SPAN } })
        }
        _ => param.schema(),
    }
}

fn step() -> Value {
    let mut properties = plain(MOMENTS);
    properties.extend(plain(VERBS));
    properties.extend(plain(BESIDES));
    let factor = json!({ "type": "number", "minimum": 0.01, "maximum": 1000 });
    let said = |noun: &Noun| {
        let mut properties = plain(noun.keys);
        properties.insert("factor".to_owned(), factor.clone());
        table(noun, properties)
    };
    let commands: Vec<&str> = crate::feed::COMMANDS.into_iter().filter(|name| *name != "speed").collect();
    let event = json!({
        "type": "object",
        "properties": { "type": { "type": "string" }, "data": {} },
        "required": ["type"],
        "additionalProperties": false,
    });
    let own = [
        ("when", table(&WHEN, plain(WHEN.keys))),
        ("throw", any_of(fault::ALL.iter().map(throw))),
        ("clear", json!({ "type": "string" })),
        ("command", any_of([json!({ "type": "string", "enum": commands }), said(&COMMAND)])),
        ("say", said(&SAY)),
        ("push", array(&event)),
    ];
    for (name, schema) in own {
        let means = MOMENTS.iter().chain(VERBS).find(|key| key.name == name).map(|key| key.means);
        properties.insert(name.to_owned(), described(schema, means.unwrap_or_default()));
    }
    let one = |keys: &[Key]| {
        let each: Vec<Value> = keys.iter().map(|key| json!({ "required": [key.name] })).collect();
        json!({ "oneOf": each })
    };
    let mut schema = object(properties);
    schema["allOf"] = json!([one(MOMENTS), one(VERBS)]);
    schema
}

fn throw(fault: &Fault) -> Value {
    let mut properties = Map::from_iter([
        ("fault".to_owned(), json!({ "const": fault.name })),
        (
            "scope".to_owned(),
            json!({ "type": "string", "pattern": "^(all|lane:[a-z0-9-]+|transport:[a-z-]+)$" }),
        ),
        ("lasts".to_owned(), json!({ "type": "string" })),
    ]);
    properties.extend(fault.params.iter().map(|param| (param.name.to_owned(), switch(param))));
    let mut schema = object(properties);
    schema["title"] = fault.title.into();
    schema["required"] = json!(["fault"]);
    schema
}

fn expect() -> Value {
    let mut properties = plain(EXPECT.keys);
    for measure in measure::ALL {
        // A name that stands for a lane's and for the run's is of one kind.
        properties.entry(measure.name).or_insert_with(|| described(held(measure), measure.means));
    }
    object(properties)
}

fn held(measure: &Measure) -> Value {
    let count = json!({ "type": "integer", "minimum": 0 });
    let word = match measure.name {
        "state" | "states" => json!({ "type": "string", "enum": STATES }),
        _ => json!({ "type": ["string", "integer"] }),
    };
    let words = |least: usize| json!({ "type": "array", "minItems": least, "items": word.clone() });
    match measure.kind {
        measure::Kind::Count => any_of([count.clone(), bounds(&count)]),
        measure::Kind::Bytes => {
            let size = any_of([count, json!({ "type": "string", "pattern": SIZE })]);
            any_of([size.clone(), bounds(&size)])
        }
        measure::Kind::Time => bounds(&json!({ "type": "string", "pattern": SPAN })),
        measure::Kind::Flag => json!({ "type": "boolean" }),
        measure::Kind::Text => {
            let one_of = object(Map::from_iter([("one-of".to_owned(), words(1))]));
            any_of([word.clone(), one_of])
        }
        measure::Kind::List => {
            let each = LISTS.iter().map(|form| object(Map::from_iter([((*form).to_owned(), words(1))])));
            any_of(std::iter::once(words(0)).chain(each))
        }
    }
}

/// Bounds, of which there is at least one.
fn bounds(value: &Value) -> Value {
    let form = |name: &str| match name {
        "min" | "max" => value.clone(),
        "times" => json!({ "type": "number", "exclusiveMinimum": 0 }),
        _ => json!({ "type": "string" }),
    };
    let mut schema = object(BOUNDS.iter().map(|name| ((*name).to_owned(), form(name))).collect());
    schema["minProperties"] = 1.into();
    schema
}
