//! The same seed gives the same record, byte for byte; and simulated time is not waited for.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;
use wirebench::client::Client;
use wirebench::fault;

use super::scene::{Scene, play};

/// Asserts that two records are the same, telling where they part.
fn assert_same(one: &[String], other: &[String], what: &str) {
    for (at, (one, other)) in one.iter().zip(other).enumerate() {
        assert_eq!(one, other, "{what}: line {}", at + 1);
    }
    assert_eq!(one.len(), other.len(), "{what}: {:?}", one.iter().chain(other).next_back());
}

fn feed_to_its_end(seed: u64) -> Vec<String> {
    play(seed, async || {
        let scene = Scene::new().await;
        scene.synthetic(20, "100ms");
        for client in scene.clients(&[]) {
            assert!(client.finished().await.ended);
        }
        scene.stop().await
    })
}

/// The epochs that a record speaks of.
fn epochs(record: &[String]) -> Vec<String> {
    let cursors = record.iter().filter_map(|line| {
        let line: Value = serde_json::from_str(line).expect("JSON");
        Some(line["cursor"].as_str()?.split_once('.')?.0.to_owned())
    });
    let mut epochs: Vec<_> = cursors.collect();
    epochs.sort();
    epochs.dedup();
    epochs
}

#[test]
fn the_same_seed_gives_the_same_record_and_another_seed_another_epoch() {
    let record = feed_to_its_end(7);
    assert_same(&record, &feed_to_its_end(7), "seed 7");
    let other = feed_to_its_end(8);
    assert_eq!((epochs(&record).len(), epochs(&other).len()), (1, 1));
    assert_ne!(epochs(&record), epochs(&other));
    assert!(record[0].contains("1767225600000"), "it begins with the year 2026: {}", record[0]);
}

/// Every fault, with parameters that make it bite, and the chance there is.
fn throws(fault: &str) -> Vec<Value> {
    match fault {
        "cut" => ["now", "event", "bytes", "events", "request"]
            .iter()
            .map(|at| json!({"fault": "cut", "at": at, "how": "fin", "count": 2}))
            .chain([json!({"fault": "cut"})])
            .collect(),
        "restart" => vec![json!({"fault": "restart"}), json!({"fault": "restart", "log": "lost"})],
        "latency" => vec![json!({"fault": "latency", "delay": "80ms", "jitter": "70ms", "seed": 3})],
        "answer" => vec![
            json!({"fault": "answer", "status": 503, "retry-after": 1, "lasts": "2s"}),
            json!({"fault": "answer", "status": 200, "then": "hold", "lasts": "2s"}),
        ],
        "idle-timeout" => vec![json!({"fault": "idle-timeout", "after": "200ms"})],
        "close" => vec![json!({"fault": "close", "then": "rst", "after": "30ms"}), json!({"fault": "close"})],
        other => vec![json!({"fault": other})],
    }
}

fn thrown(throws: &[Value]) -> Vec<String> {
    play(3, async || {
        let scene = Scene::new().await;
        scene.synthetic(200, "100ms");
        let clients = scene.clients(&[("dead-after", "4s"), ("heartbeat", "1s")]);
        for wanted in throws {
            sleep(Duration::from_millis(1234)).await;
            let id = scene.throw(wanted.clone()).await;
            sleep(Duration::from_millis(3456)).await;
            scene.handle.clear(id).await;
        }
        clients.iter().for_each(Client::close);
        sleep(Duration::from_secs(1)).await;
        scene.stop().await
    })
}

#[test]
fn the_same_seed_gives_the_same_record_whatever_is_thrown() {
    for fault in fault::ALL {
        let throws = throws(fault.name);
        let record = thrown(&throws);
        assert_same(&record, &thrown(&throws), fault.name);
        let struck = record.iter().filter(|line| line.contains("\"struck\"")).count();
        assert!(struck > 0, "{} struck nobody", fault.name);
    }
}
