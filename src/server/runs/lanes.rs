//! The lanes of a page as a conductor has them: what they see is posted, what they are told is a line of the record's stream.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::{Entry, Phase};
use crate::record::{Observation, What};
use crate::run::{Heard, LaneOrder, LanePlan, Lanes, Stage as _};
use crate::server::Handle;

/// How long a page may take to come: a browser has to start.
const COMING: Duration = Duration::from_secs(60);
/// How long it may say nothing once it is there.
const SILENT: Duration = Duration::from_secs(10);

/// What a page has posted.
pub(in crate::server) struct Posted {
    /// What its lanes saw.
    pub seen: Vec<Observation>,
    /// Whether that is the last of it.
    pub last: bool,
}

/// The readers of a page.
pub struct PageLanes {
    posted: mpsc::UnboundedReceiver<Posted>,
    waiting: VecDeque<Observation>,
    heard: Instant,
    last: bool,
    of: Option<(Arc<Entry>, Handle)>,
}

impl PageLanes {
    pub(super) fn new(posted: mpsc::UnboundedReceiver<Posted>) -> Self {
        Self { posted, waiting: VecDeque::new(), heard: Instant::now(), last: false, of: None }
    }

    pub(super) fn of(&mut self, entry: Arc<Entry>, stage: Handle) {
        self.of = Some((entry, stage));
    }

    async fn hear(&mut self, deadline: Instant) -> Option<()> {
        let Posted { seen, last } = timeout_at(deadline, self.posted.recv()).await.ok()??;
        self.heard = Instant::now();
        self.waiting.extend(seen);
        self.last |= last;
        Some(())
    }
}

impl Lanes for PageLanes {
    async fn begin(&mut self, _lanes: &[LanePlan]) -> Result<(), String> {
        let none = || format!("no page came to play it within {} s", COMING.as_secs());
        self.hear(Instant::now() + COMING).await.ok_or_else(none)
    }

    async fn next(&mut self) -> Heard {
        loop {
            if let Some(seen) = self.waiting.pop_front() {
                return Heard::Seen(Box::new(seen));
            }
            if self.last {
                return Heard::Over;
            }
            if self.hear(self.heard + SILENT).await.is_none() {
                let silent = SILENT.as_secs();
                return Heard::Gone(format!(
                    "the page has said nothing for {silent} s: it is closed, or its browser is gone"
                ));
            }
        }
    }

    fn order(&mut self, _lane: &LanePlan, _order: &LaneOrder) {
        // The page has seen the step.
    }

    fn close(&mut self) {
        let Some((entry, stage)) = &self.of else { return };
        entry.enter(Phase::Closing);
        let what = What::Step { step: 0, does: "close".to_owned(), of: None, order: None };
        stage.tell(&Observation { run: Some(entry.id.clone()), ..Observation::by_server(what) });
    }
}
