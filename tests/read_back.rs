//! What `tshark` reads in the capture of a run with all transports, against what the dissector says: every field of every head, every
//! chunk with its content, every frame with its header, its key and its text; over IPv4 and over IPv6.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use support::program::{Scratch, command, run};
use support::tshark::tshark;
use wirebench::ledger::{Capture, Connection};
use wirebench::proto::dissect::{Dissector, Kind, Note, Span, Way, joined};
use wirebench::proto::websocket::apply_mask;

/// To their ends, for `tshark` tells of a chunked body when it is whole. Texts of 200 bytes make frames of both short lengths.
const SCENARIO: &str = r#"
title = "All transports, to their ends"
question = "Does somebody else read the same?"
until = "20s"

[feed]
count = 12
interval = "50ms"
payload = "text"
size = 200

[[lane]]
name = "poll"
transport = "polling"

[[lane]]
name = "long"
transport = "long-polling"

[[lane]]
name = "sse"
transport = "sse"
retry = "250ms"

[[lane]]
name = "fetch"
transport = "fetch-stream"

[[lane]]
name = "ws"
transport = "websocket"

[[step]]
at = "200ms"
say = { lane = "ws", command = "pause" }

[[step]]
at = "250ms"
say = { lane = "sse", command = "resume" }

[[expect]]
repeated = 0
"#;

/// What is read of each packet, and gathered for each direction.
const FIELDS: [&str; 11] = [
    "http.request.line",
    "http.response.line",
    "http.chunk_size",
    "http.chunk_data",
    "websocket.fin",
    "websocket.opcode",
    "websocket.mask",
    "websocket.masking_key",
    "websocket.payload_length",
    "websocket.payload_length_ext_16",
    "websocket.payload.text",
];
/// Where a direction is between, and which.
type Direction = (String, &'static str);
/// The values of a direction by their fields, in order.
type Values = BTreeMap<&'static str, Vec<String>>;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The bytes of a span as they are meant: a payload without its mask.
fn content(span: &Span, bytes: &[u8]) -> Vec<u8> {
    let at = |place: u64| usize::try_from(place).expect("in memory");
    let mut content = bytes[at(span.at)..at(span.end())].to_vec();
    if let Some(Note::Mask { mut key, offset }) = span.note {
        key.rotate_left(at(offset % 4));
        apply_mask(&mut content, key);
    }
    content
}

/// What one direction says, as `tshark` would write it.
fn said(way: Way, spans: &[Span], bytes: &[u8]) -> Values {
    let line = if way == Way::Up { "http.request.line" } else { "http.response.line" };
    let mut said = Values::new();
    let mut chunk: Option<String> = None;
    for span in spans {
        let content = content(span, bytes);
        let text = String::from_utf8_lossy(&content).into_owned();
        let mut put = |field, value: String| said.entry(field).or_default().push(value);
        match span.kind {
            Kind::FieldName => put(line, text),
            Kind::FieldValue => {
                let name = said.get_mut(line).and_then(|lines| lines.last_mut()).expect("a name");
                let _ = write!(name, ": {text}\\r\\n");
            }
            Kind::ChunkSize => {
                put("http.chunk_size", u64::from_str_radix(&text, 16).expect("a size").to_string());
                chunk = Some(String::new());
            }
            Kind::LastChunk => put("http.chunk_size", "0".to_owned()),
            Kind::ChunkEnd => put("http.chunk_data", chunk.take().expect("a chunk")),
            Kind::ChunkLineEnd => {}
            Kind::FrameOpcode => {
                put("websocket.fin", (content[0] >> 7).to_string());
                put("websocket.opcode", (content[0] & 15).to_string());
            }
            Kind::FrameLength => {
                put("websocket.mask", (content[0] >> 7).to_string());
                put("websocket.payload_length", (content[0] & 127).to_string());
            }
            Kind::FrameExtendedLength => {
                let length = content.iter().fold(0, |length, byte| length << 8 | u64::from(*byte));
                put("websocket.payload_length_ext_16", length.to_string());
            }
            Kind::FrameMask => put("websocket.masking_key", hex(&content)),
            Kind::FramePayload => put("websocket.payload.text", text),
            _ => {
                if let Some(chunk) = &mut chunk {
                    chunk.push_str(&hex(&content));
                }
            }
        }
    }
    said
}

/// What the dissector says of each direction.
fn dissected(capture: &Capture) -> BTreeMap<Direction, Values> {
    let mut told = BTreeMap::new();
    for connection in &capture.connections {
        let (mut dissector, mut spans) = (Dissector::new(), Vec::new());
        for piece in &connection.pieces {
            dissector.dissect(way(piece.up), &piece.bytes, &mut spans);
        }
        let spans = joined(&spans);
        for way in Way::ALL {
            let own: Vec<Span> = spans.iter().filter(|span| span.way == way).copied().collect();
            let said = said(way, &own, &sent(connection, way));
            if !said.is_empty() {
                told.insert((connection.client.to_string(), way.name()), said);
            }
        }
    }
    told
}

fn way(up: bool) -> Way {
    if up { Way::Up } else { Way::Down }
}

fn sent(connection: &Connection, of: Way) -> Vec<u8> {
    let pieces = connection.pieces.iter().filter(|piece| way(piece.up) == of);
    pieces.flat_map(|piece| piece.bytes.iter().copied()).collect()
}

/// What `tshark` says of each direction; `None` where it is not there.
fn read_back(path: &str) -> Option<BTreeMap<Direction, Values>> {
    let how = "-d tcp.port==8080,http -T fields -E separator=/t -E aggregator=; -e ip.src -e ipv6.src -e ip.dst -e ipv6.dst -e tcp.srcport -e tcp.dstport";
    let fields = FIELDS.iter().flat_map(|field| ["-e", field]);
    let args: Vec<&str> = how.split(' ').chain(fields).collect();
    let mut told: BTreeMap<Direction, Values> = BTreeMap::new();
    for line in tshark(path, &args)?.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let (from_four, from_six, to_four, to_six) = (cells[0], cells[1], cells[2], cells[3]);
        let up = cells[5] == "8080";
        let (four, six, port) =
            if up { (from_four, from_six, cells[4]) } else { (to_four, to_six, cells[5]) };
        let client = if six.is_empty() { format!("{four}:{port}") } else { format!("[{six}]:{port}") };
        for (field, cell) in FIELDS.iter().zip(&cells[6..]).filter(|(_, cell)| !cell.is_empty()) {
            let values = cell.split(';').map(str::to_owned);
            told.entry((client.clone(), way(up).name()))
                .or_default()
                .entry(field)
                .or_default()
                .extend(values);
        }
    }
    Some(told)
}

/// Holds a record against what is read of its capture.
fn same(directory: &Scratch, record: &str, name: &str) {
    let out = directory.file(name);
    let ended = run(&["export", record, "--format", "pcapng", "--out", &out]);
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
    let Some(mut read) = read_back(&out) else { return };
    let mut fields: BTreeMap<&str, usize> = BTreeMap::new();
    for (direction, said) in dissected(&Capture::read(&fs::read_to_string(record).expect("a record"))) {
        let mut read = read.remove(&direction).unwrap_or_default();
        for (field, said) in said {
            assert_eq!(read.remove(field).unwrap_or_default(), said, "{name}: {direction:?} {field}");
            *fields.entry(field).or_default() += said.len();
        }
        assert!(read.is_empty(), "{name}: {direction:?} {read:?}");
    }
    assert!(read.is_empty(), "{name}: packets of nobody: {read:?}");
    // All of them were there, on heads of every request, two chunked streams and one WebSocket with a masked command.
    assert!(FIELDS.iter().all(|field| fields.contains_key(field)), "{fields:?}");
    assert!(fields["http.chunk_data"] > 20 && fields["websocket.opcode"] > 12, "{fields:?}");
}

#[test]
fn tshark_reads_every_field_chunk_and_frame_as_the_dissector_does_over_ipv4_and_ipv6() {
    let directory = Scratch::new("read-back");
    let story = directory.write("all.toml", SCENARIO);
    let out = directory.file("runs");
    let played = command().args(["play", &story, "--bytes", "--out", &out]).output().expect("it runs");
    assert_eq!(played.status.code(), Some(0), "{played:?}");
    let mut records = fs::read_dir(out).expect("a folder").map(|entry| entry.expect("an entry").path());
    let record = records.next().expect("a record").to_string_lossy().into_owned();
    same(&directory, &record, "four.pcapng");
    let lines = fs::read_to_string(&record).expect("a record");
    let of_six = lines.replace(r#""peer":"127.0.0.1:"#, r#""peer":"[::1]:"#);
    assert_ne!(of_six, lines, "a peer stands in the record");
    same(&directory, &directory.write("six.jsonl", &of_six), "six.pcapng");
}
