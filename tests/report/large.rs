//! Large records: many lines take bounded time, and a thousand lanes no thousand rows.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wirebench::report::{Dress, FORMS, Report};

/// So many lanes that each get so many events; the last one is cut off in the middle.
fn many(lanes: usize, events: u64) -> String {
    let name = |lane: usize| format!("m-reader-{lane}");
    let headers: Vec<Value> = (1..=lanes)
        .map(|lane| json!({"lane": name(lane), "name": format!("reader-{lane}"), "transport": "sse", "origin": 1}))
        .collect();
    let source = format!(
        "title = \"Many\"\nquestion = \"How many?\"\n[feed]\ncount = {events}\n[[lane]]\nname = \"reader\"\n\
         transport = \"sse\"\ncount = {lanes}\n[[expect]]\nmissed = 0\n"
    );
    let mut text = String::new();
    let mut line = |at: u64, clock: &str, lane: Option<usize>, rest: &Value| {
        let mut line = json!({"v": 1, "at": 1_800_000_000_000_u64 + at, "clock": clock});
        let members = line.as_object_mut().expect("an object");
        if let Some(lane) = lane {
            members.insert("lane".into(), name(lane).into());
            members.insert("transport".into(), "sse".into());
        }
        members.extend(rest.as_object().expect("an object").clone());
        text.push_str(&line.to_string());
        text.push('\n');
    };
    line(
        0,
        "server",
        None,
        &json!({"kind": "run", "scenario": "many", "source": source, "client": "standard",
        "driver": "native", "time": "virtual", "seed": 1, "lanes": headers, "job": "m", "program": "wirebench", "version": "0.1.0"}),
    );
    for lane in 1..=lanes {
        let url = "http://127.0.0.1/jobs/m/sse?after=earliest";
        line(1, "lane", Some(lane), &json!({"kind": "connecting", "attempt": 1, "url": url}));
        line(2, "lane", Some(lane), &json!({"kind": "opened"}));
    }
    for seq in 1..=events {
        let at = seq * 10;
        let kind = if seq == events { "done" } else { "progress" };
        line(
            at,
            "server",
            None,
            &json!({"kind": "appended", "job": "m", "seq": seq, "type": kind, "due": 0, "payload": 100}),
        );
        for lane in 1..=lanes {
            if lane == lanes && seq > events / 2 {
                continue;
            }
            line(
                at + 1,
                "lane",
                Some(lane),
                &json!({"kind": "event", "dir": "down", "job": "m", "seq": seq, "type": kind,
                "payload": 100, "bytes": 120, "encoding": "text"}),
            );
        }
    }
    line(events * 10 + 5, "server", None, &json!({"kind": "ended", "why": "done"}));
    text
}

#[test]
fn a_hundred_thousand_lines_are_told_in_bounded_time() {
    let text = many(20, 5_000);
    assert!(text.lines().count() > 100_000);
    let since = Instant::now();
    let report = [Report::read("many.jsonl", &text).expect("it is one")];
    for form in FORMS {
        let told = form.write(&report, Dress::default());
        // JSON has every type of every event; the others draw and tell once what falls on one place.
        assert!(told.len() < 500_000 || form.name == "json", "{} has {} bytes", form.name, told.len());
    }
    // Some seconds in an unoptimized build; what is quadratic takes minutes.
    assert!(since.elapsed() < Duration::from_secs(120), "{:?}", since.elapsed());
}

#[test]
fn a_thousand_lanes_are_one_row_with_the_worst_beside_it() {
    let report = [Report::read("many.jsonl", &many(1_000, 10)).expect("it is one")];
    let text = FORMS[0].write(&report, Dress::default());
    assert!(text.lines().count() < 60, "{text}");
    assert!(text.contains("reader ×1,000") && text.contains("reader-1000"), "{text}");
    let markdown = FORMS.iter().find(|form| form.name == "markdown").expect("it is in the list");
    assert!(markdown.write(&report, Dress::default()).lines().count() < 60);
    let html = FORMS.iter().find(|form| form.name == "html").expect("it is in the list");
    let page = html.write(&report, Dress::default());
    assert!(page.matches("<tr").count() < 20 && page.matches("<g class=\"lane").count() < 10);
}
