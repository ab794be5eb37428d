//! The end: told to everyone who does not have it, and only then the stop.

use serde_json::json;

use crate::in_every_encoding;
use crate::support::ask::Next;
use crate::support::reader::Reader;

#[tokio::test]
async fn one_who_was_cut_just_before_the_end_is_told_the_end() {
    in_every_encoding(async |server, transport| {
        let job = server.finished(20).await;
        let mut reader = job.open(transport, &job.ask().after(&job.cursor(20))).await;
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(reader.seqs(), [21]);
        assert!(!transport.says_types() || reader.events[0].kind == "done");
    })
    .await;
}

#[tokio::test]
async fn one_who_has_the_end_is_told_to_stop() {
    in_every_encoding(async |server, transport| {
        let job = server.finished(20).await;
        for ask in [job.ask().after(&job.cursor(21)), job.ask().after("latest")] {
            let mut reader = job.open(transport, &ask).await;
            assert_eq!(reader.end().await, Next::Stop(transport.stop()), "{ask:?}");
            assert_eq!(reader.events, [], "{ask:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_end_ends_the_stream_and_the_cursor_it_leaves_is_answered_with_the_stop() {
    in_every_encoding(async |server, transport| {
        let job = server.synthetic(json!({"count": 10, "interval": "2ms"})).await;
        let mut reader = job.open(transport, &job.ask()).await;
        assert_eq!(reader.end().await, Next::Ended);
        let cursor = reader.cursor.clone().expect("a cursor");
        let mut again = job.open(transport, &job.ask().after(&cursor)).await;
        assert_eq!(again.end().await, Next::Stop(transport.stop()));
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_job_ends_with_cancelled_for_all_its_readers() {
    in_every_encoding(async |server, transport| {
        let job = server.synthetic(json!({"count": 1000, "interval": "10ms"})).await;
        let mut reader = job.open(transport, &job.ask()).await;
        reader.take(3).await;
        job.command("cancel").await;
        assert_eq!(reader.end().await, Next::Ended);
        let last = reader.events.last().map(|event| event.kind.as_str());
        assert!(!transport.says_types() || last == Some("cancelled"), "{last:?}");
        let seqs = reader.seqs();
        assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<u64>>());
    })
    .await;
}

#[tokio::test]
async fn a_forgotten_job_ends_its_readers() {
    in_every_encoding(async |server, transport| {
        let job = server.synthetic(json!({"count": 1000, "interval": "10ms"})).await;
        let mut reader = job.open(transport, &job.ask()).await;
        reader.take(3).await;
        let path = format!("/api/jobs/{}", job.name);
        let answer = crate::support::http::request(&server.bench, "DELETE", &path, &[], b"").await;
        assert!((200..300).contains(&answer.status()), "{}", answer.status());
        if transport.holds_a_connection() {
            assert_eq!(reader.end().await, Next::Ended);
            let last = reader.events.last().map(|event| event.kind.as_str());
            assert!(!transport.says_types() || last == Some("cancelled"), "{last:?}");
        }
        let refused =
            Reader::connect(&server.bench, transport, &job.ask()).await.expect_err("it is forgotten");
        assert_eq!(refused.code, transport.refusal(404));
    })
    .await;
}
