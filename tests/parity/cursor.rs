//! The cursor: after it, nothing twice; behind the log, a gap with its bounds; of another log, told in-band.

use serde_json::json;

use crate::in_every_encoding;
use crate::support::ask::Next;

#[tokio::test]
async fn after_a_cursor_comes_the_next_event_and_nothing_before_it() {
    in_every_encoding(async |server, transport| {
        let job = server.finished(30).await;
        let mut reader = job.open(transport, &job.ask().after(&job.cursor(12))).await;
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(reader.seqs(), (13..=31).collect::<Vec<u64>>());
    })
    .await;
}

#[tokio::test]
async fn one_who_is_up_to_date_gets_nothing_twice() {
    in_every_encoding(async |server, transport| {
        let (job, head) = server.held(5).await;
        let mut first = job.open(transport, &job.ask()).await;
        first.take(usize::try_from(head).expect("few")).await;
        let cursor = first.cursor.clone().expect("a cursor");
        assert_eq!(cursor, job.cursor(head));
        drop(first);
        let mut second = job.open(transport, &job.ask().after(&cursor)).await;
        job.command("resume").await;
        second.take(1).await;
        assert_eq!(second.seqs(), [head + 1]);
    })
    .await;
}

#[tokio::test]
async fn the_cursor_of_the_header_beats_the_one_of_the_url() {
    in_every_encoding(async |server, transport| {
        let job = server.finished(10).await;
        let cursor = job.cursor(7);
        let mut asks = vec![job.ask().after("earliest").header("Last-Event-ID", &cursor)];
        if !transport.is_posted() {
            asks.push(job.ask().after(&job.cursor(2)).with("lastEventId", &cursor));
        }
        for ask in asks {
            let mut reader = job.open(transport, &ask).await;
            reader.end().await;
            assert_eq!(reader.seqs(), [8, 9, 10, 11], "{ask:?}");
        }
        let mut reader = job.open(transport, &job.ask().after(&cursor).header("Last-Event-ID", "")).await;
        reader.end().await;
        assert_eq!(reader.seqs(), [8, 9, 10, 11], "an empty header says nothing");
    })
    .await;
}

#[tokio::test]
async fn what_the_log_has_forgotten_is_told_as_a_gap_with_its_bounds() {
    in_every_encoding(async |server, transport| {
        let job = server.synthetic(json!({"count": 100, "interval": "1ms", "keep-events": 10})).await;
        job.ended().await;
        for (after, from) in [(0, 1), (50, 51), (90, 91)] {
            let mut reader = job.open(transport, &job.ask().after(&job.cursor(after))).await;
            let gap = reader.until("gap").await;
            assert_eq!(gap.value, json!({"type": "gap", "from": from, "to": 91}), "after {after}");
            assert_eq!(reader.events, [], "the gap comes before what is left");
            assert_eq!(reader.cursor, Some(job.cursor(91)), "one cut right there does not hear it twice");
            assert_eq!(reader.end().await, Next::Ended);
            assert_eq!(reader.seqs(), (92..=101).collect::<Vec<u64>>());
            assert_eq!(reader.notices().len(), 1, "once: {:?}", reader.notices());
        }
        let mut reader = job.open(transport, &job.ask().after(&job.cursor(91))).await;
        reader.end().await;
        assert!(reader.notices().is_empty(), "nothing is missing after 91: {:?}", reader.notices());
    })
    .await;
}

#[tokio::test]
async fn the_earliest_event_kept_is_no_gap_for_one_who_asked_for_the_earliest() {
    in_every_encoding(async |server, transport| {
        let job = server.synthetic(json!({"count": 30, "interval": "1ms", "keep-events": 5})).await;
        job.ended().await;
        let mut reader = job.open(transport, &job.ask().after("earliest")).await;
        reader.end().await;
        assert_eq!(reader.seqs(), (27..=31).collect::<Vec<u64>>());
        assert!(reader.notices().is_empty(), "{:?}", reader.notices());
    })
    .await;
}

#[tokio::test]
async fn a_cursor_of_another_log_is_told_in_band_and_the_feed_begins_anew() {
    in_every_encoding(async |server, transport| {
        let job = server.finished(10).await;
        let mut reader = job.open(transport, &job.ask().after("zz.5")).await;
        let told = reader.until("unknown-epoch").await;
        assert_eq!(told.value, json!({"type": "unknown-epoch", "asked": "zz.5", "epoch": job.epoch}));
        assert_eq!(reader.events, [], "before any event");
        assert_eq!(reader.cursor, Some(job.cursor(0)), "one cut right there does not hear it twice");
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(reader.seqs(), (1..=11).collect::<Vec<u64>>());
        assert_eq!(reader.notices().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reader_cut_again_and_again_misses_nothing_and_sees_nothing_twice() {
    in_every_encoding(async |server, transport| {
        let job = server.synthetic(json!({"count": 100, "interval": "2ms"})).await;
        let mut seqs = Vec::new();
        let mut ask = job.ask();
        loop {
            let mut reader = job.open(transport, &ask).await;
            let ended = loop {
                match reader.next().await {
                    Next::Element(_) if reader.events.len() < 9 => {}
                    Next::Element(element) => break element.is_end(),
                    Next::Ended | Next::Stop(_) => break true,
                    other => panic!("{other:?}"),
                }
            };
            seqs.extend(reader.seqs());
            ask = ask.after(reader.cursor.as_deref().expect("a cursor"));
            if ended {
                break;
            }
        }
        assert_eq!(seqs, (1..=101).collect::<Vec<u64>>());
    })
    .await;
}
