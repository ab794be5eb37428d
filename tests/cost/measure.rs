//! Measuring. All that could make a number differ from machine to machine has a fixed length: times of 17 digits
//! (a batch whose time ends in a zero, which is not written, is pushed anew), numbers of three digits, one Host.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wirebench::proto::websocket::{Decoder, Opcode, Sender, encode_frame};

use crate::support::ask::{Ask, Element};
use crate::support::http::{Connection, Response, Target, post, request};
use crate::support::polling::Answer;
use crate::support::relay::Relay;
use crate::support::server::Server;
use crate::support::websocket::HANDSHAKE;
use crate::support::{PATIENCE, bounded, eventually, http};
use crate::{ENCODINGS, WAYS, Way};

/// Events that a measurement is the mean of. They are all alike.
pub const EVENTS: u64 = 20;
/// Events before them, so that all numbers have three digits.
const BEFORE: u64 = 100;
/// What the requests call the origin.
const HOST: &str = "127.0.0.1:8080";
/// Digits of a time whose last decimal is no zero.
const TIME: usize = "1764000000000.125".len();

/// What the events carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Plain letters.
    Text,
    /// Random bytes.
    Bytes,
}

/// Bytes at the socket, `up` from the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes {
    pub up: u64,
    pub down: u64,
}

/// What one way of reading cost in one encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// All events.
    pub events: Bytes,
    /// A stream: what it costs without these events. A poll: the heads of its answer and request.
    pub once: Bytes,
}

/// A job of 20 events that are alike, and what they cost.
#[derive(Debug)]
pub struct Feed {
    pub kind: Kind,
    /// Bytes of payload an event.
    pub size: usize,
    /// Bytes of one event in each of [`ENCODINGS`].
    pub lengths: [usize; 4],
    /// By [`WAYS`] and [`ENCODINGS`]; none where there is no such thing.
    pub costs: Vec<[Option<Cost>; 4]>,
}

/// Where a job's 20 events are.
struct Place<'a> {
    server: &'a Server,
    epoch: String,
    /// The number before the first of them.
    before: u64,
    measured: u32,
}

impl Feed {
    /// Makes the job and measures.
    pub async fn measured(kind: Kind, size: usize) -> Self {
        let server = Server::start_with(&["--lanes", "1", "--allow-host", HOST]);
        loop {
            if let Some(feed) = Self::attempt(&server, kind, size).await {
                return feed;
            }
            let gone = request(&server.bench, "DELETE", "/api/jobs/cost", &[], b"").await;
            assert!((200..300).contains(&gone.status()), "{}", gone.status());
        }
    }

    /// None if the time of the end event has a digit less.
    async fn attempt(server: &Server, kind: Kind, size: usize) -> Option<Self> {
        let job = server.create(&json!({"source": "push", "job": "cost"})).await;
        push(server, &batch(BEFORE, &json!({"type": "text", "data": "before"}))).await;
        let mut before = BEFORE;
        while !push(server, &batch(EVENTS, &event(kind, size))).await {
            before += EVENTS;
            assert!(before + 2 * EVENTS < 1000, "the numbers still have three digits");
        }
        let mut place = Place { server, epoch: job.epoch.clone(), before, measured: 0 };
        let mut costs = vec![[None; 4]; WAYS.len()];
        for (way, costs) in WAYS.iter().zip(&mut costs).filter(|(way, _)| way.batch.is_some()) {
            for (encoding, cost) in ENCODINGS.iter().zip(costs) {
                *cost = place.poll(way, encoding).await;
            }
        }
        let lengths = place.lengths(size).await;
        if !push(server, &[json!({"type": "done"})]).await {
            return None;
        }
        for (way, costs) in WAYS.iter().zip(&mut costs).filter(|(way, _)| way.batch.is_none()) {
            for (encoding, cost) in ENCODINGS.iter().zip(costs) {
                let all = place.exchange(way, encoding, place.before).await;
                let once = place.exchange(way, encoding, place.before + EVENTS).await;
                assert!(
                    all.up == once.up && all.down > once.down,
                    "{} in {encoding}: {all:?}, {once:?}",
                    way.title
                );
                let events = Bytes { up: 0, down: all.down - once.down };
                *cost = Some(Cost { events, once });
            }
        }
        Some(Self { kind, size, lengths, costs })
    }

    /// The cost of a way in an encoding.
    pub fn cost(&self, way: usize, encoding: usize) -> Option<Cost> {
        self.costs[way][encoding]
    }
}

/// So many events that are alike.
fn batch(count: u64, event: &Value) -> Vec<Value> {
    (0..count).map(|_| event.clone()).collect()
}

/// An event with this payload.
fn event(kind: Kind, size: usize) -> Value {
    match kind {
        Kind::Text => {
            let letters: String = ('a'..='z').cycle().take(size).collect();
            json!({"type": "text", "data": letters})
        }
        Kind::Bytes => {
            let mut bytes = vec![0; size];
            fastrand::Rng::with_seed(1).fill(&mut bytes);
            json!({"type": "bytes", "data": STANDARD.encode(bytes)})
        }
    }
}

/// Appends a batch, whose events share one time, and says whether that time has all its digits.
async fn push(server: &Server, events: &[Value]) -> bool {
    let answer = post(&server.bench, "/jobs/cost/events", &json!(events)).await;
    assert_eq!(answer.status(), 200, "{}", String::from_utf8_lossy(&answer.body));
    let answer = answer.json();
    let (first, cursor) =
        (answer["first"].as_u64().expect("first"), answer["cursor"].as_str().expect("cursor"));
    let (epoch, _) = cursor.split_once('.').expect("a cursor");
    let path = Ask::of("cost").after(&format!("{epoch}.{}", first - 1)).path("polling");
    let polled = http::get(&server.bench, &path).await;
    let polled: Answer<'_> = serde_json::from_slice(&polled.body).expect("an answer");
    assert_eq!(polled.events.len(), events.len(), "one answer has the batch");
    polled.events.iter().all(|event| time_digits(event.get()) == TIME)
}

fn time_digits(event: &str) -> usize {
    let (_, after) = event.split_once(r#""time":"#).expect("a time");
    after.find(',').expect("a member after it")
}

impl Place<'_> {
    fn cursor(&self, seq: u64) -> String {
        format!("{}.{seq}", self.epoch)
    }

    /// Bytes of one event in each encoding, as it stands in the answer of a poll.
    async fn lengths(&self, size: usize) -> [usize; 4] {
        let mut lengths = [0; 4];
        for (encoding, length) in ENCODINGS.iter().zip(&mut lengths) {
            let ask =
                Ask::of("cost").after(&self.cursor(self.before + EVENTS - 1)).with("encoding", encoding);
            let body = http::get(&self.server.bench, &ask.path("polling")).await.body;
            *length = if *encoding == "json" {
                let answer: Answer<'_> = serde_json::from_slice(&body).expect("an answer");
                answer.events[0].get().len()
            } else {
                body.len()
            };
        }
        assert_eq!(lengths[2], size, "raw is the payload alone");
        lengths
    }

    /// One poll, which is answered by the last events.
    async fn poll(&mut self, way: &Way, encoding: &str) -> Option<Cost> {
        let batch = way.batch.expect("a poll");
        if encoding == "raw" && batch > 1 {
            return None;
        }
        let mut heads = Bytes::default();
        let after = self.before + EVENTS - batch;
        let events = self.exchanged(way, encoding, after, &mut heads).await;
        Some(Cost { events, once: heads })
    }

    /// One stream from `after` to its end.
    async fn exchange(&mut self, way: &Way, encoding: &str, after: u64) -> Bytes {
        self.exchanged(way, encoding, after, &mut Bytes::default()).await
    }

    /// One request, on a connection of its own through a relay of its own, and all it costs. The server says the same.
    async fn exchanged(&mut self, way: &Way, encoding: &str, after: u64, heads: &mut Bytes) -> Bytes {
        self.measured += 1;
        let lane = format!("c{:04}", self.measured);
        let origin = &self.server.origins[0];
        let relay = Relay::before(origin.address).await.expect("a relay");
        let target = Target { address: relay.address, host: HOST.to_owned() };
        let what = format!("{} in {encoding}", way.title);
        let exchange = async {
            let mut connection = Connection::open(&target).await.expect("a connection");
            send(&mut connection, way, encoding, &self.cursor(after), &lane).await;
            heads.up = relay.up();
            let head = connection.head().await.expect("a head");
            if head.status == 101 {
                until_closed(&mut connection, way.stock).await;
            } else {
                let Response { head, body } = connection.rest(head).await.expect("a response");
                assert_eq!(head.status, 200, "{}", String::from_utf8_lossy(&body));
                heads.up = relay.up();
                heads.down = relay.down().saturating_sub(body.len() as u64);
            }
        };
        bounded(&what, exchange).await;
        let mut lanes = Value::Null;
        let told = async || {
            lanes = http::get(&self.server.bench, "/api/lanes").await.json();
            let entries = lanes["lanes"].as_array().expect("lanes");
            let entry = entries.iter().find(|entry| entry["lane"] == lane.as_str()).unwrap_or(&Value::Null);
            (&entry["in"], &entry["out"]) == (&json!(relay.up()), &json!(relay.down()))
        };
        eventually(&format!("the server to say of {what} what the relay says"), PATIENCE, told).await;
        assert_eq!(relay.connections(), 1, "{what}");
        Bytes { up: relay.up(), down: relay.down() }
    }
}

/// The smallest request that is one.
async fn send(connection: &mut Connection, way: &Way, encoding: &str, after: &str, lane: &str) {
    let mut ask = Ask::of("cost").with("lane", lane);
    let sent = if way.transport == "fetch-stream" {
        let body = json!({"after": after, "encoding": encoding}).to_string();
        let headers = [("Content-Type", "application/json")];
        connection.send("POST", &ask.path(way.transport), &headers, body.as_bytes()).await
    } else {
        ask = ask.after(after).with("encoding", encoding);
        if way.stock {
            // The stock SSE's first keep-alive comes at once, before or after the first event as luck has it.
            ask = ask.with("fanout", "stock").with("heartbeat", "off");
        }
        let headers: &[(&str, &str)] = if way.transport == "websocket" { &HANDSHAKE } else { &[] };
        connection.send("GET", &ask.path(way.transport), headers, b"").await
    };
    sent.expect("sent");
}

/// Reads a WebSocket until its Close, answers it, and reads to the end of the connection. With the stock fanout nobody reads
/// the answer, for the connection ends right behind the Close; whether it still comes in is a matter of luck, so it is left out.
async fn until_closed(connection: &mut Connection, stock: bool) {
    let mut decoder = Decoder::new(Sender::Server, 1 << 20);
    let mut frames = Vec::new();
    loop {
        let bytes = std::mem::take(&mut connection.buffer);
        decoder.decode(&bytes, &mut frames).expect("frames");
        if frames.iter().any(|frame| frame.opcode == Opcode::Close) {
            break;
        }
        frames.clear();
        assert!(connection.fill().await.expect("more"), "a Close before the end of the connection");
    }
    let answer = encode_frame(Opcode::Close, true, &1000_u16.to_be_bytes(), Some([1, 2, 3, 4]));
    if !stock {
        connection.write(&answer).await.expect("sent");
    }
    while matches!(connection.fill().await, Ok(true)) {}
}

/// Kept so that a change of the JSON envelope is noticed here too.
#[test]
fn the_digits_of_a_time_are_counted_where_it_stands() {
    let event = r#"{"seq":120,"time":1764000000000.125,"type":"text","data":"x"}"#;
    assert_eq!(time_digits(event), TIME);
    assert_eq!(Element::of_json(event).seq, Some(120));
}
