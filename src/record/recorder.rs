//! Where the server's observations go: to every listener, each bounded, none able to slow the server.

use std::sync::Arc;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use super::observation::{Observation, What};

/// Lines a listener may be behind before the oldest are lost to it, which it is then told.
const BEHIND: usize = 16_384;

/// Takes observations. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Recorder {
    lines: broadcast::Sender<Arc<str>>,
}

/// Hears all lines from when it was made.
#[derive(Debug)]
pub struct Listener {
    lines: broadcast::Receiver<Arc<str>>,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A line, without line end.
    Line(Arc<str>),
    /// The recorder is gone.
    Over,
}

impl Default for Recorder {
    fn default() -> Self {
        Self { lines: broadcast::Sender::new(BEHIND) }
    }
}

impl Recorder {
    /// Whether anybody listens. Ask before making an observation in a hot path.
    pub fn is_on(&self) -> bool {
        self.lines.receiver_count() > 0
    }

    /// Passes on what `observe` makes, if anybody listens.
    pub fn note(&self, observe: impl FnOnce() -> Observation) {
        if self.is_on() {
            // It fails only if the last listener has just left.
            let _ = self.lines.send(observe().to_line().into());
        }
    }

    /// Listens from now on.
    pub fn listen(&self) -> Listener {
        Listener { lines: self.lines.subscribe() }
    }
}

impl Listener {
    /// The next line. A listener that was too slow first hears how many it lost.
    pub async fn next(&mut self) -> Heard {
        match self.lines.recv().await {
            Ok(line) => Heard::Line(line),
            Err(RecvError::Lagged(lines)) => Heard::Line(lost(lines)),
            Err(RecvError::Closed) => Heard::Over,
        }
    }

    /// The next line if it is there already.
    pub fn next_now(&mut self) -> Option<Heard> {
        match self.lines.try_recv() {
            Ok(line) => Some(Heard::Line(line)),
            Err(TryRecvError::Lagged(lines)) => Some(Heard::Line(lost(lines))),
            Err(TryRecvError::Closed) => Some(Heard::Over),
            Err(TryRecvError::Empty) => None,
        }
    }
}

fn lost(lines: u64) -> Arc<str> {
    Observation::by_server(What::Lost { lines }).to_line().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_slow_listener_is_told_how_much_it_lost_and_then_goes_on() {
        let recorder = Recorder::default();
        let mut listener = recorder.listen();
        let total = BEHIND as u64 + 1000;
        for seq in 0..total {
            recorder.note(|| Observation::by_server(What::Lost { lines: seq }));
        }
        let Heard::Line(line) = listener.next().await else { panic!("over") };
        let told: Observation = serde_json::from_str(&line).expect("reads");
        let What::Lost { lines } = told.what else { panic!("{line}") };
        let mut left = 0;
        while listener.next_now().is_some() {
            left += 1;
        }
        assert_eq!(lines + left, total);
    }

    #[test]
    fn nothing_is_made_while_nobody_listens() {
        Recorder::default().note(|| panic!("made"));
    }
}
