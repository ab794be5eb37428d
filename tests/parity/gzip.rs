//! Compression: asked for and accepted or not, flushed with each event or not, and whole at its end.

use std::io::{Read as _, Write as _};

use flate2::read::GzDecoder;
use flate2::write;
use serde_json::json;
use wirebench::proto::http1::{Body, Framing};

use crate::support::ask::Ask;
use crate::support::bounded;
use crate::support::http::{self, Connection, Progress, Response};
use crate::support::reader::Transport;
use crate::support::server::{Job, Server};

const GZIP: (&str, &str) = ("Accept-Encoding", "gzip, deflate, br");

fn unpacked(answer: &Response) -> String {
    let mut text = String::new();
    GzDecoder::new(&answer.body[..]).read_to_string(&mut text).expect("whole, and UTF-8");
    text
}

async fn answer(job: &Job<'_>, transport: Transport, ask: &Ask) -> Response {
    let mut connection = Connection::open(&job.server.bench).await.expect("a connection");
    let answer = bounded(transport.name(), async {
        transport.send(&mut connection, ask).await?;
        connection.response().await
    });
    answer.await.expect("an answer")
}

/// The transports that say that they compress.
async fn compressing(server: &Server) -> Vec<Transport> {
    let told = server.told_transports().await;
    let has = |told: &&serde_json::Value| {
        told["params"].as_array().is_some_and(|params| params.iter().any(|one| one["name"] == "compression"))
    };
    let named = |told: &serde_json::Value| Transport::named(told["name"].as_str().unwrap_or_default());
    let found: Vec<Transport> = told.iter().filter(has).filter_map(named).collect();
    assert_eq!(found.len(), 4, "{found:?}");
    found
}

#[tokio::test]
async fn a_compressed_answer_is_the_plain_one_when_it_is_unpacked() {
    let server = Server::start();
    let job = server.finished(50).await;
    for transport in compressing(&server).await {
        let plain = answer(&job, transport, &job.ask()).await;
        assert_eq!(plain.header("content-encoding"), "");
        let flushes: &[&str] = if transport.holds_a_connection() { &["on", "off"] } else { &[""] };
        for flush in flushes {
            let ask = job.ask().with("compression", "gzip").header(GZIP.0, GZIP.1);
            let ask = if flush.is_empty() { ask } else { ask.with("flush", flush) };
            let packed = answer(&job, transport, &ask).await;
            assert_eq!(packed.header("content-encoding"), "gzip", "{}", transport.name());
            assert_eq!(packed.header("vary"), "Accept-Encoding");
            assert_eq!(
                unpacked(&packed),
                String::from_utf8_lossy(&plain.body),
                "{} {flush}",
                transport.name()
            );
            assert!(*flush == "on" || packed.body.len() < plain.body.len() / 2, "{}", packed.body.len());
        }
    }
}

#[tokio::test]
async fn who_does_not_accept_it_gets_the_answer_plain() {
    let server = Server::start();
    let job = server.finished(5).await;
    for transport in compressing(&server).await {
        for accept in ["", "br", "gzip;q=0", "gzip;q=0.0, *", "identity"] {
            let ask = job.ask().with("compression", "gzip").header("Accept-Encoding", accept);
            let plain = answer(&job, transport, &ask).await;
            assert_eq!(plain.header("content-encoding"), "", "{} {accept:?}", transport.name());
            assert_eq!(plain.header("vary"), "Accept-Encoding", "{}", transport.name());
            assert!(String::from_utf8_lossy(&plain.body).contains("\"done\""));
        }
    }
}

#[tokio::test]
async fn the_tag_of_a_compressed_poll_is_another_than_that_of_the_plain_one() {
    let server = Server::start();
    let (job, head) = server.held(5).await;
    let path = job.ask().with("compression", "gzip").path("polling");
    let packed = http::request(&server.bench, "GET", &path, &[GZIP], b"").await;
    let plain = http::request(&server.bench, "GET", &path, &[], b"").await;
    assert_eq!(packed.header("etag"), format!("\"{}-gzip\"", job.cursor(head)));
    assert_eq!(plain.header("etag"), format!("\"{}\"", job.cursor(head)));
    for (tag, status) in [(packed.header("etag"), 304), (plain.header("etag"), 200)] {
        let again = http::request(&server.bench, "GET", &path, &[GZIP, ("If-None-Match", tag)], b"").await;
        assert_eq!((again.status(), again.header("vary")), (status, "Accept-Encoding"), "{tag}");
        assert_eq!(again.header("content-encoding"), if status == 200 { "gzip" } else { "" });
    }
}

/// A compressed stream as a reader has it: how many events can be read so far.
struct Packed {
    connection: Connection,
    body: Body,
    inflate: write::GzDecoder<Vec<u8>>,
}

impl Packed {
    async fn open(job: &Job<'_>, transport: Transport, flush: &str) -> Self {
        let ask = job.ask().with("compression", "gzip").with("flush", flush).header(GZIP.0, GZIP.1);
        let mut connection = Connection::open(&job.server.bench).await.expect("a connection");
        transport.send(&mut connection, &ask).await.expect("sent");
        let head = bounded("a head", connection.head()).await.expect("a head");
        let body = Body::new(Framing::of(&head, false).expect("framed"));
        Self { connection, body, inflate: write::GzDecoder::new(Vec::new()) }
    }

    /// Reads more of it; false at the end.
    async fn more(&mut self) -> bool {
        let mut bytes = Vec::new();
        let progress = bounded("more", self.connection.more(&mut self.body, &mut bytes)).await.expect("read");
        assert_ne!(progress, Progress::Cut);
        self.inflate.write_all(&bytes).expect("gzip");
        self.inflate.flush().expect("gzip");
        progress == Progress::Open
    }

    fn events(&self) -> usize {
        String::from_utf8_lossy(self.inflate.get_ref()).matches("\"seq\":").count()
    }
}

#[tokio::test]
async fn flushed_each_event_can_be_read_at_once_and_unflushed_it_waits_for_the_buffer_or_the_end() {
    let server = Server::start();
    for transport in [Transport::Sse, Transport::FetchStream] {
        let (job, head) = server.held(5).await;
        let count = usize::try_from(head).expect("few");
        let mut unflushed = Packed::open(&job, transport, "off").await;
        let mut flushed = Packed::open(&job, transport, "on").await;
        while flushed.events() < count {
            assert!(flushed.more().await, "the job is held");
        }
        assert_eq!(flushed.events(), count);
        // Whatever has been given out until now; nothing is yet to come by itself.
        let given = tokio::time::timeout(std::time::Duration::from_millis(300), unflushed.more()).await;
        assert!(given.is_err() || unflushed.events() < count, "{} of {count}", unflushed.events());
        job.command("cancel").await;
        while unflushed.more().await {}
        while flushed.more().await {}
        assert_eq!((unflushed.events(), flushed.events()), (count + 1, count + 1));
        unflushed.inflate.try_finish().expect("the trailer is there, and its checksum right");
        flushed.inflate.try_finish().expect("the trailer is there, and its checksum right");
    }
}

#[tokio::test]
async fn the_stock_event_stream_can_be_compressed_as_well() {
    let server = Server::start();
    let job = server.synthetic(json!({"count": 5, "interval": "1ms"})).await;
    let ask = job.ask().with("compression", "gzip").with("fanout", "stock").header(GZIP.0, GZIP.1);
    let packed = answer(&job, Transport::Sse, &ask).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(unpacked(&packed).matches("\"seq\":").count(), 6);
}
