//! Lines as real tools write them, and that it does not matter how their bytes are cut.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn events(bytes: &[u8]) -> Vec<(&'static str, Value)> {
    let mut meter = Meter::default();
    let mut events = meter.take(bytes);
    events.extend(meter.finish());
    told(events)
}

fn told(events: Vec<Given>) -> Vec<(&'static str, Value)> {
    let json = |data| match data {
        Data::Json(json) => serde_json::from_str(&json).unwrap_or_else(|e| panic!("{e}: {json}")),
        Data::Raw(raw) => panic!("{raw:?}"),
    };
    events.into_iter().map(|Given { kind, data }| (kind.name(), json(data))).collect()
}

/// The percentages that lines are understood to say; null for a text.
fn percentages(lines: &str) -> Vec<Value> {
    let mut found = events(lines.as_bytes());
    assert_eq!(found.pop().map(|(kind, _)| kind), Some("done"));
    found
        .iter()
        .map(|(kind, data)| if *kind == "text" { Value::Null } else { data["percent"].clone() })
        .collect()
}

const FFMPEG: &str = "frame=120\nfps=59.80\nstream_0_0_q=28.0\nbitrate= 123.4kbits/s\ntotal_size=262192\n\
    out_time_us=4000000\nout_time_ms=4000000\nout_time=00:00:04.000000\ndup_frames=0\ndrop_frames=0\n\
    speed=7.98x\nprogress=continue\n";
const SOUND: &str = "bitrate=N/A\ntotal_size=N/A\nout_time_us=N/A\nspeed=N/A\nprogress=end\n";
const CURL: &str = "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n\
    \x20                                Dload  Upload   Total   Spent    Left  Speed\n\
    \r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\
    \r 37 10.0M   37 3815k    0     0  3800k      0  0:00:02  0:00:01  0:00:01 3800k\
    \r100 10.0M  100 10.0M    0     0  4012k      0  0:00:02  0:00:02 --:--:-- 4014k\n";
const BAR: &str = "\r                                                                           0.0%\
    \r############                                                              17.2%\
    \r######################################################################## 100.0%\n";
const RSYNC: &str = "\r         32,768   3%    0.00kB/s    0:00:00  \
    \r     98,566,144  94%   93.95MB/s    0:00:00  \r    104,857,600 100%   92.41MB/s    0:00:01 (xfr#1, to-chk=0/2)\n";
const WGET: &str = "Length: 10485760 (10M) [application/octet-stream]\n\
    \x20    0K .......... .......... .......... .......... ..........  0%  118M 0s\n\
    \x20 5100K .......... .......... .......... .......... .......... 50%  231M 0s\n\
    \rfile.bin             37%[======>             ]   3.70M  1.20MB/s    eta 5s   ";

#[test]
fn the_meters_of_real_tools_are_understood() {
    let cases = [
        ("pv -n", "1\n37\n100\n", json!([1, 37, 100])),
        ("pv -nt", "0.5\n99.25\n", json!([0.5, 99.25])),
        ("rsync", RSYNC, json!([3, 94, 100])),
        ("curl", CURL, json!([null, null, 0, 37, 100])),
        ("curl -#", BAR, json!([0, 17.2, 100])),
        ("wget", WGET, json!([null, 0, 50, 37])),
        ("apt", "Progress: [ 42%] [####....]\r", json!([42])),
    ];
    for (tool, lines, wanted) in cases {
        assert_eq!(json!(percentages(lines)), wanted, "{tool}");
    }
}

#[test]
fn what_only_looks_like_a_percentage_is_text() {
    for text in [
        "101",
        "-1",
        "1e2",
        "0x10",
        "100.1",
        "37 38",
        "250%",
        "1,037%",
        "cpu 250 %",
        "GET /a%20b",
        "100%done",
        "x37%",
        "-5%",
        "37 percent",
        "done 37% of cpu 250%",
        "%",
        "..%",
        "37%%",
        "1234567890123456789012%",
    ] {
        assert_eq!(events(text.as_bytes())[0], ("text", json!(text)), "{text}");
    }
}

#[test]
fn a_percentage_in_a_text_is_found_and_the_text_kept() {
    for (text, percent) in [
        ("37%", json!(37)),
        (".5%", json!(0.5)),
        ("-.5%", Value::Null),
        ("copying...50%", json!(50)),
        ("37.5 %", json!(37.5)),
        ("37,5 %", json!(37.5)),
        ("10% of a, 20% of b", json!(20)),
        ("Loading...37%", json!(37)),
        ("(37%)", json!(37)),
        ("è37%", json!(null)),
        ("→37%", json!(37)),
        ("10-20%", json!(20)),
    ] {
        let wanted = if percent.is_null() {
            ("text", json!(text))
        } else {
            ("progress", json!({"percent": percent, "line": text}))
        };
        assert_eq!(events(text.as_bytes())[0], wanted, "{text}");
    }
}

#[test]
fn json_objects_with_a_percentage_are_progress_and_others_text() {
    let good = r#"{"percent": 12.5, "file": "a b"}"#;
    assert_eq!(events(good.as_bytes())[0], ("progress", json!({"percent": 12.5, "file": "a b"})));
    for text in [
        r#"{"percent":101}"#,
        r#"{"percent":"5"}"#,
        r#"{"done":5}"#,
        "{",
        "[5]",
        r#"{"a":"\ud800","percent":5}"#,
    ] {
        assert_eq!(events(text.as_bytes())[0], ("text", json!(text)), "{text}");
    }
}

#[test]
fn ffmpegs_report_is_one_event_and_lines_that_are_none_of_it_are_lines() {
    let found = events(format!("{FFMPEG}{SOUND}").as_bytes());
    assert_eq!(found.len(), 3);
    assert_eq!(found[0].0, "progress");
    assert_eq!(found[0].1["fields"]["bitrate"], "123.4kbits/s");
    assert_eq!(found[0].1["fields"]["progress"], "continue");
    assert_eq!(found[0].1["fields"].as_object().map(Map::len), Some(12));
    assert_eq!(found[1].1["fields"]["progress"], "end");
    assert_eq!(found[2], ("done", json!({"lines": 17})));
    let broken = events(b"frame=1\nfps=2\n50%\nname=x\nprogress=continue\nframe=9");
    let kinds: Vec<&str> = broken.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, ["text", "text", "progress", "text", "text", "text", "done"]);
    assert_eq!(broken[5].1, json!("frame=9"));
    let endless = events("frame=1\n".repeat(BLOCK * 3).as_bytes());
    assert_eq!(endless.len(), BLOCK * 3 + 1);
}

#[test]
fn the_end_says_how_many_lines_and_the_last_percentage() {
    assert_eq!(
        events(b"5\r\n\n \nx\n7"),
        [
            ("progress", json!({"percent": 5})),
            ("text", json!("x")),
            ("progress", json!({"percent": 7})),
            ("done", json!({"lines": 3, "percent": 7})),
        ]
    );
    assert_eq!(events(b""), [("done", json!({"lines": 0}))]);
}

#[test]
fn a_line_that_is_too_long_says_so() {
    let long = "x".repeat(70_000);
    let text = events(long.as_bytes());
    assert!(text[0].1.as_str().is_some_and(|text| text.ends_with("x…") && text.len() == (64 << 10) + 3));
    let percent = events(format!("5% {long}").as_bytes());
    assert_eq!((&percent[0].1["percent"], &percent[0].1["cut"]), (&json!(5), &json!(true)));
    let object = events(format!(r#"{{"percent":5,"x":"{long}"}}"#).as_bytes());
    assert_eq!(object[0].0, "text");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn it_does_not_matter_how_the_bytes_are_cut(
        parts in prop::collection::vec(
            prop_oneof![
                Just(FFMPEG), Just(SOUND), Just(CURL), Just(BAR), Just(RSYNC), Just(WGET), Just("37\r\n"),
                Just("{\"percent\":5}\n"), Just("\u{e9}\u{1f642} 5%\n"), Just("\n\r"), Just("frame=1\n"),
            ],
            0..8,
        ),
        noise in prop::collection::vec(any::<u8>(), 0..40),
        sizes in prop::collection::vec(1_usize..9, 1..6),
    ) {
        let mut bytes = parts.concat().into_bytes();
        bytes.extend(noise);
        let (mut meter, mut found, mut at) = (Meter::default(), Vec::new(), 0);
        for size in sizes.iter().cycle() {
            if at >= bytes.len() {
                break;
            }
            let to = bytes.len().min(at + size);
            found.extend(meter.take(&bytes[at..to]));
            at = to;
        }
        found.extend(meter.finish());
        prop_assert_eq!(told(found), events(&bytes));
    }
}
