//! The stop: streams end in good order, whoever does not listen delays nobody for long, and the exit code is 0.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpStream;

use crate::support::ask::Next;
use crate::support::bounded;
use crate::support::http::{Connection, Target};
use crate::support::program;
use crate::support::reader::{Pending, Reader, Transport};
use crate::support::server::Server;

/// Generous: it is meant to be below a second.
const BOUND: Duration = Duration::from_secs(3);
const SIGNALS: [&str; 2] = ["TERM", "INT"];

/// Signals the server, waits for its end, and says what `what` cost.
async fn stopped(server: &mut Server, signal: &str, what: &str) {
    let began = Instant::now();
    server.signal(signal);
    let code = server.exited(BOUND).await;
    println!("stopped by SIG{signal} with {what} in {:?}", began.elapsed());
    assert_eq!(code, Some(0), "{}", server.errors());
    assert!(!server.errors().contains("panicked"), "{}", server.errors());
}

/// A stream of a running job, of which some was read.
async fn streaming(server: &Server, target: &Target, transport: Transport) -> Reader {
    let job = server.synthetic(json!({"count": 100_000, "interval": "10ms"})).await;
    let mut reader = Reader::open(target, transport, &job.ask()).await;
    reader.take(3).await;
    reader
}

/// A connection that has had an answer and rests.
async fn idle(target: &Target) -> Connection {
    let mut connection = Connection::open(target).await.expect("a connection");
    connection.send("GET", "/clock", &[], b"").await.expect("sent");
    let answer = bounded("the clock", connection.response()).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    connection
}

/// Waits until the server has ended a connection, politely or not, and has said nothing on it.
async fn silent_end(mut connection: Connection, what: &str) {
    let end = bounded(&format!("the end of {what}"), connection.fill()).await;
    assert!(!matches!(end, Ok(true)), "{what}: {:?}", String::from_utf8_lossy(&connection.buffer));
}

#[tokio::test]
async fn a_signal_ends_streams_in_good_order_and_the_program_with_0() {
    for signal in SIGNALS {
        let mut server = Server::start();
        let mut readers = Vec::new();
        for target in [&server.bench, &server.origins[0]] {
            readers.push(streaming(&server, target, Transport::Sse).await);
            readers.push(streaming(&server, target, Transport::WebSocket).await);
        }
        let resting = idle(&server.bench).await;
        let silent = Connection::open(&server.origins[0]).await.expect("a connection");
        let mut halting = Connection::open(&server.bench).await.expect("a connection");
        halting.write(b"GET /clock HTT").await.expect("sent");
        stopped(&mut server, signal, "streams, idle, silent and halting connections").await;
        for mut reader in readers {
            match (reader.transport, reader.end().await) {
                (Transport::Sse, Next::Ended) | (Transport::WebSocket, Next::Closed(1001, _)) => {}
                (transport, end) => panic!("SIG{signal}: {} ended with {end:?}", transport.name()),
            }
            let name = reader.transport.name();
            assert!(
                !reader.events.iter().any(|event| event.kind != "progress"),
                "{name}: the job has not ended"
            );
            let seqs = reader.seqs();
            assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<u64>>(), "{name}");
        }
        silent_end(resting, "the idle connection").await;
        silent_end(silent, "the silent connection").await;
    }
}

#[tokio::test]
async fn a_stream_at_rest_ends_in_good_order_too() {
    let mut server = Server::start();
    let job = server.synthetic(json!({"start": "ready"})).await;
    let mut readers = Vec::new();
    for transport in [Transport::Sse, Transport::WebSocket] {
        let ask = job.ask().with("heartbeat", "off");
        let mut reader = job.open(transport, &ask).await;
        reader.until("hello").await;
        readers.push(reader);
    }
    stopped(&mut server, "TERM", "streams at rest").await;
    let [mut sse, mut socket] = <[Reader; 2]>::try_from(readers).expect("two");
    assert_eq!(sse.end().await, Next::Ended);
    assert!(matches!(socket.end().await, Next::Closed(1001, _)));
    assert!(sse.events.is_empty() && socket.events.is_empty());
}

#[tokio::test]
async fn the_stream_of_the_record_ends_in_good_order_too() {
    let mut server = Server::start();
    let mut connection = Connection::open(&server.bench).await.expect("a connection");
    connection.send("GET", "/api/record", &[], b"").await.expect("sent");
    let head = bounded("the record's head", connection.head()).await.expect("a head");
    stopped(&mut server, "INT", "the record's stream").await;
    let rest = bounded("the record's end", connection.rest(head)).await.expect("a body with its end");
    assert_eq!(rest.status(), 200);
}

#[tokio::test]
async fn readers_that_never_read_do_not_hold_up_the_stop() {
    for signal in SIGNALS {
        let mut server = Server::start();
        let settings = json!({"count": 1000, "interval": "1ms", "payload": "bytes", "size": 64 * 1024});
        let flood = server.synthetic(settings).await;
        let mut deaf = Vec::new();
        for transport in [Transport::Sse, Transport::WebSocket] {
            let ask = flood.ask().after(&flood.cursor(0)).with("heartbeat", "off").with("dead-after", "off");
            let pending = Pending::send(&server.origins[0], transport, &ask).await;
            pending.connection.narrow().expect("SO_RCVBUF");
            deaf.push(pending);
        }
        // Far more than the sockets hold: whoever has not read is stuck now.
        flood.ended().await;
        let mut reader = streaming(&server, &server.bench, Transport::Sse).await;
        stopped(&mut server, signal, "readers that never read").await;
        assert_eq!(reader.end().await, Next::Ended, "who reads is told in good order all the same");
    }
}

#[tokio::test]
async fn a_hundred_streams_are_ended_in_good_order() {
    let mut server = Server::start();
    let job = server.synthetic(json!({"count": 100_000, "interval": "20ms"})).await;
    let mut readers = Vec::new();
    for number in 0..100 {
        let transport = if number % 2 == 0 { Transport::Sse } else { Transport::WebSocket };
        readers.push(Reader::open(&server.origins[0], transport, &job.ask()).await);
    }
    let reading: Vec<_> = readers
        .into_iter()
        .map(|mut reader| tokio::spawn(async move { (reader.end().await, reader.transport) }))
        .collect();
    stopped(&mut server, "TERM", "a hundred streams").await;
    for task in reading {
        match task.await.expect("it reads") {
            (Next::Ended, Transport::Sse) | (Next::Closed(1001, _), Transport::WebSocket) => {}
            (end, transport) => panic!("{} ended with {end:?}", transport.name()),
        }
    }
}

#[tokio::test]
async fn a_hash_in_the_middle_does_not_hold_up_the_stop() {
    let directory = program::Scratch::new("stopped");
    let path = directory.path().join("long");
    std::fs::File::create_new(path).and_then(|file| file.set_len(64 << 30)).expect("a file with a hole");
    let root = directory.path().to_str().expect("UTF-8");
    let mut server = Server::start_with(&["--lanes", "1", "--hash-dir", root]);
    let job = server.create(&json!({"source": "hash", "path": "long", "interval": "10ms"})).await;
    job.reached(2).await;
    stopped(&mut server, "TERM", "a hash in the middle").await;
}

#[tokio::test]
async fn the_addresses_are_free_at_once_for_the_next_program() {
    let mut first = Server::start();
    let connection = streaming(&first, &first.bench, Transport::Sse).await;
    stopped(&mut first, "TERM", "a stream").await;
    let host = first.bench.host.clone();
    let mut command = program::command();
    command.args(["--listen", &host, "--lanes", "1", "--format", "json"]);
    let mut second = Server::launch(command);
    assert_eq!(second.bench.host, host);
    assert!(TcpStream::connect(second.bench.address).await.is_ok());
    drop(connection);
    stopped(&mut second, "TERM", "nothing").await;
}

#[tokio::test]
async fn connections_without_a_stream_are_ended_at_once() {
    let mut server = Server::start();
    let resting = idle(&server.bench).await;
    let silent = Connection::open(&server.origins[0]).await.expect("a connection");
    stopped(&mut server, "INT", "an idle and a silent connection").await;
    silent_end(resting, "the idle connection").await;
    silent_end(silent, "the silent connection").await;
}
