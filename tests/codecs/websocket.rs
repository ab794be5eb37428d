//! WebSocket frames: every rule of a receiver at every split, lengths judged before payloads, close codes.

use proptest::prelude::*;
use serde_json::{Value, json};
use wirebench::proto::websocket::{
    Assembler, CloseError, CloseFrame, Decoder, Frame, FrameError, Message, MessageError, Opcode, Sender,
    decode_close, encode_close, encode_frame, may_be_sent, parse_header,
};

use super::golden::{Case, cases, cuts, hex};

const LIMIT: u64 = 1 << 20;
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

fn decode(sender: Sender, limit: u64, pieces: &[&[u8]]) -> (Vec<Frame>, Option<FrameError>) {
    let mut decoder = Decoder::new(sender, limit);
    let mut frames = Vec::new();
    for piece in pieces {
        if let Err(error) = decoder.decode(piece, &mut frames) {
            return (frames, Some(error));
        }
    }
    (frames, None)
}

fn sender(case: &Case) -> Sender {
    if case.says["sender"] == "client" { Sender::Client } else { Sender::Server }
}

fn told(frames: &[Frame]) -> Value {
    let one = |frame: &Frame| {
        json!({
            "opcode": format!("{:?}", frame.opcode).to_lowercase(),
            "fin": frame.fin, "payload": hex(&frame.payload), "bytes": frame.bytes,
        })
    };
    frames.iter().map(one).collect()
}

#[test]
fn every_golden_frame_says_the_same_at_every_split() {
    for case in cases("websocket") {
        let bytes = case.hex();
        let limit = case.says["limit"].as_u64().unwrap_or(LIMIT);
        for cut in cuts(&bytes) {
            let (frames, error) = decode(sender(&case), limit, &cut);
            assert_eq!(told(&frames), case.says["frames"], "{} cut as {cut:?}", case.name);
            let name = |error: FrameError| format!("{error:?}").split([' ', '(']).next().map(str::to_owned);
            assert_eq!(json!(error.and_then(name)), case.says["error"], "{} cut as {cut:?}", case.name);
            assert_eq!(json!(error.map(FrameError::close_code)), case.says["closeCode"], "{}", case.name);
        }
    }
}

#[test]
fn the_longest_lengths_of_each_form_are_written_in_the_shortest_form() {
    for (length, header) in [(0, 2), (125, 2), (126, 4), (65_535, 4), (65_536, 10)] {
        let payload = vec![b'x'; length];
        let down = encode_frame(Opcode::Binary, true, &payload, None);
        let up = encode_frame(Opcode::Binary, true, &payload, Some(KEY));
        assert_eq!((down.len(), up.len()), (length + header, length + header + 4), "FACTS C2 for {length}");
        let (frames, error) = decode(Sender::Client, LIMIT, &[&up]);
        assert_eq!(error, None);
        assert_eq!(frames[0].payload, payload);
    }
}

#[test]
fn a_declared_gibibyte_is_refused_before_any_of_it_has_come() {
    let header = [0x82, 0x7f, 0, 0, 0, 0, 0x40, 0, 0, 0];
    let (frames, error) = decode(Sender::Server, 65_536, &[&header]);
    assert_eq!(frames, []);
    assert_eq!(error, Some(FrameError::TooLong { declared: 1 << 30, limit: 65_536 }));
    assert_eq!(parse_header(&header).expect("a header").expect("complete").length, 1 << 30);
}

#[test]
fn only_codes_that_may_stand_in_a_close_frame_are_written_or_read() {
    let allowed: Vec<u16> = (0..=u16::MAX).filter(|&code| may_be_sent(code)).collect();
    let expected: Vec<u16> = (1000..=1003).chain(1007..=1014).chain(3000..=4999).collect();
    assert_eq!(allowed, expected);
    for code in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000] {
        assert_eq!(encode_close(code, ""), Err(CloseError::Code(code)));
        assert_eq!(decode_close(&code.to_be_bytes()), Err(CloseError::Code(code)));
    }
}

#[test]
fn a_close_payload_is_read_back_and_a_broken_one_refused() {
    let payload = encode_close(4400, "wanted a cursor").expect("legal");
    let close = CloseFrame { code: 4400, reason: "wanted a cursor".to_owned() };
    assert_eq!(decode_close(&payload), Ok(Some(close)));
    assert_eq!(decode_close(b""), Ok(None));
    assert_eq!(decode_close(b"\x03"), Err(CloseError::OneByte));
    assert_eq!(decode_close(b"\x03\xe8\xff"), Err(CloseError::Utf8));
    assert_eq!(encode_close(1000, &"x".repeat(124)), Err(CloseError::LongReason(124)));
    assert!(encode_close(1000, &"x".repeat(123)).is_ok());
}

fn assemble(limit: usize, frames: &[(Opcode, bool, &[u8])]) -> Result<Vec<Message>, MessageError> {
    let bytes: Vec<u8> =
        frames.iter().flat_map(|(op, fin, payload)| encode_frame(*op, *fin, payload, None)).collect();
    let (frames, error) = decode(Sender::Server, LIMIT, &[&bytes]);
    assert_eq!(error, None);
    let mut assembler = Assembler::new(limit);
    let mut messages = Vec::new();
    for frame in frames {
        messages.extend(assembler.push(frame)?);
    }
    Ok(messages)
}

#[test]
fn fragments_make_one_message_and_control_frames_pass_between_them() {
    let messages = assemble(
        100,
        &[
            (Opcode::Text, false, b"\xf0\x9f"),
            (Opcode::Ping, true, b"?"),
            (Opcode::Continuation, true, b"\x9a\x80"),
            (Opcode::Binary, true, b"\xff"),
        ],
    );
    let expected =
        vec![Message::Ping(b"?".to_vec()), Message::Text("🚀".to_owned()), Message::Binary(b"\xff".to_vec())];
    assert_eq!(messages, Ok(expected));
}

#[test]
fn text_that_is_not_utf8_and_messages_beyond_the_limit_are_refused() {
    assert_eq!(assemble(100, &[(Opcode::Text, true, b"\xff")]), Err(MessageError::Utf8));
    let halves: [(Opcode, bool, &[u8]); 2] =
        [(Opcode::Text, false, b"123"), (Opcode::Continuation, true, b"456")];
    assert_eq!(assemble(5, &halves), Err(MessageError::TooLong { limit: 5 }));
    assert!(assemble(6, &halves).is_ok());
}

proptest! {
    #[test]
    fn no_frames_depend_on_how_they_were_cut(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..5),
        noise in prop::collection::vec(any::<u8>(), 0..20),
        sizes in prop::collection::vec(1_usize..50, 1..40),
    ) {
        let mut bytes: Vec<u8> = payloads.iter().flat_map(|p| encode_frame(Opcode::Binary, true, p, Some(KEY))).collect();
        bytes.extend(noise);
        let pieces = crate::cut(&bytes, &sizes);
        let whole = decode(Sender::Client, LIMIT, &[&bytes]);
        prop_assert_eq!(&decode(Sender::Client, LIMIT, &pieces), &whole);
        for (frame, payload) in whole.0.iter().zip(&payloads) {
            prop_assert_eq!(&frame.payload, payload);
        }
    }
}

#[test]
fn the_size_of_a_header_is_told_as_it_is_written() {
    for length in [0, 1, 125, 126, 65_535, 65_536, 70_000] {
        let frame = encode_frame(Opcode::Binary, true, &vec![0; length], None);
        assert_eq!(wirebench::proto::websocket::header_size(length), frame.len() - length, "{length}");
    }
}
