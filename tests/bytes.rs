//! Bytes: what the server says of payloads and sockets, against what readers and a relay between have counted.

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::ask::Next;
use support::http;
use support::reader::{Reader, Transport};
use support::relay::Relay;
use support::server::{Job, Server};
use support::{PATIENCE, bounded, eventually};

async fn job(server: &Server) -> Job<'_> {
    server.synthetic(json!({"count": 50, "interval": "3ms", "payload": "text", "size": 200})).await
}

#[tokio::test]
async fn every_reader_counts_the_payload_bytes_that_the_job_says() {
    let server = Server::start();
    let job = job(&server).await;
    for transport in server.transports().await {
        let mut reader = job.open(transport, &job.ask()).await;
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(job.info().await["payload_bytes"], json!(reader.payload_bytes), "{}", transport.name());
    }
}

/// The entry of `list` whose `key` is `value`.
fn entry<'a>(list: &'a Value, key: &str, value: &Value) -> &'a Value {
    let found = list.as_array().and_then(|list| list.iter().find(|entry| &entry[key] == value));
    found.unwrap_or(&Value::Null)
}

/// Reads a job to its end through a relay, with a few polls or one stream, and closes.
async fn read_through(relay: &Relay, server: &Server, transport: Transport, lane: &str) {
    let job = job(server).await;
    let target = server.origins[0].through(relay.address);
    let mut reader = Reader::open(&target, transport, &job.ask().with("lane", lane)).await;
    reader.take(3).await;
    assert_eq!(reader.end().await, Next::Ended);
}

#[tokio::test]
async fn the_socket_totals_of_a_lane_are_those_of_a_relay_in_between() {
    let server = Server::start();
    for transport in server.transports().await {
        let lane = format!("t-{}", transport.name());
        let relay = Relay::before(server.origins[0].address).await.expect("a relay");
        read_through(&relay, &server, transport, &lane).await;
        let mut last = Value::Null;
        let what = format!("the totals of {lane} to settle at those of the relay");
        let settled = async {
            loop {
                let lanes = http::get(&server.bench, "/api/lanes").await.json();
                last = entry(&lanes["lanes"], "lane", &json!(lane)).clone();
                let relayed = (json!(relay.up()), json!(relay.down()), json!(0));
                if (last["in"].clone(), last["out"].clone(), last["open"].clone()) == relayed {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        let settled = tokio::time::timeout(std::time::Duration::from_secs(5), settled).await;
        assert!(settled.is_ok(), "{what}: {last}, relay up {} down {}", relay.up(), relay.down());
        assert_eq!(last["transport"], json!(transport.name()));
        assert_eq!(last["connections"], json!(relay.connections()), "{last}");
        assert!(last["requests"].as_u64() >= Some(1), "{last}");
    }
}

#[tokio::test]
async fn the_socket_totals_of_an_origin_are_those_of_all_its_connections() {
    let server = Server::start();
    let relay = Relay::before(server.origins[0].address).await.expect("a relay");
    for transport in server.transports().await {
        read_through(&relay, &server, transport, "same").await;
    }
    // One that says no lane counts on the origin all the same.
    bounded("a plain request", http::get(&server.origins[0].through(relay.address), "/clock")).await;
    let mut last = Value::Null;
    eventually("the totals of the origin to be those of the relay", PATIENCE, async || {
        let answer = http::get(&server.bench, "/api/lanes").await.json();
        last = entry(&answer["origins"], "id", &json!(1)).clone();
        (&last["in"], &last["out"], &last["open"]) == (&json!(relay.up()), &json!(relay.down()), &json!(0))
    })
    .await;
    assert_eq!(last["connections"], json!(relay.connections()), "{last}");
}
