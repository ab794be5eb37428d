//! Talking back without a socket: a command as a POST of its own, which is what a reader by SSE or polling must do.

use std::time::Duration;

use serde_json::{Value, json};

use super::Command;
use super::desk::{Desk, Pen};
use super::elements;
use crate::client::connector::Connector;
use crate::client::http::{Http, Request};
use crate::record::{Direction, What};

/// The server answers a command at once; who waits longer talks to nobody.
const TIMEOUT: Duration = Duration::from_secs(5);
const LIMIT: usize = 1 << 20;

impl Command {
    /// As it goes up, by a frame or a body.
    pub(super) fn json(&self) -> String {
        let mut said = json!({"id": self.id, "command": self.command});
        if let Some(factor) = self.factor {
            said["factor"] = json!(factor);
        }
        said.to_string()
    }

    pub(super) fn noted(&self, bytes: usize, via: &str) -> What {
        What::Command {
            dir: Direction::Up,
            command: self.command.clone(),
            id: Some(self.id.clone()),
            bytes: bytes as u64,
            via: via.to_owned(),
            wire: None,
        }
    }

    fn refused(&self, error: &str, took: f64) -> What {
        What::Ack {
            dir: Direction::Down,
            command: self.command.clone(),
            ok: false,
            bytes: 0,
            id: Some(self.id.clone()),
            took: Some(took),
            error: Some(error.to_owned()),
        }
    }
}

/// A command, and with which pen its fate is noted.
pub(super) struct Said {
    pen: Pen,
    attempt: u32,
    command: Command,
}

impl Said {
    pub(super) fn new(desk: &Desk, command: Command) -> Self {
        Self { pen: desk.pen.clone(), attempt: desk.reader.attempt, command }
    }

    /// As it goes up.
    pub(super) fn body(&self) -> String {
        self.command.json()
    }
}

/// Posts a command and notes its answer.
pub(super) async fn post<C: Connector>(http: Http<C>, request: Request, said: Said) {
    let Said { pen, attempt, command } = said;
    let sent = pen.now();
    pen.note(attempt, sent, command.noted(request.body.len(), "post"));
    let exchange = async { http.ask(&request).await?.whole(LIMIT).await };
    let answer = tokio::time::timeout(TIMEOUT, exchange).await;
    let at = pen.now();
    let what = match answer {
        Err(_) => command.refused("time-out", at - sent),
        Ok(Err(_)) => command.refused("network", at - sent),
        Ok(Ok((head, body))) => match serde_json::from_slice::<Value>(&body) {
            // 200 and 409 both carry the ack; any other answer is an error object.
            Ok(Value::Object(ack)) if ack.get("type").is_some_and(|kind| kind == "ack") => {
                elements::ack(&ack, Some(command.id), body.len(), Some(at - sent))
            }
            _ => command.refused(&format!("HTTP {}", head.status), at - sent),
        },
    };
    pen.note(attempt, at, what);
}

/// A command that there is no socket for.
pub(super) fn unheard(desk: &Desk, command: &Command) {
    desk.note(command.noted(command.json().len(), "frame"));
    desk.note(command.refused("not connected", 0.0));
}
