//! What a client sends behind a response that has no end is bounded: it costs neither memory nor a core.

#[path = "support/mod.rs"]
mod support;

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use support::server::Server;
use support::{PATIENCE, eventually, http};

/// What each tries to send.
const PILE: usize = 50 << 20;
/// What the server may grow by, for all of them: a fifth of one pile.
const GROWTH: u64 = 10 << 20;

#[tokio::test]
async fn who_sends_on_and_on_behind_an_open_response_is_cut_off_and_costs_no_memory_and_no_core() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 10, "interval": "1m", "start": "ready"})).await;
    let (name, host) = (&job.name, &server.bench.host);
    let before = server.resident();
    let garbage = vec![b'x'; 64 << 10];
    let requests = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n").repeat(2000).into_bytes();
    for (what, head) in [
        ("sse", format!("GET /jobs/{name}/sse HTTP/1.1\r\nHost: {host}\r\n\r\n")),
        (
            "fetch-stream",
            format!("POST /jobs/{name}/fetch-stream HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n"),
        ),
        ("long-polling", format!("GET /jobs/{name}/long-polling?wait=60s HTTP/1.1\r\nHost: {host}\r\n\r\n")),
    ] {
        for pile in [&garbage, &requests] {
            let sent = pile_up(&server, &head, pile).await;
            assert!(sent < PILE, "{what}: all {sent} bytes were taken");
        }
    }
    let grown = server.resident().saturating_sub(before);
    assert!(grown < GROWTH, "the server grew by {} MiB", grown >> 20);
    let (since, used) = (std::time::Instant::now(), cpu(server.pid()));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let share = (cpu(server.pid()) - used) / since.elapsed().as_secs_f64();
    assert!(share < 0.5, "the server is busy with nothing: {share:.2} of a core");
    assert_eq!(http::get(&server.bench, "/healthz").await.status(), 200);
}

#[tokio::test]
async fn a_few_requests_behind_an_open_response_are_let_be() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 10, "interval": "1m", "start": "ready"})).await;
    let path = format!("/jobs/{}/long-polling?wait=100ms", job.name);
    let host = &server.bench.host;
    let one = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let mut connection = http::Connection::open(&server.bench).await.expect("open");
    connection.write(one.repeat(10).as_bytes()).await.expect("written");
    for _ in 0..10 {
        let response = connection.response().await.expect("answered");
        assert_eq!(response.status(), 200);
    }
}

/// Asks, and sends `pile` on and on until it is not taken any more. How many bytes were.
async fn pile_up(server: &Server, head: &str, pile: &[u8]) -> usize {
    let mut stream = TcpStream::connect(server.bench.address).await.expect("connected");
    stream.write_all(head.as_bytes()).await.expect("written");
    // It is open: something has come, or it is held, which an own look at the server tells.
    eventually("the reader", PATIENCE, async || http::get(&server.bench, "/api/lanes").await.status() == 200)
        .await;
    let mut sent = 0;
    while sent < PILE {
        match tokio::time::timeout(Duration::from_secs(5), stream.write(pile)).await {
            Ok(Ok(written)) => sent += written,
            Ok(Err(_)) | Err(_) => break,
        }
    }
    sent
}

/// User and system time so far, in seconds (proc(5): fields 14 and 15 of stat, in ticks of 10 ms).
fn cpu(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    let fields: Vec<&str> = stat.rsplit_once(')').expect("a name").1.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) / 100.0
}
