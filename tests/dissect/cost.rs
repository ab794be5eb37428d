//! What an event costs (docs/reference/cost.md), reproduced by the sums of spans.

use std::{fs, path::Path};

use wirebench::proto::dissect::{Kind, Role, Span, Sums, Way};
use wirebench::proto::event_stream::encode_block;
use wirebench::proto::websocket::Opcode;

use crate::traffic::Traffic;
use crate::{dissected, of};

/// The id of every event there: 14 bytes.
const ID: &str = "k3f9k3f9k3.120";

/// The numbers of one row of the page below one heading: JSON, CBOR, raw, binary.
fn row(page: &str, heading: &str, name: &str) -> [u64; 4] {
    let (_, section) = page.split_once(&format!("### {heading}\n")).expect("a heading");
    let line = section.lines().find(|line| line.starts_with(&format!("| {name} |"))).expect("a row");
    let cells: Vec<&str> = line.split('|').skip(2).map(str::trim).collect();
    [0, 2, 4, 6].map(|at| cells[at].replace(',', "").parse().expect("whole bytes"))
}

/// The spans of the first element that went down.
fn of_first(traffic: &Traffic) -> Vec<Span> {
    let spans = of(&dissected(traffic.whole()), Way::Down);
    spans.into_iter().filter(|span| span.element == Some(1)).collect()
}

fn stream(kind: &str, data: &str) -> Sums {
    let mut traffic = Traffic::default();
    traffic.request("GET /jobs/demo/sse", &[]);
    traffic.answer("200 OK", &["Transfer-Encoding: chunked", "Content-Type: text/event-stream"]);
    for _ in 0..2 {
        let block = encode_block(Some(ID), Some(kind), data).expect("legal fields");
        traffic.down.extend_from_slice(format!("{:X}\r\n", block.len()).as_bytes());
        traffic.down.extend_from_slice(&block);
        traffic.down.extend_from_slice(b"\r\n");
    }
    of_first(&traffic).iter().collect()
}

fn frames(length: usize) -> Sums {
    let mut traffic = Traffic::default();
    traffic.request("GET /jobs/demo/websocket", &["Upgrade: websocket"]);
    traffic.answer("101 Switching Protocols", &["Upgrade: websocket"]);
    for _ in 0..2 {
        traffic.frame(Way::Down, Opcode::Text, true, &vec![b'x'; length]);
    }
    of_first(&traffic).iter().collect()
}

#[test]
fn an_event_has_the_bytes_that_the_page_of_costs_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/cost.md");
    let page = fs::read_to_string(path).expect("docs/reference/cost.md");
    let mut compared = 0;
    for (kind, what) in [("text", "letters of text"), ("bytes", "random bytes")] {
        for size in ["40", "1,024", "65,536"] {
            let heading = format!("{size} {what}");
            let lengths = row(&page, &heading, "the element itself, n");
            let (sse, websocket) = (row(&page, &heading, "sse"), row(&page, &heading, "websocket"));
            for encoding in 0..4 {
                let length = usize::try_from(lengths[encoding]).expect("in memory");
                let is_text = encoding == 0 || (encoding == 2 && kind == "text");
                let data = if is_text { length } else { length.div_ceil(3) * 4 };
                let sums = stream(kind, &"x".repeat(data));
                assert_eq!(sums.total(), sse[encoding], "sse, {heading}, {encoding}");
                assert_eq!(sums.of(Role::Payload), data as u64, "the payload of sse, {heading}");
                assert_eq!(sums.of(Role::Payload) + sums.of(Role::Framing), sums.total());
                let sums = frames(length);
                assert_eq!(sums.total(), websocket[encoding], "websocket, {heading}, {encoding}");
                assert_eq!(sums.of(Role::Payload), length as u64, "the payload of a WebSocket, {heading}");
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 24);
}

#[test]
fn what_a_poll_says_around_its_events_has_the_bytes_that_the_page_of_costs_says() {
    for (events, wanted) in [(1, 98), (20, 98 + 19)] {
        let element = r#"{"seq":120,"time":1764000000000.125,"type":"text","data":"x"}"#;
        let list = vec![element; events].join(",");
        let body = format!(
            r#"{{"epoch":"k3f9k3f9k3","cursor":"{ID}","head":120,"ended":false,"more":false,"events":[{list}]}}"#
        );
        let mut traffic = Traffic::default();
        traffic.request("GET /jobs/demo/polling", &[]);
        let length = format!("Content-Length: {}", body.len());
        traffic.answer("200 OK", &["Content-Type: application/json", &length]);
        traffic.down.extend_from_slice(body.as_bytes());
        let spans = of(&dissected(traffic.whole()), Way::Down);
        let of_kind =
            |kind| spans.iter().filter(|span| span.kind == kind).map(|span| span.length).sum::<u64>();
        assert_eq!(of_kind(Kind::Answer), wanted, "{events} events");
        assert_eq!(of_kind(Kind::Element), (events * element.len()) as u64);
        assert_eq!(spans.iter().filter_map(|span| span.element).max(), Some(events as u64));
    }
}
