//! The judge: values that are as expected and values that are not, of each kind; whom an expectation is of; how a verdict is
//! told.

use std::collections::HashMap;
use std::time::Duration;

use wirebench::measure::{Observed, Value};
use wirebench::record::LaneHeader;
use wirebench::scenario::{Met, Player, Scenario, Verdict, judge};

const HEAD: &str = "title = 'a'\nquestion = 'b'\n[[lane]]\nname = 'sse'\ntransport = 'sse'\n\
    [[lane]]\nname = 'ws'\ntransport = 'websocket'\n[[lane]]\nname = 'many'\ntransport = 'polling'\ncount = 4\n";

/// What was observed of whom (`run` is the whole run); lanes of the record are called as in the file, but with an r before.
struct Facts(HashMap<(String, String), Observed>);

impl Facts {
    fn none() -> Self {
        Self(HashMap::new())
    }

    fn with(mut self, whose: &str, measure: &str, value: Value) -> Self {
        let observed = Observed { value: Some(value), lines: vec![3, 5] };
        self.0.insert((whose.to_owned(), measure.to_owned()), observed);
        self
    }

    fn judge(&self, expectations: &str, player: &Player) -> (Scenario, Vec<Verdict>) {
        let text = format!("{HEAD}{expectations}");
        let scenario = Scenario::read("a", "a.toml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let header = |lane: &str, name: &str| LaneHeader {
            lane: format!("r{lane}"),
            name: name.to_owned(),
            ..LaneHeader::default()
        };
        let mut lanes = vec![header("sse", "sse"), header("ws", "ws")];
        lanes.extend((1..=4).map(|number| header(&format!("many-{number}"), "many")));
        let facts = |lane: Option<&str>, measure: &str| {
            let whose = lane.map_or("run", |lane| lane.trim_start_matches('r')).to_owned();
            self.0.get(&(whose, measure.to_owned())).cloned().unwrap_or_default()
        };
        let verdicts = judge(&scenario, player, facts, &lanes);
        (scenario, verdicts)
    }
}

fn player() -> Player {
    Player { driver: "native".into(), client: "standard".into(), clock: "virtual".into() }
}

/// The verdict on one expectation of the lane sse.
fn on_sse(facts: &Facts, expectation: &str) -> Verdict {
    let (_, mut verdicts) = facts.judge(&format!("[[expect]]\nlanes = ['sse']\n{expectation}"), &player());
    assert_eq!(verdicts.len(), 1, "{verdicts:?}");
    verdicts.remove(0)
}

fn list(words: &[&str]) -> Value {
    Value::List(words.iter().map(|&word| word.to_owned()).collect())
}

/// An expectation of sse, whether it is met, and what is said of it.
const CASES: &[(&str, bool, &str, &str)] = &[
    ("missed = 3", true, "3", "3"),
    ("missed = 0", false, "0", "3"),
    ("missed = { min = 2, max = 3 }", true, "at least 2 and at most 3", "3"),
    ("missed = { max = 2 }", false, "at most 2", "3"),
    ("missed = { below = 'ws' }", true, "less than that of ws", "3, with 5 of ws"),
    ("missed = { below = 'ws', times = 0.5 }", false, "less than 0.5 × that of ws", "3, with 5 of ws"),
    ("missed = { above = 'ws' }", false, "more than that of ws", "3, with 5 of ws"),
    ("missed = { same-as = 'ws' }", false, "as that of ws", "3, with 5 of ws"),
    (
        "missed = { below = 'many' }",
        false,
        "less than that of many",
        "3, with nothing of many, where nothing was measured: nobody knows where it began to read: it was told nothing",
    ),
    ("bytes-down = '64KiB'", true, "65,536 B", "65,536 B"),
    ("wait = { min = '4.9s', max = '5.5s' }", true, "at least 4.9s and at most 5.5s", "4.95s to 5.4s"),
    ("wait = { max = '5s' }", false, "at most 5s", "4.95s to 5.4s"),
    ("wait = { below = 'ws' }", true, "less than that of ws", "4.95s to 5.4s, with 100ms to 6s of ws"),
    ("ended = true", true, "true", "true"),
    ("ended = false", false, "false", "true"),
    ("state = 'open'", true, "open", "open"),
    ("state = { one-of = ['closed', 'ended'] }", false, "closed or ended", "open"),
    ("reason = { one-of = ['', 'network'] }", true, "nothing or network", "nothing"),
    ("states = ['open']", false, "open", "connecting, open, waiting, open"),
    (
        "states = { begins = ['connecting', 'open'] }",
        true,
        "connecting, open at its beginning",
        "connecting, open, waiting, open",
    ),
    (
        "states = { has = ['open', 'open'] }",
        true,
        "2 × open in this order, with or without others between",
        "connecting, open, waiting, open",
    ),
    (
        "states = { has = ['waiting', 'connecting'] }",
        false,
        "waiting, connecting in this order, with or without others between",
        "connecting, open, waiting, open",
    ),
    (
        "states = { set = ['open', 'open', 'waiting', 'connecting'] }",
        true,
        "2 × open, waiting, connecting in any order, each once",
        "connecting, open, waiting, open",
    ),
    (
        "states = { set = ['open', 'waiting'] }",
        false,
        "open, waiting in any order, each once",
        "connecting, open, waiting, open",
    ),
    ("texts = []", false, "an empty list", "nothing was measured: no line of the record says so"),
    (
        "recovery = { max = '5s' }",
        false,
        "at most 5s",
        "nothing was measured: nothing struck it and it lost no connection, or it never caught up, or nobody knows the clock of its browser",
    ),
];

#[test]
fn each_kind_is_held_against_each_of_its_forms() {
    let ms = Duration::from_millis;
    let facts = Facts::none()
        .with("sse", "missed", Value::Number(3))
        .with("ws", "missed", Value::Number(5))
        .with("sse", "bytes-down", Value::Number(65_536))
        .with("sse", "wait", Value::Times(ms(4950), ms(5400)))
        .with("ws", "wait", Value::Times(ms(100), ms(6000)))
        .with("sse", "ended", Value::Flag(true))
        .with("sse", "state", Value::Text("open".into()))
        .with("sse", "states", list(&["connecting", "open", "waiting", "open"]));
    for (expectation, met, expected, observed) in CASES {
        let verdict = on_sse(&facts, expectation);
        assert_eq!(verdict.met == Met::Met, *met, "{expectation}: {verdict:?}");
        assert_eq!(
            (verdict.expected.as_str(), verdict.observed.as_str()),
            (*expected, *observed),
            "{expectation}"
        );
        assert_eq!((verdict.lane.as_deref(), verdict.whose().as_str()), (Some("rsse"), "sse"));
    }
}

#[test]
fn an_expectation_without_lanes_is_of_each_lane_and_none_is_held_against_itself() {
    let mut facts = Facts::none();
    for lane in ["sse", "ws", "many-1", "many-2", "many-3", "many-4"] {
        facts = facts.with(lane, "missed", Value::Number(u64::from(lane == "many-3")));
    }
    let (_, verdicts) = facts.judge("[[expect]]\nmissed = 0\n", &player());
    let told: Vec<(String, bool)> =
        verdicts.iter().map(|verdict| (verdict.whose(), verdict.met == Met::Met)).collect();
    let wanted = [("sse", true), ("ws", true), ("rmany-3", false), ("3 lanes of many", true)];
    assert_eq!(told, wanted.map(|(whose, met)| (whose.to_owned(), met)));
    let (_, verdicts) = facts.judge("[[expect]]\nmissed = { same-as = 'ws' }\n", &player());
    assert!(verdicts.iter().all(|verdict| verdict.lane.as_deref() != Some("rws")), "{verdicts:?}");
    let (_, verdicts) = facts.judge("[[expect]]\nlanes = ['sse']\nmissed = { below = 'many' }\n", &player());
    assert_eq!(verdicts[0].met, Met::Missed, "it is to be less than that of each of them");
    assert_eq!(verdicts[0].observed, "0, with 0; 1 of many");
}

#[test]
fn who_an_expectation_is_not_of_is_told_why_it_is_not_judged() {
    let facts = Facts::none().with("run", "requests", Value::Number(3));
    let file = "[[expect]]\nrun = true\nrequests = 3\n[[expect]]\nrun = true\non = ['firefox', 'chromium']\nrequests = 4\n\
        [[expect]]\nrun = true\nclock = 'real'\nrequests = 5\n";
    let (_, verdicts) = facts.judge(file, &player());
    let why = |text: &str| Met::NotJudged(text.to_owned());
    let met: Vec<Met> = verdicts.iter().map(|verdict| verdict.met.clone()).collect();
    let wanted = [Met::Met, why("it is of firefox and chromium alone"), why("it is of the real clock alone")];
    assert_eq!(met, wanted);
    let firefox = Player { driver: "firefox".into(), client: "firefox".into(), clock: "real".into() };
    let (_, verdicts) = facts.judge(file, &firefox);
    assert!(verdicts[1..].iter().all(|verdict| verdict.met == Met::Missed), "{verdicts:?}");
    let skip = format!("{file}[[skip]]\non = ['native']\nbecause = 'It has no page.'\n");
    let (_, verdicts) = facts.judge(&skip, &player());
    assert!(verdicts.iter().all(|verdict| verdict.met == why("It has no page.")), "{verdicts:?}");
}

#[test]
fn one_that_is_missed_shows_the_line_and_what_the_record_says() {
    let facts =
        Facts::none().with("sse", "wait", Value::Times(Duration::ZERO, Duration::from_micros(3_000_250)));
    let file = "[[expect]]\nlanes = ['sse']\nbecause = 'It waits five seconds.'\nwait = { min = '4.9s', max = '5.5s' }\n";
    let (scenario, verdicts) = facts.judge(file, &player());
    let told = verdicts[0].render(&scenario, "a.toml", |line| Some(format!("line {line}")), false);
    let wanted = "\
error: sse: `wait` is not as expected
  --> a.toml:16:1
   |
16 | wait = { min = '4.9s', max = '5.5s' }
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = expected: at least 4.9s and at most 5.5s
   = observed: 0ms to 3s
   = because: It waits five seconds.
   = record, line 3: line 3
   = record, line 5: line 5";
    assert_eq!(told, wanted);
    assert!(verdicts[0].render(&scenario, "a.toml", |_| None, true).contains('\u{1b}'));
}

#[test]
fn a_thousand_lanes_of_whom_it_holds_are_one_line() {
    let text = "title = 'a'\nquestion = 'b'\n[[lane]]\nname = 'many'\ntransport = 'sse'\ncount = 1000\n[[expect]]\nmissed = 0\n";
    let scenario = Scenario::read("a", "a.toml", text).expect("read");
    let header = |number: usize| LaneHeader {
        lane: format!("many-{number}"),
        name: format!("many-{number}"),
        ..LaneHeader::default()
    };
    let lanes: Vec<LaneHeader> = (1..=1000).map(header).collect();
    let facts = |_: Option<&str>, _: &str| Observed { value: Some(Value::Number(0)), lines: vec![1] };
    let verdicts = judge(&scenario, &player(), facts, &lanes);
    assert_eq!(verdicts.len(), 1);
    assert_eq!((verdicts[0].whose().as_str(), verdicts[0].lanes), ("1,000 lanes of many", 1000));
    assert_eq!((verdicts[0].observed.as_str(), &verdicts[0].met), ("0", &Met::Met));
}

#[test]
fn what_was_not_measured_is_missed_and_told_with_the_reason() {
    let file = "[[expect]]\nlanes = ['sse']\nfirst-delay = { max = '1s' }\n";
    let (_, verdicts) = Facts::none().judge(file, &player());
    assert_eq!(verdicts[0].met, Met::Missed);
    let told = &verdicts[0].observed;
    assert!(told.starts_with("nothing was measured: no event came live"), "{told}");
    let against = "[[expect]]\nlanes = ['sse']\ndelay = { below = 'ws' }\n";
    let known = Value::Times(Duration::ZERO, Duration::from_millis(2));
    let (_, verdicts) = Facts::none().with("sse", "delay", known).judge(against, &player());
    let told = &verdicts[0].observed;
    assert!(told.contains("nothing of ws, where nothing was measured: no event came live"), "{told}");
    // An empty text is met by nothing, and that needs no reason.
    let (_, verdicts) = Facts::none().judge("[[expect]]\nlanes = ['sse']\nreason = ''\n", &player());
    assert_eq!((&verdicts[0].met, verdicts[0].observed.as_str()), (&Met::Met, "nothing"));
}

#[test]
fn further_lines_are_counted_only_where_all_of_them_are_known() {
    let facts = |lines: usize| {
        let mut facts = Facts::none();
        let observed = Observed { value: Some(Value::Number(3)), lines: (1..=lines).collect() };
        facts.0.insert(("sse".to_owned(), "missed".to_owned()), observed);
        facts
    };
    for (lines, told) in [(7, "record: and 1 further line"), (8, "record: and further lines")] {
        let file = "[[expect]]\nlanes = ['sse']\nmissed = 0\n";
        let (scenario, verdicts) = facts(lines).judge(file, &player());
        let text = verdicts[0].render(&scenario, "a.toml", |line| Some(format!("line {line}")), false);
        assert!(text.ends_with(told), "{text}");
    }
}
