//! Agreement with decoders of others: `httparse` of heads, `tungstenite` of frames.

use std::io::Cursor;

use fastrand::Rng;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use wirebench::proto::dissect::{Kind, Role, Span, Way};
use wirebench::proto::websocket::{self, Sender};

use crate::cases::cases;
use crate::page::content;
use crate::robust::number;
use crate::traffic::Traffic;
use crate::{dissected, of};

/// Heads and frames of a connection: both ways' bytes, and all spans.
fn connections() -> Vec<([Vec<u8>; 2], Vec<Span>)> {
    let cases = cases().into_iter().map(|case| ([case.bytes(Way::Up), case.bytes(Way::Down)], case.spans()));
    let (first, count) = (number("WIREBENCH_SEED").unwrap_or(0), number("WIREBENCH_CASES").unwrap_or(150));
    let traffic = (first..first + count).map(|seed| {
        let traffic = Traffic::any(&mut Rng::with_seed(seed));
        let spans = dissected(traffic.whole());
        ([traffic.up, traffic.down], spans)
    });
    cases.chain(traffic).collect()
}

/// The spans of each whole head.
fn heads(spans: &[Span]) -> Vec<&[Span]> {
    spans
        .chunk_by(|before, after| after.role == Role::Head && before.kind != Kind::EmptyLine)
        .filter(|head| {
            head[0].role == Role::Head
                && head.last().is_some_and(|last| last.kind == Kind::EmptyLine)
                && head.len() > 1
        })
        .collect()
}

fn texts(head: &[Span], bytes: &[u8], kind: Kind) -> Vec<String> {
    let own = head.iter().filter(|span| span.kind == kind);
    own.map(|span| String::from_utf8_lossy(&content(span, bytes)).into_owned()).collect()
}

#[test]
fn heads_are_those_that_httparse_reads() {
    let mut count = 0;
    for ([up, down], spans) in connections() {
        for (way, bytes) in [(Way::Up, &up), (Way::Down, &down)] {
            let spans = of(&spans, way);
            for head in heads(&spans) {
                let start = usize::try_from(head[0].at).expect("in memory");
                let end = usize::try_from(head[head.len() - 1].end()).expect("in memory");
                let mut fields = [httparse::EMPTY_HEADER; 100];
                let (size, line, read) = if way == Way::Up {
                    let mut request = httparse::Request::new(&mut fields);
                    let size = request.parse(&bytes[start..]).expect("a head").unwrap();
                    let line = vec![request.method.map(str::to_owned), request.path.map(str::to_owned)];
                    (size, line, request.headers.to_vec())
                } else {
                    let mut response = httparse::Response::new(&mut fields);
                    let size = response.parse(&bytes[start..]).expect("a head").unwrap();
                    let reason = response.reason.filter(|reason| !reason.is_empty());
                    let line = vec![response.code.map(|code| code.to_string()), reason.map(str::to_owned)];
                    (size, line, response.headers.to_vec())
                };
                assert_eq!(size, end - start, "{}", String::from_utf8_lossy(&bytes[start..end]));
                let kinds =
                    if way == Way::Up { [Kind::Method, Kind::Target] } else { [Kind::Status, Kind::Reason] };
                let own: Vec<Option<String>> =
                    kinds.into_iter().map(|kind| texts(head, bytes, kind).pop()).collect();
                assert_eq!(own, line);
                let names: Vec<String> = read.iter().map(|field| field.name.to_owned()).collect();
                assert_eq!(texts(head, bytes, Kind::FieldName), names);
                let values = read.iter().map(|field| String::from_utf8_lossy(field.value).into_owned());
                let values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
                assert_eq!(texts(head, bytes, Kind::FieldValue), values);
                count += 1;
            }
        }
    }
    assert!(count > 400, "{count} heads");
}

/// The kind that a payload of this opcode has first.
fn kind_of(opcode: OpCode) -> Kind {
    match opcode {
        OpCode::Control(Control::Ping) => Kind::PingPayload,
        OpCode::Control(Control::Pong) => Kind::PongPayload,
        OpCode::Control(Control::Close) => Kind::CloseCode,
        OpCode::Data(Data::Text | Data::Binary | Data::Continue) => Kind::FramePayload,
        other => panic!("{other:?}"),
    }
}

#[test]
fn frames_are_those_that_tungstenite_reads() {
    let mut count = 0;
    for ([up, down], spans) in connections() {
        let compressed = spans.iter().any(|span| span.kind == Kind::FrameCompressed);
        for (way, bytes) in [(Way::Up, &up), (Way::Down, &down)] {
            let spans = of(&spans, way);
            let Some(first) = spans.iter().position(|span| span.kind == Kind::FrameOpcode) else { continue };
            let mut rest = &spans[first..];
            // It knows no extensions.
            while let [opcode, ..] = rest
                && !compressed
            {
                let start = usize::try_from(opcode.at).expect("in memory");
                let mut cursor = Cursor::new(&bytes[start..]);
                let (header, length) = FrameHeader::parse(&mut cursor).expect("a header").expect("whole");
                let size = rest.iter().skip(1).take_while(|span| span.kind != Kind::FrameOpcode).count() + 1;
                let (frame, after) = rest.split_at(size);
                let end = frame[size - 1].end();
                assert_eq!(end - opcode.at, cursor.position() + length);
                let (headers, payload) = frame.split_at(
                    frame.iter().position(|span| span.at == opcode.at + cursor.position()).unwrap_or(size),
                );
                let mask = headers.iter().find(|span| span.kind == Kind::FrameMask);
                assert_eq!(mask.map(|mask| content(mask, bytes)), header.mask.map(|key| key.to_vec()));
                assert_eq!(
                    payload.first().map(|span| span.kind),
                    (length > 0).then(|| kind_of(header.opcode))
                );
                count += 1;
                rest = after;
            }
        }
    }
    assert!(count > 200, "{count} frames");
}

#[test]
fn the_clients_decoder_makes_of_each_frame_what_tungstenite_does() {
    let mut count = 0;
    for ([up, down], spans) in connections() {
        // It knows no extensions, and what is broken is told by another test.
        if spans.iter().any(|span| matches!(span.kind, Kind::FrameCompressed | Kind::Unparsed)) {
            continue;
        }
        for (way, bytes, sender) in [(Way::Up, &up, Sender::Client), (Way::Down, &down, Sender::Server)] {
            let spans = of(&spans, way);
            let Some(first) = spans.iter().find(|span| span.kind == Kind::FrameOpcode) else { continue };
            let mut rest = &bytes[usize::try_from(first.at).expect("in memory")..];
            let mut frames = Vec::new();
            websocket::Decoder::new(sender, 1 << 20).decode(rest, &mut frames).expect("valid frames");
            for frame in frames {
                let mut cursor = Cursor::new(rest);
                let (header, length) = FrameHeader::parse(&mut cursor).expect("a header").expect("whole");
                let start = usize::try_from(cursor.position()).expect("in memory");
                let end = start + usize::try_from(length).expect("in memory");
                assert_eq!((frame.fin, frame.opcode.bits()), (header.is_final, u8::from(header.opcode)));
                assert_eq!((frame.masked, frame.bytes), (header.mask.is_some(), end));
                let key = header.mask.unwrap_or_default();
                let plain = rest[start..end].iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key);
                assert!(frame.payload.into_iter().eq(plain), "a payload");
                count += 1;
                rest = &rest[end..];
            }
        }
    }
    assert!(count > 100, "{count} frames");
}
