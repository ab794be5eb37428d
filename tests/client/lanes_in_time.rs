//! The clients of a lane in simulated time: when they ask, how long they wait, and what they write down.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, timeout_at};
use wirebench::client::{
    Client, ComingBack, Command, Lane, LongPolling, Observer, Polling, Profile, Reader, Reconnect, Transport, Wall,
};
use wirebench::pace::Micros;
use wirebench::proto::websocket::{Opcode, encode_frame};
use wirebench::record::Observation;

use crate::stage::{Act, Play, Stage, head, says, stream};

/// The wall clock begins here.
const WALL: u64 = 1_764_000_000_000;
const INTERVAL: Duration = Duration::from_secs(1);

struct Scene {
    stage: Stage,
    client: Client,
    seen: UnboundedReceiver<Observation>,
}

impl Scene {
    fn of(stage: Stage, transport: Transport) -> Self {
        Self::with(stage, transport, Profile::standard(), 1)
    }

    fn with(stage: Stage, transport: Transport, profile: Profile, seed: u64) -> Self {
        let origin = "http://a".parse().expect("a URL");
        let wall = Wall::starting_at(Micros(WALL * 1000));
        let lane = Lane { wall, profile, seed, ..Lane::new(origin, "demo", "l1") };
        let (observer, seen) = Observer::channel();
        let client = Client::start(stage.clone(), lane, transport, Reader::default(), observer);
        Self { stage, client, seen }
    }

    /// What is seen until so many milliseconds of the wall clock have passed, as JSON.
    async fn until(&mut self, ms: u64) -> Vec<Value> {
        let until = Instant::now() + Duration::from_millis(ms.saturating_sub(self.stage.at()));
        let mut lines = Vec::new();
        while let Ok(Some(seen)) = timeout_at(until, self.seen.recv()).await {
            lines.push(serde_json::from_str(&seen.to_line()).expect("JSON"));
        }
        lines
    }
}

/// `kind at` of each, the time in milliseconds since the beginning.
fn times(lines: &[Value]) -> Vec<String> {
    let at = |line: &Value| line["at"].as_f64().expect("a time") - 1_764_000_000_000.0;
    lines.iter().map(|line| format!("{} {}", line["kind"].as_str().expect("a kind"), at(line))).collect()
}

fn answer(cursor: &str, events: &str) -> Vec<u8> {
    let body = format!(
        r#"{{"epoch":"k","cursor":"{cursor}","head":9,"ended":false,"more":false,"events":[{events}]}}"#
    );
    let head = format!("HTTP/1.1 200 OK\r\nETag: \"{cursor}\"\r\nContent-Length: {}\r\n\r\n", body.len());
    (head + &body).into_bytes()
}

fn event(seq: u64) -> String {
    format!(r#"{{"seq":{seq},"time":1.5,"type":"progress","data":{{"percent":{seq}}}}}"#)
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
            "connecting 0", "request 0", "response 0", "opened 0", "event 0", "request 1000", "response 1000",
            "request 2000", "response 2000", "event 2000",
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
    for (at_most, wanted) in
        [(1, vec![0, 3500]), (2, vec![0, 1000, 2500]), (6, vec![0, 1000, 2000, 3000])]
    {
        let mut scene = Scene::of(Stage::with_rest(&[], slow.clone()), polling(at_most));
        scene.until(3900).await;
        let asked: Vec<_> = scene.stage.asked().iter().map(|asked| asked.at).collect();
        assert_eq!(asked.iter().filter(|&&at| at < 3900).copied().collect::<Vec<_>>()[..wanted.len()], wanted);
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
            "connecting 0", "request 0", "failed 5000", "waiting 5000", "request 6000", "response 6000",
            "full 6000", "waiting 6000", "request 9000", "failed 9000", "waiting 9000", "request 10000",
            "response 10000", "failed 10000", "waiting 10000", "request 11000", "response 11000", "stop 11000",
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

fn hello() -> String {
    r#"{"type":"hello","job":"demo","epoch":"k","after":"k.0","head":2,"earliest":1}"#.to_owned()
}

fn block(id: Option<&str>, kind: &str, data: &str) -> String {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("{id}event: {kind}\ndata: {data}\n\n")
}

fn feed(events: &[u64]) -> String {
    let blocks = events.iter().map(|&seq| block(Some(&format!("k.{seq}")), "progress", &event(seq)));
    block(None, "hello", &hello()) + &blocks.collect::<String>()
}

#[tokio::test(start_paused = true)]
async fn an_event_source_goes_on_by_itself_and_hangs_up_at_the_end() {
    let done = r#"{"seq":3,"time":2,"type":"done","data":{"percent":100}}"#;
    let plays = [
        says(stream(&(":\n\n".to_owned() + &feed(&[1, 2])))),
        says(stream(&(block(None, "hello", &hello()) + &block(Some("k.3"), "done", done)))),
    ];
    let mut scene = Scene::with(Stage::new(&plays), Transport::Sse, Profile::firefox(), 1);
    let lines = scene.until(10_000).await;
    assert_eq!(
        times(&lines),
        [
            "connecting 0", "opened 0", "heartbeat 0", "hello 0", "event 0", "event 0", "failed 0", "waiting 0",
            "opened 5000", "hello 5000", "event 5000", "closed 5000",
        ]
    );
    assert_eq!(scene.stage.asked()[1].header("last-event-id"), Some("k.2"));
    assert_eq!((&lines[6]["ready"], &lines[7]["wait"]), (&json!(0), &Value::Null));
    assert_eq!((&lines[11]["cause"], &lines[11]["conn"]), (&json!("ended"), &json!("a2")));
    let block_of_one = block(Some("k.1"), "progress", &event(1)).len();
    assert_eq!(lines[4]["bytes"], json!(block_of_one));
    let reader = scene.client.finished().await;
    assert_eq!((reader.cursor.as_deref(), reader.ended), (Some("k.3"), true));
}

#[tokio::test(start_paused = true)]
async fn a_client_disconnected_by_hand_stays_away_and_goes_on_where_it_was() {
    let play = Play::Acts(vec![Act::Send(stream(&feed(&[1, 2])).into_bytes()), Act::Hang]);
    let mut scene = Scene::of(Stage::with_rest(&[], play), Transport::Sse);
    scene.until(1000).await;
    scene.client.disconnect();
    let lines = scene.until(60_000).await;
    assert_eq!((times(&lines), &lines[0]["cause"]), (vec!["closed 1000".to_owned()], &json!("hand")));
    scene.client.connect();
    scene.until(61_000).await;
    let asked = scene.stage.asked();
    assert_eq!((asked.len(), asked[1].at, asked[1].header("last-event-id")), (2, 60_000, None));
    assert!(asked[1].head.target.ends_with("after=k.2"), "a new EventSource: the address carries the cursor");
    scene.client.close();
    let lines = scene.until(62_000).await;
    assert_eq!((times(&lines), &lines[0]["cause"]), (vec!["closed 61000".to_owned()], &json!("closed")));
    assert!(scene.client.lines().open().is_empty());
}

fn socket_play(messages: &[String], code: Option<u16>) -> Play {
    let mut acts = vec![Act::Shake("")];
    for message in messages {
        acts.push(Act::Send(encode_frame(Opcode::Text, true, message.as_bytes(), None)));
    }
    if let Some(code) = code {
        let why = b"try again in 2500 ms";
        acts.push(Act::Send(encode_frame(Opcode::Close, true, &[&code.to_be_bytes()[..], why].concat(), None)));
    }
    acts.push(Act::Pause(10));
    Play::Acts(acts)
}

#[tokio::test(start_paused = true)]
async fn a_bare_socket_that_is_lost_stays_lost() {
    let stage = Stage::new(&[socket_play(&[hello(), event(1)], None)]);
    let mut scene = Scene::with(stage, Transport::WebSocket(ComingBack::NEVER), Profile::firefox(), 1);
    let lines = scene.until(60_000).await;
    assert_eq!(times(&lines), ["connecting 0", "opened 0", "hello 0", "event 0", "closed 10"]);
    let closed = &lines[4];
    assert_eq!((&closed["code"], &closed["clean"], &closed["cause"]), (&json!(1006), &json!(false), &json!("lost")));
    assert_eq!(scene.client.finished().await.cursor.as_deref(), Some("k.1"));
}

#[tokio::test(start_paused = true)]
async fn a_resuming_socket_comes_back_with_its_cursor_and_a_plain_one_with_none() {
    for (resume, wanted) in [(true, "k.1"), (false, "latest")] {
        let plays = [socket_play(&[hello(), event(1)], None), socket_play(&[], Some(1013))];
        let reconnect = Reconnect::Fixed(Duration::from_secs(4));
        let transport = Transport::WebSocket(ComingBack { reconnect, resume });
        let mut scene = Scene::of(Stage::new(&plays), transport);
        let lines = scene.until(8000).await;
        let asked: Vec<_> = scene.stage.asked().iter().map(|asked| (asked.at, asked.head.target.clone())).collect();
        let target = |after: &str| format!("/jobs/demo/websocket?lane=l1&client=l1&after={after}");
        // Lost after 10 ms, told after 4 s that there is no room, and when there may be.
        let came = [(0, target("earliest")), (4010, target(wanted)), (4020 + 2500, target(wanted))];
        assert_eq!(asked, came);
        assert!(lines.iter().any(|line| line["kind"] == "full" && line["retry"] == 2500), "{lines:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_back_off_is_the_seed_s() {
    let asked_by = async |seed| {
        let transport = Transport::WebSocket(ComingBack::RESUMING);
        let mut scene =
            Scene::with(Stage::with_rest(&[], Play::Refuse), transport, Profile::standard(), seed);
        scene.until(600_000).await;
        scene.stage.connections().iter().map(|(at, _)| *at).collect::<Vec<_>>()
    };
    let first = asked_by(1).await;
    assert!(first.len() > 10 && first[1] <= 5000, "{first:?}");
    let gaps: Vec<_> = first.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.iter().all(|&gap| gap <= 60_000) && gaps.iter().any(|&gap| gap > 20_000), "{gaps:?}");
    assert_eq!(first, asked_by(1).await);
    assert_ne!(first, asked_by(2).await);
}

#[tokio::test(start_paused = true)]
async fn firefox_holds_a_socket_back_that_is_opened_again_at_once() {
    for (profile, most) in [(Profile::standard(), 300), (Profile::firefox(), 20)] {
        let reconnect = Reconnect::Fixed(Duration::from_millis(100));
        let transport = Transport::WebSocket(ComingBack { reconnect, resume: true });
        let mut scene = Scene::with(Stage::with_rest(&[], Play::Refuse), transport, profile.clone(), 1);
        scene.until(30_000).await;
        let tries = scene.stage.connections().len();
        assert!(tries <= most && tries > most / 3, "{}: {tries} tries in 30 s", profile.name);
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_goes_up_by_frame_or_by_post_and_its_answer_is_noted() {
    let ack = r#"{"type":"ack","id":"7","command":"pause","ok":true,"state":"paused"}"#;
    let command = || Command { id: "7".into(), command: "pause".into(), factor: None };
    let posted = says(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{ack}", ack.len()));
    let feeds = Play::Acts(vec![Act::Send(stream(&feed(&[1])).into_bytes()), Act::Hang]);
    let mut scene = Scene::of(Stage::new(&[feeds, posted]), Transport::Sse);
    scene.until(100).await;
    scene.client.command(command());
    let lines = scene.until(200).await;
    assert_eq!(times(&lines), ["command 100", "ack 100"]);
    assert_eq!((&lines[0]["via"], &lines[1]["ok"]), (&json!("post"), &json!(true)));
    assert_eq!(scene.stage.asked()[1].head.target, "/jobs/demo/commands?lane=l1");

    let frame = encode_frame(Opcode::Text, true, ack.as_bytes(), None);
    let acts = vec![Act::Shake(""), Act::Pause(500), Act::Send(frame), Act::Hang];
    let mut scene = Scene::of(Stage::new(&[Play::Acts(acts)]), Transport::WebSocket(ComingBack::NEVER));
    scene.until(100).await;
    scene.client.command(command());
    let lines = scene.until(600).await;
    assert_eq!(times(&lines), ["command 100", "ack 500"]);
    assert_eq!((&lines[0]["via"], &lines[1]["took"]), (&json!("frame"), &json!(400.0)));
}

#[tokio::test(start_paused = true)]
async fn a_fetch_stream_posts_its_cursor_and_comes_back_only_if_asked() {
    let lost = says(stream(&feed(&[1, 2])));
    let mut bare = Scene::of(Stage::new(&[lost.clone()]), Transport::FetchStream(ComingBack::NEVER));
    let lines = bare.until(60_000).await;
    let kinds = ["connecting 0", "opened 0", "hello 0", "event 0", "event 0", "closed 0"];
    assert_eq!(times(&lines), kinds, "an end of the body is no error");
    let cut = says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned() + "3\r\n:\n\n\r\n");
    let reconnect = Reconnect::Fixed(INTERVAL);
    let plays = [lost, cut, says(head(503, "Retry-After: 2\r\n")), says(head(404, ""))];
    let transport = Transport::FetchStream(ComingBack { reconnect, resume: true });
    let mut scene = Scene::of(Stage::new(&plays), transport);
    let lines = scene.until(60_000).await;
    assert_eq!(
        times(&lines)[5..],
        [
            "closed 0", "waiting 0", "connecting 1000", "opened 1000", "heartbeat 1000", "failed 1000",
            "closed 1000", "waiting 1000", "connecting 2000", "full 2000", "closed 2000", "waiting 2000",
            "connecting 4000", "failed 4000", "closed 4000",
        ]
    );
    let asked = scene.stage.asked();
    assert_eq!((asked.len(), asked[0].head.method.as_str()), (4, "POST"));
    assert_eq!(lines[7]["cursor"], json!("k.2"));
    assert_eq!(asked[0].header("content-length"), Some(r#"{"after":"earliest"}"#.len().to_string().as_str()));
}
