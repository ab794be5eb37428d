//! Ten minutes of everything, in a few real seconds: nobody misses anything, and the record tells it twice alike.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::scene::{Scene, TRANSPORTS, play};
use super::whole::Whole;

fn story() -> Vec<String> {
    play(11, async || {
        let began = Instant::now();
        let scene = Scene::new().await;
        scene.synthetic(600, "1s");
        let clients = scene.clients(&[]);
        let chapters = [
            (60, json!({"fault": "latency", "delay": "300ms", "jitter": "200ms", "lasts": "1m"})),
            (90, json!({"fault": "cut", "how": "rst"})),
            (30, json!({"fault": "restart", "lasts": "5s"})),
            (60, json!({"fault": "idle-timeout", "after": "700ms", "lasts": "1m"})),
            (90, json!({"fault": "cut", "how": "fin", "at": "event"})),
        ];
        for (wait, wanted) in chapters {
            sleep(Duration::from_secs(wait)).await;
            scene.throw(wanted).await;
        }
        for client in clients {
            assert!(client.finished().await.ended);
        }
        assert!(began.elapsed() >= Duration::from_secs(600));
        for lane in TRANSPORTS {
            Whole::of(&scene.seen(lane)).assert(601, lane);
        }
        scene.stop().await
    })
}

#[test]
fn ten_minutes_pass_in_seconds_and_nobody_misses_anything() {
    let record = story();
    assert!(record == story(), "it is told twice alike");
}
