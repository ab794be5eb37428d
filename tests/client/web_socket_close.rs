//! How a `WebSocket` ends, and what a page is told of it: code, `wasClean`, and whether `error` fires.

use wirebench::client::Profile;
use wirebench::proto::websocket::{Frame, Opcode, encode_frame};

use crate::stage::{Act, Play};
use crate::transcript::SocketScript;

/// A Close frame, of any code.
fn close(code: u16, reason: &str) -> Vec<u8> {
    encode_frame(Opcode::Close, true, &[&code.to_be_bytes()[..], reason.as_bytes()].concat(), None)
}

/// Shakes hands, does this, and ends the connection in order.
fn plays(acts: impl IntoIterator<Item = Act>) -> SocketScript {
    let acts = [Act::Shake("")].into_iter().chain([Act::Pause(100)]).chain(acts).collect();
    SocketScript::new([Play::Acts(acts)])
}

fn code(frame: &Frame) -> Option<u16> {
    assert_eq!(frame.opcode, Opcode::Close);
    frame.payload.first_chunk::<2>().map(|code| u16::from_be_bytes(*code))
}

/// What is expected of a Close at 100 ms whose connection ends 10 ms later: Firefox does not wait for that.
fn closed(said: &str) -> [String; 3] {
    [110, 110, 100].map(|at| format!("0 open | {at} close {said} clean"))
}

#[track_caller]
fn gives_closed(script: &SocketScript, row: &str, said: &str) {
    let [standard, chromium, firefox] = closed(said);
    script.gives(row, &standard, &chromium, &firefox);
}

#[test]
fn the_server_s_code_and_reason_are_passed_on() {
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4000, 4999] {
        let script = plays([Act::Send(close(code, "why")), Act::Pause(10)]);
        gives_closed(&script, "WS close", &format!("{code} \"why\""));
    }
    for code in [999, 1016, 2999, 5000] {
        let script = plays([Act::Send(close(code, "why")), Act::Pause(10)]);
        gives_closed(&script, "a code that should not be", &format!("{code} \"why\""));
    }
    let bare = plays([Act::Send(encode_frame(Opcode::Close, true, b"", None)), Act::Pause(10)]);
    gives_closed(&bare, "WS Close without code", "1005");
}

#[test]
fn a_close_is_echoed_as_it_came() {
    for profile in Profile::ALL {
        for sent in [999, 1000, 2999, 4000] {
            let (_, heard, _) = plays([Act::Send(close(sent, "why")), Act::Hang]).by(&profile);
            assert_eq!(heard.iter().map(code).collect::<Vec<_>>(), [Some(sent)], "{}", profile.name);
            assert_eq!(heard[0].payload[2..], *b"why");
        }
    }
}

#[test]
fn a_server_that_does_not_end_the_connection_is_not_waited_for_long() {
    let script = plays([Act::Send(close(1000, "")), Act::Hang]);
    let late = "0 open | 2100 close 1000 clean";
    script.gives("a Close, and no FIN", late, late, "0 open | 100 close 1000 clean");
}

#[test]
fn a_code_that_is_never_sent_is_a_broken_rule_but_not_in_firefox() {
    for bad in [1005, 1006, 1015] {
        let script = plays([Act::Send(close(bad, "")), Act::Hang]);
        let refused = "0 open | 100 error | 100 close 1006 unclean";
        let passed = format!("0 open | 100 close {bad} clean");
        script.gives("WS Close frame with 1005/1006/1015 (illegal)", refused, refused, &passed);
        for (profile, wanted) in Profile::ALL.iter().zip([Some(1002), Some(1002), None]) {
            let (_, heard, _) = script.by(profile);
            assert_eq!(heard.iter().map(code).collect::<Vec<_>>(), [wanted], "{}", profile.name);
        }
    }
    let half = plays([Act::Send(vec![0x88, 1, b'x']), Act::Hang]);
    let refused = "0 open | 100 error | 100 close 1006 unclean";
    half.gives("a Close payload of one byte", refused, refused, "0 open | 100 close 1005 clean");
}

#[test]
fn a_frame_behind_a_close_is_a_failure_in_chromium_alone() {
    for (row, late) in [
        ("server sends a second Close after the echo", close(1000, "")),
        ("a message behind a Close", encode_frame(Opcode::Text, true, b"late", None)),
        ("a ping behind a Close", encode_frame(Opcode::Ping, true, b"x", None)),
    ] {
        let script = plays([Act::Send(close(1000, "")), Act::Pause(10), Act::Send(late), Act::Pause(10)]);
        script.gives(
            row,
            "0 open | 120 close 1000 clean",
            "0 open | 110 error | 110 close 1006 unclean",
            "0 open | 100 close 1000 clean",
        );
    }
}

#[test]
fn a_fin_right_behind_a_close_is_unclean_in_firefox_alone() {
    let clean = "0 open | 100 close 1012 clean";
    let script = plays([Act::Send(close(1012, ""))]);
    script.gives("Close + FIN at once", clean, clean, "0 open | 100 close 1012 unclean");
}

#[test]
fn a_reset_behind_a_close_is_unclean_where_it_is_waited_for() {
    let script = plays([Act::Send(close(1012, "")), Act::Pause(10), Act::Reset]);
    let unclean = "0 open | 110 close 1012 unclean";
    script.gives("Close + RST", unclean, unclean, "0 open | 100 close 1012 clean");
}

#[test]
fn a_connection_that_ends_without_a_close_is_1006_and_error_fires_differently() {
    let (bare, with_error) =
        ("0 open | 100 close 1006 unclean", "0 open | 100 error | 100 close 1006 unclean");
    plays([]).gives("FIN without Close", with_error, bare, bare);
    plays([Act::Reset]).gives("RST", with_error, bare, with_error);
}

/// Acts of a server that breaks a rule, and the code RFC 6455 has for it.
fn broken() -> Vec<(&'static str, Vec<u8>, u16)> {
    vec![
        ("bad UTF-8", encode_frame(Opcode::Text, true, b"\xFF", None), 1007),
        ("reserved opcode", vec![0x83, 0], 1002),
        ("reserved bit", vec![0xC1, 0], 1002),
        ("oversized ping", vec![0x89, 126, 0, 126], 1002),
        ("non-minimal length", vec![0x81, 126, 0, 1, b'x'], 1002),
        ("a close reason that is not UTF-8", encode_frame(Opcode::Close, true, b"\x03\xE8\xFF", None), 1007),
        ("a continuation of nothing", encode_frame(Opcode::Continuation, true, b"x", None), 1002),
    ]
}

#[test]
fn a_broken_rule_is_an_error_and_1006_and_servers_are_told_differently() {
    for (row, bytes, rfc) in broken() {
        let script = plays([Act::Send(bytes), Act::Hang]);
        script.gives_all(row, "0 open | 100 error | 100 close 1006 unclean");
        for (profile, wanted) in Profile::ALL.iter().zip([Some(rfc), Some(1002), None]) {
            let (_, heard, _) = script.by(profile);
            let told = heard.first().and_then(code);
            assert_eq!(
                (told, heard.len()),
                (wanted, usize::from(wanted.is_some())),
                "{row}, {}",
                profile.name
            );
        }
    }
}

#[test]
fn a_close_by_script_waits_for_the_answer() {
    let ask = plays([Act::Pause(900), Act::Send(close(4000, "bye")), Act::Pause(10)])
        .page(500, |socket| socket.close(Some(4000), "bye").expect("allowed"));
    let answered = |at: u64| format!("0 open | {at} close 4000 \"bye\" clean");
    ask.gives("close() and the server answers", &answered(1010), &answered(1010), &answered(1000));
    let plain = plays([Act::Hang]).page(500, |socket| socket.close(None, "").expect("allowed"));
    for profile in Profile::ALL {
        let (_, heard, _) = plain.by(&profile);
        assert_eq!(heard.iter().map(code).collect::<Vec<_>>(), [None], "no code where none was given");
    }
    plain.gives(
        "server never answers Close",
        "0 open | 60500 close 1006 unclean",
        "0 open | 60500 close 1006 unclean",
        "0 open | 20500 error | 20500 close 1006 unclean",
    );
    let hangs_up = plays([Act::Pause(900)]).page(500, |socket| socket.close(None, "").expect("allowed"));
    let bare = "0 open | 1000 close 1006 unclean";
    let with_error = "0 open | 1000 error | 1000 close 1006 unclean";
    hangs_up.gives("close() and the server just hangs up", with_error, bare, bare);
}

#[test]
fn a_message_that_comes_after_close_by_script_is_dropped() {
    let text = Act::Send(encode_frame(Opcode::Text, true, b"late", None));
    let script = plays([Act::Pause(900), text, Act::Send(close(1000, "")), Act::Pause(10)])
        .page(500, |socket| socket.close(Some(1000), "").expect("allowed"));
    let closed = |at: u64| format!("0 open | {at} close 1000 clean");
    script.gives("closing-handshake/004", &closed(1010), &closed(1010), &closed(1000));
}

#[test]
fn what_script_may_not_close_with_is_refused() {
    let script = plays([Act::Hang]).page(500, |socket| {
        for code in [0, 500, 999, 1001, 1005, 1012, 2999, 5000] {
            let told = socket.close(Some(code), "").expect_err("refused").to_string();
            assert!(told.starts_with("InvalidAccessError"), "{told}");
        }
        let told = socket.close(Some(1000), &"x".repeat(124)).expect_err("refused").to_string();
        assert!(told.starts_with("SyntaxError"), "{told}");
    });
    script.gives_all("ws.close(1001/1012/5000)", "0 open");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_goes_away_says_1001() {
    let stage = crate::stage::Stage::new(&[Play::Acts(vec![Act::Shake(""), Act::Hang])]);
    let init = wirebench::client::WebSocketInit::default();
    let mut socket =
        wirebench::client::WebSocket::open(stage.clone(), "ws://a/w".parse().expect("a URL"), init);
    socket.next().await.expect("open");
    socket.leave();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let mut frames = Vec::new();
    let mut decoder =
        wirebench::proto::websocket::Decoder::new(wirebench::proto::websocket::Sender::Client, 1 << 20);
    decoder.decode(&stage.heard(), &mut frames).expect("frames");
    assert_eq!(frames.iter().map(code).collect::<Vec<_>>(), [Some(1001)]);
}
