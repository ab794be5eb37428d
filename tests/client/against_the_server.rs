//! Every client against the real server over TCP: each reads a whole job, in each encoding, also through a cut; what it writes
//! down is a record; what it counts is what the server counts.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use wirebench::client::{
    Client, ComingBack, Command, Lane, LongPolling, Observer, Polling, Profile, Reader, Reconnect, Tcp,
    Transport,
};
use wirebench::record::{Carried, Observation, Seen, What};

use crate::support::http::Target;
use crate::support::program::{Scratch, run};
use crate::support::relay::Relay;
use crate::support::server::{Job, Server};
use crate::support::{PATIENCE, bounded, eventually, http};

const COUNT: u64 = 30;

fn transports() -> [Transport; 5] {
    let reconnect = Reconnect::Fixed(Duration::from_millis(50));
    let coming_back = ComingBack { reconnect, resume: true };
    let long = LongPolling { again: Duration::from_millis(50), ..LongPolling::default() };
    // As patient as a test: nothing here is to be given up because the machine is slow.
    let polling = Polling { timeout: PATIENCE, ..Polling::every(Duration::from_millis(20)) };
    [
        Transport::Sse,
        Transport::Polling(polling),
        Transport::LongPolling(long),
        Transport::FetchStream(coming_back),
        Transport::WebSocket(coming_back),
    ]
}

fn lane(job: &Job<'_>, origin: &Target, name: &str) -> Lane {
    Lane::new(origin.origin().parse().expect("an address"), &job.name, name)
}

fn start(lane: Lane, transport: Transport, through: &Target) -> (Client, UnboundedReceiver<Observation>) {
    let (observer, seen) = Observer::channel();
    let connector = Tcp { through: Some(through.address) };
    (Client::start(connector, lane, transport, Reader::default(), observer), seen)
}

/// All that a client sees until it is over.
async fn whole(client: Client, mut seen: UnboundedReceiver<Observation>) -> (Reader, Vec<Observation>) {
    let reader = bounded("the client's end", client.finished()).await;
    let mut all = Vec::new();
    while let Ok(one) = seen.try_recv() {
        all.push(one);
    }
    (reader, all)
}

fn events(all: &[Observation]) -> Vec<&Seen> {
    all.iter().filter_map(|one| if let What::Event(seen) = &one.what { Some(seen) } else { None }).collect()
}

fn seqs(all: &[Observation]) -> Vec<u64> {
    events(all).iter().map(|seen| seen.seq).collect()
}

fn kinds(all: &[Observation]) -> Vec<String> {
    let kind =
        |one: &Observation| serde_json::to_value(one).expect("JSON")["kind"].as_str().map(str::to_owned);
    all.iter().filter_map(kind).collect()
}

/// The next observation that this is true of.
async fn until(seen: &mut UnboundedReceiver<Observation>, what: &str, is: impl Fn(&What) -> bool) -> What {
    bounded(what, async {
        loop {
            let one = seen.recv().await.unwrap_or_else(|| panic!("it ended before {what}"));
            if is(&one.what) {
                return one.what;
            }
        }
    })
    .await
}

#[tokio::test]
async fn each_client_reads_a_whole_job_in_each_encoding() {
    let server = Server::start();
    for payload in ["progress", "text", "bytes"] {
        let settings = json!({"count": COUNT, "interval": "1ms", "payload": payload, "size": 200});
        let job = server.synthetic(settings).await;
        job.ended().await;
        for (transport, encoding) in
            transports().iter().flat_map(|one| ["json", "cbor", "raw", "binary"].map(|name| (*one, name)))
        {
            let name = format!("{}-{encoding}-{payload}", transport.name());
            let lane = lane(&job, &server.bench, &name).with("encoding", encoding);
            let (client, seen) = start(lane, transport, &server.bench);
            let (reader, all) = whole(client, seen).await;
            assert_eq!(seqs(&all), (1..=COUNT + 1).collect::<Vec<_>>(), "{name}");
            let raw_socket = encoding == "raw" && transport.name() == "websocket";
            // A raw payload on a WebSocket has no type, so its end is told by the close code.
            assert!(reader.ended || raw_socket, "{name}: {:?}", kinds(&all));
            assert_eq!(reader.cursor, Some(job.cursor(COUNT + 1)), "{name}");
            let carried: BTreeMap<_, _> = events(&all).iter().map(|seen| (seen.seq, seen.encoding)).collect();
            let wanted = wanted_carrying(transport.name(), encoding, payload);
            assert_eq!(carried[&1], wanted, "{name}");
        }
    }
}

/// How the first event is carried (docs/reference/feed.md, "Encodings").
fn wanted_carrying(transport: &str, encoding: &str, payload: &str) -> Carried {
    let streams_text = ["sse", "fetch-stream"].contains(&transport);
    match encoding {
        "json" => Carried::Text,
        "raw" if payload != "bytes" => Carried::Text,
        _ if streams_text => Carried::Base64,
        _ => Carried::Binary,
    }
}

#[tokio::test]
async fn the_payload_bytes_it_sees_are_those_that_the_job_says() {
    let server = Server::start();
    let job = server.finished(COUNT).await;
    for transport in transports() {
        let (client, seen) = start(lane(&job, &server.bench, transport.name()), transport, &server.bench);
        let (_, all) = whole(client, seen).await;
        let sum: u64 = events(&all).iter().map(|seen| seen.payload).sum();
        assert_eq!(job.info().await["payload_bytes"], json!(sum), "{}", transport.name());
    }
}

#[tokio::test]
async fn each_client_goes_on_behind_a_cut_and_misses_nothing() {
    let server = Server::start();
    for (transport, profile) in
        transports().iter().flat_map(|one| Profile::ALL.map(|profile| (*one, profile)))
    {
        let name = format!("{}-{}", transport.name(), profile.name);
        let job = server.synthetic(json!({"count": COUNT, "interval": "10ms"})).await;
        let relay = Relay::before(server.bench.address).await.expect("a relay");
        relay.cut_at("\"seq\":12,");
        let mut lane = Lane { profile, ..lane(&job, &server.bench, &name) };
        if transport == Transport::Sse {
            // Three or five seconds else.
            lane = lane.with("retry", "50ms");
        }
        let (client, seen) = start(lane, transport, &server.bench.through(relay.address));
        let (reader, all) = whole(client, seen).await;
        assert_eq!(seqs(&all), (1..=COUNT + 1).collect::<Vec<_>>(), "{name}");
        assert_eq!((relay.cuts(), reader.ended), (1, true), "{name}");
        let kinds = kinds(&all);
        assert!(kinds.iter().any(|kind| kind == "waiting"), "{name}: {kinds:?}");
        assert!(!kinds.iter().any(|kind| kind == "gap" || kind == "unknown-epoch"), "{name}: {kinds:?}");
    }
}

#[tokio::test]
async fn a_client_without_a_cursor_misses_what_happened_meanwhile() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    let reconnect = Reconnect::Fixed(Duration::from_millis(10));
    for transport in [Transport::WebSocket, Transport::FetchStream] {
        let relay = Relay::before(server.bench.address).await.expect("a relay");
        let transport = transport(ComingBack { reconnect, resume: false });
        let lane = lane(&job, &server.bench, transport.name());
        relay.cut_at("\"seq\":3,");
        let (client, mut seen) = start(lane, transport, &server.bench.through(relay.address));
        until(&mut seen, "a wait", |what| matches!(what, What::Waiting { .. })).await;
        let what = until(&mut seen, "hello", |what| matches!(what, What::Hello { .. })).await;
        let What::Hello { after, .. } = what else { unreachable!("hello was waited for") };
        assert_eq!(after, job.cursor(head), "{}: it begins at the head", transport.name());
        client.close();
        let (reader, all) = whole(client, seen).await;
        assert_eq!((reader.cursor, seqs(&all)), (Some(job.cursor(head)), vec![]), "{}", transport.name());
    }
}

#[tokio::test]
async fn who_has_everything_already_is_told_to_stop() {
    let server = Server::start();
    let job = server.finished(COUNT).await;
    for transport in transports() {
        let lane = lane(&job, &server.bench, transport.name());
        let (observer, mut seen) = Observer::channel();
        let has_all = Reader {
            cursor: Some(job.cursor(COUNT + 1)),
            epoch: Some(job.epoch.clone()),
            ..Reader::default()
        };
        let connector = Tcp { through: None };
        let client = Client::start(connector, lane, transport, has_all, observer);
        bounded("the end", client.finished()).await;
        let mut all = Vec::new();
        while let Ok(one) = seen.try_recv() {
            all.push(one);
        }
        let last = &all.last().expect("something").what;
        match transport {
            // A page is told by readyState alone.
            Transport::Sse => assert!(matches!(last, What::Failed { ready: Some(2), .. }), "{last:?}"),
            Transport::WebSocket(_) => {
                assert!(matches!(last, What::Stop { code: Some(1000), .. }), "{last:?}");
            }
            _ => assert!(matches!(last, What::Stop { status: Some(204), .. }), "{last:?}"),
        }
        assert_eq!(seqs(&all), Vec::<u64>::new());
    }
}

#[tokio::test]
async fn a_command_is_answered_by_the_server_whichever_way_it_went() {
    let server = Server::start();
    for transport in transports() {
        let job = server.synthetic(json!({"count": 5, "interval": "1ms", "start": "ready"})).await;
        let (client, mut seen) = start(lane(&job, &server.bench, transport.name()), transport, &server.bench);
        until(&mut seen, "the connection", |what| matches!(what, What::Opened { .. })).await;
        let command =
            |id: &str, command: &str| Command { id: id.into(), command: command.into(), factor: None };
        client.command(command("1", "resume"));
        let refused = until(&mut seen, "an answer", |what| matches!(what, What::Ack { .. })).await;
        assert!(matches!(refused, What::Ack { ok: false, error: Some(_), .. }), "{refused:?}");
        client.command(command("2", "start"));
        let (reader, all) = whole(client, seen).await;
        assert!(reader.ended, "{}", transport.name());
        let ack = all.iter().find_map(|one| match &one.what {
            What::Ack { id, ok, took, .. } => Some((id.clone(), *ok, took.is_some())),
            _ => None,
        });
        assert_eq!(ack, Some((Some("2".to_owned()), true, true)), "{}", transport.name());
    }
}

#[tokio::test]
async fn who_is_replaced_or_removed_stays_away() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "start": "ready"})).await;
    for transport in transports().into_iter().filter(|one| !matches!(one, Transport::Polling(_))) {
        for kind in ["replaced", "removed"] {
            let name = format!("{}-{kind}", transport.name());
            let (client, mut seen) = start(lane(&job, &server.bench, &name), transport, &server.bench);
            until(&mut seen, "the connection", |what| matches!(what, What::Opened { .. })).await;
            // Another of its name, or the operator.
            let other = if kind == "replaced" {
                let other = start(lane(&job, &server.bench, &name), Transport::Sse, &server.bench);
                Some(other)
            } else {
                let path = format!("/api/clients/{}/{name}", job.name);
                // A poller is on its way between two requests now and then; its place stays.
                let gone = http::request(&server.bench, "DELETE", &path, &[], b"").await;
                assert_eq!(gone.status(), 204, "{name}");
                None
            };
            let (reader, _) = whole(client, seen).await;
            // A held poll that was on its way when its client was removed hears 204 instead.
            if reader.away.is_some() || transport.name() != "long-polling" {
                assert_eq!(reader.away.as_deref(), Some(kind), "{name}");
            }
            drop(other);
        }
    }
}

#[tokio::test]
async fn what_clients_write_down_is_a_record() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": COUNT, "interval": "10ms"})).await;
    let mut lines = String::new();
    for transport in transports() {
        let relay = Relay::before(server.bench.address).await.expect("a relay");
        relay.cut_at("\"seq\":9,");
        let mut lane = lane(&job, &server.bench, transport.name());
        if ["sse", "fetch-stream", "websocket"].contains(&transport.name()) {
            lane = lane.with("heartbeat", "100ms");
        }
        if transport == Transport::Sse {
            lane = lane.with("retry", "50ms");
        }
        let (client, seen) = start(lane, transport, &server.bench.through(relay.address));
        let (_, all) = whole(client, seen).await;
        for one in &all {
            let text = one.to_line();
            let told: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!((&told["clock"], &told["transport"]), (&json!("lane"), &json!(transport.name())));
            lines += &(text + "\n");
        }
        let at: Vec<f64> = all.iter().map(|one| one.at).collect();
        assert!(at.is_sorted(), "{}: written as it happens", transport.name());
    }
    let scratch = Scratch::new("clients");
    let path = scratch.write("record.jsonl", &lines);
    let ended = run(&["check", "--format", "json", &path]);
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""), "{}", ended.out);
    let found: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!((&found["bad"], &found["kinds"]["unknown"]), (&json!(0), &Value::Null), "{found}");
    assert_eq!(found["kinds"]["event"], json!(5 * (COUNT + 1)), "{found}");
}

#[tokio::test]
async fn the_bytes_it_counts_are_those_that_the_server_counts() {
    let server = Server::start();
    let job = server.finished(COUNT).await;
    for transport in transports() {
        let name = format!("bytes-{}", transport.name());
        let (client, seen) = start(lane(&job, &server.bench, &name), transport, &server.bench);
        let books = client.lines().clone();
        whole(client, seen).await;
        let (down, up) = books.totals();
        assert!(down > 0 && up > 0 && books.connections() > 0, "{name}");
        eventually(&format!("the books of {name} to agree: {down} down, {up} up"), PATIENCE, async || {
            let lanes = http::get(&server.bench, "/api/lanes").await.json();
            let lane =
                lanes["lanes"].as_array().and_then(|all| all.iter().find(|one| one["lane"] == name)).cloned();
            // A client that hangs up may leave bytes unread that the server had sent.
            lane.is_some_and(|lane| {
                lane["in"] == json!(up) && lane["out"].as_u64().is_some_and(|out| out >= down)
            })
        })
        .await;
    }
}

#[tokio::test]
async fn a_wire_that_is_struck_is_lost_and_come_back_from() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    let transport = transports()[4];
    let (client, mut seen) = start(lane(&job, &server.bench, "struck"), transport, &server.bench);
    until(&mut seen, "the head", |what| matches!(what, What::Event(seen) if seen.seq == head)).await;
    for line in client.lines().open() {
        line.reset("test");
    }
    until(&mut seen, "a wait", |what| matches!(what, What::Waiting { .. })).await;
    let what = until(&mut seen, "hello", |what| matches!(what, What::Hello { .. })).await;
    assert!(matches!(what, What::Hello { after, .. } if after == job.cursor(head)));
    assert_eq!(client.lines().connections(), 2);
}
