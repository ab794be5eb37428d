//! The table of the parameters that requests for a feed may have. It reads requests and is told by
//! `GET /api/transports`, so the two cannot differ.

use std::time::Duration;

use crate::feed::{TOKEN_BESIDES, TOKEN_LONGEST};
use crate::param::{Kind, Param, Usual};

const SHORT: Duration = Duration::from_millis(100);
const TEN_MINUTES: Duration = Duration::from_secs(600);
const DAY: Duration = Duration::from_secs(86_400);

pub(in crate::transport) const AFTER: Param = plain("after", Kind::Cursor(&["earliest", "latest"]));
pub(in crate::transport) const LANE: Param = plain("lane", Kind::Text { besides: "_-", longest: 40 });
pub(in crate::transport) const CLIENT: Param = plain("client", Kind::Text { besides: "_.-", longest: 64 });
pub(in crate::transport) const ENCODING: Param =
    plain("encoding", Kind::Choice(&["json", "cbor", "raw", "binary"]));
pub(in crate::transport) const LAST_EVENT_ID: Param = plain("lastEventId", Kind::Cursor(&[]));
pub(in crate::transport) const MODE: Param = plain("mode", Kind::Choice(&["log", "last"]));
pub(in crate::transport) const LIMIT: Param =
    plain("limit", Kind::Number { min: 1, max: 10_000, default: 1000 });
pub(in crate::transport) const WAIT: Param =
    plain("wait", span(SHORT, TEN_MINUTES, false, Usual::Is(Duration::from_secs(25))));
pub(in crate::transport) const FANOUT: Param = plain("fanout", Kind::Choice(&["shared", "stock"]));
pub(in crate::transport) const COMPRESSION: Param = plain("compression", Kind::Choice(&["off", "gzip"]));
pub(in crate::transport) const FLUSH: Param = plain("flush", Kind::Switch);
pub(in crate::transport) const HEARTBEAT: Param =
    plain("heartbeat", span(SHORT, TEN_MINUTES, true, Usual::Heartbeat));
/// Of an event stream, whose hidden heartbeat is a comment.
pub(in crate::transport) const COMMENT_OR_EVENT: Param =
    plain("heartbeat-as", Kind::Choice(&["comment", "event"]));
/// Of a WebSocket, whose hidden heartbeat is a ping.
pub(in crate::transport) const PING_OR_EVENT: Param = plain("heartbeat-as", Kind::Choice(&["ping", "event"]));
pub(in crate::transport) const DEAD_AFTER: Param =
    plain("dead-after", span(SHORT, DAY, true, Usual::FourHeartbeats));
pub(in crate::transport) const RETRY: Param =
    plain("retry", span(Duration::ZERO, DAY, false, Usual::Nothing));
pub(in crate::transport) const SENTINEL: Param = plain("sentinel", Kind::Switch);
pub(in crate::transport) const CHECKPOINT: Param = plain("checkpoint", Kind::Choice(&["off", "on"]));
pub(in crate::transport) const TOKEN: Param =
    plain("token", Kind::Text { besides: TOKEN_BESIDES, longest: TOKEN_LONGEST });
pub(in crate::transport) const AUTH: Param = plain("auth", Kind::Choice(&["close", "status"]));
pub(in crate::transport) const IDS: Param = courtesy("ids");
pub(in crate::transport) const FIRST_BYTES: Param = courtesy("first-bytes");
pub(in crate::transport) const UNBUFFERED: Param = courtesy("unbuffered");
pub(in crate::transport) const NODELAY: Param = courtesy("nodelay");
pub(in crate::transport) const RESUME: Param = courtesy("resume");
pub(in crate::transport) const KEEP_ALIVE: Param = courtesy("keep-alive");

/// What every transport takes.
pub(in crate::transport) const COMMON: &[Param] = &[AFTER, LANE, CLIENT, ENCODING, TOKEN, NODELAY, RESUME];

const fn plain(name: &'static str, kind: Kind) -> Param {
    Param::plain(name, kind)
}

const fn courtesy(name: &'static str) -> Param {
    Param { name, kind: Kind::Switch, courtesy: true }
}

const fn span(min: Duration, max: Duration, off: bool, default: Usual) -> Kind {
    Kind::Duration { min, max, off, default }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use serde_json::Value;

    use super::*;

    #[test]
    fn each_kind_is_told_as_the_reference_says() {
        let told = |param: &Param| serde_json::to_value(param.told(Duration::from_secs(15))).expect("JSON");
        let switch =
            json!({"name":"ids","kind":"switch","values":["on","off"],"default":"on","courtesy":true});
        assert_eq!(told(&IDS), switch);
        let choice = json!({"name":"encoding","kind":"choice","values":["json","cbor","raw","binary"],"default":"json"});
        assert_eq!(told(&ENCODING), choice);
        let span = json!({"name":"heartbeat","kind":"duration","min":"100ms","max":"10m","off":true,"default":"15s"});
        assert_eq!(told(&HEARTBEAT), span);
        let number = json!({"name":"limit","kind":"number","min":1,"max":10000,"default":"1000"});
        assert_eq!(told(&LIMIT), number);
        let text = json!({"name":"lane","kind":"text","pattern":"^[A-Za-z0-9_-]{1,40}$"});
        assert_eq!(told(&LANE), text);
        let cursor =
            json!({"name":"after","kind":"cursor","values":["earliest","latest"],"default":"earliest"});
        assert_eq!(told(&AFTER), cursor);
        assert_eq!(told(&RETRY)["default"], Value::Null);
        assert_eq!(told(&DEAD_AFTER)["default"], "1m");
    }
}
