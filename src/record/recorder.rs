//! Where the server's observations go: to every listener, none able to slow the server.
//!
//! A listener is bounded, so that one who does not come back costs so much and no more. In a simulation, where the server cannot
//! wait for anybody and nobody is to lose a line, it is not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, mpsc};

use super::observation::{Observation, What};

/// Lines a listener may be behind before the oldest are lost to it, which it is then told.
const BEHIND: usize = 16_384;

/// Takes observations. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Recorder(Lines);

#[derive(Clone, Debug)]
enum Lines {
    Bounded(broadcast::Sender<Arc<str>>),
    All(Arc<Mutex<Senders>>),
}

type Senders = Vec<mpsc::UnboundedSender<Arc<str>>>;

/// Hears all lines from when it was made.
#[derive(Debug)]
pub struct Listener(Hears);

#[derive(Debug)]
enum Hears {
    Latest(broadcast::Receiver<Arc<str>>),
    All(mpsc::UnboundedReceiver<Arc<str>>),
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
    /// One whose listeners may be 16,384 lines behind.
    fn default() -> Self {
        Self::bounded(BEHIND)
    }
}

impl Recorder {
    /// One whose listeners may be so many lines behind.
    pub fn bounded(behind: usize) -> Self {
        Self(Lines::Bounded(broadcast::Sender::new(behind.max(1))))
    }

    /// One whose listeners lose nothing, whatever that costs.
    pub fn unbounded() -> Self {
        Self(Lines::All(Arc::default()))
    }

    /// Whether anybody listens. Ask before making an observation in a hot path.
    pub fn is_on(&self) -> bool {
        match &self.0 {
            Lines::Bounded(lines) => lines.receiver_count() > 0,
            Lines::All(senders) => lock(senders).iter().any(|sender| !sender.is_closed()),
        }
    }

    /// Passes on what `observe` makes, if anybody listens.
    pub fn note(&self, observe: impl FnOnce() -> Observation) {
        if !self.is_on() {
            return;
        }
        let line: Arc<str> = observe().to_line().into();
        match &self.0 {
            // It fails only if the last listener has just left.
            Lines::Bounded(lines) => drop(lines.send(line)),
            Lines::All(senders) => lock(senders).retain(|sender| sender.send(line.clone()).is_ok()),
        }
    }

    /// Listens from now on.
    pub fn listen(&self) -> Listener {
        match &self.0 {
            Lines::Bounded(lines) => Listener(Hears::Latest(lines.subscribe())),
            Lines::All(senders) => {
                let (sender, lines) = mpsc::unbounded_channel();
                lock(senders).push(sender);
                Listener(Hears::All(lines))
            }
        }
    }

    /// Ends the record of all who listen to one that is unbounded, whoever has it still; of another it ends when all clones are gone.
    pub(crate) fn end(&self) {
        if let Lines::All(senders) = &self.0 {
            lock(senders).clear();
        }
    }
}

impl Listener {
    /// The next line. A listener that was too slow first hears how many it lost.
    pub async fn next(&mut self) -> Heard {
        match &mut self.0 {
            Hears::Latest(lines) => match lines.recv().await {
                Ok(line) => Heard::Line(line),
                Err(RecvError::Lagged(lines)) => Heard::Line(lost(lines)),
                Err(RecvError::Closed) => Heard::Over,
            },
            Hears::All(lines) => lines.recv().await.map_or(Heard::Over, Heard::Line),
        }
    }

    /// The next line if it is there already.
    pub fn next_now(&mut self) -> Option<Heard> {
        match &mut self.0 {
            Hears::Latest(lines) => match lines.try_recv() {
                Ok(line) => Some(Heard::Line(line)),
                Err(TryRecvError::Lagged(lines)) => Some(Heard::Line(lost(lines))),
                Err(TryRecvError::Closed) => Some(Heard::Over),
                Err(TryRecvError::Empty) => None,
            },
            Hears::All(lines) => match lines.try_recv() {
                Ok(line) => Some(Heard::Line(line)),
                Err(mpsc::error::TryRecvError::Disconnected) => Some(Heard::Over),
                Err(mpsc::error::TryRecvError::Empty) => None,
            },
        }
    }
}

fn lock(senders: &Mutex<Senders>) -> MutexGuard<'_, Senders> {
    senders.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn where_there_is_no_bound_nothing_is_lost_until_the_record_is_ended() {
        let recorder = Recorder::unbounded();
        let mut listener = recorder.listen();
        drop(recorder.listen());
        let total = 3 * BEHIND as u64;
        for seq in 0..total {
            recorder.note(|| Observation::by_server(What::Lost { lines: seq }));
        }
        recorder.end();
        recorder.note(|| panic!("nobody listens any more"));
        let heard = std::iter::from_fn(|| listener.next_now().filter(|heard| *heard != Heard::Over));
        assert_eq!(heard.count() as u64, total);
        assert_eq!(listener.next_now(), Some(Heard::Over));
    }

    #[test]
    fn nothing_is_made_while_nobody_listens() {
        Recorder::default().note(|| panic!("made"));
        Recorder::unbounded().note(|| panic!("made"));
    }
}
