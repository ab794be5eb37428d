//! What an answer to a poll holds, in each encoding (docs/reference/feed.md, "polling"), read before it is noted: what it holds
//! stands behind the response itself in the record.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::desk::{Desk, parse_cursor};
use super::elements::{Beside, How};
use crate::proto::http1::ResponseHead;
use crate::record::Carried;

/// An answer that was read.
pub(super) struct Answered {
    pub(super) skipped: u64,
    /// A bound has cut the batch: ask again at once.
    pub(super) more: bool,
    cursor: Option<String>,
    holds: Holds,
}

enum Holds {
    Json(Vec<Box<RawValue>>),
    Raw { body: Vec<u8>, kind: Option<String> },
    Cbor(Vec<u8>),
    Binary(Vec<u8>),
}

#[derive(Deserialize)]
struct Batch {
    cursor: Option<String>,
    #[serde(default)]
    more: bool,
    #[serde(default)]
    skipped: u64,
    events: Vec<Box<RawValue>>,
}

/// Reads an answer; `None` if it is none.
pub(super) fn read(desk: &Desk, head: &ResponseHead, body: Vec<u8>) -> Option<Answered> {
    if desk.encoding == "json" {
        let Batch { cursor, more, skipped, events } = serde_json::from_slice(&body).ok()?;
        return Some(Answered { skipped, more, cursor, holds: Holds::Json(events) });
    }
    let header = |name| head.headers.get(name).map(str::to_owned);
    Some(Answered {
        skipped: header("wirebench-skipped").and_then(|skipped| skipped.parse().ok()).unwrap_or(0),
        more: header("wirebench-more").is_some_and(|more| more == "true"),
        cursor: header("wirebench-cursor"),
        holds: match desk.encoding.as_str() {
            "raw" => Holds::Raw { body, kind: header("wirebench-type") },
            "cbor" => Holds::Cbor(body),
            _ => Holds::Binary(body),
        },
    })
}

impl Answered {
    /// Notes what it holds, and stands where the server says: its word is better than one's own arithmetic.
    pub(super) fn note(self, desk: &mut Desk, at: f64) {
        let place = self.cursor.as_deref().and_then(parse_cursor);
        if let Some((epoch, _)) = place {
            desk.reader.epoch = Some(epoch.to_owned());
        }
        match self.holds {
            Holds::Json(events) => {
                for one in events {
                    let how = How { at, bytes: one.get().len(), encoding: Carried::Text };
                    desk.json(one.get(), how);
                }
            }
            // One event an answer; the head says which. Without a type there is none.
            Holds::Raw { body, kind: Some(kind) } => {
                let beside = Beside { kind: Some(&kind), seq: place.map(|(_, seq)| seq) };
                let how = |encoding| How { at, bytes: body.len(), encoding };
                if kind == "bytes" {
                    desk.binary(&body, how(Carried::Binary), beside);
                } else {
                    // "UTF-8 decode" takes a BOM for a mark of the encoding (WHATWG Encoding §6).
                    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&body);
                    desk.text(&String::from_utf8_lossy(text), how(Carried::Text), beside);
                }
            }
            Holds::Raw { .. } => {}
            Holds::Cbor(body) => desk.cbor_sequence(&body, at),
            Holds::Binary(body) => {
                desk.envelopes(&body, How { at, bytes: 0, encoding: Carried::Binary }, true);
            }
        }
        if let Some(cursor) = &self.cursor {
            desk.stand(cursor);
        }
    }
}
