//! A reader that does not read costs a bounded amount of memory and delays nobody; it is told what it missed.
//!
//! Told of every transport of the server's list, as in `tests/parity`, but alone: whoever reads is not to fall behind the
//! log because other stories take the processor.

#[path = "support/mod.rs"]
mod support;

use serde_json::json;

use support::ask::Next;
use support::reader::{Pending, Reader};
use support::server::Server;

const COUNT: u64 = 1000;
const SIZE: u64 = 8 * 1024;
/// What the log may keep: four seconds of the feed, so that a reader who reads never falls behind it. The whole feed
/// is more than the log and the buffers of a socket hold together.
const KEEP: u64 = 4 << 20;
/// What the server may grow by: the log, the encodings kept with its events, and what an allocator does not give back.
/// All events and their encodings, held for a reader that does not read, would be more.
const GROWTH: u64 = 32 << 20;

#[tokio::test]
async fn a_reader_that_never_reads_costs_bounded_memory_and_delays_nobody() {
    let server = Server::start();
    let transports = server.transports().await;
    let settings = json!({
        "count": COUNT, "interval": "20ms", "payload": "bytes", "size": SIZE, "keep-bytes": KEEP, "start": "ready",
    });
    let job = server.synthetic(settings).await;
    let mut slow = Vec::new();
    for &transport in &transports {
        let ask = job.ask().after(&job.cursor(0)).with("heartbeat", "off").with("dead-after", "off");
        let ask = if transport.holds_a_connection() { ask } else { job.ask().after(&job.cursor(0)) };
        let pending = Pending::send(&server.bench, transport, &ask).await;
        pending.connection.narrow().expect("SO_RCVBUF");
        slow.push(pending);
    }
    let mut fast = Vec::new();
    for &transport in &transports {
        fast.push(job.open(transport, &job.ask()).await);
    }
    let before = server.resident();
    job.command("start").await;
    // All at once: none of them may wait for the slow ones, or for each other.
    let reading = fast.into_iter().map(|reader| tokio::spawn(counted(reader)));
    for task in reading.collect::<Vec<_>>() {
        let (name, seqs, notices) = task.await.expect("the reader reads");
        let holes: Vec<_> = seqs.windows(2).filter(|pair| pair[1] != pair[0] + 1).collect();
        assert!(holes.is_empty(), "{name} misses what is between {holes:?}, and was told {notices:?}");
        assert_eq!((seqs.first(), seqs.last()), (Some(&1), Some(&(COUNT + 1))), "{name}");
    }
    let grown = server.resident().saturating_sub(before);
    println!("the server grew by {} MiB", grown >> 20);
    assert!(grown < GROWTH, "the server grew by {} MiB for a log of {} MiB", grown >> 20, KEEP >> 20);
    for pending in slow {
        catches_up(pending.begin().await.expect("it was let in")).await;
    }
}

/// Reads to the end and keeps the numbers alone.
async fn counted(mut reader: Reader) -> (&'static str, Vec<u64>, Vec<String>) {
    let mut seqs = Vec::new();
    loop {
        match reader.next().await {
            Next::Element(_) => seqs.extend(reader.events.drain(..).filter_map(|event| event.seq)),
            Next::Ended => {
                let notices = reader.notices().iter().map(|notice| notice.text.clone()).collect();
                return (reader.transport.name(), seqs, notices);
            }
            other => panic!("{}: {other:?}", reader.transport.name()),
        }
    }
}

/// A slow reader that begins to read gets everything, or is told exactly what it does not get.
async fn catches_up(mut reader: Reader) {
    let name = reader.transport.name();
    let mut next = 1;
    loop {
        match reader.next().await {
            Next::Element(element) if element.kind == "gap" => {
                assert_eq!(element.value["from"], json!(next), "{name}: the gap begins where it stood");
                next = element.value["to"].as_u64().expect("to") + 1;
            }
            Next::Element(element) => {
                if let Some(seq) = element.seq {
                    assert_eq!(seq, next, "{name}: neither twice nor missing without a word");
                    next += 1;
                }
            }
            Next::Ended => break,
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(next, COUNT + 2, "{name}: the end was reached");
}
