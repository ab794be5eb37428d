//! Each event once and in order: from the beginning, from now, and live.

use serde_json::json;

use crate::in_every_encoding;
use crate::support::ask::Next;
use crate::support::element::Payload;

#[tokio::test]
async fn every_event_comes_once_and_in_order_while_it_happens() {
    in_every_encoding(async |server, transport| {
        let job = server.synthetic(json!({"count": 50, "interval": "5ms", "start": "ready"})).await;
        let mut reader = job.open(transport, &job.ask()).await;
        job.command("start").await;
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(reader.seqs(), (1..=51).collect::<Vec<u64>>());
        assert!(reader.notices().is_empty(), "{:?}", reader.notices());
        let kinds: Vec<&str> = reader.events.iter().map(|event| event.kind.as_str()).collect();
        if transport.says_types() {
            assert!(kinds[..50].iter().all(|kind| *kind == "progress"), "{kinds:?}");
            assert_eq!(kinds[50], "done");
        }
        let end = json!({"percent": 100, "done": 50, "total": 50, "unit": "steps"});
        assert_eq!(reader.events[50].data("done"), Payload::Json(end));
    })
    .await;
}

#[tokio::test]
async fn one_who_comes_late_gets_everything_from_the_beginning() {
    in_every_encoding(async |server, transport| {
        let job = server.finished(40).await;
        for ask in [job.ask(), job.ask().after("earliest"), job.ask().after(&job.cursor(0))] {
            let mut reader = job.open(transport, &ask).await;
            assert_eq!(reader.end().await, Next::Ended, "{ask:?}");
            assert_eq!(reader.seqs(), (1..=41).collect::<Vec<u64>>(), "{ask:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn replay_and_live_join_without_a_seam() {
    in_every_encoding(async |server, transport| {
        let job = server.synthetic(json!({"count": 300, "interval": "1ms"})).await;
        job.reached(50).await;
        let mut reader = job.open(transport, &job.ask()).await;
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(reader.seqs(), (1..=301).collect::<Vec<u64>>());
    })
    .await;
}

#[tokio::test]
async fn one_who_asks_from_now_gets_only_what_comes_from_now_on() {
    in_every_encoding(async |server, transport| {
        let (job, head) = server.held(5).await;
        let mut reader = job.open(transport, &job.ask().after("latest")).await;
        if transport.holds_a_connection() {
            let hello = reader.until("hello").await;
            assert_eq!(hello.value["after"], json!(job.cursor(head)));
        }
        job.hurry().await;
        assert_eq!(reader.end().await, Next::Ended);
        let seqs = reader.seqs();
        assert_eq!(seqs, (head + 1..=head + seqs.len() as u64).collect::<Vec<u64>>());
        assert!(!transport.says_types() || reader.events.iter().any(|event| event.kind == "resumed"));
    })
    .await;
}

#[tokio::test]
async fn every_stream_begins_with_whose_feed_it_is_and_where_the_reader_stands() {
    in_every_encoding(async |server, transport| {
        let job = server.finished(5).await;
        let mut reader = job.open(transport, &job.ask().after(&job.cursor(2))).await;
        reader.end().await;
        let hellos: Vec<_> = reader.told.iter().filter(|told| told.kind == "hello").collect();
        if !transport.holds_a_connection() {
            assert!(hellos.is_empty(), "a poll says it beside its events: {hellos:?}");
            return;
        }
        assert_eq!(hellos.len(), 1);
        let expected = json!({
            "type": "hello", "job": job.name, "epoch": job.epoch, "after": job.cursor(2), "head": 6, "earliest": 1,
        });
        assert_eq!(hellos[0].value, expected);
    })
    .await;
}
