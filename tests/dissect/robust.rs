//! Garbage, and valid traffic with something broken in it: every byte is still counted, memory stays bounded and all of it is given back, nothing
//! panics, and the pieces change nothing.
//!
//! `WIREBENCH_CASES=10000000 cargo test --release --locked --test dissect robust -- --nocapture` tries ten million;
//! `WIREBENCH_SEED` says which is the first.

use std::fmt::Write as _;

use fastrand::Rng;
use sha2::{Digest as _, Sha256};
use wirebench::proto::dissect::{Dissector, Note, Role, Way};

use crate::traffic::Traffic;
use crate::{covered, decoders, dissected, told};

/// Cases in a run of the suite.
const CASES: u64 = 1000;
/// Bytes of one way, of all cases but each sixteenth.
const SHORT: usize = 3000;
/// Bytes of memory that a case may take, and more for each byte of it: both readings, with a span for each byte at worst.
const HELD: usize = 200_000;
const HELD_PER_BYTE: usize = 500;

/// The number in an environment variable, if it is set.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Bytes that hit the grammar more often than chance would.
fn garbage(rng: &mut Rng) -> Vec<u8> {
    const WORDS: [&[u8]; 24] = [
        b"GET / HTTP/1.1\r\n",
        b"GET /jobs/a/polling HTTP/1.1\r\n\r\n",
        b"GET /jobs/a/websocket HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 101 \r\nUpgrade: websocket\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Type: text/event-stream\r\n",
        b"Content-Type: application/json\r\n",
        b"Content-Type: application/cbor-seq\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: 9007199254740993\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b":",
        b"data",
        b"id",
        b"retry",
        b"1\r\n",
        b"ffffffffffffffff\r\n",
        b"\xEF\xBB\xBF",
        b"\x81\x7F\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        b"\x9F\xBF\xDF",
        b"{\"events\":[",
    ];
    let mut bytes = Vec::new();
    for _ in 0..rng.usize(0..40) {
        match rng.u8(0..4) {
            0 => bytes.push(rng.u8(..)),
            _ => bytes.extend_from_slice(WORDS[rng.usize(0..WORDS.len())]),
        }
    }
    bytes
}

/// Breaks something.
fn mutated(mut bytes: Vec<u8>, rng: &mut Rng) -> Vec<u8> {
    for _ in 0..rng.usize(0..4) {
        let at = rng.usize(0..=bytes.len());
        match rng.u8(0..5) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(0..8),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 => bytes.insert(at, rng.u8(..)),
            3 => bytes.truncate(at.max(bytes.len() / 2)),
            _ => {
                let more = garbage(rng);
                bytes.splice(at..at, more);
            }
        }
    }
    bytes
}

/// What goes up and down.
fn broken(rng: &mut Rng) -> [Vec<u8>; 2] {
    if rng.u8(0..3) == 0 {
        [garbage(rng), garbage(rng)]
    } else {
        let traffic = Traffic::any(rng);
        [mutated(traffic.up, rng), mutated(traffic.down, rng)]
    }
}

/// Some small ones, with the digest of their spans: the page's dissector is held against the same.
pub fn some_broken() -> String {
    let mut lines = String::new();
    let cases = (0..).map(|seed| broken(&mut Rng::with_seed(seed)));
    for [up, down] in cases.filter(|[up, down]| (100..700).contains(&(up.len() + down.len()))).take(150) {
        let spans = dissected([(Way::Up, &up[..]), (Way::Down, &down[..])]);
        let digest = Sha256::digest(told::lines(&spans));
        let [up, down, digest] = [&up[..], &down[..], &digest[..]].map(hex);
        let _ = writeln!(lines, r#"{{"up":"{up}","down":"{down}","sha256":"{digest}"}}"#);
    }
    lines
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// What was held at once while a case was played, by its bytes; more must have a reason.
fn most_for(bytes: usize) -> u64 {
    (HELD + HELD_PER_BYTE * bytes) as u64
}

/// One case, whole and in pieces. Gives what was held at once.
fn play(seed: u64) -> u64 {
    let mut rng = Rng::with_seed(seed);
    let [mut up, mut down] = broken(&mut rng);
    if !seed.is_multiple_of(16) {
        // Long ones cost as much as hundreds of others, and most of a long one is one text.
        up.truncate(SHORT);
        down.truncate(SHORT);
    }
    let held = allocation_counter::measure(|| decode(seed, &mut rng, &up, &down));
    assert_eq!(held.bytes_current, 0, "seed {seed}: something is kept behind the end");
    let most = most_for(up.len() + down.len());
    assert!(held.bytes_max <= most, "seed {seed}: {} bytes are held, wanted at most {most}", held.bytes_max);
    held.bytes_max
}

/// Dissects and decodes it, whole and at random splits.
fn decode(seed: u64, rng: &mut Rng, up: &[u8], down: &[u8]) {
    let whole = dissected([(Way::Up, up), (Way::Down, down)]);
    covered(&whole, up.len(), down.len());
    let mut pieces = Vec::new();
    let most = [1, 4, 60, 3000][rng.usize(0..4)];
    for (way, bytes) in [(Way::Up, up), (Way::Down, down)] {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rng.usize(0..=most).min(rest.len()));
            pieces.push((way, piece));
            rest = after;
        }
    }
    for way in Way::ALL {
        let own: Vec<&[u8]> = pieces.iter().filter(|(of, _)| *of == way).map(|(_, piece)| *piece).collect();
        decoders::hold(way == Way::Up, &own);
    }
    assert_eq!(told::difference(&whole, &dissected(pieces)), None, "seed {seed}");
}

#[test]
fn whatever_comes_is_counted_and_nothing_panics() {
    struct Playing(u64);
    impl Drop for Playing {
        fn drop(&mut self) {
            if std::thread::panicking() {
                let seed = self.0;
                println!(
                    "play it again: WIREBENCH_SEED={seed} WIREBENCH_CASES=1 cargo test --test dissect robust -- --nocapture"
                );
            }
        }
    }
    let (first, count) = (number("WIREBENCH_SEED").unwrap_or(0), number("WIREBENCH_CASES").unwrap_or(CASES));
    let most = (first..first + count).map(|seed| {
        let _playing = Playing(seed);
        play(seed)
    });
    println!("{count} cases, at most {} bytes held", most.max().unwrap_or(0));
}

/// Feeds `bytes` over and over behind `before`, and gives the most that was ever held.
fn most_held(before: &[(Way, &[u8])], way: Way, bytes: &[u8], times: usize) -> usize {
    let mut dissector = Dissector::new();
    let mut spans = Vec::new();
    for (way, bytes) in before {
        dissector.dissect(*way, bytes, &mut spans);
    }
    let mut most = 0;
    for _ in 0..times {
        dissector.dissect(way, bytes, &mut spans);
        most = most.max(dissector.buffered());
        spans.clear();
    }
    assert!(most <= Dissector::MOST_BUFFERED, "{most}");
    most
}

#[test]
fn memory_is_bounded_whatever_never_ends() {
    let stream: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    let chunked: &[u8] =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n";
    let upgrade: &[u8] = b"GET /w HTTP/1.1\r\nUpgrade: websocket\r\n\r\n";
    let few = 20_000;
    for (before, way, bytes) in [
        (vec![], Way::Up, &b"a head without an end "[..]),
        (vec![], Way::Up, b"GET / HTTP/1.1\r\n\r\n"),
        (vec![(Way::Up, &b"GET / HTTP/1.1\r\n"[..])], Way::Up, b"a: b\r\n"),
        (vec![(Way::Down, stream)], Way::Down, b"id: 1\n"),
        (vec![(Way::Down, stream)], Way::Down, b":\n"),
        (vec![(Way::Down, stream)], Way::Down, b"id: never ending "),
        (vec![(Way::Down, chunked)], Way::Down, b"1\r\ni\r\n"),
        (vec![(Way::Down, chunked)], Way::Down, b"1;"),
        (vec![(Way::Down, chunked), (Way::Down, b"0\r\n")], Way::Down, b"a: b\r\n"),
        (vec![(Way::Up, upgrade)], Way::Up, b"what waits for an answer "),
    ] {
        let most = most_held(&before, way, bytes, few);
        assert!(
            most_held(&before, way, bytes, 2 * few) == most,
            "{:?} grows",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn bytes_that_were_not_kept_are_counted() {
    let mut dissector = Dissector::new();
    let mut spans = Vec::new();
    dissector.missed(Way::Down, 1_000_000, &mut spans);
    dissector.dissect(Way::Down, b"HTTP/1.1 200 OK\r\n", &mut spans);
    let spans = wirebench::proto::dissect::joined(&spans);
    covered(&spans, 0, 1_000_017);
    assert!(
        matches!(&spans[..], [span] if span.role == Role::Unparsed && matches!(span.note, Some(Note::Why(_))))
    );
}
