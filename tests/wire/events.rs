//! Cuts at events, a proxy that holds, and Close frames, on connections that carry the feed by each transport.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::time::timeout;
use wirebench::wire::Line;

use super::stage::{Stage, request};
use super::throw;

/// Each way to read, and the query that asks for it.
const WAYS: [(&str, &str); 9] = [
    ("polling", ""),
    ("polling", "encoding=raw"),
    ("long-polling", ""),
    ("sse", ""),
    ("sse", "fanout=stock"),
    ("sse", "encoding=binary"),
    ("fetch-stream", ""),
    ("websocket", ""),
    ("websocket", "fanout=stock"),
];

/// What an event carries: so many of one letter that occurs nowhere else.
fn payload(letter: char) -> String {
    letter.to_string().repeat(3000)
}

fn count(bytes: &[u8], letter: char) -> usize {
    String::from_utf8_lossy(bytes).matches(letter).count()
}

fn is_poll(transport: &str) -> bool {
    transport.ends_with("polling")
}

/// Reads what is there, until nothing comes or the end has.
async fn read(far: &mut DuplexStream) -> (Vec<u8>, bool) {
    let mut heard = Vec::new();
    loop {
        match timeout(Duration::from_secs(60), far.read_buf(&mut heard)).await {
            Ok(Ok(0) | Err(_)) => return (heard, true),
            Ok(Ok(_)) => {}
            Err(_) => return (heard, false),
        }
    }
}

/// A reader that has had its greeting, or a connection that has asked for nothing yet.
async fn opened(stage: &Stage, transport: &str, query: &str) -> (DuplexStream, Arc<Line>) {
    if is_poll(transport) {
        return stage.open("").await;
    }
    let (mut far, line) = stage.open(&request(transport, query)).await;
    let (heard, ended) = read(&mut far).await;
    assert!(heard.starts_with(b"HTTP/1.1 ") && !ended, "{transport}?{query}");
    (far, line)
}

/// Has the events come, `events` letters each, and gives what comes of them.
async fn sent(stage: &Stage, far: &mut DuplexStream, way: (&str, &str), letters: &str) -> (Vec<u8>, bool) {
    letters.chars().for_each(|letter| stage.push(&payload(letter)));
    if is_poll(way.0) {
        far.write_all(request(way.0, way.1).as_bytes()).await.expect("written");
    }
    read(far).await
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_cut_at_an_event_comes_in_the_middle_of_it_by_every_transport() {
    for way in WAYS {
        let stage = Stage::new().await;
        let (mut far, line) = opened(&stage, way.0, way.1).await;
        throw(&line, "cut", json!({"at": "event", "how": "fin"}));
        let (heard, ended) = sent(&stage, &mut far, way, "@#").await;
        let at = count(&heard, '@');
        // In base64 it is other letters.
        let binary = way.1.contains("binary");
        assert!(ended && (binary || (1300..1700).contains(&at)), "{way:?}: {at} and {ended}");
        assert_eq!((count(&heard, '#'), line.cause()), (0, Some("fault: cut")), "{way:?}");
    }
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_cut_at_events_comes_behind_the_last_of_them_whole_by_every_transport() {
    for way in WAYS.into_iter().filter(|way| !way.1.contains("encoding")) {
        let stage = Stage::new().await;
        let (mut far, line) = opened(&stage, way.0, way.1).await;
        throw(&line, "cut", json!({"at": "events", "count": 3, "how": "rst"}));
        let (heard, ended) = sent(&stage, &mut far, way, "@#^|").await;
        let counts = ['@', '#', '^', '|'].map(|letter| count(&heard, letter));
        assert_eq!((counts, ended), ([3000, 3000, 3000, 0], true), "{way:?}");
        let tail = String::from_utf8_lossy(&heard[heard.len() - 8..]).into_owned();
        let ends = match way.0 {
            "sse" | "fetch-stream" => tail.ends_with("}\n\n\r\n"),
            _ => tail.ends_with('}') && !tail.ends_with("]}"),
        };
        assert!(ends, "{way:?}: {tail:?}");
    }
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_cut_that_is_healed_before_its_event_lets_the_feed_go_on() {
    for way in WAYS.into_iter().filter(|way| !way.1.contains("encoding")) {
        let stage = Stage::new().await;
        let (mut far, line) = opened(&stage, way.0, way.1).await;
        let (cut, _) = throw(&line, "cut", json!({"at": "event"}));
        line.heal(cut);
        let (heard, ended) = sent(&stage, &mut far, way, "@#").await;
        assert_eq!((count(&heard, '@'), count(&heard, '#'), ended), (3000, 3000, false), "{way:?}");
    }
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn compressed_events_are_cut_too_even_those_that_are_kept_back() {
    for flush in ["on", "off"] {
        let stage = Stage::new().await;
        let asked = request("sse", &format!("compression=gzip&flush={flush}"));
        let asked = asked.replace("\r\n\r\n", "\r\nAccept-Encoding: gzip\r\n\r\n");
        let (mut far, line) = stage.open(&asked).await;
        read(&mut far).await;
        throw(&line, "cut", json!({"at": "event", "how": "fin"}));
        let (_, ended) = sent(&stage, &mut far, ("sse", ""), "@").await;
        assert!(ended, "flush={flush}");
    }
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_helpful_proxy_holds_open_streams_unless_it_obeys_and_is_asked_not_to() {
    for (way, obey, passes) in [
        (("sse", ""), "on", true),
        (("sse", ""), "off", false),
        (("sse", "unbuffered=off"), "on", false),
        (("sse", "fanout=stock"), "on", false),
        (("fetch-stream", ""), "off", false),
        (("websocket", ""), "off", true),
        (("polling", ""), "off", true),
        (("long-polling", ""), "off", true),
    ] {
        let stage = Stage::new().await;
        let (mut far, line) = opened(&stage, way.0, way.1).await;
        let (buffer, _) = throw(&line, "buffer", json!({"obey": obey}));
        let (heard, ended) = sent(&stage, &mut far, way, "@").await;
        let wanted = if passes { 3000 } else { 0 };
        assert_eq!((count(&heard, '@'), ended), (wanted, false), "{way:?} obey={obey}");
        line.heal(buffer);
        let (rest, _) = read(&mut far).await;
        assert_eq!(count(&rest, '@'), 3000 - wanted, "{way:?} healed");
    }
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_close_frame_is_the_last_of_the_servers_and_the_peers_answer_ends_the_connection() {
    for (then, last) in
        [("wait", &[0x88, 2, 0x03, 0xF4][..]), ("again", &[0x88, 2, 3, 0xF4, 0x88, 2, 3, 0xF4])]
    {
        for way in [("websocket", ""), ("websocket", "fanout=stock")] {
            let stage = Stage::new().await;
            let (mut far, line) = opened(&stage, way.0, way.1).await;
            let (_, struck) = throw(&line, "close", json!({"then": then}));
            assert_eq!(struck.what, "closing");
            assert_eq!(sent(&stage, &mut far, way, "@").await, (vec![0x88, 2, 0x03, 0xF4], false));
            let answer = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xF4];
            far.write_all(&answer).await.expect("written");
            assert_eq!(read(&mut far).await, (last[4..].to_vec(), true), "{way:?} then={then}");
        }
    }
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_close_frame_with_a_cut_does_not_wait_and_means_nothing_elsewhere() {
    let stage = Stage::new().await;
    let (mut far, line) = opened(&stage, "websocket", "").await;
    throw(&line, "close", json!({"code": 1006, "then": "rst", "after": "70s"}));
    assert_eq!(read(&mut far).await, (vec![0x88, 2, 0x03, 0xEE], false));
    assert_eq!(read(&mut far).await, (vec![], true));
    assert_eq!(line.cause(), Some("fault: close"));
    for way in WAYS.into_iter().filter(|way| way.0 != "websocket" && way.1.is_empty()) {
        let stage = Stage::new().await;
        let (mut far, line) = opened(&stage, way.0, way.1).await;
        let (close, _) = throw(&line, "close", json!({}));
        let (heard, ended) = sent(&stage, &mut far, way, "@").await;
        line.heal(close);
        assert_eq!((count(&heard, '@'), ended, line.cause()), (3000, false, None), "{way:?}");
    }
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_cut_at_an_event_finds_its_middle_behind_and_before_other_faults() {
    let slow = ("latency", json!({"delay": "200ms", "way": "down"}));
    let sliced = ("slice", json!({"size": 100, "pause": "5ms"}));
    let cut = ("cut", json!({"at": "event", "how": "fin"}));
    for order in [[&slow, &sliced, &cut], [&slow, &cut, &sliced], [&cut, &slow, &sliced]] {
        let stage = Stage::new().await;
        let (mut far, line) = opened(&stage, "sse", "").await;
        for (fault, params) in order {
            throw(&line, fault, params.clone());
        }
        let (heard, ended) = sent(&stage, &mut far, ("sse", ""), "@#").await;
        let (at, after) = (count(&heard, '@'), count(&heard, '#'));
        assert!(ended && (1300..1700).contains(&at) && after == 0, "{order:?}: {at}, {after}");
    }
}
