//! Bytes: what the server says of payloads and sockets, against what readers and a relay between have counted.

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::ask::Next;
use support::http::{self, Connection};
use support::reader::{Reader, Way};
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
    for way in server.ways().await {
        let mut reader = job.open(way, &job.ask()).await;
        assert_eq!(reader.end().await, Next::Ended);
        assert_eq!(job.info().await["payload_bytes"], json!(reader.payload_bytes), "{}", way.label());
    }
}

/// The entry of `list` whose `key` is `value`.
fn entry<'a>(list: &'a Value, key: &str, value: &Value) -> &'a Value {
    let found = list.as_array().and_then(|list| list.iter().find(|entry| &entry[key] == value));
    found.unwrap_or(&Value::Null)
}

/// Reads a job to its end through a relay, with a few polls or one stream, and closes.
async fn read_through(relay: &Relay, server: &Server, way: Way, lane: &str) {
    let job = job(server).await;
    let target = server.origins[0].through(relay.address);
    let mut reader = Reader::open(&target, way, &job.ask().with("lane", lane)).await;
    reader.take(3).await;
    assert_eq!(reader.end().await, Next::Ended);
}

#[tokio::test]
async fn the_socket_totals_of_a_lane_are_those_of_a_relay_in_between() {
    let server = Server::start();
    for way in server.encoded_ways().await {
        let stock = if way.stock { "-stock" } else { "" };
        let lane = format!("t-{}-{}{stock}", way.name(), way.encoding.name());
        let relay = Relay::before(server.origins[0].address).await.expect("a relay");
        read_through(&relay, &server, way, &lane).await;
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
        assert_eq!(last["transport"], json!(way.name()));
        assert_eq!(last["connections"], json!(relay.connections()), "{last}");
        assert!(last["requests"].as_u64() >= Some(1), "{last}");
    }
}

#[tokio::test]
async fn the_socket_totals_of_an_origin_are_those_of_all_its_connections() {
    let server = Server::start();
    let relay = Relay::before(server.origins[0].address).await.expect("a relay");
    for way in server.ways().await {
        read_through(&relay, &server, way, "same").await;
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

/// What is told of the lanes once all that has passed the relay is in the books: another thread writes them.
async fn settled(server: &Server, relay: &Relay) -> Value {
    let mut lanes = Value::Null;
    eventually("the totals of the origin to be those of the relay", PATIENCE, async || {
        lanes = http::get(&server.bench, "/api/lanes").await.json();
        let origin = entry(&lanes["origins"], "id", &json!(1));
        (&origin["in"], &origin["out"]) == (&json!(relay.up()), &json!(relay.down()))
    })
    .await;
    lanes
}

/// One request on a connection that is kept, through a relay: its status, and what it cost up and down.
async fn exchange(connection: &mut Connection, relay: &Relay, method: &str, path: &str) -> (u16, (u64, u64)) {
    let before = (relay.up(), relay.down());
    let answer = bounded(path, async {
        connection.send(method, path, &[], b"").await?;
        connection.response().await
    });
    let status = answer.await.unwrap_or_else(|error| panic!("{method} {path}: {error}")).status();
    (status, (relay.up() - before.0, relay.down() - before.1))
}

#[tokio::test]
async fn a_request_that_no_lane_claims_is_nobodys() {
    let server = Server::start();
    let job = server.finished(5).await;
    let relay = Relay::before(server.origins[0].address).await.expect("a relay");
    let target = server.origins[0].through(relay.address);
    let mut connection = Connection::open(&target).await.expect("a connection");
    let name = &job.name;
    let poll = format!("/jobs/{name}/polling?lane=KA");
    let mut own = (0, 0);
    let requests = [
        ("GET", poll.clone(), 200),
        ("GET", poll.clone(), 200),
        ("GET", format!("/jobs/{name}"), 200),
        ("GET", format!("/jobs/{name}/nope?lane=KA"), 404),
        ("POST", format!("/jobs/{name}/sse?lane=zz"), 405),
        ("GET", "/clock".to_owned(), 200),
    ];
    for (method, path, expected) in requests {
        let (status, cost) = exchange(&mut connection, &relay, method, &path).await;
        assert_eq!(status, expected, "{method} {path}");
        if path == poll {
            own = (own.0 + cost.0, own.1 + cost.1);
        }
    }
    assert_eq!(relay.connections(), 1, "one connection carried them all");
    let lanes = settled(&server, &relay).await;
    let told = json!({
        "lane": "KA", "transport": "polling", "connections": 1, "open": 1, "requests": 2, "in": own.0, "out": own.1,
    });
    assert_eq!(lanes["lanes"], json!([told]), "and nobody is charged for the rest");
}

#[tokio::test]
async fn lanes_beyond_those_that_a_connection_tells_apart_are_answered_and_charged_to_nobody() {
    let server = Server::start();
    let job = server.finished(5).await;
    let relay = Relay::before(server.origins[0].address).await.expect("a relay");
    let target = server.origins[0].through(relay.address);
    let mut connection = Connection::open(&target).await.expect("a connection");
    let mut costs = Vec::new();
    for number in 0..80 {
        let path = job.ask().with("lane", &format!("lane-{number}")).path("polling");
        let (status, cost) = exchange(&mut connection, &relay, "GET", &path).await;
        assert_eq!(status, 200, "lane {number}");
        costs.push(cost);
    }
    let lanes = settled(&server, &relay).await;
    let told = lanes["lanes"].as_array().expect("lanes");
    assert_eq!((told.len(), relay.connections()), (64, 1));
    for (number, cost) in costs.iter().take(64).enumerate() {
        let lane = entry(&lanes["lanes"], "lane", &json!(format!("lane-{number}")));
        let found = (&lane["requests"], &lane["in"], &lane["out"]);
        assert_eq!(found, (&json!(1), &json!(cost.0), &json!(cost.1)), "{number}: {lane}");
    }
}
