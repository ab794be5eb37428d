//! What polling and long polling have in common: requests that ask from a cursor, by default never two at once. The client does
//! everything itself: it holds the cursor, sets its own time-out, waits after a failure, and obeys Retry-After.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::asking_answer::{Answered, read};
use super::run::{Left, Work};
use super::{LongPolling, Polling};
use crate::client::coming_back::retry_after;
use crate::client::connector::Connector;
use crate::client::http::{Http, Request};
use crate::client::redirect::follow;
use crate::proto::http1::ResponseHead;
use crate::record::{Direction, What};

/// `readyState` of an `XMLHttpRequest` that is over, however it ended.
const DONE: Option<u8> = Some(4);
/// Bytes of an answer.
const LIMIT: usize = 1 << 30;
/// The shortest a request can be held.
const SHORTEST: &str = "100ms";
/// Before asking again a server that does not hold its requests.
const UNHELD: Duration = Duration::from_millis(250);
/// How long the server holds a request unless told otherwise (docs/reference/feed.md).
const HELD: Duration = Duration::from_secs(25);

/// When it asks, and how patiently.
struct Rhythm {
    timeout: Duration,
    conditional: bool,
    at_most: usize,
    /// Between an answer and the next request; of a long poller nothing where the server had news or had held it.
    interval: Duration,
    /// Between a failure and the next request.
    again: Duration,
    /// Of a long poller: how long a request is held.
    held: Option<Duration>,
}

/// What came of a request: the response, or why there is none.
struct Outcome {
    sent: f64,
    came: Result<(ResponseHead, Vec<u8>), &'static str>,
}

/// What is to be done next.
enum Next {
    /// Ask again, so much later.
    Ask(Duration),
    /// Ask again, but not before so much later, whatever else is under way: it failed.
    Wait(Duration),
    Over,
}

pub(super) async fn poll<C: Connector>(work: &mut Work<C>, polling: Polling) -> Left {
    let Polling { interval, timeout, at_most, conditional } = polling;
    let rhythm =
        Rhythm { timeout, conditional, at_most: at_most.max(1), interval, again: interval, held: None };
    Asking { etag: None, failures: 0, up: false, rhythm }.run(work).await
}

pub(super) async fn long_poll<C: Connector>(work: &mut Work<C>, polling: LongPolling) -> Left {
    let LongPolling { slack, again, conditional } = polling;
    let wait = work.lane.settings.get("wait").and_then(|wait| crate::pace::parse_span(wait).ok());
    let held = wait.unwrap_or(HELD);
    let timeout = held + slack;
    let rhythm = Rhythm { timeout, conditional, at_most: 1, interval: UNHELD, again, held: Some(held) };
    Asking { etag: None, failures: 0, up: false, rhythm }.run(work).await
}

struct Asking {
    etag: Option<String>,
    failures: u32,
    /// The last request was answered.
    up: bool,
    rhythm: Rhythm,
}

impl Asking {
    async fn run<C: Connector>(mut self, work: &mut Work<C>) -> Left {
        let url = self.request(work).url.to_string();
        let cursor = work.desk.reader.cursor.clone();
        work.desk.connecting(url, cursor);
        let overlap = self.rhythm.at_most > 1;
        let mut asked = JoinSet::new();
        let mut due = Some(Instant::now());
        loop {
            let wake = due.unwrap_or_else(Instant::now);
            let outcome = tokio::select! {
                biased;
                left = work.leaving() => {
                    work.desk.closed(left.cause(), None);
                    return left;
                }
                Some(outcome) = asked.join_next() => outcome,
                () = sleep_until(wake), if due.is_some() && asked.len() < self.rhythm.at_most => {
                    asked.spawn(self.ask(work));
                    due = overlap.then(|| wake + self.rhythm.interval);
                    continue;
                }
            };
            // Its task cannot fail but with its runtime.
            let Ok(outcome) = outcome else { continue };
            let now = Instant::now();
            match self.answered(work, outcome) {
                Next::Ask(_) if overlap => {}
                Next::Ask(pause) => due = Some(now + pause),
                Next::Wait(pause) => due = Some(due.unwrap_or(now).max(now + pause)),
                Next::Over => return Left::Over,
            }
        }
    }

    /// The next request: from where the reader stands.
    fn request<C: Connector>(&self, work: &Work<C>) -> Request {
        let after = work.desk.reader.cursor.as_deref().unwrap_or("earliest");
        let mut more = vec![("after", after)];
        // A held request says nothing, not even that the server is there. The first one after a failure is held as shortly as
        // can be, so that one knows.
        if self.rhythm.held.is_some() && !self.up {
            more.push(("wait", SHORTEST));
        }
        let request = work.known(Request::get(work.feed_url(&more)).with("Accept", "*/*"));
        // Script that sets If-None-Match itself sees the 304; else a browser's cache would answer with a 200 of its own.
        match &self.etag {
            Some(etag) if self.rhythm.conditional => request.with("If-None-Match", etag),
            _ => request,
        }
    }

    fn ask<C: Connector>(&self, work: &Work<C>) -> impl Future<Output = Outcome> + use<C> {
        let request = self.request(work);
        let (http, timeout, sent) = (work.http.clone(), self.rhythm.timeout, work.desk.now());
        work.desk.note_at(
            sent,
            What::Request {
                dir: Direction::Up,
                method: "GET".to_owned(),
                path: request.url.target().to_owned(),
                cursor: work.desk.reader.cursor.clone(),
                bytes: None,
            },
        );
        async move {
            let came = match tokio::time::timeout(timeout, exchange(&http, &request)).await {
                Err(_) => Err("time-out"),
                Ok(None) => Err("network"),
                Ok(Some(whole)) => Ok(whole),
            };
            Outcome { sent, came }
        }
    }

    fn answered<C: Connector>(&mut self, work: &mut Work<C>, outcome: Outcome) -> Next {
        let (head, body) = match outcome.came {
            Ok(whole) => whole,
            Err(cause) => return self.failed(work, cause),
        };
        let (at, status) = (work.desk.now(), head.status);
        let took = at - outcome.sent;
        let answered = (status == 200).then(|| read(&work.desk, &head, body.clone())).flatten();
        work.desk.note_at(
            at,
            What::Response {
                dir: Direction::Down,
                status,
                bytes: Some(body.len() as u64),
                took: Some(took),
                skipped: answered.as_ref().map(|answer| answer.skipped).filter(|&skipped| skipped > 0),
            },
        );
        match (status, answered) {
            (204, _) => {
                work.desk.stopped();
                Next::Over
            }
            (404, _) => {
                // No such job: asking again cannot help.
                work.desk.failed("HTTP 404", DONE);
                work.desk.closed("gone", DONE);
                Next::Over
            }
            (503, _) => {
                let retry = retry_after(head.headers.get("retry-after")).unwrap_or(self.rhythm.again);
                work.desk.full(retry.as_secs_f64() * 1000.0, Some(503), None);
                self.wait(work, "full", retry)
            }
            (200, None) => self.failed(work, "an answer that is not understood"),
            (200 | 304, answered) => {
                if status == 200 {
                    self.etag = head.headers.get("etag").map(str::to_owned);
                }
                self.arrived(work, answered, at, took)
            }
            _ => self.failed(work, &format!("HTTP {status}")),
        }
    }

    fn arrived<C: Connector>(
        &mut self,
        work: &mut Work<C>,
        answered: Option<Answered>,
        at: f64,
        took: f64,
    ) -> Next {
        let first = !std::mem::replace(&mut self.up, true);
        if first {
            work.desk.opened_at(at, DONE);
        }
        self.failures = 0;
        let stood = work.desk.reader.cursor.clone();
        let more = answered.is_some_and(|answer| {
            let more = answer.more;
            answer.note(&mut work.desk, at);
            more
        });
        let reader = &work.desk.reader;
        if let Some(cause) = reader.away.clone().or_else(|| reader.ended.then(|| "ended".to_owned())) {
            work.desk.closed(&cause, None);
            return Next::Over;
        }
        let news = first || reader.cursor != stood;
        let held = self.rhythm.held.is_some_and(|held| news || took >= held.as_secs_f64() * 500.0);
        Next::Ask(if more || held { Duration::ZERO } else { self.rhythm.interval })
    }

    fn failed<C: Connector>(&mut self, work: &mut Work<C>, cause: &str) -> Next {
        work.desk.failed(cause, DONE);
        self.wait(work, cause, self.rhythm.again)
    }

    fn wait<C: Connector>(&mut self, work: &mut Work<C>, cause: &str, wait: Duration) -> Next {
        self.failures += 1;
        self.up = false;
        work.desk.reader.attempt += 1;
        work.desk.waiting(cause, Some(wait.as_secs_f64() * 1000.0), self.failures);
        Next::Wait(wait)
    }
}

async fn exchange<C: Connector>(http: &Http<C>, request: &Request) -> Option<(ResponseHead, Vec<u8>)> {
    follow(http, request.clone()).await.ok()?.whole(LIMIT).await.ok()
}
