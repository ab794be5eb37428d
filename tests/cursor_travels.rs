//! One cursor on all transports: a reader may lose one and go on with another.

#[path = "support/mod.rs"]
mod support;

use serde_json::json;
use support::ask::{Ask, Next};
use support::reader::{Transport, Way};
use support::server::{Job, Server};

/// Reads a job by one transport after the other with one cursor, 20 events each, and gives the numbers that came. The next
/// one goes on where the last one stood.
async fn twenty_by_each(job: &Job<'_>, ways: &[Way]) -> (Vec<u64>, Ask) {
    let mut seqs = Vec::new();
    let mut ask = job.ask();
    for way in ways {
        let mut reader = job.open(*way, &ask).await;
        // A poll brings what there is; the rest of it is given back with the cursor.
        reader.take(20).await;
        seqs.extend(reader.seqs());
        ask = ask.after(reader.cursor.as_deref().expect("a cursor"));
    }
    (seqs, ask)
}

#[tokio::test]
async fn twenty_events_each_by_four_transports_with_one_cursor_make_eighty() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 79, "interval": "5ms"})).await;
    let four = [Transport::Polling, Transport::Sse, Transport::WebSocket, Transport::LongPolling];
    let (seqs, ask) = twenty_by_each(&job, &four.map(Way::from)).await;
    assert_eq!(seqs, (1..=80).collect::<Vec<u64>>());
    for way in server.ways().await {
        let mut reader = job.open(way, &ask).await;
        assert_eq!(reader.end().await, Next::Stop(way.stop()), "{}", way.label());
        assert_eq!(reader.events, []);
    }
}

#[tokio::test]
async fn whatever_the_order_of_the_transports_and_their_fanouts_nothing_is_missing_and_nothing_comes_twice() {
    let server = Server::start();
    let mut ways = server.ways().await;
    for _ in 0..ways.len() {
        ways.rotate_left(1);
        let backwards: Vec<Way> = ways.iter().rev().copied().collect();
        for order in [&ways, &backwards] {
            let job = server.synthetic(json!({"count": 20 * order.len() - 1, "interval": "1ms"})).await;
            let (seqs, _) = twenty_by_each(&job, order).await;
            let labels: Vec<String> = order.iter().map(|way| way.label()).collect();
            assert_eq!(seqs, (1..=20 * order.len() as u64).collect::<Vec<u64>>(), "{labels:?}");
        }
    }
}

#[tokio::test]
async fn a_cursor_travels_through_every_encoding_too() {
    let server = Server::start();
    let ways = server.encoded_ways().await;
    let job = server.synthetic(json!({"count": 20 * ways.len() - 1, "interval": "1ms"})).await;
    let (seqs, _) = twenty_by_each(&job, &ways).await;
    assert_eq!(seqs, (1..=20 * ways.len() as u64).collect::<Vec<u64>>());
}

#[tokio::test]
async fn a_cursor_is_good_on_every_origin() {
    let server = Server::start_with(&["--lanes", "3"]);
    let job = server.synthetic(json!({"count": 49, "interval": "5ms"})).await;
    let mut seqs = Vec::new();
    let mut ask = job.ask();
    for (number, transport) in server.transports().await.into_iter().enumerate() {
        let origin = &server.origins[number % server.origins.len()];
        let mut reader = support::reader::Reader::open(origin, transport, &ask).await;
        reader.take(10).await;
        seqs.extend(reader.seqs());
        ask = ask.after(reader.cursor.as_deref().expect("a cursor"));
    }
    assert_eq!(seqs, (1..=50).collect::<Vec<u64>>());
}
