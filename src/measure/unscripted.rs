//! Requests that no script sent: a browser whose request met a connection that died may send it again by itself and tell
//! nobody. The server's lines are counted against the attempts the lane knows of, as the page does it
//! (`web/model/unscripted.js`).

use crate::record::What;

/// A request is seen no earlier than it was sent, but by two clocks it may seem so, ms.
const SLACK: f64 = 10.0;

/// The attempts of a lane: from and to.
#[derive(Debug, Default)]
pub(super) struct Attempts(Vec<(f64, Option<f64>)>);

impl Attempts {
    /// Folds one observation of the lane, at the server's time.
    pub(super) fn fold(&mut self, what: &What, asks: bool, at: f64) {
        let pending = self.0.last_mut().filter(|(_, end)| end.is_none());
        let sets_out = match what {
            What::Request { .. } => asks,
            What::Connecting { .. } | What::Waiting { wait: None, .. } => !asks,
            _ => false,
        };
        let over = matches!(
            what,
            What::Response { .. }
                | What::Opened { .. }
                | What::Stop { .. }
                | What::Full { .. }
                | What::Failed { .. }
                | What::Closed { .. }
        );
        if let Some((_, end)) = pending
            && (sets_out || over)
        {
            *end = Some(at);
        }
        if sets_out {
            self.0.push((at, None));
        }
    }

    /// The lines of `served` (when, and which line) that no attempt accounts for. Each attempt gets the first line that can
    /// be its own; one that failed may never have reached the server.
    pub(super) fn strangers(&self, served: &[(f64, usize)], unsure: f64) -> Vec<usize> {
        let slack = SLACK.max(2.0 * unsure);
        let mut strangers = Vec::new();
        let mut lines = served.iter().peekable();
        for (start, end) in &self.0 {
            while let Some((_, line)) = lines.next_if(|(at, _)| *at < start - slack) {
                strangers.push(*line);
            }
            lines.next_if(|(at, _)| *at <= end.unwrap_or(f64::INFINITY) + slack);
        }
        strangers.extend(lines.map(|(_, line)| *line));
        strangers
    }
}
