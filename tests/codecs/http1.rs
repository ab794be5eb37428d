//! HTTP/1.1: heads that arrive in pieces, bodies by every framing, at every split.

use serde_json::json;
use wirebench::proto::http1::{Body, BodyError, Framing, HeadError, parse_request_head, parse_response_head};

use super::golden::{cases, cuts};

const LIMIT: usize = 16 * 1024;

/// What a client makes of one response that arrives in these pieces.
struct Read {
    status: u16,
    body: Vec<u8>,
    rest: Vec<u8>,
    complete: bool,
    error: Option<BodyError>,
    at_end: Option<BodyError>,
}

fn read(pieces: &[&[u8]]) -> Read {
    let mut read =
        Read { status: 0, body: Vec::new(), rest: Vec::new(), complete: false, error: None, at_end: None };
    let mut head = Vec::new();
    let mut body: Option<Body> = None;
    for piece in pieces {
        let mut piece = piece.to_vec();
        if body.is_none() {
            head.extend(piece);
            let Some((found, size)) = parse_response_head(&head, LIMIT).expect("a head") else { continue };
            piece = head.split_off(size);
            read.status = found.status;
            match Framing::of(&found, false) {
                Ok(framing) => body = Some(Body::new(framing)),
                Err(error) => {
                    read.error = Some(error);
                    return read;
                }
            }
        }
        let decoder = body.as_mut().expect("just made");
        match decoder.decode(&piece, &mut read.body) {
            Ok(used) => read.rest.extend_from_slice(&piece[used..]),
            Err(error) => {
                read.error = Some(error);
                return read;
            }
        }
    }
    let decoder = body.expect("the head is whole");
    read.complete = decoder.is_complete();
    read.at_end = decoder.end_of_stream().err();
    read
}

fn name(error: Option<BodyError>) -> Option<String> {
    error.map(|error| format!("{error:?}").split('(').next().unwrap_or_default().to_owned())
}

#[test]
fn every_golden_response_says_the_same_at_every_split() {
    for case in cases("http1") {
        let bytes = case.bytes_beside("http");
        for cut in cuts(&bytes) {
            let read = read(&cut);
            let text = |bytes: &[u8]| bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
            assert_eq!(json!(read.status), case.says["status"], "{} cut as {cut:?}", case.name);
            assert_eq!(json!(text(&read.body)), case.says["body"], "{} cut as {cut:?}", case.name);
            assert_eq!(json!(text(&read.rest)), case.says["rest"], "{} cut as {cut:?}", case.name);
            assert_eq!(json!(read.complete), case.says["complete"], "{} cut as {cut:?}", case.name);
            assert_eq!(json!(name(read.error)), case.says["error"], "{} cut as {cut:?}", case.name);
            assert_eq!(json!(name(read.at_end)), case.says["atEnd"], "{} cut as {cut:?}", case.name);
        }
    }
}

#[test]
fn a_request_head_is_read_when_its_last_byte_is_there() {
    let bytes = b"GET /jobs/demo/sse?after=k3f9.5 HTTP/1.1\r\nHost: 127.0.0.2:8080\r\nLast-Event-ID: k3f9.7\r\n\r\nrest";
    for end in 0..bytes.len() - 4 {
        assert_eq!(parse_request_head(&bytes[..end], LIMIT), Ok(None));
    }
    let (head, size) = parse_request_head(bytes, LIMIT).expect("a head").expect("complete");
    assert_eq!((head.method.as_str(), head.target.as_str()), ("GET", "/jobs/demo/sse?after=k3f9.5"));
    assert_eq!(head.headers.get("last-event-id"), Some("k3f9.7"));
    assert_eq!(head.headers.get("absent"), None);
    assert_eq!(&bytes[size..], b"rest");
}

#[test]
fn a_head_beyond_its_limit_is_refused_whole_or_not() {
    let bytes = b"HTTP/1.1 200 OK\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n";
    assert_eq!(parse_response_head(bytes, 30), Err(HeadError::TooLong { limit: 30 }));
    assert_eq!(parse_response_head(&bytes[..30], 30), Err(HeadError::TooLong { limit: 30 }));
    assert!(matches!(parse_response_head(b"SSH-2.0-OpenSSH\r\n", 30), Err(HeadError::Syntax(_))));
}

#[test]
fn a_line_of_the_chunked_coding_cannot_grow_without_bound() {
    let mut body = Body::new(Framing::Chunked);
    let mut error = None;
    for _ in 0..10_000 {
        if let Err(found) = body.decode(b"5;x", &mut Vec::new()) {
            error = Some(found);
            break;
        }
    }
    assert!(matches!(error, Some(BodyError::Chunk(_))));
}
