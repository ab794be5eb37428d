//! Messages over a `WebSocket`, both ways: RFC 6455 §5.

use wirebench::client::{Profile, SocketError, SocketState};
use wirebench::proto::websocket::{Opcode, encode_frame};

use crate::stage::{Act, Play};
use crate::transcript::SocketScript;

fn plays(acts: impl IntoIterator<Item = Act>) -> SocketScript {
    let acts = [Act::Shake("")].into_iter().chain([Act::Pause(100)]).chain(acts).collect();
    SocketScript::new([Play::Acts(acts)])
}

fn frame(opcode: Opcode, fin: bool, payload: &[u8]) -> Act {
    Act::Send(encode_frame(opcode, fin, payload, None))
}

#[test]
fn fragments_are_one_message_and_a_ping_may_stand_between_them() {
    let script = plays([
        frame(Opcode::Text, false, b"a\xC3"),
        frame(Opcode::Ping, true, b"?"),
        frame(Opcode::Continuation, true, b"\xA9b"),
        frame(Opcode::Binary, true, &[0, 255]),
        frame(Opcode::Text, true, b""),
        Act::Hang,
    ]);
    script.gives_all(
        "fragments",
        "0 open | 100 ping 3 | 100 text \"a\u{e9}b\" | 100 binary [0, 255] | 100 text \"\"",
    );
    let (_, heard, _) = script.by(&Profile::standard());
    assert_eq!(
        (heard[0].opcode, heard[0].payload.as_slice()),
        (Opcode::Pong, &b"?"[..]),
        "answered by itself"
    );
}

#[test]
fn where_the_network_cut_the_frames_makes_no_difference() {
    let bytes = [
        encode_frame(Opcode::Text, true, b"one", None),
        encode_frame(Opcode::Binary, true, &[7; 3], None),
        encode_frame(Opcode::Close, true, b"\x03\xE8", None),
    ]
    .concat();
    for at in 1..bytes.len() {
        let script = plays([
            Act::Send(bytes[..at].to_vec()),
            Act::Pause(1),
            Act::Send(bytes[at..].to_vec()),
            Act::Pause(10),
        ]);
        let (lines, ..) = script.by(&Profile::chromium());
        assert!(lines.len() == 4, "cut at {at}: {lines:?}");
        let said: Vec<_> = lines.iter().map(|line| line.split_once(' ').expect("a time").1).collect();
        assert_eq!(said, ["open", "text \"one\"", "binary [7, 7, 7]", "close 1000 clean"], "cut at {at}");
    }
}

#[test]
fn a_masked_frame_of_a_server_is_taken_by_firefox_alone() {
    let masked = encode_frame(Opcode::Text, true, b"x", Some([1, 2, 3, 4]));
    let refused = "0 open | 100 error | 100 close 1006 unclean";
    let script = plays([Act::Send(masked), Act::Hang]);
    script.gives("masked server frame", refused, refused, "0 open | 100 text \"x\"");
}

#[test]
fn each_frame_is_masked_anew_in_the_shortest_form() {
    let script = plays([Act::Hang]).page(500, |socket| {
        assert_eq!(socket.ready_state(), SocketState::Open);
        for size in [0, 125, 126, 65_535, 65_536] {
            socket.send_text(&"x".repeat(size)).expect("open");
        }
        socket.send_binary(&[1, 2]).expect("open");
    });
    let heard = |seed| {
        let script = SocketScript { seed, ..script.clone() };
        let (_, frames, stage) = script.by(&Profile::firefox());
        assert!(frames.iter().all(|frame| frame.masked && frame.fin));
        (frames, stage.heard())
    };
    let (frames, bytes) = heard(1);
    let sizes: Vec<usize> = frames.iter().map(|frame| frame.bytes).collect();
    assert_eq!(sizes, [6, 131, 134, 65_543, 65_550, 8], "headers of 6, 8 and 14 bytes");
    assert_eq!((frames[5].opcode, frames[5].payload.as_slice()), (Opcode::Binary, &[1, 2][..]));
    assert_eq!(bytes, heard(1).1, "the same seed, the same bytes");
    assert_ne!(bytes, heard(2).1);
}

#[test]
fn sending_before_open_is_refused_and_after_close_is_silent() {
    let early = SocketScript::new([]).page(500, |socket| {
        assert_eq!(socket.send_text("x"), Err(SocketError::InvalidState));
    });
    early.gives_all("send() while connecting", "");
    let late = plays([Act::Hang]).page(500, |socket| {
        socket.close(Some(1000), "").expect("allowed");
        socket.send_text("x").expect("no exception");
    });
    let (_, heard, _) = late.by(&Profile::firefox());
    assert_eq!(heard.iter().map(|frame| frame.opcode).collect::<Vec<_>>(), [Opcode::Close]);
}
