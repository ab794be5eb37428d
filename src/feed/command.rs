//! What a reader may tell a job, and what it is answered: the same JSON by POST and by WebSocket frame.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

/// The speeds a job can be set to.
pub const SPEEDS: std::ops::RangeInclusive<f64> = 0.01..=1000.0;

/// The names of the commands.
pub const COMMANDS: [&str; 5] = ["start", "pause", "resume", "speed", "cancel"];

/// The longest `id` of a command, in characters.
pub const ID_LIMIT: usize = 64;

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "command", rename_all = "lowercase")]
pub enum Command {
    /// Start a job that was made `ready`.
    Start,
    /// Hold it.
    Pause,
    /// Let it go on.
    Resume,
    /// End it now.
    Cancel,
    /// Set its speed, 1 being as written.
    Speed {
        /// 0.01 to 1000.
        factor: f64,
    },
}

/// A command as it comes over the wire.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Order {
    /// Comes back in the ack.
    #[serde(default)]
    pub id: Option<String>,
    /// What to do.
    #[serde(flatten)]
    pub command: Command,
}

/// The answer to a command.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ack {
    #[serde(rename = "type")]
    kind: &'static str,
    /// The `id` of the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name of the command.
    pub command: &'static str,
    /// Whether it was done.
    pub ok: bool,
    /// The state of the job after it.
    pub state: super::State,
    /// Why it was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Why a text is no command.
#[derive(Debug, Error)]
pub enum OrderError {
    /// It is not the JSON wanted.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// The speed is out of range.
    #[error("factor is {0}, and may be 0.01 to 1000")]
    Factor(f64),
    /// serde takes the number of a variant for its name.
    #[error("command is {0}, and is to be a string, such as \"pause\"")]
    Name(Value),
    /// A field that no command has.
    #[error("{0:?} is no field of that command")]
    Field(String),
    /// The id is too long.
    #[error("id has {0} characters, and may have 64")]
    Id(usize),
}

impl Command {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
            Self::Speed { .. } => "speed",
        }
    }
}

impl Order {
    /// Reads a command.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(json: &[u8]) -> Result<Self, OrderError> {
        let order: Self = serde_json::from_slice(json)?;
        // serde cannot refuse unknown fields of a flattened enum.
        let fields: Map<String, Value> = serde_json::from_slice(json)?;
        if let Some(name) = fields.get("command").filter(|name| !name.is_string()) {
            return Err(OrderError::Name(name.clone()));
        }
        let speed = matches!(order.command, Command::Speed { .. });
        let known = |name: &str| name == "id" || name == "command" || (speed && name == "factor");
        if let Some(field) = fields.keys().find(|name| !known(name)) {
            return Err(OrderError::Field(field.clone()));
        }
        if let Command::Speed { factor } = order.command
            && !SPEEDS.contains(&factor)
        {
            return Err(OrderError::Factor(factor));
        }
        match order.id.as_ref().map_or(0, |id| id.chars().count()) {
            0..=ID_LIMIT => Ok(order),
            long => Err(OrderError::Id(long)),
        }
    }
}

impl Order {
    /// The id in a text that need not be a good order, so that its refusal can be matched.
    pub fn id_of(json: &[u8]) -> Option<String> {
        let value: Value = serde_json::from_slice(json).ok()?;
        value["id"].as_str().filter(|id| id.chars().count() <= ID_LIMIT).map(str::to_owned)
    }
}

impl Ack {
    /// The answer to `order`, `outcome` being an error's text or nothing.
    pub fn new(order: &Order, state: super::State, outcome: Result<(), String>) -> Self {
        let ok = outcome.is_ok();
        let command = order.command.name();
        Self { kind: "ack", id: order.id.clone(), command, ok, state, error: outcome.err() }
    }

    /// The element that crosses the wire.
    pub fn to_json(&self) -> String {
        // Strings, booleans and unit variants only: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_and_bad_ones_refused_with_a_reason() {
        let order = Order::parse(br#"{"command":"speed","factor":2,"id":"7"}"#).expect("good");
        assert_eq!(order, Order { id: Some("7".into()), command: Command::Speed { factor: 2.0 } });
        for (json, reason) in [
            (r#"{"command":"speed","factor":0}"#, "0.01 to 1000"),
            (r#"{"command":"speed"}"#, "factor"),
            (r#"{"command":"stop"}"#, "unknown variant `stop`"),
            (r#"{"command":0}"#, "command is 0"),
            (r#"{"command":"start","bogus":1}"#, "bogus"),
            ("pause", "expected value"),
        ] {
            let error = Order::parse(json.as_bytes()).expect_err(json).to_string();
            assert!(error.contains(reason), "{json}: {error}");
        }
    }
}
