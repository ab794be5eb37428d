//! How many requests of one browser may be under way to one origin, and where a request carries its token.

use std::time::Duration;

use wirebench::client::{
    Client, ComingBack, Command, Lane, LongPolling, Observer, PerOrigin, Polling, Profile, Reader, Transport,
};

use crate::stage::{Play, Stage, head, says, says_and_hangs, stream};

/// A lane of a browser that has these slots, started.
fn start(stage: &Stage, lane: Lane, transport: Transport) -> Client {
    Client::start(stage.clone(), lane, transport, Reader::default(), Observer::new(|_| ()))
}

fn lane(origin: &str, name: &str, slots: &PerOrigin) -> Lane {
    let origin = origin.parse().expect("a URL");
    Lane { per_origin: slots.clone(), ..Lane::new(origin, "demo", name) }
}

async fn a_while() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}

#[tokio::test(start_paused = true)]
async fn of_eight_event_sources_of_a_browser_six_are_let_through_and_the_next_when_one_has_gone() {
    for (profile, at_first) in [(Profile::chromium(), 6), (Profile::firefox(), 6), (Profile::standard(), 8)] {
        let stage = Stage::with_rest(&[], says_and_hangs(stream("data: 1\n\n")));
        let slots = PerOrigin::like(&profile);
        let open = |number: usize| {
            let lane = Lane { profile: profile.clone(), ..lane("http://a", &format!("l{number}"), &slots) };
            start(&stage, lane, Transport::Sse)
        };
        let mut clients: Vec<Client> = (0..8).map(open).collect();
        a_while().await;
        assert_eq!(stage.asked().len(), at_first, "{}", profile.name);
        let gone = clients.remove(0);
        gone.close();
        gone.finished().await;
        a_while().await;
        assert_eq!(stage.asked().len(), (at_first + 1).min(8), "{}", profile.name);
    }
}

#[tokio::test(start_paused = true)]
async fn another_origin_and_a_websocket_are_not_held_up() {
    let stage = Stage::with_rest(&[], says_and_hangs(stream("data: 1\n\n")));
    let slots = PerOrigin::of(Some(1));
    let clients = [
        start(&stage, lane("http://a", "first", &slots), Transport::Sse),
        start(
            &stage,
            lane("http://a", "held-up", &slots),
            Transport::Polling(Polling::every(Duration::from_secs(1))),
        ),
        start(&stage, lane("http://b", "elsewhere", &slots), Transport::Sse),
        start(&stage, lane("http://a", "socket", &slots), Transport::WebSocket(ComingBack::NEVER)),
    ];
    a_while().await;
    let asked: Vec<String> = stage.asked().iter().map(|asked| asked.head.target.clone()).collect();
    let from = |name: &str| asked.iter().filter(|target| target.contains(&format!("lane={name}"))).count();
    assert_eq!(
        [from("first"), from("held-up"), from("elsewhere"), from("socket")],
        [1, 0, 1, 1],
        "{asked:?}"
    );
    drop(clients);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_over_gives_its_slot_back_though_its_connection_is_kept() {
    let answer = "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";
    let stage = Stage::new(&[says_and_hangs(answer), says_and_hangs(stream("data: 1\n\n"))]);
    let slots = PerOrigin::of(Some(1));
    let first =
        start(&stage, lane("http://a", "first", &slots), Transport::LongPolling(LongPolling::default()));
    a_while().await;
    let second = start(&stage, lane("http://a", "second", &slots), Transport::Sse);
    a_while().await;
    assert_eq!(stage.asked().len(), 2);
    drop((first, second));
}

#[tokio::test(start_paused = true)]
async fn a_token_stands_in_a_header_where_that_is_asked_for_and_script_can_do_it() {
    let cases = [
        (Transport::Polling(Polling::every(Duration::from_secs(1))), true),
        (Transport::LongPolling(LongPolling::default()), true),
        (Transport::FetchStream(ComingBack::NEVER), true),
        (Transport::Sse, false),
        (Transport::WebSocket(ComingBack::NEVER), false),
    ];
    for (transport, can) in cases {
        for wanted in [true, false] {
            let stage = Stage::with_rest(&[], says(head(404, "Content-Length: 0\r\n")));
            let mut lane = lane("http://a", "l", &PerOrigin::default()).with("token", "sesame");
            if wanted {
                lane = lane.with("token-by", "header");
            }
            let client = start(&stage, lane, transport);
            a_while().await;
            let asked = stage.asked().first().cloned().expect("a request");
            let bearer = asked.header("authorization");
            let in_header = wanted && can;
            assert_eq!(bearer, in_header.then_some("Bearer sesame"), "{}", transport.name());
            // A fetch has its parameters in its body, which is not written down here.
            let in_query = asked.head.target.contains("token=sesame");
            let posts = matches!(transport, Transport::FetchStream(_));
            assert_eq!(in_query, !in_header && !posts, "{}: {}", transport.name(), asked.head.target);
            assert!(!asked.head.target.contains("token-by"), "the server never hears of it");
            drop(client);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_carries_the_token_as_the_feed_s_requests_do() {
    for (by, place) in [("query", "target"), ("header", "header")] {
        let hangs = Play::Acts(vec![crate::stage::Act::Hang]);
        let stage = Stage::with_rest(&[], hangs);
        let lane = lane("http://a", "l", &PerOrigin::default()).with("token", "sesame").with("token-by", by);
        let client = start(&stage, lane, Transport::Polling(Polling::every(Duration::from_secs(1))));
        client.command(Command { id: "1".to_owned(), command: "pause".to_owned(), factor: None });
        a_while().await;
        let asked = stage.asked();
        let command = asked.iter().find(|asked| asked.head.method == "POST").expect("a command");
        let found = if command.head.target.contains("token=sesame") { "target" } else { "header" };
        assert_eq!(found, place);
        assert_eq!(command.header("authorization").is_some(), place == "header");
    }
}
