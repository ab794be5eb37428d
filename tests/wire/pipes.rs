//! Faults on wires over pipes in memory. Time is paused: it jumps to whatever is waited for, so each instant is exact.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::time::{Instant, sleep, timeout};
use wirebench::wire::{Line, Way, Wire};

use super::throw;

type Near = (ReadHalf<Wire<DuplexStream>>, WriteHalf<Wire<DuplexStream>>);

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn pipe(space: usize) -> (Near, DuplexStream, Arc<Line>) {
    let (near, far) = duplex(space);
    let wire = Wire::new(near);
    let line = wire.line().clone();
    (split(wire), far, line)
}

/// Has `wire` read to its end, so that what goes down is also moved on as a server does.
fn serve((mut read, mut write): Near, say: &'static [u8]) -> tokio::task::JoinHandle<Vec<u8>> {
    tokio::spawn(async move {
        if !say.is_empty() {
            write.write_all(say).await.expect("written");
        }
        let mut heard = Vec::new();
        let pushing = async {
            loop {
                if write.flush().await.is_err() {
                    return;
                }
                sleep(ms(1)).await;
            }
        };
        tokio::select! {
            _ = read.read_to_end(&mut heard) => (),
            () = pushing => (),
        }
        heard
    })
}

async fn nothing_comes(far: &mut DuplexStream, within: Duration) {
    let came = timeout(within, far.read_u8()).await;
    assert!(came.is_err(), "{came:?} came");
}

#[tokio::test(start_paused = true)]
async fn latency_delays_what_goes_either_way_by_its_time() {
    let (near, mut far, line) = pipe(1024);
    throw(&line, "latency", json!({"delay": "300ms"}));
    let tape = line.tape(1024);
    let start = Instant::now();
    let served = serve(near, b"hello");
    far.read_exact(&mut [0; 5]).await.expect("read");
    assert_eq!((Instant::now() - start).as_millis(), 300);
    far.write_all(b"hi").await.expect("written");
    far.shutdown().await.expect("ended");
    assert_eq!(served.await.expect("served"), b"hi");
    assert_eq!((Instant::now() - start).as_millis(), 600);
    let heard = tape.heard().chunks;
    let crossed: Vec<_> = heard.iter().map(|chunk| (chunk.way, (chunk.at - start).as_millis())).collect();
    assert_eq!(crossed, [(Way::Down, 300), (Way::Up, 300)], "the tape hears the socket");
}

#[tokio::test(start_paused = true)]
async fn a_stalled_wire_holds_the_sender_back_until_it_heals() {
    let ((_read, mut write), mut far, line) = pipe(1 << 20);
    write.write_all(b"before ").await.expect("written");
    let (stall, _) = throw(&line, "stall", json!({}));
    let writing = tokio::spawn(async move { write.write_all(b"after").await.map(|()| write) });
    let mut seen = [0; 7];
    far.read_exact(&mut seen).await.expect("read");
    nothing_comes(&mut far, ms(60_000)).await;
    assert!(!writing.is_finished());
    line.heal(stall);
    let _write = writing.await.expect("joined").expect("written");
    let mut rest = [0; 5];
    far.read_exact(&mut rest).await.expect("read");
    assert_eq!((&seen, &rest), (b"before ", b"after"));
}

#[tokio::test(start_paused = true)]
async fn a_pending_read_is_delayed_from_the_strike_on_and_passed_on_at_once_when_it_heals() {
    let ((mut read, _write), mut far, line) = pipe(64);
    let reading = tokio::spawn(async move {
        let byte = read.read_u8().await.expect("read");
        (byte, Instant::now())
    });
    tokio::task::yield_now().await;
    let start = Instant::now();
    let (slow, _) = throw(&line, "latency", json!({"delay": "10m", "way": "up"}));
    far.write_all(b"x").await.expect("written");
    sleep(ms(5000)).await;
    line.heal(slow);
    let (byte, at) = reading.await.expect("joined");
    assert_eq!((byte, (at - start).as_millis()), (b'x', 5000));
}

#[tokio::test(start_paused = true)]
async fn the_later_throw_stands_nearer_to_the_peer_and_either_heals_alone() {
    let (near, mut far, line) = pipe(1024);
    let (slow, _) = throw(&line, "latency", json!({"delay": "100ms", "way": "down"}));
    let (sliced, _) = throw(&line, "slice", json!({"size": 1, "pause": "10ms"}));
    let tape = line.tape(1024);
    let start = Instant::now();
    let served = serve(near, b"abcdef");
    far.read_exact(&mut [0; 3]).await.expect("read");
    assert!((120..=123).contains(&(Instant::now() - start).as_millis()));
    line.heal(slow);
    line.heal(sliced);
    let mut rest = [0; 3];
    far.read_exact(&mut rest).await.expect("read");
    // Timers are exact to a millisecond.
    assert!(&rest == b"def" && (120..=123).contains(&(Instant::now() - start).as_millis()));
    let pieces: Vec<_> = tape.heard().chunks.iter().map(|chunk| chunk.bytes.len()).collect();
    assert_eq!(pieces[..3], [1, 1, 1]);
    served.abort();
}

#[tokio::test(start_paused = true)]
async fn an_orderly_end_comes_behind_what_is_held() {
    let ((_read, mut write), mut far, line) = pipe(1024);
    throw(&line, "latency", json!({"delay": "2s"}));
    let start = Instant::now();
    write.write_all(b"last words").await.expect("written");
    tokio::spawn(async move { write.shutdown().await.expect("ended") });
    let mut heard = Vec::new();
    far.read_to_end(&mut heard).await.expect("read");
    assert_eq!((&heard[..], (Instant::now() - start).as_millis()), (&b"last words"[..], 2000));
}

#[tokio::test(start_paused = true)]
async fn drained_bytes_are_gone_and_healing_ends_the_connection() {
    let ((mut read, mut write), mut far, line) = pipe(1024);
    let (drain, _) = throw(&line, "drain", json!({"way": "both"}));
    write.write_all(&vec![7; 100_000]).await.expect("taken");
    far.write_all(b"unheard").await.expect("taken");
    assert!(timeout(ms(60_000), read.read_u8()).await.is_err(), "nothing arrives");
    nothing_comes(&mut far, ms(1)).await;
    line.heal(drain);
    assert_eq!(line.cause(), Some("fault: drain"));
    assert!(read.read_u8().await.is_err());
    assert_eq!(far.read(&mut [0; 8]).await.expect("the end"), 0);
    let ((_read, _write), _far, unharmed) = pipe(8);
    let (drain, _) = throw(&unharmed, "drain", json!({}));
    unharmed.heal(drain);
    assert_eq!(unharmed.cause(), None, "nothing was dropped");
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_cut_unless_bytes_pass_either_way() {
    let (near, mut far, line) = pipe(1024);
    throw(&line, "idle-timeout", json!({"after": "3s"}));
    let start = Instant::now();
    let served = serve(near, b"");
    for _ in 0..4 {
        sleep(ms(2000)).await;
        far.write_all(b".").await.expect("open");
    }
    assert_eq!(far.read(&mut [0; 8]).await.expect("the end"), 0);
    assert_eq!((Instant::now() - start).as_millis(), 11_000);
    assert_eq!((served.await.expect("served").len(), line.cause()), (4, Some("fault: idle-timeout")));
}

#[tokio::test(start_paused = true)]
async fn what_a_blackhole_withholds_passes_when_it_heals_and_the_end_of_a_connection_does_not_before() {
    let ((mut read, mut write), mut far, line) = pipe(1024);
    let (hole, struck) = throw(&line, "blackhole", json!({}));
    assert_eq!(struck.weaker, None);
    far.write_all(b"up").await.expect("taken");
    write.write_all(b"down").await.expect("taken");
    nothing_comes(&mut far, ms(60_000)).await;
    assert!(timeout(ms(60_000), read.read_u8()).await.is_err());
    line.heal(hole);
    let pushing = tokio::spawn(async move { write.flush().await.map(|()| write) });
    let mut seen = [0; 4];
    far.read_exact(&mut seen).await.expect("read");
    assert_eq!(&seen, b"down");
    let write = pushing.await.expect("joined").expect("flushed");
    let (hole, _) = throw(&line, "blackhole", json!({}));
    drop((read, write));
    nothing_comes(&mut far, ms(60_000)).await;
    line.heal(hole);
    assert_eq!(far.read(&mut [0; 8]).await.expect("the end"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_cut_behind_so_many_bytes_lets_exactly_those_pass() {
    let ((_read, mut write), mut far, line) = pipe(1024);
    throw(&line, "cut", json!({"at": "bytes", "count": 5, "how": "fin"}));
    write.write_all(b"abc").await.expect("written");
    assert!(write.write_all(b"defghi").await.is_err() || write.flush().await.is_err());
    let mut heard = Vec::new();
    far.read_to_end(&mut heard).await.expect("read");
    assert_eq!((&heard[..], line.cause()), (&b"abcde"[..], Some("fault: cut")));
}

/// What may be thrown at a wire that is to lose nothing.
fn harmless() -> impl Strategy<Value = (&'static str, Value)> {
    prop_oneof![
        Just(("stall", json!({"way": "both"}))),
        Just(("latency", json!({"delay": "20ms", "jitter": "20ms"}))),
        Just(("bandwidth", json!({"rate": 5000, "queue": 700, "way": "both"}))),
        Just(("slice", json!({"size": 100, "pause": "1ms", "way": "both"}))),
        Just(("slow-reader", json!({"rate": 20_000}))),
        Just(("idle-timeout", json!({"after": "10m"}))),
        Just(("buffer", json!({"until": "time", "time": "30ms"}))),
        Just(("close", json!({}))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_thrown_and_healed_every_byte_arrives_in_order(
        throws in prop::collection::vec((harmless(), 0..200u64, 1..300u64), 1..8),
        sizes in prop::collection::vec(1..5000usize, 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all().start_paused(true).build().expect("a runtime");
        runtime.block_on(async move {
            let ((mut read, mut write), far, line) = pipe(512);
            let (mut far_read, mut far_write) = split(far);
            let sent: Vec<u8> = (0..sizes.iter().sum()).map(|at: usize| u8::try_from(at % 251).unwrap_or(0)).collect();
            let both = sent.clone();
            let (up, down) = (sizes.clone(), sizes);
            let near = tokio::spawn(async move {
                let mut at = 0;
                for size in down {
                    write.write_all(&both[at..at + size]).await.expect("written");
                    write.flush().await.expect("flushed");
                    at += size;
                    sleep(ms(3)).await;
                }
                write.shutdown().await.expect("ended");
                write
            });
            let up_sent = sent.clone();
            let peer = tokio::spawn(async move {
                let mut at = 0;
                for size in up {
                    far_write.write_all(&up_sent[at..at + size]).await.expect("written");
                    at += size;
                }
                far_write.shutdown().await.expect("ended");
            });
            for ((fault, params), before, lasts) in throws {
                let line = line.clone();
                tokio::spawn(async move {
                    sleep(ms(before)).await;
                    let (number, _) = throw(&line, fault, params);
                    sleep(ms(lasts)).await;
                    line.heal(number);
                });
            }
            let (mut came_up, mut came_down) = (Vec::new(), Vec::new());
            let (one, other) =
                tokio::join!(read.read_to_end(&mut came_up), far_read.read_to_end(&mut came_down));
            one.expect("all came up");
            other.expect("all came down");
            assert!(came_up == sent, "{} of {} came up", came_up.len(), sent.len());
            assert!(came_down == sent, "{} of {} came down", came_down.len(), sent.len());
            drop(near.await.expect("near"));
            peer.await.expect("peer");
        });
    }
}
