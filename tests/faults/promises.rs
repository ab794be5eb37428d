//! What each fault promises, and how it is seen from the other end of the wire, on any transport.

use std::time::Instant;

use serde_json::json;
use tokio::net::TcpStream;

use crate::stand::{A_WHILE, LANE, Stand};
use crate::support::http::Connection;
use crate::support::lane::{Lane, Story};
use crate::support::reader::Transport;
use crate::support::{PATIENCE, bounded, eventually};

/// Tries one fault on one transport: the effect is seen, clearing heals, nobody is left behind.
pub async fn keeps(fault: &str, transport: Transport) {
    match fault {
        "cut" => cut(transport).await,
        "refuse" => refuse(transport).await,
        "restart" => restart(transport).await,
        "stall" | "blackhole" | "drain" => silent(fault, transport).await,
        "latency" => latency(transport).await,
        "bandwidth" => slow(transport, json!({"fault": "bandwidth", "rate": 4000, "queue": 1024})).await,
        "slow-reader" => slow(transport, json!({"fault": "slow-reader", "rate": 4000})).await,
        "slice" => slow(transport, json!({"fault": "slice", "size": 40, "pause": "10ms"})).await,
        "buffer" => buffer(transport).await,
        "idle-timeout" => idle(transport).await,
        "nagle" => nagle(transport).await,
        "answer" => answer(transport).await,
        "close" => close(transport).await,
        other => panic!("tests/faults/promises.rs does not know what {other} promises"),
    }
}

/// The end of each story: whole, and then nobody.
async fn ends(stand: &Stand, lane: Lane) {
    stand.is_whole(&lane).await;
    drop(lane);
    stand.is_empty().await;
}

async fn cut(transport: Transport) {
    let stand = Stand::new(transport).await;
    let lane = stand.lane().await;
    let faults = [
        json!({"how": "rst"}),
        json!({"how": "fin"}),
        json!({"at": "event"}),
        json!({"at": "events", "count": 5}),
        json!({"at": "bytes", "count": 1500, "how": "fin"}),
        json!({"at": "request"}),
    ];
    for mut fault in faults {
        fault["fault"] = json!("cut");
        let streams = transport.holds_a_connection();
        let at_request = fault["at"] == "request";
        let thrown =
            if at_request { stand.throw(fault.clone()).await } else { stand.strike(fault.clone()).await };
        if at_request && streams {
            // A stream asks again only when it is made to.
            stand.throw(json!({"fault": "cut"})).await;
        }
        let over = async || !stand.told(&thrown["id"]).await["cleared"].is_null();
        eventually(&format!("{fault} to be over"), PATIENCE, over).await;
        if streams && !at_request {
            lane.until(&format!("{fault}"), |story| !story.lost.is_empty()).await;
        }
        lane.story().lost.clear();
        stand.is_whole(&lane).await;
    }
    ends(&stand, lane).await;
}

async fn refuse(transport: Transport) {
    let stand = Stand::new(transport).await;
    let lane = stand.lane().await;
    let thrown = stand.throw(json!({"fault": "refuse"})).await;
    let refused = TcpStream::connect(stand.origin().address).await;
    assert_eq!(refused.map(|_| ()).map_err(|e| e.kind()), Err(std::io::ErrorKind::ConnectionRefused));
    TcpStream::connect(stand.server.origins[1].address).await.expect("another lane's origin is open");
    // The open connection lives on.
    lane.reached(stand.head(&thrown) + 3).await;
    stand.clear().await;
    TcpStream::connect(stand.origin().address).await.expect("the listener is back");
    ends(&stand, lane).await;
}

async fn restart(transport: Transport) {
    let stand = Stand::new(transport).await;
    let lane = stand.lane().await;
    let thrown = stand.throw(json!({"fault": "restart", "scope": "all", "lasts": "300ms"})).await;
    let back = async || TcpStream::connect(stand.origin().address).await.is_ok();
    let over = async || !stand.told(&thrown["id"]).await["cleared"].is_null() && back().await;
    eventually("the stage to be back", PATIENCE, over).await;
    ends(&stand, lane).await;
}

/// Nothing that was appended after the throw arrives while it lasts.
async fn silent(fault: &str, transport: Transport) {
    let stand = Stand::new(transport).await;
    let lane = stand.lane().await;
    let thrown = stand.strike(json!({"fault": fault})).await;
    let port = lane.story().port;
    let head = stand.head(&thrown);
    stand.goes_on(head, 20).await;
    tokio::time::sleep(A_WHILE).await;
    assert!(lane.newest() <= head, "{} came after {head}", lane.newest());
    stand.clear().await;
    lane.reached(head + 3).await;
    // Only a stream that lost bytes is made new.
    if transport.holds_a_connection() && thrown["caveats"] == json!([]) {
        let same = lane.story().port == port;
        assert_eq!(same, fault != "drain", "{fault}: {:?}", lane.story().lost);
    }
    ends(&stand, lane).await;
}

async fn latency(transport: Transport) {
    let stand = Stand::new(transport).await;
    let lane = stand.lane().await;
    let thrown = stand.throw(json!({"fault": "latency", "delay": "400ms", "lasts": "until-cleared"})).await;
    let head = stand.head(&thrown);
    lane.reached(head + 3).await;
    let delays: Vec<f64> =
        lane.story().events.iter().filter(|seen| seen.seq > head).map(|seen| seen.late).collect();
    assert!(delays.iter().all(|delay| *delay >= 390.0), "{delays:?}");
    stand.clear().await;
    ends(&stand, lane).await;
}

/// A kilobyte every 5 ms cannot pass at this rate: what has come is less than was made by far.
async fn slow(transport: Transport, fault: serde_json::Value) {
    let stand = Stand::with(transport, json!({"payload": "text", "size": 1000})).await;
    let lane = stand.lane().await;
    let since = Instant::now();
    let thrown = stand.strike(fault.clone()).await;
    let head = stand.head(&thrown);
    stand.goes_on(head, 200).await;
    let newest = lane.newest();
    let passed = newest.saturating_sub(head) * 1000;
    // At most 4 kB/s, and what was on its way or in a queue.
    let most = 4000 * (since.elapsed().as_secs() + 1) + 20_000;
    assert!(passed <= most, "{fault}: {passed} bytes in {:?}", since.elapsed());
    stand.clear().await;
    lane.reached(head + 200).await;
    ends(&stand, lane).await;
}

/// A new response is held until its end, which a stream does not have; a tunnel passes.
async fn buffer(transport: Transport) {
    let stand = Stand::new(transport).await;
    let fault = json!({"fault": "buffer", "scope": "all", "obey": "off"});
    stand.throw(fault).await;
    let lane = Lane::start(stand.origin(), stand.way, &stand.ask(), LANE);
    match transport {
        Transport::Sse | Transport::FetchStream => {
            stand.goes_on(0, 50).await;
            tokio::time::sleep(A_WHILE).await;
            assert!(lane.story().events.is_empty(), "a stream has no end, so nothing passes");
        }
        Transport::WebSocket | Transport::Polling | Transport::LongPolling => lane.reached(20).await,
    }
    stand.clear().await;
    ends(&stand, lane).await;
}

async fn idle(transport: Transport) {
    let stand = Stand::with(transport, json!({"start": "ready"})).await;
    // What keeps a line warm is off, else the silence would never come.
    let ask = if transport.holds_a_connection() { stand.ask().with("heartbeat", "off") } else { stand.ask() };
    let ask = if transport == Transport::LongPolling { ask.with("wait", "1m") } else { ask };
    let mut connection = bounded("a connection", Connection::open(stand.origin())).await.expect("connected");
    let sent = transport.send(&mut connection, &ask.with("lane", LANE)).await;
    sent.expect("sent");
    eventually("the connection to be a reader's", PATIENCE, async || stand.connections().await.len() == 1)
        .await;
    stand.throw(json!({"fault": "idle-timeout", "after": "200ms"})).await;
    let ended = async {
        // FIN in the middle of whatever it was.
        while connection.fill().await.expect("no reset") {}
    };
    bounded("the idle connection to be cut", ended).await;
    stand.clear().await;
    drop(connection);
    stand.is_empty().await;
}

/// What it does is a delay of the kernel's; that the option is set is shown where the wire is tested. Here: it
/// strikes, harms nothing, and goes.
async fn nagle(transport: Transport) {
    let stand = Stand::new(transport).await;
    let lane = stand.lane().await;
    let thrown = stand.strike(json!({"fault": "nagle"})).await;
    lane.reached(stand.head(&thrown) + 20).await;
    stand.clear().await;
    ends(&stand, lane).await;
}

async fn answer(transport: Transport) {
    let stand = Stand::new(transport).await;
    let lane = stand.lane().await;
    let thrown = stand.throw(json!({"fault": "answer", "status": 503, "retry-after": 1})).await;
    if transport.holds_a_connection() {
        stand.throw(json!({"fault": "cut"})).await;
    }
    let refused = |story: &Story| story.lost.iter().any(|lost| lost.contains("503"));
    lane.until("a 503", refused).await;
    let over = async || !stand.told(&thrown["id"]).await["cleared"].is_null();
    eventually("the answer to be over", PATIENCE, over).await;
    let others = lane.story().lost.iter().filter(|lost| lost.contains("503")).count();
    assert_eq!(others, 1, "once is once");
    ends(&stand, lane).await;
}

async fn close(transport: Transport) {
    assert_eq!(
        transport,
        Transport::WebSocket,
        "the list says that it means nothing on {}",
        transport.name()
    );
    let stand = Stand::new(transport).await;
    let lane = stand.lane().await;
    for (fault, seen) in [
        (json!({"code": 1012, "reason": "again"}), "closed: 1012"),
        (json!({"code": 4000, "then": "fin"}), "closed: 4000"),
        (json!({"code": 0}), "closed: 1005"),
        (json!({"code": 1001, "then": "again"}), "closed: 1001"),
    ] {
        let mut thrown = fault.clone();
        thrown["fault"] = json!("close");
        stand.throw(thrown).await;
        lane.until(seen, |story| story.lost.iter().any(|lost| lost == seen)).await;
        lane.story().lost.clear();
        stand.is_whole(&lane).await;
    }
    ends(&stand, lane).await;
}
