//! curl, which has no memory: the cursor is in the hands of whoever calls it, as in a shell script.

use std::process::{Command, Stdio};

use wirebench::proto::event_stream::{Decoder, Item};

use crate::support::ask::Element;
use crate::support::http::Target;
use crate::support::polling::Answer;
use crate::support::program::{self, Ended};
use crate::support::relay::Relay;
use crate::support::server::Server;
use crate::{cut_once, whole};

/// Where one reader stands, and how it reaches the origin.
struct Curl<'a> {
    origin: &'a Target,
    relay: &'a Relay,
    elements: Vec<Element>,
    /// How often `data: [DONE]` came.
    sentinels: usize,
}

impl Curl<'_> {
    /// curl's exit code and what it printed.
    async fn run(&self, arguments: &[&str], path: &str) -> Ended {
        let mut command = Command::new("curl");
        // Through the relay, and the origin keeps its name.
        let detour = format!("{}:{}", self.origin.host, self.relay.address);
        command.args(["--silent", "--show-error", "--no-buffer", "--noproxy", "*", "--connect-to", &detour]);
        command.args(arguments).arg(format!("{}{path}", self.origin.origin()));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // In a thread of its own, for the relay runs in this one.
        tokio::task::spawn_blocking(move || program::finish(command)).await.expect("curl is run")
    }

    /// Takes the elements of an event stream, however it ended, and gives the last id in it.
    fn take_stream(&mut self, out: &str) -> Option<String> {
        let mut items = Vec::new();
        Decoder::new(1 << 20).decode(out.as_bytes(), &mut items).expect("an event stream");
        let mut last = None;
        for item in items {
            let Item::Event { data, id, .. } = item else { continue };
            if data == "[DONE]" {
                self.sentinels += 1;
                continue;
            }
            self.elements.push(Element::of_json(&data));
            last = Some(id).filter(|id| !id.is_empty()).or(last);
        }
        last
    }

    fn has_the_end(&self) -> bool {
        self.elements.last().is_some_and(Element::is_end)
    }
}

/// Reads by polls of one answer each; a poll that failed is asked again with the same cursor.
async fn by_polls(transport: &str) {
    let server = Server::start();
    let (job, relay, origin) = cut_once(&server).await;
    let mut curl = Curl { origin: &origin, relay: &relay, elements: Vec::new(), sentinels: 0 };
    let mut cursor = "earliest".to_owned();
    while !curl.has_the_end() {
        let path = job.ask().after(&cursor).path(transport);
        let ended = curl.run(&["--fail"], &path).await;
        if ended.code != Some(0) {
            assert_eq!(relay.cuts(), 1, "only the cut makes it fail: {ended:?}");
            continue;
        }
        let answer: Answer<'_> = serde_json::from_str(&ended.out).expect("an answer in JSON");
        curl.elements.extend(answer.events.iter().map(|raw| Element::of_json(raw.get())));
        cursor = answer.cursor;
    }
    whole(&format!("curl by {transport}"), &curl.elements, &relay);
    let after_the_end =
        curl.run(&["--write-out", "%{http_code}"], &job.ask().after(&cursor).path(transport)).await;
    assert_eq!((after_the_end.code, after_the_end.out.as_str()), (Some(0), "204"));
}

/// Reads two streams: one that is cut, and one that goes on after the last id that came.
async fn by_streams(transport: &str, arguments: impl Fn(Option<&str>) -> Vec<String>) {
    let server = Server::start();
    let (job, relay, origin) = cut_once(&server).await;
    let mut curl = Curl { origin: &origin, relay: &relay, elements: Vec::new(), sentinels: 0 };
    let path = job.ask().path(transport);
    let mut last: Option<String> = None;
    for code in [Some("cut"), None] {
        let arguments = arguments(last.as_deref());
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ended = curl.run(&arguments, &path).await;
        assert_eq!(ended.code != Some(0), code.is_some(), "{transport}: {ended:?}");
        last = curl.take_stream(&ended.out);
        assert!(last.is_some(), "{transport}: no id came: {ended:?}");
    }
    assert_eq!(
        curl.sentinels,
        usize::from(transport == "fetch-stream"),
        "a sentinel at the end of a fetch-stream"
    );
    whole(&format!("curl by {transport}"), &curl.elements, &relay);
    let arguments =
        [arguments(last.as_deref()), vec!["--write-out".to_owned(), "%{http_code}".to_owned()]].concat();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let after_the_end = curl.run(&arguments, &path).await;
    assert_eq!((after_the_end.code, after_the_end.out.as_str()), (Some(0), "204"), "{transport}");
}

#[tokio::test]
async fn curl_reads_a_feed_by_polls_through_a_cut() {
    by_polls("polling").await;
}

#[tokio::test]
async fn curl_reads_a_feed_by_long_polls_through_a_cut() {
    by_polls("long-polling").await;
}

#[tokio::test]
async fn curl_reads_a_feed_by_server_sent_events_through_a_cut() {
    by_streams("sse", |last| match last {
        None => Vec::new(),
        Some(id) => vec!["--header".to_owned(), format!("Last-Event-ID: {id}")],
    })
    .await;
}

#[tokio::test]
async fn curl_reads_a_feed_by_a_post_that_streams_through_a_cut() {
    by_streams("fetch-stream", |last| {
        let body = last.map_or_else(|| "{}".to_owned(), |id| format!(r#"{{"after":"{id}"}}"#));
        ["--header", "Content-Type: application/json", "--data", &body].map(str::to_owned).to_vec()
    })
    .await;
}
