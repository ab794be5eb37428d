//! One suite over two lists: every fault of `GET /api/faults` on every transport of `GET /api/transports`.
//!
//! The promised effect is seen from the other end of the wire, clearing heals, and afterwards nobody is left behind. A
//! fault that is added to the list fails here until somebody says what it promises (`promises.rs`).

mod promises;
mod stand;

#[path = "../support/mod.rs"]
mod support;

use serde_json::{Value, json};

use stand::Stand;
use support::http;
use support::reader::Transport;
use support::server::Server;
use support::{Run, side_by_side};

/// What the server says of its faults.
async fn list(server: &Server) -> Vec<Value> {
    let told = http::get(&server.bench, "/api/faults").await.json();
    told["faults"].as_array().expect("a list of faults").clone()
}

#[tokio::test]
async fn every_fault_does_on_every_transport_what_it_promises_and_heals() {
    let server = Server::start();
    let transports = server.transports().await;
    let faults = list(&server).await;
    drop(server);
    assert!(faults.len() > 2);
    for fault in &faults {
        let name = fault["name"].as_str().expect("a name");
        let means = |transport: &&Transport| fault["nothing"][transport.name()].is_null();
        let runs = transports.iter().filter(means).map(|transport| {
            let run: Run<'_> = Box::pin(promises::keeps(name, *transport));
            (format!("{name} on {}", transport.name()), run)
        });
        side_by_side(runs.collect()).await;
    }
}

#[tokio::test]
async fn a_pair_that_means_nothing_says_why_and_is_told_when_thrown() {
    let server = Server::start();
    for fault in list(&server).await {
        for (transport, why) in fault["nothing"].as_object().expect("an object") {
            assert!(Transport::named(transport).is_some(), "{transport}");
            assert!(why.as_str().is_some_and(|why| why.len() > 10), "{fault}");
        }
    }
}

/// What a lane may add to what the program occupies over all rounds, in bytes; leaking a connection's buffers
/// each time would be more.
const MORE: u64 = 24 << 20;

#[tokio::test]
async fn faults_come_and_go_and_leave_nothing_in_memory() {
    let stand = Stand::new(Transport::Sse).await;
    let lane = stand.lane().await;
    let faults: Vec<Value> = list(&stand.server).await;
    let lasting = faults.iter().filter(|fault| fault["lasts"]["default"] == "until-cleared");
    let names: Vec<&str> = lasting.filter_map(|fault| fault["name"].as_str()).collect();
    let round = async || {
        for name in &names {
            stand.throw(json!({"fault": name})).await;
            stand.clear().await;
        }
        let answer = http::post(&stand.server.bench, "/api/faults", &json!({"fault": "cut"})).await;
        assert_eq!(answer.status(), 201);
    };
    for _ in 0..5 {
        round().await;
    }
    let before = stand.server.resident();
    for _ in 0..60 {
        round().await;
    }
    stand.is_whole(&lane).await;
    drop(lane);
    stand.is_empty().await;
    let after = stand.server.resident();
    assert!(after < before + MORE, "from {before} to {after} bytes");
}
