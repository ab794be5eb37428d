//! Polling and long polling in simulated time: when they ask, how long they wait, and what they write down.

use std::time::Duration;

use serde_json::json;
use wirebench::client::{LongPolling, Polling, Transport};

use crate::scene::{Scene, event, times};
use crate::stage::{Act, Play, Stage, head, says};

const INTERVAL: Duration = Duration::from_secs(1);

fn answer(cursor: &str, events: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"epoch":"k","cursor":"{cursor}","head":9,"ended":false,"more":false,"events":[{events}]}}"#
    );
    let head = format!("HTTP/1.1 200 OK\r\nETag: \"{cursor}\"\r\nContent-Length: {}\r\n\r\n", body.len());
    (head + &body).into_bytes()
}

const NOT_MODIFIED: &[u8] = b"HTTP/1.1 304 Not Modified\r\n\r\n";

fn polling(at_most: usize) -> Transport {
    Transport::Polling(Polling { at_most, ..Polling::every(INTERVAL) })
}

#[tokio::test(start_paused = true)]
async fn a_poller_asks_on_one_connection_from_its_cursor_and_says_what_it_has() {
    let acts = vec![
        Act::Send(answer("k.1", &event(1))),
        Act::Next,
        Act::Send(NOT_MODIFIED.to_vec()),
        Act::Next,
        Act::Send(answer("k.2", &event(2))),
        Act::Hang,
    ];
    let mut scene = Scene::of(Stage::new(&[Play::Acts(acts)]), polling(1));
    let lines = scene.until(2500).await;
    assert_eq!(
        times(&lines),
        [
            "connecting 0",
            "request 0",
            "response 0",
            "opened 0",
            "event 0",
            "request 1000",
            "response 1000",
            "request 2000",
            "response 2000",
            "event 2000",
        ]
    );
    let asked = scene.stage.asked();
    assert_eq!(scene.stage.connections().len(), 1, "kept alive");
    let targets: Vec<_> = asked.iter().map(|asked| asked.head.target.clone()).collect();
    let target = |after: &str| format!("/jobs/demo/polling?lane=l1&client=l1&after={after}");
    assert_eq!(targets, [target("earliest"), target("k.1"), target("k.1")]);
    let tags: Vec<_> = asked.iter().map(|asked| asked.header("if-none-match").map(str::to_owned)).collect();
    assert_eq!(tags, [None, Some("\"k.1\"".to_owned()), Some("\"k.1\"".to_owned())]);
    let event = &lines[4];
    let wanted = json!({
        "v": 1, "at": 1_764_000_000_000.0, "clock": "lane", "lane": "l1", "transport": "polling", "conn": "a1",
        "kind": "event", "dir": "down", "job": "demo", "seq": 1, "type": "progress", "time": 1.5,
        "payload": 59, "bytes": 59, "encoding": "text", "percent": 1.0,
    });
    assert_eq!(event, &wanted);
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_holds_the_next_request_back_unless_they_may_overlap() {
    let slow = Play::Acts(vec![Act::Pause(2500), Act::Send(answer("k.0", "")), Act::Next, Act::Hang]);
    for (at_most, wanted) in [(1, vec![0, 3500]), (2, vec![0, 1000, 2500]), (6, vec![0, 1000, 2000, 3000])] {
        let mut scene = Scene::of(Stage::with_rest(&[], slow.clone()), polling(at_most));
        scene.until(3900).await;
        let asked: Vec<_> = scene.stage.asked().iter().map(|asked| asked.at).collect();
        assert_eq!(
            asked.iter().filter(|&&at| at < 3900).copied().collect::<Vec<_>>()[..wanted.len()],
            wanted
        );
        if at_most == 1 {
            assert_eq!(scene.stage.connections().len(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_overtaken_does_not_take_the_cursor_back() {
    let slow = Play::Acts(vec![Act::Pause(1500), Act::Send(answer("k.1", &event(1))), Act::Next, Act::Hang]);
    let quick = Play::Acts(vec![
        Act::Send(answer("k.2", &format!("{},{}", event(1), event(2)))),
        Act::Next,
        Act::Hang,
    ]);
    let mut scene = Scene::of(Stage::new(&[slow, quick]), polling(2));
    scene.until(2500).await;
    let asked = scene.stage.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked[2].head.target.ends_with("after=k.2"), "{}", asked[2].head.target);
}

#[tokio::test(start_paused = true)]
async fn a_poller_gives_a_request_up_waits_and_obeys_retry_after() {
    let plays = [
        Play::Acts(vec![Act::Hang]),
        says(head(503, "Retry-After: 3\r\n")),
        Play::Refuse,
        says(head(500, "")),
        says(head(204, "")),
    ];
    let mut scene = Scene::of(Stage::new(&plays), polling(1));
    let lines = scene.until(20_000).await;
    assert_eq!(
        times(&lines),
        [
            "connecting 0",
            "request 0",
            "failed 5000",
            "waiting 5000",
            "request 6000",
            "response 6000",
            "full 6000",
            "waiting 6000",
            "request 9000",
            "failed 9000",
            "waiting 9000",
            "request 10000",
            "response 10000",
            "failed 10000",
            "waiting 10000",
            "request 11000",
            "response 11000",
            "stop 11000",
        ]
    );
    assert_eq!((&lines[2]["cause"], &lines[6]["retry"]), (&json!("time-out"), &json!(3000)));
    let reader = scene.client.finished().await;
    assert_eq!((reader.attempt, reader.opened), (5, false));
}

#[tokio::test(start_paused = true)]
async fn a_long_poller_asks_again_at_once_and_first_knocks_shortly() {
    let acts = vec![
        Act::Send(answer("k.0", "")),
        Act::Next,
        Act::Pause(4000),
        Act::Send(answer("k.1", &event(1))),
        Act::Next,
        Act::Pause(25_000),
        Act::Send(NOT_MODIFIED.to_vec()),
        Act::Next,
        Act::Send(NOT_MODIFIED.to_vec()),
        Act::Next,
        Act::Hang,
    ];
    let mut scene =
        Scene::of(Stage::new(&[Play::Acts(acts)]), Transport::LongPolling(LongPolling::default()));
    scene.until(29_500).await;
    let asked = scene.stage.asked();
    let at: Vec<_> = asked.iter().map(|asked| asked.at).collect();
    // The last but one was answered unheld, so it pauses.
    assert_eq!(at, [0, 0, 4000, 29_000, 29_250]);
    let knocks: Vec<_> = asked.iter().map(|asked| asked.head.target.contains("wait=100ms")).collect();
    assert_eq!(knocks, [true, false, false, false, false]);
    // Held for 25 s and 10 s more, then it is given up.
    let lines = scene.until(64_500).await;
    assert_eq!(times(&lines)[..2], ["failed 64250", "waiting 64250"]);
}
