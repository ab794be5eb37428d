//! What a delivered event costs in instructions, on a wire and on a bare stream: the feed by actix's HTTP/1 service over pipes
//! in memory, to many readers. Nothing is timed; the same work is done whatever the machine does beside it.
//!
//!     cargo bench --bench instructions --no-run
//!     valgrind --tool=callgrind --callgrind-out-file=/dev/null PROGRAM wire sse 100 200
//!     valgrind --tool=callgrind --callgrind-out-file=/dev/null PROGRAM bare sse 100 200
//!
//! where PROGRAM is what the first command names; then `wire` or `bare`, the transport (`sse` or `websocket`), how many readers,
//! and how many events. It prints how many were delivered; the difference of two runs with different numbers of events leaves out
//! what starting costs.

#[path = "../tests/wire/stage.rs"]
mod stage;

use tokio::io::{AsyncReadExt as _, DuplexStream};
use tokio::runtime::{Builder, LocalOptions};

use stage::{Stage, request};

/// What each event carries.
const PAYLOAD: usize = 200;
/// Occurs once in each, and nowhere else.
const MARK: u8 = b'~';

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let word = |at: usize, usual: &str| given.get(at).map_or(usual.to_owned(), Clone::clone);
    let number = |at: usize, usual: usize| given.get(at).and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (how, transport) = (word(0, "wire"), word(1, "sse"));
    let (readers, events) = (number(2, 10), number(3, 20));
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
    let delivered = runtime.expect("a runtime").block_on(deliver(how == "bare", &transport, readers, events));
    println!("{how} {transport}: {delivered} events delivered to {readers} readers");
}

async fn deliver(bare: bool, transport: &str, readers: usize, events: usize) -> usize {
    let stage = Stage::new().await;
    let mut open: Vec<DuplexStream> = Vec::new();
    for reader in 0..readers {
        // Without a wire nothing else tells them apart, and one would take the place of the other.
        let asked = request(transport, &format!("client=reader-{reader}"));
        open.push(if bare { stage.open_bare(&asked).await } else { stage.open(&asked).await.0 });
    }
    let payload = format!("{}~", "x".repeat(PAYLOAD - 1));
    let mut delivered = 0;
    let mut some = vec![0; 4096];
    for _ in 0..events {
        stage.push(&payload);
        for far in &mut open {
            // One at a time: each event is a delivery of its own.
            loop {
                let read = far.read(&mut some).await.expect("open");
                assert!(read > 0, "a reader was turned away after {delivered} events");
                if some[..read].contains(&MARK) {
                    delivered += 1;
                    break;
                }
            }
        }
    }
    delivered
}
