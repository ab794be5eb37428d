//! What a request gives: names and values, from the query or from a body of JSON, looked up by the table.

use std::time::Duration;

use actix_web::{HttpRequest, web};
use serde_json::{Map, Value};

use super::super::refusal::Refusal;
use super::table::{CLIENT, COMMON, LANE};
use crate::pace::{format_span, parse_span};
use crate::param::{Kind, Param};

/// The parameters of one request, each at most once.
#[derive(Debug)]
pub(super) struct Given(Vec<One>);

#[derive(Debug)]
struct One {
    name: String,
    value: String,
    in_body: bool,
}

impl Given {
    /// Reads the query, and the body where there is one.
    pub(super) fn read(request: &HttpRequest, body: Option<&[u8]>) -> Result<Self, Refusal> {
        let text = request.query_string();
        let pairs = web::Query::<Vec<(String, String)>>::from_query(text)
            .map_err(|_| Refusal::query("", "name=value pairs, percent-encoded", text))?
            .into_inner();
        let mut given = Self(Vec::with_capacity(pairs.len()));
        for (name, value) in pairs {
            given.add(One { name, value, in_body: false })?;
        }
        let Some(body) = body else { return Ok(given) };
        if let Some(one) = given.0.iter().find(|one| one.name != LANE.name && one.name != CLIENT.name) {
            let wanted =
                format!("{} in the body, which has all but {} and {}", one.name, LANE.name, CLIENT.name);
            return Err(one.refuse(wanted));
        }
        for (name, value) in members(body)? {
            let Value::String(value) = value else {
                return Err(in_body(
                    &name,
                    "text in quotes, as it would stand in a query",
                    &value.to_string(),
                ));
            };
            given.add(One { name, value, in_body: true })?;
        }
        Ok(given)
    }

    /// Refuses what is neither common nor in `takes`.
    pub(super) fn only(&self, takes: &[Param], common: bool) -> Result<(), Refusal> {
        let known = || takes.iter().chain(if common { COMMON } else { &[] }).map(|param| param.name);
        let stranger = self.0.iter().find(|one| !known().any(|name| name == one.name));
        stranger.map_or(Ok(()), |one| {
            let names: Vec<&str> = known().collect();
            Err(Refusal {
                found: format!("\"{}={}\"", one.name, one.value),
                ..one.refuse(format!("one of {}", names.join(", ")))
            })
        })
    }

    /// The value of `param`, whatever it is.
    pub(super) fn get(&self, param: &Param) -> Option<&str> {
        self.one(param).map(|one| one.value.as_str())
    }

    /// A refusal of the value of `param`.
    pub(super) fn refuse(&self, param: &Param, wanted: impl Into<String>) -> Refusal {
        match self.one(param) {
            Some(one) => one.refuse(wanted),
            None => Refusal::query(param.name, wanted, ""),
        }
    }

    /// The value of a choice; of a switch it is `on` or `off`.
    pub(super) fn choice(&self, param: &Param) -> Result<&'static str, Refusal> {
        let values = match param.kind {
            Kind::Choice(values) => values,
            _ => &["on", "off"],
        };
        let Some(found) = self.get(param) else { return Ok(values[0]) };
        values
            .iter()
            .find(|value| **value == found)
            .copied()
            .ok_or_else(|| self.refuse(param, values.join(" or ")))
    }

    /// Whether a switch is on.
    pub(super) fn switch(&self, param: &Param) -> Result<bool, Refusal> {
        self.choice(param).map(|value| value == "on")
    }

    /// A name.
    pub(super) fn text(&self, param: &Param) -> Result<Option<String>, Refusal> {
        let (Some(found), Kind::Text { besides, longest }) = (self.get(param), &param.kind) else {
            return Ok(None);
        };
        let plain = found.chars().all(|c| c.is_ascii_alphanumeric() || besides.contains(c));
        if found.is_empty() || found.len() > *longest || !plain {
            let besides: Vec<String> = besides.chars().map(String::from).collect();
            let wanted = format!("1 to {longest} of A-Z, a-z, 0-9, {}", besides.join(" and "));
            return Err(self.refuse(param, wanted));
        }
        Ok(Some(found.to_owned()))
    }

    /// A duration; `None` if it is off, or there is none. `heartbeat` is what the default may depend on.
    pub(super) fn span(
        &self,
        param: &Param,
        heartbeat: Option<Duration>,
    ) -> Result<Option<Duration>, Refusal> {
        let Kind::Duration { min, max, off, default } = &param.kind else { return Ok(None) };
        match self.get(param) {
            None => Ok(default.after(heartbeat)),
            Some("off") if *off => Ok(None),
            Some(found) => match parse_span(found) {
                Ok(span) if (*min..=*max).contains(&span) => Ok(Some(span)),
                _ => {
                    let or_off = if *off { ", or off" } else { "" };
                    let (min, max) = (format_span(*min), format_span(*max));
                    Err(self.refuse(param, format!("a duration with its unit, from {min} to {max}{or_off}")))
                }
            },
        }
    }

    /// A number.
    pub(super) fn number(&self, param: &Param) -> Result<usize, Refusal> {
        let Kind::Number { min, max, default } = param.kind else { return Ok(0) };
        let Some(found) = self.get(param) else { return Ok(default) };
        let number = found.parse().ok().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| self.refuse(param, format!("a number from {min} to {max}")))
    }

    fn one(&self, param: &Param) -> Option<&One> {
        self.0.iter().find(|one| one.name == param.name)
    }

    fn add(&mut self, one: One) -> Result<(), Refusal> {
        if self.0.iter().any(|other| other.name == one.name) {
            let found = format!("it again, as {}", one.value);
            return Err(Refusal { found, ..one.refuse("it once") });
        }
        self.0.push(one);
        Ok(())
    }
}

impl One {
    fn refuse(&self, wanted: impl Into<String>) -> Refusal {
        if self.in_body {
            in_body(&self.name, wanted, &format!("{:?}", self.value))
        } else {
            Refusal::query(&self.name, wanted, &self.value)
        }
    }
}

fn in_body(name: &str, wanted: impl Into<String>, found: &str) -> Refusal {
    let place = format!("member {name} of the body");
    Refusal { place, found: found.to_owned(), ..Refusal::query(name, wanted, found) }
}

/// The members of a body; none of an empty one.
fn members(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_slice(body).map_err(|error| {
        let wanted = r#"a JSON object such as {"after":"earliest"}, or nothing"#;
        let place = "body".to_owned();
        let fix = "send such a JSON object".to_owned();
        Refusal { place, fix, found: error.to_string(), ..Refusal::query("body", wanted, "") }
    })
}
