//! Good files are read, each value as it was written.

use std::time::Duration;

use serde_json::json;
use wirebench::scenario::{Bound, Held, LaneMoment, Moment, Player, Program, Ready, Scenario, Step, Verb};

const EVERY_KEY: &str = include_str!("every-key.toml");

fn read(text: &str) -> Scenario {
    Scenario::read("good", "good.toml", text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn held<'a>(scenario: &'a Scenario, measure: &str) -> &'a Held {
    let found = scenario.expectations.iter().find(|expectation| expectation.measure == measure);
    &found.unwrap_or_else(|| panic!("no {measure}")).held
}

fn verbs(scenario: &Scenario) -> Vec<&Verb> {
    scenario.steps.iter().map(|step| &step.verb).collect()
}

#[test]
fn what_is_said_of_a_run_and_of_its_feed_is_read() {
    let scenario = read(EVERY_KEY);
    assert_eq!((scenario.name.as_str(), scenario.title.as_str()), ("good", "Every key"));
    assert_eq!(scenario.teaches.as_deref(), Some("Each stands here once."));
    assert_eq!(scenario.proves.as_deref(), Some("reference/scenarios.md"));
    let chinese = scenario.chinese.expect("its words in Chinese");
    assert_eq!((chinese.title.as_str(), chinese.question.as_str()), ("所有的键", "参考中的每个键都读吗？"));
    assert_eq!(chinese.teaches.as_deref(), Some("每个键在这里各有一次。"));
    assert_eq!(scenario.ready, Ready::AtOnce);
    assert_eq!((scenario.until, scenario.linger), (Duration::from_secs(60), Duration::from_millis(500)));
    let feed = json!({"source": "synthetic", "count": 40, "interval": "50ms", "jitter": "10ms", "payload": "bytes",
        "size": 1024, "seed": 7, "keep-events": 100, "keep-bytes": 65536});
    assert_eq!(serde_json::Value::Object(scenario.feed), feed);
    assert_eq!(scenario.source, EVERY_KEY);
}

#[test]
fn lanes_have_their_switches_as_they_stand_in_an_address() {
    let scenario = read(EVERY_KEY);
    let names: Vec<&str> = scenario.lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["sse", "ws", "polling", "fetch", "held"]);
    let sse = &scenario.lanes[0];
    assert_eq!((sse.count, sse.origin, sse.other_page), (3, Some(2), true));
    assert_eq!(sse.through.as_deref(), Some("front"));
    assert_eq!(sse.settings, [("heartbeat", "1s"), ("ids", "off")].map(|(a, b)| (a.into(), b.into())).into());
    assert_eq!(scenario.lanes[2].settings["limit"], "5");
    let front = &scenario.proxies[0];
    assert_eq!((front.program, front.http_1_0, front.buffering), (Program::Nginx, true, false));
    assert_eq!(scenario.proxies[1].read_timeout, Duration::from_secs(60));
}

#[test]
fn steps_are_read_in_their_order() {
    let scenario = read(EVERY_KEY);
    let moments: Vec<&Moment> = scenario.steps.iter().map(|step| &step.moment).collect();
    assert_eq!(
        moments[..4],
        [
            &Moment::Before,
            &Moment::Appended(10),
            &Moment::At(Duration::from_secs(1)),
            &Moment::Later(Duration::from_millis(100)),
        ]
    );
    let open = LaneMoment::State("open".into());
    assert_eq!(*moments[4], Moment::Lane { lane: "sse".into(), what: open });
    assert_eq!(*moments[5], Moment::Lane { lane: "sse".into(), what: LaneMoment::Received(12) });
    assert_eq!(*moments[6], Moment::Lane { lane: "ws".into(), what: LaneMoment::Attempt(2) });
    assert_eq!(scenario.steps[4].within, Some(Duration::from_secs(5)));
    let verbs = verbs(&scenario);
    let body = json!({"fault": "latency", "delay": "100ms", "scope": "lane:sse"});
    let body = body.as_object().cloned().expect("an object");
    assert_eq!(*verbs[0], Verb::Throw { body, name: Some("slow".into()) });
    assert_eq!((verbs[2], verbs[3]), (&Verb::Clear(Some("slow".into())), &Verb::Clear(None)));
    assert_eq!(*verbs[4], Verb::Command { command: "pause".into(), factor: None });
    assert_eq!(*verbs[5], Verb::Command { command: "speed".into(), factor: Some(2.0) });
    let resume = Verb::Say { lane: "ws".into(), command: "resume".into(), factor: None, times: 2 };
    assert_eq!(*verbs[6], resume);
    assert_eq!((verbs[8], verbs[9]), (&Verb::Disconnect("ws".into()), &Verb::Connect("ws".into())));
    let Step { span, .. } = &scenario.steps[0];
    assert!(EVERY_KEY[span.clone()].starts_with("[[step]]"), "{}", &EVERY_KEY[span.clone()]);
}

#[test]
fn each_measure_of_a_table_is_an_expectation_of_its_own() {
    let scenario = read(EVERY_KEY);
    let first = &scenario.expectations[0];
    assert_eq!((first.lanes.len(), first.on.len(), first.run), (2, 2, false));
    assert_eq!(
        (first.clock.as_deref(), first.because.as_deref()),
        (Some("virtual"), Some("Nothing is lost."))
    );
    assert_eq!(&EVERY_KEY[first.span.clone()], "missed = 0");
    let number = |min, max| Held::Number(Bound { min, max, ..Bound::default() });
    assert_eq!(*held(&scenario, "missed"), number(Some(0), Some(0)));
    assert_eq!(*held(&scenario, "repeated"), number(Some(0), Some(2)));
    assert_eq!(*held(&scenario, "payload"), number(Some(1024), Some(1024)));
    let below = Bound { below: Some(("polling".into(), 0.5)), ..Bound::default() };
    assert_eq!(*held(&scenario, "bytes-down"), Held::Number(below));
    let ms = Duration::from_millis;
    let wait = Bound { min: Some(ms(4900)), max: Some(ms(5500)), ..Bound::default() };
    assert_eq!(*held(&scenario, "wait"), Held::Time(wait));
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    assert_eq!(*held(&scenario, "state"), Held::OneOf(words(&["ended"])));
    assert_eq!(*held(&scenario, "cursors"), Held::Begins(words(&["10", "20"])));
    assert_eq!(*held(&scenario, "types"), Held::Set(words(&["progress", "done"])));
    assert_eq!(*held(&scenario, "texts"), Held::Exactly(Vec::new()));
    assert!(scenario.expectations.last().is_some_and(|last| last.run && last.measure == "peak-requests"));
}

#[test]
fn who_is_to_skip_it_is_told_why() {
    let scenario = read(EVERY_KEY);
    let player = |driver: &str, clock: &str| Player {
        driver: driver.into(),
        client: "standard".into(),
        clock: clock.into(),
    };
    assert_eq!(scenario.skipped(&player("native", "virtual")), Some("Because."));
    assert_eq!(scenario.skipped(&player("firefox", "real")), Some("Because."));
    assert_eq!(scenario.skips[0].chinese.as_deref(), Some("因为。"));
    assert_eq!(scenario.skipped(&player("chromium", "real")), None);
}

#[test]
fn events_are_pushed_to_a_feed_that_takes_them() {
    let text = "title = 'a'\nquestion = 'b'\n[feed]\nsource = 'push'\n[[lane]]\nname = 'a'\ntransport = 'sse'\n\
        [[step]]\nat = '0ms'\npush = [{ type = 'progress', data = { percent = 3 } }, { type = 'done' }]\n";
    let scenario = read(text);
    let events = vec![json!({"type": "progress", "data": {"percent": 3}}), json!({"type": "done"})];
    assert_eq!(verbs(&scenario), [&Verb::Push(events)]);
}
