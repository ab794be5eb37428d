//! One cursor on all transports: a reader may lose one and go on with another.

#[path = "support/mod.rs"]
mod support;

use serde_json::json;
use support::ask::Next;
use support::reader::Transport;
use support::server::Server;

#[tokio::test]
async fn a_reader_who_changes_the_transport_twice_misses_nothing_and_sees_nothing_twice() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 59, "interval": "5ms"})).await;
    let mut seqs = Vec::new();
    let mut ask = job.ask();
    for transport in [Transport::Sse, Transport::WebSocket, Transport::Polling] {
        let mut reader = job.open(transport, &ask).await;
        reader.take(20).await;
        seqs.extend(reader.seqs());
        ask = ask.after(reader.cursor.as_deref().expect("a cursor"));
    }
    assert_eq!(seqs, (1..=60).collect::<Vec<u64>>());
    for transport in server.transports().await {
        let mut reader = job.open(transport, &ask).await;
        assert_eq!(reader.end().await, Next::Stop(transport.stop()), "{}", transport.name());
        assert_eq!(reader.events, []);
    }
}

#[tokio::test]
async fn a_cursor_is_good_on_every_origin() {
    let server = Server::start_with(&["--lanes", "3"]);
    let job = server.synthetic(json!({"count": 29, "interval": "5ms"})).await;
    let mut seqs = Vec::new();
    let mut ask = job.ask();
    for (origin, transport) in server.origins.iter().zip(server.transports().await) {
        let mut reader = support::reader::Reader::open(origin, transport, &ask).await;
        reader.take(10).await;
        seqs.extend(reader.seqs());
        ask = ask.after(reader.cursor.as_deref().expect("a cursor"));
    }
    assert_eq!(seqs, (1..=30).collect::<Vec<u64>>());
}
