//! The pool of clients (docs/reference/clients.md): who is listed, who takes over, who is removed, who is left outside.

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::ask::{Ask, Next};
use support::http::{self, Connection, Response, Target};
use support::reader::{Pending, Reader, Transport};
use support::server::{Job, Server};
use support::{PATIENCE, bounded, eventually};

async fn listed(server: &Server) -> Value {
    let answer = http::get(&server.bench, "/api/clients").await;
    assert_eq!(answer.status(), 200);
    answer.json()
}

async fn clients(server: &Server) -> Vec<Value> {
    listed(server).await["clients"].as_array().expect("clients").clone()
}

async fn put_max(server: &Server, max: &Value) -> Response {
    let json = [("Content-Type", "application/json")];
    http::request(&server.bench, "PUT", "/api/clients", &json, json!({"max": max}).to_string().as_bytes())
        .await
}

async fn remove(server: &Server, job: &str, client: &str) -> u16 {
    http::request(&server.bench, "DELETE", &format!("/api/clients/{job}/{client}"), &[], b"").await.status()
}

/// A job with ten events that then waits, so that whoever reads it stays.
async fn waiting(server: &Server) -> (Job<'_>, u64) {
    server.held(10).await
}

/// Streams of the list; a poller holds nothing that could be told.
async fn streams(server: &Server) -> Vec<Transport> {
    server.transports().await.into_iter().filter(|transport| transport.holds_a_connection()).collect()
}

/// How a reader of this transport ends that is told to stay away.
fn told_off(transport: Transport, code: u16) -> impl Fn(&Next) -> bool {
    move |next| match (transport, next) {
        (Transport::WebSocket, Next::Closed(found, _)) => *found == code,
        (Transport::WebSocket, _) => false,
        (_, next) => *next == Next::Ended,
    }
}

#[tokio::test]
async fn a_reader_is_listed_with_where_it_stands_and_what_it_moved_as_the_books_say() {
    let server = Server::start();
    let (job, head) = waiting(&server).await;
    for transport in streams(&server).await {
        let name = format!("x-{}", transport.name());
        let ask = job.ask().with("client", &name).with("lane", &name);
        let mut reader = Reader::open(&server.origins[0], transport, &ask).await;
        reader.take(usize::try_from(head).expect("few")).await;
        let mut client = Value::Null;
        let mut lane = Value::Null;
        eventually("the pool and the books to agree", PATIENCE, async || {
            client = clients(&server)
                .await
                .into_iter()
                .find(|one| one["client"] == json!(name))
                .unwrap_or_default();
            let lanes = http::get(&server.bench, "/api/lanes").await.json();
            lane = lanes["lanes"]
                .as_array()
                .and_then(|all| all.iter().find(|one| one["lane"] == json!(name)).cloned())
                .unwrap_or_default();
            client["in"].is_u64() && (&client["in"], &client["out"]) == (&lane["in"], &lane["out"])
        })
        .await;
        for (field, value) in [
            ("job", json!(job.name)),
            ("transport", json!(transport.name())),
            ("lane", json!(name)),
            ("reading", json!(true)),
            ("cursor", json!(job.cursor(head))),
            ("lag", json!(0)),
        ] {
            assert_eq!(client[field], value, "{field} in {client}");
        }
        assert!(client["since"].as_f64() > Some(1.7e12), "{client}");
        drop(reader);
        let gone = async || clients(&server).await.iter().all(|one| one["client"] != json!(name));
        eventually("a stream that has gone to be no client", PATIENCE, gone).await;
    }
}

#[tokio::test]
async fn a_poller_is_a_client_between_its_polls_and_its_lag_is_what_it_has_not_asked_for() {
    let server = Server::start();
    let (job, head) = waiting(&server).await;
    let ask = job.ask().with("client", "poller").with("limit", "4");
    assert_eq!(http::get(&server.origins[0], &ask.path("polling")).await.status(), 200);
    let nameless = http::get(&server.bench, &job.ask().path("polling")).await;
    assert_eq!(nameless.status(), 200);
    eventually("the nameless to be gone with its connection", PATIENCE, async || {
        clients(&server).await.len() == 1
    })
    .await;
    let client = clients(&server).await.remove(0);
    assert_eq!((&client["client"], &client["reading"]), (&json!("poller"), &json!(false)), "{client}");
    assert_eq!((&client["cursor"], &client["lag"]), (&json!(job.cursor(4)), &json!(head - 4)), "{client}");
}

#[tokio::test]
async fn requests_that_are_refused_take_no_place() {
    let server = Server::start_with(&["--lanes", "1", "--max-clients", "1"]);
    let (job, _) = waiting(&server).await;
    for path in [
        "/jobs/nobody/polling?client=a".to_owned(),
        job.ask().with("client", "a").with("after", "k").path("polling"),
        job.ask().with("client", "a").with("after", &job.cursor(100_000)).path("sse"),
        job.ask().with("client", "a").path("websocket"),
        job.ask().with("client", "a%20b").path("polling"),
    ] {
        let answer = http::get(&server.bench, &path).await;
        assert!((400..500).contains(&answer.status()), "{path}: {}", answer.status());
    }
    let mut connection = Connection::open(&server.bench).await.expect("a connection");
    connection.send("HEAD", &job.ask().path("polling"), &[], b"").await.expect("sent");
    let head = bounded("the head", connection.head()).await.expect("a head");
    assert_eq!(head.status, 405);
    assert_eq!(clients(&server).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_newer_reader_by_any_transport_takes_over_from_an_older_by_any_stream() {
    let server = Server::start();
    let (job, _) = waiting(&server).await;
    for old in streams(&server).await {
        for new in server.transports().await {
            let name = format!("{}-{}", old.name(), new.name());
            let ask = job.ask().with("client", &name);
            let mut first = Reader::open(&server.origins[0], old, &ask).await;
            first.take(3).await;
            let mut second = Reader::open(&server.bench, new, &ask).await;
            second.take(3).await;
            let end = first.end().await;
            assert!(told_off(old, 4409)(&end), "{name}: {end:?}");
            let last = first.told.last().expect("told something");
            assert_eq!(
                last.text,
                format!(r#"{{"type":"replaced","client":"{name}","by":"{}"}}"#, new.name())
            );
            let mine: Vec<_> =
                clients(&server).await.into_iter().filter(|one| one["client"] == json!(name)).collect();
            assert_eq!((mine.len(), &mine[0]["transport"]), (1, &json!(new.name())), "{mine:?}");
        }
    }
}

#[tokio::test]
async fn a_poller_whose_place_was_taken_between_two_polls_is_told_by_its_next_and_may_then_take_over() {
    let server = Server::start();
    let (job, _) = waiting(&server).await;
    for transport in [Transport::Polling, Transport::LongPolling] {
        let ask = job.ask().with("client", transport.name()).after(&job.cursor(0));
        let mut connection = Connection::open(&server.bench).await.expect("a connection");
        let mut poll = async || {
            connection.send("GET", &ask.path(transport.name()), &[], b"").await.expect("sent");
            bounded("the answer", connection.response()).await.expect("an answer").json()["events"].clone()
        };
        assert!(poll().await[0]["seq"] == json!(1));
        let mut stream = Reader::open(&server.bench, Transport::Sse, &ask).await;
        stream.take(3).await;
        let told = json!([{"type": "replaced", "client": transport.name(), "by": "sse"}]);
        assert_eq!(poll().await, told, "{transport:?}: the stream has its place");
        assert!(poll().await[0]["seq"] == json!(1), "{transport:?} means to come back");
        let end = stream.end().await;
        assert!(told_off(Transport::Sse, 4409)(&end), "{end:?}");
    }
}

#[tokio::test]
async fn a_war_over_a_place_is_stopped_and_the_one_inside_goes_on() {
    let server = Server::start();
    for transport in streams(&server).await {
        let (job, head) = waiting(&server).await;
        let ask = job.ask().with("client", "fought-over");
        let mut inside = Reader::open(&server.origins[0], transport, &ask).await;
        for _ in 0..5 {
            inside = Reader::open(&server.origins[0], transport, &ask).await;
        }
        match Reader::connect(&server.origins[0], transport, &ask).await {
            Ok(mut sixth) => assert_eq!(sixth.next().await, Next::Stop(204), "{}", transport.name()),
            Err(refusal) => {
                assert_eq!((transport, refusal.code), (Transport::WebSocket, 4409), "{refusal:?}");
            }
        }
        job.hurry().await;
        assert_eq!(inside.end().await, Next::Ended, "{}", transport.name());
        assert_eq!(inside.events.last().and_then(|event| event.seq), Some(204), "{head}");
        assert!(inside.notices().is_empty(), "{:?}", inside.notices());
    }
}

#[tokio::test]
async fn a_removed_reader_is_told_ended_and_its_name_stopped() {
    let server = Server::start();
    let (job, _) = waiting(&server).await;
    for transport in streams(&server).await {
        let name = format!("gone-{}", transport.name());
        let ask = job.ask().with("client", &name);
        let mut reader = Reader::open(&server.origins[0], transport, &ask).await;
        reader.take(3).await;
        assert_eq!(remove(&server, &job.name, &name).await, 204);
        let end = reader.end().await;
        assert!(told_off(transport, 4410)(&end), "{name}: {end:?}");
        let last = reader.told.last().expect("told something");
        assert_eq!(last.text, format!(r#"{{"type":"removed","client":"{name}"}}"#));
        for again in server.transports().await {
            match Reader::connect(&server.origins[0], again, &ask).await {
                Ok(mut reader) => assert_eq!(reader.next().await, Next::Stop(204), "{}", again.name()),
                Err(refusal) => {
                    assert_eq!((again, refusal.code), (Transport::WebSocket, 4410), "{refusal:?}");
                }
            }
        }
        assert_eq!(remove(&server, &job.name, &name).await, 404, "it is not there any more");
    }
}

#[tokio::test]
async fn the_maximum_is_set_and_what_is_no_maximum_is_refused() {
    let server = Server::start_with(&["--lanes", "1", "--max-clients", "7"]);
    let told = listed(&server).await;
    assert_eq!((&told["max"], &told["heartbeat"]), (&json!(7), &json!("15s")));
    let set = put_max(&server, &json!(3)).await;
    assert_eq!((set.status(), set.json()), (200, json!({"max": 3})));
    for bad in [json!(0), json!(-1), json!(1_000_001), json!("5"), json!(null), json!(1.5)] {
        let answer = put_max(&server, &bad).await;
        assert_eq!(answer.status(), 400, "{bad}");
        assert!(answer.json()["error"]["fix"].is_string(), "{bad}: {}", answer.json());
    }
    assert_eq!(listed(&server).await["max"], json!(3));
}

/// What one that is left outside is answered, read to the end of the answer.
async fn outside(target: &Target, transport: Transport, ask: &Ask) -> Response {
    let mut connection = Pending::send(target, transport, ask).await.connection;
    let what = format!("the answer to one outside by {}", transport.name());
    bounded(&what, async {
        let head = connection.head().await.expect("a head");
        if head.status == 101 {
            let mut body = Vec::new();
            while connection.buffer.len() < 4 && connection.fill().await.is_ok_and(|more| more) {}
            body.append(&mut connection.buffer);
            return Response { head, body };
        }
        connection.rest(head).await.expect("a whole answer")
    })
    .await
}

/// Checks it against the table of docs/reference/clients.md, and gives the time after which to come again in ms.
fn documented(transport: Transport, answer: &Response) -> u64 {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let number = |text: &str| -> u64 {
        text.chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect::<String>()
            .parse()
            .unwrap_or_else(|_| panic!("a number in {text:?}"))
    };
    match transport.name() {
        "sse" => {
            assert_eq!((answer.status(), answer.header("content-type")), (200, "text/event-stream"));
            let retry = number(&text);
            assert!((2000..=5000).contains(&retry), "{text}");
            let element = format!(r#"{{"type":"full","max":50,"retry":{retry}}}"#);
            assert_eq!(text, format!("retry: {retry}\n\nevent: full\ndata: {element}\n\n"));
            retry
        }
        "websocket" => {
            assert_eq!(answer.status(), 101);
            let code = [answer.body[2], answer.body[3]];
            assert_eq!((answer.body[0], u16::from_be_bytes(code)), (0x88, 1013), "{text}");
            assert!(text.contains("try again in "), "{text}");
            number(&text[4..])
        }
        // All whose pages see a status.
        _ => {
            assert_eq!(answer.status(), 503, "{text}");
            assert!(answer.json()["error"]["fix"].is_string(), "{text}");
            number(answer.header("retry-after")) * 1000
        }
    }
}

#[tokio::test]
async fn a_hundred_too_many_are_answered_by_the_book_and_those_inside_are_undisturbed() {
    let server = Server::start_with(&["--lanes", "1", "--max-clients", "50"]);
    let origin = &server.origins[0];
    for inside_by in streams(&server).await {
        let (job, _) = waiting(&server).await;
        let mut inside = Vec::new();
        for number in 0..50 {
            let ask = job.ask().with("client", &format!("in-{number}"));
            inside.push(Reader::open(origin, inside_by, &ask).await);
        }
        for transport in server.transports().await {
            let mut times = std::collections::BTreeSet::new();
            for number in 0..100 {
                let ask = job.ask().with("client", &format!("out-{number}"));
                let answer = outside(origin, transport, &ask).await;
                let again = documented(transport, &answer);
                assert!((1000..=5000).contains(&again), "{again}");
                times.insert(again);
            }
            assert!(times.len() > 2, "drawn anew for each: {times:?}");
        }
        assert_eq!(clients(&server).await.len(), 50);
        job.hurry().await;
        for mut reader in inside {
            assert_eq!(reader.end().await, Next::Ended, "{}", inside_by.name());
            assert_eq!(reader.seqs(), (1..=204).collect::<Vec<u64>>(), "{}", inside_by.name());
            assert!(reader.notices().is_empty(), "{:?}", reader.notices());
        }
        eventually("an empty pool", PATIENCE, async || clients(&server).await.is_empty()).await;
    }
}

#[tokio::test]
async fn when_there_is_room_again_the_next_gets_in() {
    let server = Server::start_with(&["--lanes", "1", "--max-clients", "1"]);
    let (job, _) = waiting(&server).await;
    for transport in streams(&server).await {
        let first = Reader::open(&server.bench, transport, &job.ask()).await;
        let answer = http::get(&server.bench, &job.ask().with("client", "next").path("polling")).await;
        assert_eq!(answer.status(), 503);
        drop(first);
        eventually("room", PATIENCE, async || clients(&server).await.is_empty()).await;
        let mut next = Reader::open(&server.bench, transport, &job.ask().with("client", "next")).await;
        next.take(3).await;
        drop(next);
        eventually("room", PATIENCE, async || clients(&server).await.is_empty()).await;
    }
    assert_eq!(put_max(&server, &json!(2)).await.status(), 200);
    let mut both = Vec::new();
    for name in ["a", "b"] {
        both.push(Reader::open(&server.bench, Transport::Sse, &job.ask().with("client", name)).await);
    }
    assert_eq!(clients(&server).await.len(), 2);
}

#[tokio::test]
async fn the_record_says_who_was_replaced_removed_and_left_outside() {
    let server = Server::start_with(&["--lanes", "1", "--max-clients", "1"]);
    let (job, _) = waiting(&server).await;
    let mut record = Connection::open(&server.bench).await.expect("a connection");
    record.send("GET", "/api/record", &[], b"").await.expect("sent");
    bounded("the record's head", record.head()).await.expect("a head");
    let ask = job.ask().with("client", "a");
    let mut old = Reader::open(&server.bench, Transport::Sse, &ask).await;
    let mut new = Reader::open(&server.bench, Transport::WebSocket, &ask).await;
    old.end().await;
    outside(&server.bench, Transport::Polling, &job.ask().with("client", "b")).await;
    assert_eq!(remove(&server, &job.name, "a").await, 204);
    new.end().await;
    bounded("the three kinds in the record", async {
        loop {
            let text = String::from_utf8_lossy(&record.buffer).into_owned();
            let kinds = [
                r#""kind":"replaced","dir":"down","client":"a","by":"websocket""#,
                r#""kind":"removed","dir":"down","client":"a""#,
                r#""kind":"full","dir":"down","max":1"#,
            ];
            if kinds.iter().all(|kind| text.contains(kind)) {
                return;
            }
            assert!(record.fill().await.expect("bytes"), "{text}");
        }
    })
    .await;
}
