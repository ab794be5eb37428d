//! What an `EventSource` makes of a body: WHATWG HTML §9.2.6, and the rows of web-platform-tests `eventsource/format-*`.

use std::time::Duration;

use tokio::time::timeout;
use wirebench::client::{EventSource, EventSourceInit, Happening, Profile};

use crate::stage::{Act, Play, Stage, head, says, stream};
use crate::transcript::Script;

/// Type, data and lastEventId of each event that these pieces make, in each profile.
fn events(pieces: &[&[u8]]) -> [Vec<(String, String, String)>; 3] {
    Profile::ALL.map(|profile| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let mut acts = vec![Act::Send(head(200, "Content-Type: text/event-stream\r\n").into_bytes())];
            for piece in pieces {
                acts.extend([Act::Send(piece.to_vec()), Act::Pause(1)]);
            }
            acts.push(Act::Hang);
            let stage = Stage::new(&[Play::Acts(acts)]);
            let init = EventSourceInit { profile, ..EventSourceInit::default() };
            let mut source = EventSource::open(stage, "http://a/e".parse().expect("a URL"), init);
            let mut events = Vec::new();
            while let Ok(Some(happening)) = timeout(Duration::from_secs(60), source.next()).await {
                if let Happening::Message { kind, data, last_event_id, origin, .. } = happening {
                    assert_eq!(origin, "http://a");
                    events.push((kind, data, last_event_id));
                }
            }
            events
        })
    })
}

fn data(pieces: &[&[u8]]) -> Vec<String> {
    let [standard, chromium, firefox] = events(pieces);
    assert_eq!((&standard, &standard), (&chromium, &firefox));
    standard.into_iter().map(|(_, data, _)| data).collect()
}

/// (row, body, the data of each event): all profiles agree.
const DATA: &[(&str, &[u8], &[&str])] = &[
    ("event-data", b"data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n",
        &["msg\nmsg", "", "end"]),
    ("format-bom", b"\xEF\xBB\xBFdata:1\n\n\xEF\xBB\xBFdata:2\n\ndata:3\n\n", &["1", "3"]),
    ("format-bom-2", b"\xEF\xBB\xBF\xEF\xBB\xBFdata:1\n\ndata:2\n\ndata:3\n\n", &["2", "3"]),
    ("format-comments", b"data:1\n:\0\n:\r\ndata:2\n:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\rdata:3\n:data:fail\r:\ndata:4\n\n",
        &["1\n2\n3\n4"]),
    ("format-data-before-final-empty-line", b"retry:1000\ndata:test1\n\nid:test\ndata:test2", &["test1"]),
    ("format-field-data", b"data:\n\ndata\ndata\n\ndata:test\n\n", &["", "\n", "test"]),
    ("format-field-parsing",
        b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
        &["\0\n 2\n1\n3\n\n4"]),
    ("format-field-retry-empty", b"retry\ndata:test\n\n", &["test"]),
    ("format-field-unknown", b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
        &["test\n\ntest"]),
    ("format-leading-space", b"data:\ttest\rdata: \ndata:test\n\n", &["\ttest\n\ntest"]),
    ("format-newlines", b"data:test\r\ndata\ndata:test\r\n\r", &["test\n\ntest"]),
    ("format-null-character", b"data:\0\n\n\n\n", &["\0"]),
    ("format-utf-8", "data:ok\u{2026}\n\n".as_bytes(), &["ok\u{2026}"]),
    ("invalid UTF-8", b"data:a \xFF \xFE b \xC3\n\n", &["a \u{FFFD} \u{FFFD} b \u{FFFD}"]),
    ("a surrogate in UTF-8", b"data:\xED\xA0\x80\n\n", &["\u{FFFD}\u{FFFD}\u{FFFD}"]),
    ("an event without data is none, and its type is forgotten", b"event: x\n\ndata: y\n\n", &["y"]),
];

#[test]
fn bodies_are_read_as_the_standard_has_it() {
    for (row, body, wanted) in DATA {
        assert_eq!(data(&[body]), *wanted, "{row}");
    }
}

#[test]
fn where_the_network_cut_a_body_makes_no_difference() {
    for (row, body, wanted) in DATA {
        let bytes: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(data(&bytes), *wanted, "{row}, byte by byte");
        for at in 1..body.len() {
            assert_eq!(data(&[&body[..at], &body[at..]]), *wanted, "{row}, cut at {at}");
        }
    }
}

#[test]
fn a_line_of_many_kilobytes_is_one_event() {
    let long = "x".repeat(200_000);
    assert_eq!(data(&[format!("data:{long}\n\n").as_bytes()]), [long]);
}

#[test]
fn an_event_goes_to_its_type_and_the_next_to_message() {
    let [types, ..] =
        events(&[b"event:test\ndata:x\n\ndata:x\n\nevent: \ndata:x\n\nevent:message\ndata:x\n\n"]);
    let types: Vec<_> = types.iter().map(|(kind, ..)| kind.as_str()).collect();
    assert_eq!(types, ["test", "message", "message", "message"]);
}

#[test]
fn an_id_sticks_until_another_comes_and_none_contains_nul() {
    let body =
        b"id: 1\ndata:a\n\ndata:b\n\nid: x\0y\ndata:c\n\nid:\ndata:d\n\nid: 2\ndata:e\n\nid\ndata:f\n\n";
    let ids = events(&[body]).map(|events| events.into_iter().map(|(.., id)| id).collect::<Vec<_>>());
    assert_eq!(ids[0], ["1", "1", "1", "", "2", ""]);
    assert_eq!(ids[1], ids[0]);
    assert_eq!(ids[2], ["1", "1", "", "2", ""], "in Firefox the data behind such an id is lost");
}

/// The `Last-Event-ID` of the second request, to each profile.
fn told(body: &str) -> [Option<String>; 3] {
    Profile::ALL.map(|profile| {
        let (_, stage) = Script::new([says(stream(body))]).by(&profile);
        stage.asked()[1].header("last-event-id").map(str::to_owned)
    })
}

#[test]
fn a_reconnect_tells_the_last_id() {
    let some = |id: &str| Some(id.to_owned());
    for (row, body, wanted) in [
        (
            "format-field-id",
            "id: \u{2026}\ndata: x\n\n",
            [some("\u{2026}"), some("\u{2026}"), some("\u{2026}")],
        ),
        ("no id", "data: x\n\n", [None, None, None]),
        ("absent when empty", "id: 1\ndata: x\n\nid\ndata: y\n\n", [None, None, None]),
        ("format-field-id-null", "id: a\0b\ndata: x\n\n", [None, None, None]),
        ("id_noblank", "id: 1\ndata: x\n\nid: 2\ndata: y\n", [some("1"), some("1"), some("1")]),
        ("id-only block", "id: 7\n\n", [some("7"), some("7"), None]),
        ("id-only after an event", "id: 6\ndata: x\n\nid: 7\n\n", [some("7"), some("7"), some("6")]),
    ] {
        assert_eq!(told(body), wanted, "{row}");
    }
}

#[test]
fn an_id_alone_names_the_next_event_but_not_in_firefox() {
    let ids = events(&[b"id: 7\n\ndata: x\n\n"]).map(|events| events[0].2.clone());
    assert_eq!(ids, ["7", "7", ""]);
}

#[test]
fn an_id_goes_out_as_the_utf_8_it_is() {
    let script = Script::new([says(stream("id: \u{2026}\u{FFFD}\ndata: x\n\n"))]);
    let (lines, _) = script.by(&Profile::standard());
    assert!(lines.last().is_some_and(|line| line.ends_with("id=\u{2026}\u{FFFD}")), "{lines:?}");
}

#[test]
fn an_id_survives_reconnects_that_bring_none() {
    let script =
        Script::new([says(stream("id: 5\ndata: x\n\n")), says(stream("data: y\n\n"))]).watched(10_500);
    for profile in Profile::ALL {
        let (_, stage) = script.by(&profile);
        assert_eq!(
            stage.asked()[2].header("last-event-id"),
            Some("5"),
            "format-field-id-2, {}",
            profile.name
        );
    }
}
