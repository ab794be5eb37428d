//! A lane by a fetch whose answer is an event stream, read by script: a POST with a body, a status one can see. There is no
//! retry and no id but what this client adds.

use std::time::Duration;

use serde_json::{Map, Value};

use super::desk::parse_cursor;
use super::elements::{Beside, is_remark};
use super::run::{Left, Work};
use crate::client::coming_back::{ComingBack, retry_after};
use crate::client::connector::Connector;
use crate::client::http::{Answer, Progress, Request};
use crate::client::redirect::follow;
use crate::proto::event_stream::{Decoder, Item};
use crate::record::{Direction, What};

/// The last line of the streams of chat services, which is no element.
const SENTINEL: &str = "[DONE]";
const LIMIT: usize = 64 << 20;

/// How one connection ended.
struct Over {
    cause: String,
    /// How long the server has asked to wait.
    told: Option<Duration>,
    /// Asking again cannot help.
    last: bool,
}

impl Over {
    fn lost(cause: &str) -> Self {
        Self { cause: cause.to_owned(), told: None, last: false }
    }
}

pub(super) async fn run<C: Connector>(work: &mut Work<C>, coming_back: ComingBack) -> Left {
    let mut failures = 0;
    loop {
        let over = match connect(work, coming_back.resume, &mut failures).await {
            Ok(over) => over,
            Err(left) => {
                if left != Left::Over {
                    work.desk.closed(left.cause(), None);
                }
                return left;
            }
        };
        let reader = &work.desk.reader;
        let away = reader.away.clone();
        let done = reader.ended || away.is_some();
        let cause = if reader.ended { "ended".to_owned() } else { away.unwrap_or(over.cause.clone()) };
        work.desk.closed(&cause, None);
        let Some(wait) = coming_back.reconnect.wait(failures, &mut work.rng).filter(|_| !done && !over.last)
        else {
            return Left::Over;
        };
        let wait = over.told.unwrap_or(wait);
        failures += 1;
        work.desk.waiting(&over.cause, Some(wait.as_secs_f64() * 1000.0), failures);
        if let Some(left) = work.rest(wait).await {
            work.desk.closed(left.cause(), None);
            return left;
        }
    }
}

/// One connection: how it ended, or how the client was left.
async fn connect<C: Connector>(work: &mut Work<C>, resumes: bool, failures: &mut u32) -> Result<Over, Left> {
    let (after, known) = work.desk.where_to_go_on(resumes);
    let url = work.named_url();
    work.desk.connecting(url.to_string(), known);
    let mut body: Map<String, Value> =
        work.lane.settings.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    body.insert("after".to_owned(), after.into());
    let request = work.known(Request::post(url, Value::Object(body).to_string()));
    let http = work.http.clone();
    let asked = tokio::select! {
        biased;
        left = work.leaving() => return Err(left),
        asked = follow(&http, request) => asked,
    };
    match asked {
        Ok(answer) if answer.head.status == 200 => {
            *failures = 0;
            work.desk.opened(None);
            read(work, answer).await
        }
        Ok(answer) => refused(work, &answer, *failures),
        Err(_) => {
            work.desk.failed("network", None);
            Ok(Over::lost("network"))
        }
    }
}

fn refused<C: Connector>(work: &mut Work<C>, answer: &Answer<C>, failures: u32) -> Result<Over, Left> {
    let status = answer.head.status;
    if status == 204 {
        work.desk.stopped();
        return Err(Left::Over);
    }
    if status == 503 {
        let told = retry_after(answer.head.headers.get("retry-after"));
        let wait = told.or_else(|| crate::client::Reconnect::RFC.wait(failures, &mut work.rng));
        work.desk.full(wait.unwrap_or_default().as_secs_f64() * 1000.0, Some(status), None);
        return Ok(Over { cause: "full".to_owned(), told: wait, last: false });
    }
    work.desk.failed(&format!("HTTP {status}"), None);
    let cause = if status == 404 { "gone".to_owned() } else { format!("HTTP {status}") };
    // What a status of 4xx says is not mended by asking again.
    Ok(Over { cause, told: None, last: (400..500).contains(&status) })
}

async fn read<C: Connector>(work: &mut Work<C>, mut answer: Answer<C>) -> Result<Over, Left> {
    let mut decoder = Decoder::new(LIMIT);
    let (mut bytes, mut items) = (Vec::new(), Vec::new());
    loop {
        let progress = tokio::select! {
            biased;
            left = work.leaving() => return Err(left),
            progress = answer.more(&mut bytes) => progress,
        };
        let at = work.desk.now();
        let taken = decoder.decode(&bytes, &mut items);
        bytes.clear();
        for item in items.drain(..) {
            note(work, item, at);
        }
        match progress {
            _ if taken.is_err() => {
                work.desk.failed("an element is too long", None);
                return Ok(Over::lost("an element is too long"));
            }
            Progress::Open => {}
            Progress::Complete => {
                answer.finish();
                // A body that ends is no error, whether all was said or not: only the end event tells.
                return Ok(Over::lost("lost"));
            }
            Progress::Cut => {
                work.desk.failed("network", None);
                return Ok(Over::lost("network"));
            }
        }
    }
}

fn note<C: Connector>(work: &mut Work<C>, item: Item, at: f64) {
    match item {
        Item::Comment(text) => {
            let bytes = text.len() as u64 + 3;
            let form = "comment".to_owned();
            work.desk.note_at(at, What::Heartbeat { dir: Direction::Down, bytes, form });
        }
        Item::Event { kind, data, id, bytes } if data != SENTINEL => {
            let seq = parse_cursor(&id).filter(|_| !is_remark(&kind)).map(|(_, seq)| seq);
            work.desk.data(&data, at, bytes, Beside { kind: Some(&kind), seq });
        }
        _ => {}
    }
}
