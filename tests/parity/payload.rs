//! What is in the envelopes: the same bytes on every transport, whatever they are.

use serde_json::{Value, json};

use crate::support::ask::{Element, Encoding, Next};
use crate::support::element::Payload;
use crate::support::reader::{Transport, Way};
use crate::support::server::{Job, Server};
use crate::{in_every_encoding, on_every_transport};

/// What breaks careless framing: line ends, NUL, a line separator, something like a field, and an emoji.
const AWKWARD: [&str; 8] = ["\r", "\n", "\r\n", "\0", "\u{2028}", "\u{feff}", "data: x\nid: 9\n\n", "🙂"];

/// The events of a job as each transport of the server gives them, by each of its fanouts; at least two.
async fn as_each_transport_gives_it(
    server: &Server,
    job: &Job<'_>,
    encoding: Encoding,
) -> Vec<(Way, Vec<Element>)> {
    let mut given = Vec::new();
    for way in server.encoded_ways().await {
        if way.encoding == encoding {
            let mut reader = job.open(way, &job.ask()).await;
            assert_eq!(reader.end().await, Next::Ended, "{}", way.label());
            given.push((way, reader.events));
        }
    }
    assert!(given.len() > 1);
    given
}

#[tokio::test]
async fn newlines_and_unicode_come_through_byte_for_byte_on_every_transport() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 20, "interval": "1ms", "payload": "text", "size": 512})).await;
    job.ended().await;
    let given = as_each_transport_gives_it(&server, &job, Encoding::Json).await;
    let (first, events) = &given[0];
    for (way, other) in &given[1..] {
        assert_eq!(other, events, "{} gives what {} gives", way.label(), first.label());
    }
    assert_eq!(events.len(), 21);
    for event in &events[..20] {
        let text = event.value["data"].as_str().expect("text");
        assert_eq!(text.len(), 512);
        for awkward in AWKWARD {
            assert!(text.contains(awkward), "{awkward:?} in {text:?}");
        }
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_payloads_in_another_job() {
    let server = Server::start();
    let mut payloads = Vec::new();
    for seed in [7, 7, 8] {
        let settings = json!({"count": 5, "interval": "1ms", "payload": "text", "size": 300, "seed": seed});
        let job = server.synthetic(settings).await;
        job.ended().await;
        let (_, events) = as_each_transport_gives_it(&server, &job, Encoding::Json).await.remove(0);
        payloads.push(events.iter().map(|event| event.value["data"].clone()).collect::<Vec<_>>());
    }
    assert_eq!(payloads[0], payloads[1]);
    assert_ne!(payloads[0], payloads[2]);
}

#[tokio::test]
async fn a_mebibyte_is_an_event_like_any_other() {
    on_every_transport(async |server, transport| {
        for payload in ["text", "bytes"] {
            let size = 1 << 20;
            let job = server
                .synthetic(json!({"count": 3, "interval": "1ms", "payload": payload, "size": size}))
                .await;
            job.ended().await;
            let mut reader = job.open(transport, &job.ask()).await;
            assert_eq!(reader.end().await, Next::Ended);
            assert_eq!(reader.seqs(), [1, 2, 3, 4]);
            for event in &reader.events[..3] {
                let length = if payload == "text" {
                    event.value["data"].as_str().map_or(0, str::len)
                } else {
                    event.payload().len()
                };
                assert_eq!(length, size, "{payload}");
            }
        }
    })
    .await;
}

/// A text as an event stream gives it: a CR or CRLF is a line end like any other (HTML §9.2.6).
fn as_lines(payload: Payload) -> Payload {
    match payload {
        Payload::Json(Value::String(text)) => {
            Payload::Json(Value::String(text.replace("\r\n", "\n").replace('\r', "\n")))
        }
        other => other,
    }
}

#[tokio::test]
async fn every_encoding_carries_the_same_events() {
    let server = Server::start();
    for payload in ["bytes", "text", "progress"] {
        let job =
            server.synthetic(json!({"count": 10, "interval": "1ms", "payload": payload, "size": 1000})).await;
        job.ended().await;
        let json = as_each_transport_gives_it(&server, &job, Encoding::Json).await.remove(0).1;
        for encoding in [Encoding::Cbor, Encoding::Raw, Encoding::Binary] {
            for (way, events) in as_each_transport_gives_it(&server, &job, encoding).await {
                assert_eq!(events.len(), json.len(), "{}", way.label());
                for (event, json) in events.iter().zip(&json) {
                    assert_eq!(event.seq, json.seq, "{}", way.label());
                    let is_stream = matches!(way.transport, Transport::Sse | Transport::FetchStream);
                    let lines = is_stream && encoding == Encoding::Raw;
                    let told = json.data(&json.kind);
                    let told = if lines { as_lines(told) } else { told };
                    assert_eq!(event.data(&json.kind), told, "{}", way.label());
                    assert!(!way.says_types() || event.kind == json.kind, "{}", way.label());
                    if json.kind == "bytes" {
                        assert!(event.raw.is_some(), "{} carries the payload as bytes", way.label());
                    }
                    if encoding == Encoding::Binary && json.kind != "bytes" {
                        assert_eq!(event.text, json.text, "{}", way.label());
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn gaps_and_unknown_epochs_are_told_in_every_encoding() {
    in_every_encoding(async |server, transport| {
        let job = server.synthetic(json!({"count": 20, "interval": "1ms", "keep-events": 5})).await;
        job.ended().await;
        let ask = job.ask();
        let mut reader = job.open(transport, &ask.clone().after(&job.cursor(0))).await;
        assert_eq!(reader.until("gap").await.value, json!({"type": "gap", "from": 1, "to": 16}));
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(reader.seqs(), (17..=21).collect::<Vec<u64>>());
        let mut reader = job.open(transport, &ask.after("zz.1")).await;
        assert_eq!(reader.until("unknown-epoch").await.value["asked"], "zz.1");
        assert_eq!(reader.end().await, Next::Ended);
    })
    .await;
}
