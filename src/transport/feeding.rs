//! What an endless response does next: greet, tell, pass on an event, keep the line warm, or end.
//!
//! Shared by the transports on which the server speaks first; each turns the steps into its own bytes.

use std::collections::VecDeque;
use std::future::Future as _;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::{Instant, Sleep, sleep};

use super::access::Lease;
use super::context::Context;
use super::meters::Streaming;
use super::params::{HeartbeatAs, Params};
use super::pool::Notice;
use super::witness::Witness;
use crate::feed::{Cursor, Event, Next, Opening, Reader, element};
use crate::wire::{OpenResponse, Speech, Watch};

/// An element without a number: what the server says about the stream.
#[derive(Debug)]
pub(super) struct Told {
    /// Its type.
    pub name: &'static str,
    /// Where a reader stands that has heard it; `None` if hearing it moves nobody.
    pub cursor: Option<Cursor>,
    /// Its JSON.
    pub json: String,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Step {
    /// An event.
    Event(Arc<Event>),
    /// Something to say.
    Told(Told),
    /// A heartbeat that a page does not see.
    HiddenHeartbeat,
    /// The end event was the last step.
    End,
    /// The reader was told to stay away.
    Away(Notice),
    /// The token that opened the feed has expired.
    Expired,
    /// The server is stopping.
    Stopping,
}

/// One reader's way through the feed.
pub(super) struct Feeding {
    reader: Reader,
    context: Context,
    first: VecDeque<Told>,
    // Whether the greeting may go out; if not, what it has been waiting for is held behind it.
    greets: bool,
    held: Option<Step>,
    heartbeat: Option<Heartbeat>,
    lease: Option<Lease>,
    witness: Witness,
    turn: usize,
    told_off: bool,
    _watch: Option<Watch>,
    _streaming: Option<Streaming>,
    _open: Option<OpenResponse>,
}

/// What one reader may take before the others on its thread have their turn, in bytes.
const TURN: usize = 64 << 10;
/// What a step counts for at the least.
const STEP: usize = 1 << 10;

struct Heartbeat {
    every: Duration,
    form: HeartbeatAs,
    last_step: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Feeding {
    /// Starts with the greeting; has the connection looked after if `params` say so.
    pub(super) fn new(opening: Opening, params: &Params, context: Context, witness: Witness) -> Self {
        let Opening { reader, unknown_epoch, .. } = opening;
        let job = reader.job();
        let told = |name, cursor, json| Told { name, cursor, json };
        let mut first = VecDeque::from([told("hello", None, element::hello(job, reader.cursor()))]);
        if unknown_epoch.is_some() {
            let asked = params.cursor().unwrap_or_default();
            witness.unknown_epoch(&asked, job.epoch().as_str());
            let start = Cursor { epoch: job.epoch(), seq: 0 };
            first.push_back(told("unknown-epoch", Some(start), element::unknown_epoch(&asked, job.epoch())));
        }
        let line = witness.connection().map(|connection| connection.line());
        let watch =
            params.dead_after.zip(line).map(|(dead_after, line)| context.vigil.watch(line, dead_after));
        let heartbeat = params.heartbeat.map(|every| Heartbeat {
            every,
            form: params.heartbeat_as,
            last_step: Instant::now(),
            timer: Box::pin(sleep(every)),
        });
        let lease = Lease::of(reader.job());
        // An unknown epoch is something to say beside the greeting.
        let greets = params.courtesies.first_bytes || first.len() > 1;
        let streaming = witness.stream();
        Self {
            reader,
            context,
            first,
            greets,
            held: None,
            heartbeat,
            lease,
            witness,
            turn: 0,
            told_off: false,
            _watch: watch,
            _streaming: streaming,
            _open: None,
        }
    }

    /// The same as the body of a response, whose head may ask proxies not to hold it.
    pub(super) fn into_body(self, unbuffered: bool) -> Self {
        Self { _open: self.witness.open_response(Speech::Stream { unbuffered }), ..self }
    }

    /// The same, for who keeps the line warm by other means.
    pub(super) fn without_heartbeat(self) -> Self {
        Self { heartbeat: None, ..self }
    }

    /// The next step, now or when there is one.
    pub(super) fn poll_step(&mut self, cx: &mut TaskContext<'_>) -> Poll<Step> {
        if self.witness.waits_closing(cx) {
            return Poll::Pending;
        }
        if self.greets {
            if let Some(told) = self.first.pop_front() {
                return Poll::Ready(Step::Told(told));
            }
            return self.held.take().map_or_else(|| self.poll_feed(cx), Poll::Ready);
        }
        let step = ready!(self.poll_feed(cx));
        (self.greets, self.held) = (true, Some(step));
        self.poll_step(cx)
    }

    /// The next step after the greeting.
    fn poll_feed(&mut self, cx: &mut TaskContext<'_>) -> Poll<Step> {
        if let Some(notice) = self.witness.notice() {
            return Poll::Ready(self.farewell(notice));
        }
        if self.context.is_stopping() {
            return Poll::Ready(Step::Stopping);
        }
        if self.lease.as_mut().is_some_and(|lease| lease.poll_over(cx).is_ready()) {
            return Poll::Ready(Step::Expired);
        }
        if self.turn >= TURN {
            // A reader that takes all it is given would keep the thread from every other. A plain wake-up would be run
            // before sockets are looked at again; tokio's own yield waits for that.
            self.turn = 0;
            let _ = pin!(yield_now()).poll(cx);
            return Poll::Pending;
        }
        let step = match self.reader.poll_next(cx) {
            Poll::Ready(Next::Event(event)) => Step::Event(event),
            Poll::Ready(Next::Gap { from, to }) => {
                self.witness.gap(from, to);
                let cursor = Some(self.reader.cursor());
                Step::Told(Told { name: "gap", cursor, json: element::gap(from, to) })
            }
            Poll::Ready(Next::End) => Step::End,
            // Registered with the readers above, so what came between the two looks wakes us again.
            Poll::Pending if self.context.is_stopping() => Step::Stopping,
            Poll::Pending => {
                self.turn = 0;
                return match self.witness.notice() {
                    Some(notice) => Poll::Ready(self.farewell(notice)),
                    None => self.poll_heartbeat(cx),
                };
            }
        };
        self.turn += match &step {
            Step::Event(event) => event.json.len().max(STEP),
            _ => STEP,
        };
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.last_step = Instant::now();
        }
        Poll::Ready(step)
    }

    /// Says why the reader is to go, and then goes.
    fn farewell(&mut self, notice: Notice) -> Step {
        if std::mem::replace(&mut self.told_off, true) {
            return Step::Away(notice);
        }
        Step::Told(Told { name: notice.name(), cursor: None, json: self.witness.told(notice) })
    }

    /// Whether there is no next step: the connection will be cut at the last event, which must stay the last thing handed over.
    pub(super) fn is_closing(&self) -> bool {
        self.witness.is_closing()
    }

    /// The witness of this request.
    pub(super) fn witness(&self) -> &Witness {
        &self.witness
    }

    /// The reader.
    pub(super) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// A heartbeat is due when nothing has been said for its interval. The timer is moved only when it fires, so an
    /// event costs no timer operation.
    fn poll_heartbeat(&mut self, cx: &mut TaskContext<'_>) -> Poll<Step> {
        let Some(heartbeat) = &mut self.heartbeat else { return Poll::Pending };
        while heartbeat.timer.as_mut().poll(cx).is_ready() {
            let now = Instant::now();
            let due = heartbeat.last_step + heartbeat.every;
            if now < due {
                heartbeat.timer.as_mut().reset(due);
                continue;
            }
            heartbeat.last_step = now;
            heartbeat.timer.as_mut().reset(now + heartbeat.every);
            return Poll::Ready(match heartbeat.form {
                HeartbeatAs::Hidden => Step::HiddenHeartbeat,
                HeartbeatAs::Event => {
                    let head = self.reader.job().extent().0;
                    let json = element::heartbeat(crate::pace::now(), head);
                    Step::Told(Told { name: "heartbeat", cursor: None, json })
                }
            });
        }
        Poll::Pending
    }
}
