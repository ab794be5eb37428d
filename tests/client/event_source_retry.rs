//! The reconnection time: what `retry` does to it, and what does not.

use std::time::Duration;

use tokio::time::timeout;
use wirebench::client::{EventSource, EventSourceInit, Happening, Profile, ReadyState};

use crate::stage::{Act, Play, Stage, says, stream};
use crate::transcript::Script;

/// When the second request comes, to each profile.
fn second_asks(body: &str) -> [u64; 3] {
    Profile::ALL.map(|profile| {
        let (_, stage) = Script::new([says(stream(body))]).watched(40_000).by(&profile);
        stage.asked().get(1).map_or(u64::MAX, |asked| asked.at)
    })
}

#[test]
fn retry_sets_the_time_and_the_edges_differ() {
    for (body, wanted) in [
        (":\n\n", [3000, 3000, 5000]),
        ("retry: 0\n\n", [0, 0, 500]),
        ("retry: 100\n\n", [100, 100, 500]),
        ("retry: 500\n\n", [500, 500, 500]),
        ("retry: 700\n\n", [700, 700, 700]),
        ("retry: 1000\n\n", [1000, 1000, 1000]),
        ("retry: 10000\n\n", [10_000, 10_000, 10_000]),
        ("retry:03000\n\n", [3000, 3000, 3000]),
        ("retry: -1\n\n", [3000, 3000, 5000]),
        ("retry: 1e3\n\n", [3000, 3000, 5000]),
        ("retry: 100x\n\n", [3000, 3000, 5000]),
        ("retry: 100.5\n\n", [3000, 3000, 5000]),
        ("retry:  100\n\n", [3000, 3000, 5000]),
        ("retry:3000\nretry:1000x\n\n", [3000, 3000, 3000]),
        ("retry: 800\nretry:\n\n", [800, 3000, 500]),
        ("retry: 800\nretry\n\n", [800, 3000, 500]),
    ] {
        assert_eq!(second_asks(body), wanted, "{body:?}");
    }
}

#[test]
fn retry_acts_when_its_line_is_complete() {
    assert_eq!(second_asks("retry: 700\n"), [700, 700, 700], "without the blank line");
    assert_eq!(second_asks("data: x\n\nretry: 700\n\n"), [700, 700, 700], "behind an event");
    assert_eq!(second_asks("retry: 700"), [3000, 3000, 5000], "at the end without a line end");
}

#[test]
fn retry_is_kept_for_all_later_reconnects() {
    let asks = |at: [u64; 4]| at.map(|at| format!("{at} ask /e | {at} open | {at} connecting")).join(" | ");
    let wanted = asks([0, 700, 1400, 2100]);
    let once = Script::new([says(stream("retry: 700\n\n"))]).then_always(says(stream(":\n\n"))).watched(2500);
    once.gives_all("retry sent once", &wanted);
}

#[test]
fn without_a_floor_there_is_no_delay_at_all() {
    let script = Script::new(vec![says(stream("retry: 0\n\n")); 200]).watched(400);
    let (_, stage) = script.by(&Profile::chromium());
    assert_eq!(stage.asked().len(), 201, "all within no time");
    let (_, stage) = script.by(&Profile::firefox());
    assert_eq!(stage.asked().len(), 1, "the floor is half a second");
}

#[tokio::test(start_paused = true)]
async fn close_is_final_and_silent() {
    let acts = vec![Act::Send(stream("data: x\n\n").into_bytes()), Act::Hang];
    let stage = Stage::new(&[Play::Acts(acts)]);
    let mut source =
        EventSource::open(stage.clone(), "http://a/e".parse().expect("a URL"), EventSourceInit::default());
    while source.next().await != Some(Happening::Open) {}
    assert_eq!(source.ready_state(), ReadyState::Open);
    assert_eq!(source.lines().open().len(), 1);
    source.close();
    assert_eq!(source.ready_state(), ReadyState::Closed);
    assert_eq!(source.next().await, None, "not even the event that was there");
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!((stage.connections().len(), source.lines().open().len()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn close_while_it_waits_ends_the_waiting() {
    let stage = Stage::with_rest(&[], Play::Refuse);
    let mut source =
        EventSource::open(stage.clone(), "http://a/e".parse().expect("a URL"), EventSourceInit::default());
    while !matches!(source.next().await, Some(Happening::Error { .. })) {}
    assert_eq!(source.ready_state(), ReadyState::Connecting);
    source.close();
    assert_eq!(timeout(Duration::from_secs(60), source.next()).await, Ok(None));
    assert_eq!(stage.connections().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn dropping_it_closes_it() {
    let stage = Stage::new(&[]);
    let source =
        EventSource::open(stage.clone(), "http://a/e".parse().expect("a URL"), EventSourceInit::default());
    let lines = source.lines().clone();
    while stage.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(lines.open().len(), 1);
    drop(source);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(lines.open().is_empty());
    assert!(lines.totals().1 > 0, "the request was counted");
}
