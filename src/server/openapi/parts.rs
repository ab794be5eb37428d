//! The pieces that operations are put together from: parameters, bodies, answers.

use serde_json::{Map, Value, json};

/// A reference to a schema of the document.
pub(super) fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// One operation on a path.
pub(super) struct Operation(Map<String, Value>);

impl Operation {
    /// With nothing but its name and what it is for.
    pub(super) fn new(id: &str, summary: &str) -> Self {
        let start = json!({ "operationId": id, "summary": summary, "parameters": [], "responses": {} });
        Self(start.as_object().cloned().unwrap_or_default())
    }

    /// With a parameter in its path.
    pub(super) fn in_path(self, name: &str, what: &str, schema: &Value) -> Self {
        self.parameter(json!({
            "name": name, "in": "path", "required": true, "description": what, "schema": schema,
        }))
    }

    /// With a parameter.
    pub(super) fn parameter(mut self, parameter: Value) -> Self {
        if let Some(Value::Array(parameters)) = self.0.get_mut("parameters") {
            parameters.push(parameter);
        }
        self
    }

    /// With a body of JSON, and what goes wrong with bodies.
    pub(super) fn body(mut self, schema: &Value, required: bool) -> Self {
        let content = json!({ "application/json": { "schema": schema } });
        self.0.insert("requestBody".to_owned(), json!({ "required": required, "content": content }));
        self.no(400, "not what is wanted")
            .no(413, "a body that is too large")
            .no(415, "a body that is not said to be JSON")
    }

    /// With a body of another type, and what goes wrong with bodies.
    pub(super) fn body_of(mut self, media_type: &str, schema: &Value) -> Self {
        let content = json!({ media_type: { "schema": schema } });
        self.0.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
        self.no(400, "not what is wanted")
            .no(413, "a body that is too large")
            .no(415, "a body that is not said to be of that type")
    }

    /// With what any change of state may be answered.
    pub(super) fn changes_state(self) -> Self {
        self.no(403, "a Host or Origin that is not trusted").no(408, "a body that stalls")
    }

    /// With an answer in JSON.
    pub(super) fn json(self, status: u16, what: &str, schema: &Value) -> Self {
        self.answer(status, what, &[("application/json", schema.clone())])
    }

    /// With an answer that has no body.
    pub(super) fn empty(self, status: u16, what: &str) -> Self {
        self.answer(status, what, &[])
    }

    /// With an answer that has this content, each a type and its schema.
    pub(super) fn answer(mut self, status: u16, what: &str, content: &[(&str, Value)]) -> Self {
        let mut response = json!({ "description": what });
        if !content.is_empty() {
            let entry = |(kind, schema): &(&str, Value)| ((*kind).to_owned(), json!({ "schema": schema }));
            response["content"] = Value::Object(content.iter().map(entry).collect());
        }
        if let Some(Value::Object(responses)) = self.0.get_mut("responses") {
            responses.insert(status.to_string(), response);
        }
        self
    }

    /// With a refusal.
    pub(super) fn no(self, status: u16, what: &str) -> Self {
        self.json(status, what, &schema("Error"))
    }

    /// With a stream that has no end of its own.
    pub(super) fn endless(mut self) -> Self {
        self.0.insert("x-endless".to_owned(), true.into());
        self
    }

    /// As it stands in the document.
    pub(super) fn value(self) -> Value {
        Value::Object(self.0)
    }
}

/// A job in the path.
pub(super) fn job(operation: Operation) -> Operation {
    let name = json!({ "type": "string", "pattern": "^[a-z0-9-]{1,64}$" });
    operation.in_path("job", "the name of a job", &name).no(404, "no such job")
}
