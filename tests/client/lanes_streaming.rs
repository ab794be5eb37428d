//! The clients that hold a connection (SSE, fetch stream, WebSocket) in simulated time: when they come back, and what they
//! write down.

use std::time::Duration;

use serde_json::{Value, json};
use wirebench::client::{ComingBack, Command, Profile, Reconnect, Transport};
use wirebench::proto::websocket::{Opcode, encode_frame};

use crate::scene::{Scene, event, times};
use crate::stage::{Act, Play, Stage, head, says, stream};

const INTERVAL: Duration = Duration::from_secs(1);

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
            "connecting 0",
            "opened 0",
            "heartbeat 0",
            "hello 0",
            "event 0",
            "event 0",
            "failed 0",
            "waiting 0",
            "opened 5000",
            "hello 5000",
            "event 5000",
            "closed 5000",
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
        acts.push(Act::Send(encode_frame(
            Opcode::Close,
            true,
            &[&code.to_be_bytes()[..], why].concat(),
            None,
        )));
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
    assert_eq!(
        (&closed["code"], &closed["clean"], &closed["cause"]),
        (&json!(1006), &json!(false), &json!("lost"))
    );
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
        let asked: Vec<_> =
            scene.stage.asked().iter().map(|asked| (asked.at, asked.head.target.clone())).collect();
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
async fn a_command_does_not_go_up_on_a_connection_that_has_ended() {
    let ack = r#"{"type":"ack","id":"7","command":"pause","ok":true}"#;
    // Kept alive by its head, and closed by the server soon after.
    let posted = Play::Acts(vec![
        Act::Send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{ack}", ack.len()).into_bytes()),
        Act::Pause(5000),
    ]);
    let feeds = Play::Acts(vec![Act::Send(stream(&feed(&[1])).into_bytes()), Act::Hang]);
    let mut scene = Scene::of(Stage::new(&[feeds, posted.clone(), posted]), Transport::Sse);
    scene.until(100).await;
    for second in [1, 7] {
        scene.client.command(Command { id: "7".into(), command: "pause".into(), factor: None });
        let lines = scene.until(second * 1000 + 5000).await;
        assert_eq!((lines.len(), &lines[1]["ok"]), (2, &json!(true)), "{lines:?}");
    }
    assert_eq!(scene.stage.connections().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_stream_posts_its_cursor_and_comes_back_only_if_asked() {
    let lost = says(stream(&feed(&[1, 2])));
    let mut bare =
        Scene::of(Stage::new(std::slice::from_ref(&lost)), Transport::FetchStream(ComingBack::NEVER));
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
            "closed 0",
            "waiting 0",
            "connecting 1000",
            "opened 1000",
            "heartbeat 1000",
            "failed 1000",
            "closed 1000",
            "waiting 1000",
            "connecting 2000",
            "full 2000",
            "closed 2000",
            "waiting 2000",
            "connecting 4000",
            "failed 4000",
            "closed 4000",
        ]
    );
    let asked = scene.stage.asked();
    assert_eq!((asked.len(), asked[0].head.method.as_str()), (4, "POST"));
    assert_eq!(lines[7]["cursor"], json!("k.2"));
    assert_eq!(asked[0].header("content-length"), Some(r#"{"after":"earliest"}"#.len().to_string().as_str()));
}
