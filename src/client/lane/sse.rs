//! A lane by Server-Sent Events: one `EventSource`, which comes back by itself. What is left is to listen, and to hang up at
//! the end, for a response that just ends would be asked for again.

use super::desk::parse_cursor;
use super::elements::Beside;
use super::run::{Left, Work};
use crate::client::connector::Connector;
use crate::client::event_source::{EventSource, EventSourceInit, Happening, ReadyState};
use crate::client::url::Url;
use crate::record::{Direction, What};

/// Elements without an `id` line: `gap` and `unknown-epoch` have one, these have not.
const WITHOUT_ID: [&str; 5] = ["hello", "heartbeat", "replaced", "removed", "full"];

pub(super) async fn run<C: Connector>(work: &mut Work<C>) -> Left {
    let is = |name: &str, value: &str| work.lane.settings.get(name).is_some_and(|set| set == value);
    let (ids, within) = (!is("ids", "off"), !is("checkpoint", "on"));
    // A new EventSource has no Last-Event-ID, whatever an earlier one had received: the id lives in the object. So the
    // address carries the cursor; when this object reconnects, its header beats the address.
    let known = work.desk.reader.cursor.clone().filter(|_| ids);
    let url = work.feed_url(&[("after", known.as_deref().unwrap_or("earliest"))]);
    work.desk.connecting(url.to_string(), known);
    let mut source = open(work, url);
    // The server has said that there is no room; the end of the response that follows is no fault.
    let mut full = false;
    loop {
        let happening = tokio::select! {
            biased;
            left = work.leaving() => {
                source.close();
                work.desk.closed(left.cause(), Some(ReadyState::Closed as u8));
                return left;
            }
            happening = source.next() => happening,
        };
        match happening {
            None => return Left::Over,
            Some(Happening::Open) => {
                full = false;
                work.desk.opened(Some(ReadyState::Open as u8));
            }
            Some(Happening::Error { ready_state: ReadyState::Closed, cause }) => {
                work.desk.failed(&cause, Some(ReadyState::Closed as u8));
                return Left::Over;
            }
            Some(Happening::Error { ready_state, cause }) => {
                let cause = if full { "full".to_owned() } else { cause };
                work.desk.failed(&cause, Some(ready_state as u8));
                work.desk.reader.attempt += 1;
                work.desk.waiting(&cause, None, work.desk.reader.attempt);
            }
            Some(Happening::Comment { text }) => {
                // Its colon, its line end, and the blank line behind it.
                let bytes = text.len() as u64 + 3;
                work.desk.note(What::Heartbeat { dir: Direction::Down, bytes, form: "comment".to_owned() });
            }
            Some(Happening::Message { kind, data, last_event_id, bytes, .. }) => {
                let has_id = ids && within && !WITHOUT_ID.contains(&kind.as_str());
                let seq = parse_cursor(&last_event_id).filter(|_| has_id).map(|(_, seq)| seq);
                let at = work.desk.now();
                work.desk.data(&data, at, bytes, Beside { kind: Some(&kind), seq });
                full |= kind == "full";
            }
            Some(Happening::Requested { .. } | Happening::Responded { .. }) => {}
        }
        // Without this it would come back: after the end to be told 204, after "replaced" to take over in its turn.
        let away = work.desk.reader.away.clone();
        if let Some(cause) = away.or_else(|| work.desk.reader.ended.then(|| "ended".to_owned())) {
            source.close();
            work.desk.closed(&cause, Some(ReadyState::Closed as u8));
            return Left::Over;
        }
    }
}

fn open<C: Connector>(work: &Work<C>, url: Url) -> EventSource {
    let init = EventSourceInit {
        profile: work.lane.profile.clone(),
        page: work.lane.page.clone(),
        headers: work.coding(),
        ..EventSourceInit::default()
    };
    EventSource::over(work.http.clone(), work.lines.clone(), url, init)
}
