//! What is set beside the file, and lanes that are left out.

use std::time::Duration;

use wirebench::scenario::{Mistakes, Scenario};

const FILE: &str = r#"title = "a"
question = "b"

[[lane]]
name = "sse"
transport = "sse"

[[lane]]
name = "ws"
transport = "websocket"

[[step]]
appended = 3
throw = { fault = "cut", scope = "lane:ws" }
name = "cut"

[[step]]
at = "1s"
clear = "cut"

[[step]]
at = "1s"
throw = { fault = "cut" }

[[expect]]
missed = 0

[[expect]]
lanes = ["ws"]
repeated = 0

[[expect]]
lanes = ["sse"]
bytes-down = { below = "ws" }
"#;

fn with(settings: &[&str], lanes: &[&str]) -> Result<Scenario, Mistakes> {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    Scenario::read_with("a", "a.toml", FILE, &owned(settings), &owned(lanes))
}

#[test]
fn a_value_set_beside_the_file_stands_in_for_that_of_the_file() {
    let settings =
        ["until=5s", "feed.interval=20ms", "lane.sse.heartbeat=1s", "lane.ws.count=3", "feed.count=7"];
    let scenario = with(&settings, &[]).expect("read");
    assert_eq!(scenario.until, Duration::from_secs(5));
    assert_eq!((&scenario.feed["interval"], &scenario.feed["count"]), (&"20ms".into(), &7.into()));
    assert_eq!(scenario.lanes[0].settings["heartbeat"], "1s");
    assert_eq!(scenario.lanes[1].count, 3);
    assert_eq!(scenario.source, FILE);
    let title = with(&["title=1.5"], &[]).expect("a text may look like a number").title;
    assert_eq!(title, "1.5");
}

#[test]
fn a_mistake_in_what_is_set_is_told_as_one_in_the_file_is() {
    for (setting, column, mistake) in [
        ("until", 1, "nothing is set here"),
        ("until=5", 7, "`until` cannot be `5`"),
        ("feed.intervall=5ms", 6, "`intervall` is nothing that a job of the source synthetic takes"),
        ("lane.sses.heartbeat=1s", 6, "there is no lane called `sses`"),
        ("lane.sse.heartbeat=1", 20, "`heartbeat` cannot be `1`"),
        ("step.at=1s", 1, "`step.at` cannot be set"),
        ("feed.count=1", 12, "…"),
    ] {
        let told = with(&[setting], &[]).expect_err(setting).told();
        let told = told.first().expect("a mistake");
        if mistake == "…" {
            // It is the step that waits for the third event that can no longer be.
            assert_eq!((told.file.as_str(), told.line, told.column), ("a.toml", 13, column), "{told:?}");
            continue;
        }
        assert_eq!((told.file.as_str(), told.line, told.column), ("--set", 1, column), "{setting}: {told:?}");
        assert_eq!(told.mistake, mistake);
        assert!(!told.wanted.is_empty() && !told.found.is_empty());
    }
}

#[test]
fn a_lane_alone_takes_with_it_what_is_said_of_the_others() {
    let alone = with(&[], &["sse"]).expect("read");
    assert_eq!(alone.lanes.len(), 1);
    assert_eq!(alone.steps.len(), 1, "the throw at ws is gone, and its clearing");
    let measures: Vec<_> = alone.expectations.iter().map(|expectation| expectation.measure).collect();
    assert_eq!(measures, ["missed"]);
    assert_eq!(with(&["lane=sse"], &[]).expect("read").lanes.len(), 1);
    assert_eq!(with(&[], &["sse", "ws"]).expect("read").expectations.len(), 3);
}

#[test]
fn a_lane_that_is_not_there_cannot_be_alone_and_one_that_is_waited_for_cannot_be_left_out() {
    let told = with(&[], &["see"]).expect_err("no such lane").to_string();
    assert!(told.contains("--lane:1:1") && told.contains("the nearest is `sse`"), "{told}");
    let text = format!("{FILE}\n[[step]]\nwhen = {{ lane = \"ws\", attempt = 1 }}\ncommand = \"pause\"\n");
    let lanes = ["sse".to_owned()];
    let told = Scenario::read_with("a", "a.toml", &text, &[], &lanes).expect_err("it waits for ws").told();
    assert_eq!(told.len(), 1);
    assert!(told[0].mistake.contains("`ws`") && told[0].wanted.contains("--lane ws"), "{told:?}");
}

#[test]
fn a_scenario_has_ten_thousand_readers_at_most_however_they_are_said() {
    assert_eq!(with(&["lane.ws.count=9000"], &[]).expect("read").lanes[1].count, 9000);
    let told = with(&["lane.ws.count=10000"], &[]).expect_err("one too many").told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].file.as_str(), told[0].line, told[0].column), ("--set", 1, 15), "{told:?}");
    assert!(told[0].mistake.contains("10000 readers") && told[0].wanted.contains("at most"), "{told:?}");
    let lane = |n: usize| format!("[[lane]]\nname = \"l{n}\"\ntransport = \"sse\"\n");
    let lanes: String = (0..12_000).map(lane).collect();
    let text =
        format!("title = \"a\"\nquestion = \"b\"\n{lanes}[[step]]\nat = \"1s\"\ndisconnect = \"l11999\"\n");
    let told = Scenario::read("a", "a.toml", &text).expect_err("too many").told();
    assert_eq!(told.len(), 1, "what is said of a lane behind is no mistake: {told:?}");
    assert_eq!(told[0].line, 3 + 10_000 * 3, "{told:?}");
}
