//! The state of a lane as a fold of its observations: the same fold as the page's (`web/model/machine.js`), so that a report
//! and the page tell the same story.

use serde::{Deserialize, Serialize};

use crate::record::What;

/// Where a lane is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing has happened yet.
    #[default]
    Idle,
    /// It has set out.
    Connecting,
    /// A response or socket is open, or a poll was answered.
    Open,
    /// It will come back, after a while.
    Waiting,
    /// Closed, and nobody is opening it.
    Closed,
    /// It will never come back by itself.
    GivenUp,
    /// It has the end of the job.
    Ended,
}

impl State {
    /// As scenario files and the page call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Closed => "closed",
            Self::GivenUp => "given-up",
            Self::Ended => "ended",
        }
    }
}

/// Whether this type is that of the one event which is the last of its job.
pub(super) fn is_end(kind: &str) -> bool {
    matches!(kind, "done" | "failed" | "cancelled")
}

/// Causes that say more than the reason a Close carries.
const CLEAR_CAUSES: [&str; 5] = ["hand", "next-run", "replaced", "removed", "full"];

/// A lane's state, and what stands beside it.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// Where it is.
    pub state: State,
    /// What its client says (readyState).
    pub ready: Option<u8>,
    /// The last close code.
    pub code: Option<u16>,
    /// Why it is where it is, if somebody said so.
    pub cause: String,
    /// It has the end event.
    pub complete: bool,
}

impl Machine {
    /// Folds one observation of the lane itself.
    pub fn step(&mut self, transport: &str, what: &What) {
        match what {
            What::Connecting { .. } => self.enter(State::Connecting, String::new(), None),
            What::Opened { ready, .. } => {
                self.ready = ready.or(self.ready);
                self.enter(State::Open, String::new(), None);
            }
            What::Event(seen) if is_end(&seen.kind) => {
                self.state = State::Ended;
                self.complete = true;
            }
            What::Failed { cause, ready } => self.failed(transport, cause, *ready),
            What::Waiting { cause, .. } => {
                self.state = State::Waiting;
                self.cause.clone_from(cause);
            }
            What::Full { code, .. } => self.enter(State::Waiting, "full".to_owned(), *code),
            // Told that there is no more: because it is to stay away, or after the end.
            What::Stop { cause: Some(cause), .. } => {
                self.state = State::Closed;
                self.cause.clone_from(cause);
            }
            What::Stop { code, .. } => {
                self.state = State::Ended;
                self.code = code.or(self.code);
            }
            What::Closed { cause, ready, code, reason, .. } => {
                self.closed(cause, *ready, *code, reason.as_deref());
            }
            _ => {}
        }
    }

    fn enter(&mut self, state: State, cause: String, code: Option<u16>) {
        self.state = state;
        self.cause = cause;
        self.code = code;
    }

    fn failed(&mut self, transport: &str, cause: &str, ready: Option<u8>) {
        self.ready = ready.or(self.ready);
        cause.clone_into(&mut self.cause);
        // An EventSource with readyState 2 never comes back by itself (HTML 9.2.3, "fail the connection"). A WebSocket's
        // error event says nothing: its close event follows and does. Who has the end event and asks again is told to stop
        // by 204, which looks just like a refusal.
        if transport == "sse" && ready == Some(2) {
            self.state = if self.complete { State::Ended } else { State::GivenUp };
            if self.complete {
                self.cause.clear();
            }
        }
    }

    fn closed(&mut self, cause: &str, ready: Option<u8>, code: Option<u16>, reason: Option<&str>) {
        self.ready = ready.or(self.ready);
        self.code = code.or(self.code);
        // Who closed it knows why better than the other side's echo.
        let reason = reason.filter(|reason| !reason.is_empty() && !CLEAR_CAUSES.contains(&cause));
        let told = reason.unwrap_or(cause);
        if !told.is_empty() {
            told.clone_into(&mut self.cause);
        }
        self.state = match cause {
            _ if self.complete || self.state == State::Ended => State::Ended,
            "gone" => State::GivenUp,
            _ => State::Closed,
        };
    }
}
