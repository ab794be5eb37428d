//! What a kernel does to a connection, as native clients see it in simulated time.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};
use wirebench::record::What;
use wirebench::server::Config;

use super::scene::{Scene, play, transport};

#[test]
fn who_connects_while_it_is_refused_is_refused_and_comes_in_when_the_listener_is_back() {
    play(1, async || {
        let mut scene = Scene::new().await;
        scene.synthetic(1000, "100ms");
        let client = scene.client(scene.lane(0, "one"), transport("websocket"));
        scene.until("one", |seen| matches!(&seen.what, What::Event(_))).await;
        let refusal = scene.throw(json!({"fault": "refuse", "scope": "lane:one"})).await;
        scene.throw(json!({"fault": "cut", "scope": "lane:one"})).await;
        scene
            .until("one", |seen| matches!(&seen.what, What::Connecting { attempt, .. } if *attempt >= 5))
            .await;
        let connections = client.lines().connections();
        assert_eq!(connections, 1, "nobody was let in");
        scene.handle.clear(refusal).await;
        let failed = scene.seen("one").into_iter().filter(|seen| matches!(seen.what, What::Failed { .. }));
        assert!(failed.count() >= 3);
        scene
            .until("one", |seen| {
                seen.conn.as_deref() != Some("a1") && matches!(seen.what, What::Opened { .. })
            })
            .await;
        assert_eq!(client.lines().connections(), 2);
    });
}

#[test]
fn a_rst_and_a_fin_are_told_apart_as_a_browser_tells_them() {
    // Firefox tells them apart: an error fires at a RST, and none at a FIN without a Close.
    for (how, fails) in [("rst", true), ("fin", false)] {
        play(1, async || {
            let mut scene = Scene::new().await;
            scene.synthetic(1000, "100ms");
            let profile = wirebench::client::Profile::firefox();
            let traits = &profile.web_socket;
            assert_ne!(traits.error_at_reset, traits.error_at_fin, "else this tells nothing");
            let fails = if traits.error_at_reset { fails } else { !fails };
            let lane = wirebench::client::Lane { profile, ..scene.lane(0, "one") };
            let _client = scene.client(lane, transport("websocket"));
            scene.until("one", |seen| matches!(&seen.what, What::Event(_))).await;
            scene.throw(json!({"fault": "cut", "how": how})).await;
            let closed = scene.until("one", |seen| matches!(seen.what, What::Closed { .. })).await;
            assert!(matches!(closed.what, What::Closed { code: Some(1006), .. }), "{closed:?}");
            let failed = scene.seen("one").into_iter().any(|seen| matches!(seen.what, What::Failed { .. }));
            assert_eq!(failed, fails, "{how}");
        });
    }
}

#[test]
fn a_blackhole_is_silence_and_goes_on_when_it_is_healed() {
    play(1, async || {
        let mut scene = Scene::new().await;
        scene.synthetic(100, "100ms");
        let lane = scene.lane(0, "one").with("dead-after", "2m").with("heartbeat", "20s");
        let client = scene.client(lane, transport("sse"));
        scene.until("one", |seen| matches!(&seen.what, What::Event(event) if event.seq == 10)).await;
        let hole = scene.throw(json!({"fault": "blackhole"})).await;
        let before = scene.seen("one").len();
        sleep(Duration::from_secs(30)).await;
        assert_eq!(scene.seen("one").len(), before, "nothing is heard");
        scene.handle.clear(hole).await;
        let connections = client.lines().clone();
        assert!(client.finished().await.ended);
        assert_eq!(connections.connections(), 1, "the same one goes on");
    });
}

#[test]
fn a_peer_that_is_given_up_in_a_blackhole_hears_of_it_when_that_is_healed() {
    play(1, async || {
        let mut scene = Scene::new().await;
        scene.synthetic(600, "100ms");
        let lane = scene.lane(0, "one").with("dead-after", "4s").with("heartbeat", "1s");
        let client = scene.client(lane, transport("sse"));
        scene.until("one", |seen| matches!(&seen.what, What::Event(event) if event.seq == 10)).await;
        let hole = scene.throw(json!({"fault": "blackhole"})).await;
        let before = scene.seen("one").len();
        sleep(Duration::from_secs(10)).await;
        let given_up = |line: &String| line.contains(wirebench::wire::DEAD);
        assert!(scene.record().iter().any(given_up), "the server has given it up");
        assert_eq!(scene.seen("one").len(), before, "and the client has not heard of it");
        let healed = Instant::now();
        scene.handle.clear(hole).await;
        scene.until("one", |seen| matches!(seen.what, What::Failed { .. })).await;
        assert!(healed.elapsed() < Duration::from_millis(100), "the RST comes at once");
        assert!(client.finished().await.ended);
    });
}

#[test]
fn who_waits_for_a_cut_that_is_taken_back_goes_on_by_whatever_task_it_is_fed() {
    for (transport_name, fanout) in [("websocket", "stock"), ("websocket", "shared"), ("sse", "stock")] {
        play(1, async || {
            let mut scene = Scene::new().await;
            scene.synthetic(20, "100ms");
            let lane = scene
                .lane(0, "one")
                .with("fanout", fanout)
                .with("heartbeat", "200ms")
                .with("dead-after", "off");
            let client = scene.client(lane, transport(transport_name));
            scene.until("one", |seen| matches!(&seen.what, What::Event(_))).await;
            let cut = scene.throw(json!({"fault": "cut", "at": "events"})).await;
            // Nearer to the peer: what the cut waits for does not come out.
            let stall = scene.throw(json!({"fault": "stall"})).await;
            sleep(Duration::from_secs(1)).await;
            scene.handle.clear(cut).await;
            scene.handle.clear(stall).await;
            let lines = client.lines().clone();
            let finished = tokio::time::timeout(Duration::from_secs(60), client.finished()).await;
            assert!(finished.is_ok_and(|reader| reader.ended), "{transport_name} {fanout}");
            assert_eq!(lines.connections(), 1);
        });
    }
}

#[test]
fn a_slow_reader_holds_the_server_back_and_is_told_the_gap() {
    play(1, async || {
        let mut scene = Scene::with(&Config::default()).await;
        scene.job(json!({
            "source": "synthetic", "job": "feed", "count": 3000, "interval": "10ms", "size": 2000, "keep-events": 20
        }));
        let client = scene.client(scene.lane(0, "one"), transport("sse"));
        scene.until("one", |seen| matches!(&seen.what, What::Event(_))).await;
        let slow = scene.throw(json!({"fault": "slow-reader", "rate": 1000})).await;
        let line = &client.lines().open()[0];
        let before = line.totals().0;
        sleep(Duration::from_secs(20)).await;
        let came = line.totals().0 - before;
        assert!((15_000..25_000).contains(&came), "{came} bytes in 20 s");
        scene.handle.clear(slow).await;
        let gap = scene.until("one", |seen| matches!(seen.what, What::Gap { .. })).await;
        let What::Gap { from, to, .. } = gap.what else { unreachable!() };
        assert!(to > from);
        assert!(client.finished().await.ended);
    });
}
