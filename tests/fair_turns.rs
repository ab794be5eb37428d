//! Readers who take all they are given leave the others on their origin their turn.
//!
//! Alone in its binary: it takes the whole machine, and asks how long others wait.

#[path = "support/mod.rs"]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use support::http::{Connection, Target};
use support::reader::Transport;
use support::server::Server;
use support::{PATIENCE, bounded, eventually};
use tokio::task::JoinHandle;

const READERS: usize = 3;
/// One more than half of them decide.
const ASKED: usize = 15;
/// Without turns it was above a second; with them it is a few milliseconds on a quiet machine.
const SOON: Duration = Duration::from_millis(300);

/// Reads as fast as it can, and counts.
async fn swallow(target: Target, path: String, count: Arc<AtomicU64>) {
    let mut connection = Connection::open(&target).await.expect("a connection");
    connection.send("GET", &path, &[], b"").await.expect("sent");
    while let Ok(true) = connection.fill().await {
        count.fetch_add(connection.buffer.len() as u64, Ordering::Relaxed);
        connection.buffer.clear();
    }
}

/// The median of the time that `path` takes, asked again and again on one connection.
async fn median(target: &Target, path: &str) -> Duration {
    let mut connection = Connection::open(target).await.expect("a connection");
    let mut took = Vec::new();
    for _ in 0..ASKED {
        let since = Instant::now();
        let answer = bounded(path, async {
            connection.send("GET", path, &[], b"").await?;
            connection.response().await
        });
        assert_eq!(answer.await.expect("an answer").status(), 200, "{path}");
        took.push(since.elapsed());
    }
    took.sort();
    println!("{path}: {:?}, at most {:?}", took[ASKED / 2], took[ASKED - 1]);
    took[ASKED / 2]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fast_readers_leave_their_origin_time_for_others() {
    let server = Server::start();
    let settings = json!({"count": 1_u64 << 40, "interval": "0ms", "payload": "bytes", "size": 100_000});
    let job = server.synthetic(settings).await;
    let origin = &server.origins[0];
    let counts: Vec<Arc<AtomicU64>> = (0..READERS).map(|_| Arc::default()).collect();
    let path = job.ask().path(Transport::Sse.name());
    let readers: Vec<JoinHandle<()>> = counts
        .iter()
        .map(|count| tokio::spawn(swallow(origin.clone(), path.clone(), count.clone())))
        .collect();
    let have = || counts.iter().map(|count| count.load(Ordering::Relaxed)).collect::<Vec<u64>>();
    eventually("readers that read", PATIENCE, async || have().iter().all(|&count| count > 1 << 20)).await;
    let before = have();
    let poll = job.ask().after("latest").with("limit", "1").path(Transport::Polling.name());
    for path in ["/clock", &poll] {
        let took = median(origin, path).await;
        assert!(took < SOON, "{path} took {took:?} while {READERS} readers read");
    }
    let after = have();
    assert!(before.iter().zip(&after).all(|(before, after)| before < after), "{before:?}, {after:?}");
    assert!(readers.iter().all(|reader| !reader.is_finished()), "they read all the while");
    readers.iter().for_each(JoinHandle::abort);
}
