//! What a record is exported to: the capture read back by `tshark`, the archive held against HAR 1.2, and a record without bytes
//! refused.

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use support::program::{Scratch, command, run};
use support::tshark::tshark;
use wirebench::proto::dissect::{Dissector, Kind, Way, joined};
use wirebench::record::{Direction, Observation, What};

/// All transports, commands by POST and by frame, and an end by a RST.
const SCENARIO: &str = r#"
title = "All transports, byte by byte"
question = "What crosses the wire?"
until = "20s"

[feed]
count = 30
interval = "50ms"

[[lane]]
name = "poll"
transport = "polling"

[[lane]]
name = "long"
transport = "long-polling"

[[lane]]
name = "sse"
transport = "sse"

[[lane]]
name = "fetch"
transport = "fetch-stream"

[[lane]]
name = "ws"
transport = "websocket"
ws = "resume"

[[step]]
at = "400ms"
say = { lane = "ws", command = "pause" }

[[step]]
at = "600ms"
say = { lane = "sse", command = "resume" }

[[step]]
at = "800ms"
throw = { fault = "cut" }

[[expect]]
repeated = 0
"#;

/// Plays it and gives the path of its record.
fn played(directory: &Scratch, more: &[&str]) -> String {
    let story = directory.write("all.toml", SCENARIO);
    let out = directory.file("runs");
    let played = command().args(["play", &story, "--out", &out]).args(more).output().expect("it runs");
    assert_eq!(played.status.code(), Some(0), "{played:?}");
    let mut records = fs::read_dir(out).expect("a folder").map(|entry| entry.expect("an entry").path());
    records.next().expect("a record").to_string_lossy().into_owned()
}

fn exported(directory: &Scratch, record: &str, format: &str) -> String {
    let out = directory.file(&format!("out.{format}"));
    let ended = run(&["export", record, "--format", format, "--out", &out]);
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""));
    out
}

/// What crossed on one connection, in its order.
#[derive(Default)]
struct Crossed {
    peer: String,
    pieces: Vec<(Way, Vec<u8>)>,
}

/// The connections of a record by the addresses of their clients, as the lines themselves say.
fn crossed(record: &str) -> Vec<Crossed> {
    let mut connections: BTreeMap<String, Crossed> = BTreeMap::new();
    for line in fs::read_to_string(record).expect("a record").lines() {
        let seen: Observation = serde_json::from_str(line).expect("an observation");
        let Some(conn) = seen.conn else { continue };
        match seen.what {
            What::Opened { peer: Some(peer), .. } => connections.entry(conn).or_default().peer = peer,
            What::Bytes { dir, bytes, .. } => {
                let way = if dir == Direction::Up { Way::Up } else { Way::Down };
                let bytes = STANDARD.decode(bytes).expect("base64");
                connections.entry(conn).or_default().pieces.push((way, bytes));
            }
            _ => {}
        }
    }
    connections.into_values().filter(|one| !one.pieces.is_empty()).collect()
}

/// What is in one direction: its bytes in hex, its requests and statuses, and opcode and length of its frames.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    bytes: String,
    heads: Vec<String>,
    frames: Vec<(String, u64)>,
}

/// Each byte in hex.
static HEX: LazyLock<Vec<String>> = LazyLock::new(|| (0..=255).map(|byte| format!("{byte:02x}")).collect());

/// As the dissector says.
fn dissected(connection: &Crossed) -> BTreeMap<&'static str, Told> {
    let mut dissector = Dissector::new();
    let (mut spans, mut bytes) = (Vec::new(), BTreeMap::from([("up", Vec::new()), ("down", Vec::new())]));
    for (way, piece) in &connection.pieces {
        dissector.dissect(*way, piece, &mut spans);
        bytes.get_mut(way.name()).expect("a way").extend(piece);
    }
    let mut told: BTreeMap<&str, Told> = BTreeMap::new();
    for span in joined(&spans) {
        let of = told.entry(span.way.name()).or_default();
        let at = usize::try_from(span.at).expect("small")..usize::try_from(span.end()).expect("small");
        let here = &bytes[span.way.name()][at];
        let text = || String::from_utf8_lossy(here).into_owned();
        match span.kind {
            Kind::Method | Kind::Status => of.heads.push(text()),
            Kind::Target => {
                let method = of.heads.pop().expect("a method");
                of.heads.push(format!("{method} {}", text()));
            }
            Kind::FrameOpcode => of.frames.push(((here[0] & 0x0F).to_string(), 0)),
            Kind::FramePayload
            | Kind::PingPayload
            | Kind::PongPayload
            | Kind::CloseCode
            | Kind::CloseReason => {
                of.frames.last_mut().expect("a header").1 += span.length;
            }
            _ => {}
        }
    }
    for (way, bytes) in bytes {
        told.entry(way).or_default().bytes =
            bytes.iter().map(|byte| HEX[usize::from(*byte)].as_str()).collect();
    }
    told
}

/// What is read of each packet, in this order.
const FIELDS: &str = "ip.src tcp.srcport ip.dst tcp.dstport tcp.payload http.request.method http.request.uri http.response.code websocket.opcode websocket.payload_length";
/// How: HTTP on the port of simulated stages, head by head, several values of a field with a semicolon between.
const HOW: &str =
    "-d tcp.port==8080,http -o http.desegment_body:FALSE -T fields -E separator=/t -E aggregator=;";

/// As `tshark` says, by the addresses of clients and the way; `None` where it is not installed.
fn read_back(capture: &str) -> Option<BTreeMap<(String, &'static str), Told>> {
    let fields = FIELDS.split(' ').flat_map(|field| ["-e", field]);
    let args: Vec<&str> = HOW.split(' ').chain(fields).collect();
    let text = tshark(capture, &args)?;
    let mut told: BTreeMap<(String, &str), Told> = BTreeMap::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [from, from_port, to, to_port, payload, method, uri, status, opcodes, lengths] = cells[..] else {
            panic!("{line}")
        };
        let up = to_port == "8080";
        let client = if up { format!("{from}:{from_port}") } else { format!("{to}:{to_port}") };
        let of = told.entry((client, if up { "up" } else { "down" })).or_default();
        of.bytes.push_str(&payload.replace(':', ""));
        if !method.is_empty() {
            of.heads.push(format!("{method} {uri}"));
        }
        let values = |cell: &str| -> Vec<String> {
            cell.split(';').filter(|value| !value.is_empty()).map(str::to_owned).collect()
        };
        of.heads.extend(values(status));
        let lengths = lengths.split(';').map(|length| length.parse().unwrap_or_default());
        of.frames.extend(values(opcodes).into_iter().zip(lengths));
    }
    Some(told)
}

#[test]
fn tshark_reads_the_same_bytes_heads_and_frames_back_as_the_dissector_says() {
    let directory = Scratch::new("export-pcapng");
    let record = played(&directory, &["--bytes"]);
    let Some(mut told) = read_back(&exported(&directory, &record, "pcapng")) else { return };
    let connections = crossed(&record);
    assert!(connections.len() >= 8, "{} connections", connections.len());
    let mut frames = 0;
    for connection in &connections {
        for (way, said) in dissected(connection) {
            let read = told.remove(&(connection.peer.clone(), way)).unwrap_or_default();
            assert_eq!(read, said, "{} {way}", connection.peer);
            frames += said.frames.len();
        }
    }
    assert!(told.is_empty(), "packets of nobody: {told:?}");
    assert!(frames > 30, "{frames} frames");
}

#[test]
fn tshark_finds_nothing_wrong_with_the_tcp_around_them_and_reads_the_comments() {
    let directory = Scratch::new("export-tcp");
    let record = played(&directory, &["--bytes"]);
    let capture = exported(&directory, &record, "pcapng");
    let checked = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-Y"];
    let wrong = "tcp.analysis.flags || ip.checksum.status == \"Bad\" || tcp.checksum.status == \"Bad\" || _ws.malformed";
    let Some(found) = tshark(&capture, &[&checked[..], &[wrong]].concat()) else { return };
    assert_eq!(found, "");
    let good =
        tshark(&capture, &[&checked[..], &["tcp.checksum.status == \"Good\""]].concat()).expect("tshark");
    assert!(good.lines().count() > 100, "{good}");
    let comments = tshark(&capture, &["-T", "fields", "-e", "frame.comment"]).expect("tshark");
    for wanted in ["connection 1, lane ", "lane ws", "lane poll", "closed: "] {
        assert!(comments.contains(wanted), "{wanted} is not in {comments}");
    }
    let resets = tshark(&capture, &["-Y", "tcp.flags.reset == 1"]).expect("tshark");
    assert!(!resets.is_empty(), "the cut is a RST");
}

/// The members that HAR 1.2 wants of each of its objects, each with its type.
const ENTRY: &str =
    "startedDateTime:text time:number request:object response:object cache:object timings:object";
const BOTH: &str = "httpVersion:text cookies:list headers:list headersSize:number bodySize:number";
const REQUEST: &str = "method:text url:text queryString:list";
const RESPONSE: &str = "status:number statusText:text content:object redirectURL:text";
const CONTENT: &str = "size:number mimeType:text";
const TIMINGS: &str = "send:number wait:number receive:number";
const MESSAGE: &str = "type:text time:number opcode:number data:text";

fn holds(value: &Value, wanted: &str) {
    for (member, kind) in wanted.split(' ').filter_map(|pair| pair.split_once(':')) {
        let found = &value[member];
        let is_so = match kind {
            "text" => found.is_string(),
            "number" => found.is_number(),
            "list" => found.is_array(),
            _ => found.is_object(),
        };
        assert!(is_so, "wanted {member} as {kind}, found {found} in {value}");
    }
}

/// Whether an entry is one of HAR 1.2, and how many messages it has.
fn entry(entry: &Value) -> usize {
    let (request, response) = (&entry["request"], &entry["response"]);
    let objects =
        [(entry, ENTRY), (request, BOTH), (request, REQUEST), (response, BOTH), (response, RESPONSE)];
    for (object, wanted) in objects {
        holds(object, wanted);
    }
    holds(&response["content"], CONTENT);
    holds(&entry["timings"], TIMINGS);
    let parts = ["send", "wait", "receive"].map(|part| entry["timings"][part].as_f64().expect("a number"));
    let differs = entry["time"].as_f64().expect("a number") - parts.iter().sum::<f64>();
    assert!(parts.iter().all(|part| *part >= 0.0) && differs.abs() < 0.01, "{entry}");
    let messages = entry["_webSocketMessages"].as_array();
    assert_eq!(messages.is_some(), response["status"] == 101, "{entry}");
    for message in messages.into_iter().flatten() {
        holds(message, MESSAGE);
        let data = message["data"].as_str().expect("text");
        assert!(serde_json::from_str::<Value>(data).is_ok(), "{message}");
    }
    messages.map_or(0, Vec::len)
}

#[test]
fn an_archive_is_one_of_har_1_2_with_every_exchange_and_every_message() {
    let directory = Scratch::new("export-har");
    let record = played(&directory, &["--bytes"]);
    let archive = fs::read_to_string(exported(&directory, &record, "har")).expect("an archive");
    let archive: Value = serde_json::from_str(&archive).expect("JSON");
    let log = &archive["log"];
    assert_eq!(log["version"], "1.2");
    holds(&log["creator"], "name:text version:text");
    let entries = log["entries"].as_array().expect("entries");
    let messages: usize = entries.iter().map(entry).sum();
    let (mut heads, mut elements) = (0, 0);
    for connection in crossed(&record) {
        let told = dissected(&connection);
        heads += told["up"].heads.len();
        let frames = |way: &str| told[way].frames.iter().filter(|(opcode, _)| opcode == "1").count();
        elements += frames("up") + frames("down");
    }
    assert_eq!((entries.len(), messages), (heads, elements));
    let bodies: usize = entries
        .iter()
        .filter(|entry| {
            entry["response"]["content"]["text"].as_str().is_some_and(|text| text.contains("\"seq\":3,"))
        })
        .count();
    assert_eq!(bodies, 4, "the third event in every body but the WebSocket's");
}

#[test]
fn a_record_without_bytes_is_refused_with_what_to_do_and_its_tables_are_not() {
    let directory = Scratch::new("export-none");
    let record = played(&directory, &[]);
    for format in ["pcapng", "har"] {
        let out = directory.file("none");
        let ended = run(&["export", &record, "--format", format, "--out", &out]);
        assert_eq!((ended.code, ended.errors.lines().count()), (Some(2), 1), "{ended:?}");
        for wanted in ["wanted", "found", "fix", "--bytes"] {
            assert!(ended.errors.contains(wanted), "{}", ended.errors);
        }
        assert!(!fs::exists(&out).expect("looked"), "nothing is written");
    }
    let text = fs::read_to_string(&record).expect("a record");
    let torn = directory.write("torn.jsonl", &text[..text.len() - 5]);
    let told = run(&["export", &torn, "--format", "markdown", "--out", &directory.file("torn")]);
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(told.errors.contains("1 of ") && told.errors.contains("could not be read"), "{told:?}");
    let tables = fs::read_to_string(exported(&directory, &record, "markdown")).expect("tables");
    assert!(tables.contains("long-polling"), "{tables}");
    let image = fs::read_to_string(exported(&directory, &record, "svg")).expect("an image");
    assert!(image.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "), "{image}");
    assert!(image.trim_end().ends_with("</svg>") && image.contains("long-polling"), "{image}");
    let empty = directory.write("empty.jsonl", r#"{"v":1,"at":1,"clock":"server","kind":"lost","lines":1}"#);
    let ended = run(&["export", &empty, "--format", "svg", "--out", &directory.file("none")]);
    assert!(ended.code == Some(2) && ended.errors.contains("wanted a record in which lanes"), "{ended:?}");
    let over = run(&["export", &record, "--format", "markdown", "--out", &record]);
    assert_eq!(over.code, Some(2), "a record is not written over: {over:?}");
}
