//! What a command makes of a job's state, and the event that tells of it.

use super::command::Command;
use super::event::Kind;
use super::job::{Control, State};

/// The event, if there is one.
pub(super) type Told = Option<(Kind, String)>;

/// The state after `command`, and the event that tells all readers of it.
pub(super) fn next(now: Control, command: Command) -> Result<(Control, Told), String> {
    let Control { state, speed } = now;
    let told = |kind| Some((kind, "{}".to_owned()));
    match (command, state) {
        (Command::Start, State::Ready) => Ok((Control { state: State::Running, speed }, None)),
        (Command::Pause, State::Running) => Ok((Control { state: State::Paused, speed }, told(Kind::Paused))),
        (Command::Resume, State::Paused) => {
            Ok((Control { state: State::Running, speed }, told(Kind::Resumed)))
        }
        // The state becomes `cancelled` with the end event.
        (Command::Cancel, state) if !state.is_end() => Ok((now, told(Kind::Cancelled))),
        (Command::Speed { factor }, state) if !state.is_end() => {
            let data = serde_json::json!({ "factor": factor }).to_string();
            Ok((Control { state, speed: factor }, Some((Kind::Speed, data))))
        }
        (command, state) => Err(format!("{} is not possible: the job is {}", command.name(), state.name())),
    }
}
