//! The opening handshake of a `WebSocket`: RFC 6455 §4.1, and what browsers do, a row each.

use wirebench::client::Profile;

use crate::stage::{Act, Play, head, says, says_and_resets};
use crate::transcript::SocketScript;

fn shakes(fields: &'static str) -> Play {
    Play::Acts(vec![Act::Shake(fields), Act::Hang])
}

#[test]
fn any_answer_but_101_is_an_error_and_1006_without_a_reason() {
    for status in [200, 302, 401, 403, 404, 429, 500, 503] {
        let refusal = head(status, "Location: /x\r\nSec-WebSocket-Accept: x\r\n");
        let row = format!("HTTP {status} at handshake");
        SocketScript::new([says(refusal)]).gives_all(&row, "0 error | 0 close 1006 unclean");
    }
}

#[test]
fn a_handshake_that_breaks_off_is_an_error_and_1006() {
    let upgrade = "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    for (row, play) in [
        ("refused", Play::Refuse),
        ("FIN at handshake", says("")),
        ("RST at handshake", says_and_resets("")),
        ("garbage instead of a response", says("hello\r\n\r\n")),
        ("bad Accept", says(format!("{upgrade}Sec-WebSocket-Accept: AAAA\r\n\r\n"))),
        ("no Accept", says(format!("{upgrade}\r\n"))),
        ("no Upgrade", says("HTTP/1.1 101 X\r\nConnection: Upgrade\r\n\r\n")),
        ("an extension that was not asked for", shakes("Sec-WebSocket-Extensions: permessage-deflate\r\n")),
    ] {
        SocketScript::new([play]).gives_all(row, "0 error | 0 close 1006 unclean");
    }
}

#[test]
fn a_server_that_hangs_in_the_handshake_is_waited_for() {
    SocketScript::new([]).gives_all("server hung", "");
    SocketScript::new([Play::Never]).gives_all("server hung at connect", "");
}

#[test]
fn close_before_the_handshake_is_over_fails_it() {
    let script = SocketScript::new([]).page(6000, |socket| socket.close(None, "").expect("allowed"));
    script.gives_all("close() while connecting", "6000 error | 6000 close 1006 unclean");
}

#[test]
fn the_handshake_may_come_with_the_first_frames() {
    let bytes = wirebench::proto::websocket::encode_frame(
        wirebench::proto::websocket::Opcode::Close,
        true,
        b"\x03\xE9PASS",
        None,
    );
    let play = Play::Acts(vec![Act::Shake(""), Act::Send(bytes), Act::Pause(5)]);
    let closed = |at: u64| format!("0 open | {at} close 1001 \"PASS\" clean");
    SocketScript::new([play]).gives("opening-handshake/005", &closed(5), &closed(5), &closed(0));
}

#[test]
fn a_subprotocol_must_be_one_that_was_asked_for_but_not_in_firefox() {
    let unasked = SocketScript::new([shakes("Sec-WebSocket-Protocol: chat\r\n")]);
    let refused = "0 error | 0 close 1006 unclean";
    unasked.gives("unrequested subprotocol", refused, refused, "0 open");
    let missing =
        SocketScript { protocols: vec!["a".into(), "chat".into()], ..SocketScript::new([shakes("")]) };
    missing.gives("requested subprotocols, none selected", refused, refused, "0 open");
    let other = SocketScript { plays: vec![shakes("Sec-WebSocket-Protocol: other\r\n")], ..missing.clone() };
    other.gives_all("another than those that were asked for", refused);
    let chosen = SocketScript { plays: unasked.plays, ..missing };
    chosen.gives_all("one that was asked for", "0 open chat");
    let (.., stage) = chosen.by(&Profile::standard());
    assert_eq!(stage.asked()[0].header("sec-websocket-protocol"), Some("a, chat"));
}

#[test]
fn the_request_is_that_of_rfc_6455_and_its_key_is_the_seed_s() {
    let key = |seed| {
        let script = SocketScript { seed, ..SocketScript::new([shakes("")]) };
        let (.., stage) = script.by(&Profile::chromium());
        let asked = &stage.asked()[0];
        assert_eq!(asked.head.target, "/w");
        for (name, wanted) in
            [("upgrade", "websocket"), ("connection", "Upgrade"), ("sec-websocket-version", "13")]
        {
            assert_eq!(asked.header(name), Some(wanted));
        }
        asked.header("sec-websocket-key").expect("a key").to_owned()
    };
    assert_eq!(key(1), key(1));
    assert_ne!(key(1), key(2));
    assert_eq!(key(1).len(), 24, "sixteen bytes in base64");
}
