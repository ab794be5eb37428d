//! A class from its opening to its reveal, and all that it refuses.

use serde_json::{Value, json};

use super::*;
use crate::measure::State;

fn lesson() -> Lesson {
    let text = |said: &str| json!({ "en": said, "zh": said });
    let answers = json!([{"answer": "yes", "says": text("yes")}, {"answer": "no", "says": text("no")}]);
    let bet = |name: &str| json!({"bet": name, "lane": "sse", "asks": text("back?"), "answers": answers});
    let lesson =
        json!({"lesson": "who", "title": text("Who"), "question": text("?"), "bets": [bet("a"), bet("b")]});
    serde_json::from_value(lesson).expect("a lesson")
}

/// A class at the bets, and its one member.
fn betting() -> (Class, u32) {
    let mut class = Class::new(Code::of(7));
    class.open(lesson()).expect("opened");
    let code = class.code().text().to_owned();
    let member = class.join(&code, "Ada", "s1".to_owned()).expect("joined");
    class.move_to(Phase::Bet, None).expect("moved");
    (class, member)
}

fn run(class: &mut Class, job: &str) -> Option<String> {
    let round = Round { job: job.to_owned(), ws: Comes::Bare, events: 241 };
    class.move_to(Phase::Run, Some(round)).expect("moved")
}

fn lane(transport: &str, lost: u64, back_after: Option<u64>) -> LaneTold {
    let (state, transport) = (State::Open, transport.to_owned());
    LaneTold {
        transport,
        state,
        delivered: 9,
        missed: 1,
        repeated: 0,
        attempts: 2,
        last: 10,
        lost,
        back_after,
    }
}

fn at(ms: u64) -> Micros {
    Micros(1_000_000_000 + ms * 1000)
}

#[test]
fn a_code_has_letters_that_nobody_mistakes_and_is_read_however_it_is_typed() {
    for drawn in [0, 1, 13, 14, u64::MAX, 7_529_535] {
        let code = Code::of(drawn);
        assert_eq!(code.text().len(), CODE_LENGTH);
        assert!(code.text().bytes().all(|letter| CODE_LETTERS.contains(&letter)), "{code:?}");
        let text = code.text();
        let typed = format!(" {}-{} ", text[..3].to_lowercase(), &text[3..]);
        assert!(code.is(&typed) && !code.is(&text[1..]) && !code.is(""), "{typed}");
    }
    assert_ne!(Code::of(1), Code::of(2));
}

#[test]
fn who_has_another_code_or_no_name_is_kept_out() {
    let (mut class, _) = betting();
    let code = class.code().text().to_owned();
    assert_eq!(class.join("AAAAAB", "Bob", "s".into()).map_err(|wrong| wrong.why), Err(Why::Stranger));
    for name in ["", "   ", &"x".repeat(41), "a\u{202e}b", "a\nb", "\u{200b}"] {
        assert_eq!(
            class.join(&code, name, "s".into()).map_err(|wrong| wrong.why),
            Err(Why::Malformed),
            "{name:?}"
        );
    }
    for name in [
        "x".repeat(40),
        "张伟".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        "O'Neill 🦀".to_owned(),
        "می\u{200c}خ".to_owned(),
        "👩\u{200d}💻".to_owned(),
    ] {
        assert!(class.join(&code, &name, format!("s{name}")).is_ok(), "{name:?}");
    }
}

#[test]
fn a_class_has_a_hundred_members_at_most_and_room_again_when_one_is_removed() {
    let (mut class, first) = betting();
    let code = class.code().text().to_owned();
    for n in 1..MAX_MEMBERS {
        class.join(&code, "x", format!("s{n}x")).expect("joined");
    }
    let full = class.join(&code, "late", "s".into()).expect_err("full");
    assert_eq!(full.why, Why::Full);
    assert!(class.remove(first) && !class.remove(first));
    assert_eq!(class.member("s1"), None, "its secret went with it");
    let late = class.join(&code, "late", "late".into()).expect("room");
    assert_eq!(late as usize, MAX_MEMBERS + 1, "a number is never given again");
}

#[test]
fn the_teacher_moves_it_one_step_at_a_time_and_nowhere_without_a_lesson() {
    let mut class = Class::new(Code::of(1));
    assert_eq!(class.move_to(Phase::Bet, None).map_err(|wrong| wrong.found), Err("none".to_owned()));
    let (mut class, _) = betting();
    let skipped = class.move_to(Phase::Reveal, None).expect_err("two steps");
    assert_eq!((skipped.why, skipped.wanted.as_str()), (Why::NotNow, "lobby or run"));
    assert_eq!(run(&mut class, "class-1"), None);
    assert_eq!(class.move_to(Phase::Reveal, None), Ok(None));
    assert_eq!(class.move_to(Phase::Run, None), Ok(None), "back to look, the job is kept");
    assert_eq!(class.round().map(|round| round.job.as_str()), Some("class-1"));
    assert_eq!(
        class.move_to(Phase::Bet, None),
        Ok(Some("class-1".to_owned())),
        "another run will have another job"
    );
    assert_eq!(run(&mut class, "class-2"), None);
    assert_eq!(class.open(lesson()), Ok(Some("class-2".to_owned())));
    assert_eq!((class.phase(), class.round()), (Phase::Lobby, None));
}

#[test]
fn a_bet_is_made_at_its_time_and_a_later_one_replaces_it() {
    let (mut class, member) = betting();
    for (bet, answer) in [("c", "yes"), ("a", "maybe")] {
        assert_eq!(class.bet(member, bet, answer).map_err(|wrong| wrong.why), Err(Why::Malformed));
    }
    for answer in ["yes", "no"] {
        class.bet(member, "a", answer).expect("a bet");
    }
    assert_eq!(class.wall()["bets"], json!({"a": {"no": 1}}));
    assert_eq!(class.wall()["betting"], 0, "one question is open");
    class.bet(member, "b", "yes").expect("a bet");
    assert_eq!(class.for_learners()["betting"], 1);
    run(&mut class, "class-1");
    assert_eq!(class.bet(member, "a", "yes").map_err(|wrong| wrong.why), Err(Why::NotNow));
}

#[test]
fn a_page_tells_of_its_lanes_once_a_second_and_of_the_present_job() {
    let (mut class, member) = betting();
    let lanes = || vec![lane("sse", 1, Some(3000)), lane("websocket", 1, None), lane("polling", 0, None)];
    let why = |told: Result<(), Wrong>| told.map_err(|wrong| wrong.why);
    assert_eq!(why(class.tell(member, "class-1", lanes(), at(0))), Err(Why::NotNow));
    run(&mut class, "class-1");
    assert_eq!(why(class.tell(member, "class-0", lanes(), at(0))), Err(Why::NotNow));
    assert_eq!(class.tell(member, "class-1", lanes(), at(0)), Ok(()));
    let left = Duration::from_millis(300);
    assert_eq!(why(class.tell(member, "class-1", lanes(), at(500))), Err(Why::TooSoon(left)));
    assert_eq!(class.tell(member, "class-1", lanes(), at(800)), Ok(()));
    let seven = ["a", "b", "c", "d", "e", "f", "g"].map(|name| lane(name, 0, None)).to_vec();
    for bad in [seven, vec![lane("sse", 0, None); 2], vec![lane("<b>", 0, None)], vec![lane("", 0, None)]] {
        assert_eq!(why(class.tell(member, "class-1", bad, at(9000))), Err(Why::Malformed));
    }
    let sums = class.wall()["sums"].clone();
    let of = |transport: &str| {
        [&sums[transport]["lost"], &sums[transport]["back"], &sums[transport]["missed"]].map(Value::as_u64)
    };
    assert_eq!(of("sse"), [Some(1), Some(1), Some(1)]);
    assert_eq!(of("websocket"), [Some(1), Some(0), Some(1)]);
    assert_eq!(of("polling"), [Some(0), Some(0), Some(1)]);
    assert_eq!(sums["sse"]["slowest"], 3000);
}

#[test]
fn learners_hear_no_names_and_no_secrets_and_the_sums_at_the_end_alone() {
    let (mut class, member) = betting();
    class.bet(member, "a", "yes").expect("a bet");
    run(&mut class, "class-1");
    class.tell(member, "class-1", vec![lane("sse", 0, None)], at(0)).expect("told");
    let before = class.for_learners();
    assert!(before.get("sums").is_none() && before.get("bets").is_none(), "{before}");
    class.move_to(Phase::Reveal, None).expect("moved");
    let told = class.for_learners();
    assert_eq!((&told["bets"]["a"]["yes"], &told["sums"]["sse"]["lanes"]), (&json!(1), &json!(1)));
    assert!(!told.to_string().contains("Ada"), "{told}");
    assert!(!class.wall().to_string().contains("s1"), "a secret is told to nobody else");
    assert_eq!(class.you(member).map(|you| you["bets"].clone()), Some(json!({"a": "yes"})));
    assert_eq!((class.you(99), class.member("s1"), class.member("s")), (None, Some(member), None));
}

#[test]
fn what_was_measured_stands_once_it_was_said_at_the_reveal() {
    let (mut class, member) = betting();
    run(&mut class, "class-1");
    class.tell(member, "class-1", vec![lane("sse", 1, None)], at(0)).expect("told");
    assert!(
        class.you(member).expect("a member").get("lanes").is_none(),
        "its page knows better while it runs"
    );
    class.move_to(Phase::Reveal, None).expect("moved");
    let back = vec![lane("sse", 1, Some(3000))];
    class.tell(member, "class-1", back.clone(), at(100)).expect("the last word, however soon");
    let later = class.tell(member, "class-1", vec![lane("sse", 2, None)], at(5000));
    assert_eq!(later.map_err(|wrong| wrong.why), Err(Why::NotNow));
    assert_eq!(class.you(member).map(|you| you["lanes"].clone()), Some(json!(back)));
    class.move_to(Phase::Run, None).expect("moved");
    assert_eq!(class.tell(member, "class-1", back, at(6000)), Ok(()), "to look again is to measure again");
}

#[test]
fn nobody_has_or_misses_more_events_than_there_are() {
    let (mut class, member) = betting();
    run(&mut class, "class-1");
    for bad in [
        LaneTold { missed: 242, ..lane("sse", 0, None) },
        LaneTold { delivered: u64::MAX, ..lane("sse", 0, None) },
    ] {
        let refused = class.tell(member, "class-1", vec![bad], at(0)).expect_err("too many");
        assert_eq!(
            (refused.why, refused.wanted.as_str()),
            (Why::Malformed, "at most the 241 events of the job")
        );
    }
    assert_eq!(
        class.tell(member, "class-1", vec![LaneTold { missed: 241, ..lane("sse", 0, None) }], at(0)),
        Ok(())
    );
}

#[test]
fn who_has_gone_is_told_and_has_no_lane_that_is_there() {
    let (mut class, member) = betting();
    let seen = |class: &Class| {
        (class.wall()["members"][0]["here"].clone(), class.wall()["sums"]["sse"]["there"].clone())
    };
    run(&mut class, "class-1");
    class.tell(member, "class-1", vec![lane("sse", 0, None)], at(0)).expect("told");
    class.comes(member);
    class.comes(member);
    class.goes(member);
    assert_eq!(seen(&class), (json!(true), json!(1)), "another of its pages is there");
    class.goes(member);
    assert_eq!(seen(&class), (json!(false), json!(0)));
    class.move_to(Phase::Reveal, None).expect("moved");
    assert_eq!(seen(&class), (json!(false), json!(1)), "it was there");
}

#[test]
fn nobody_is_taken_for_another_of_the_same_name() {
    let (mut class, _) = betting();
    let code = class.code().text().to_owned();
    let joined: Vec<u32> =
        ["s2", "s3"].map(|secret| class.join(&code, " Ada", secret.into()).expect("joined")).to_vec();
    let names: Vec<Value> =
        joined.iter().map(|number| class.you(*number).expect("a member")["name"].clone()).collect();
    assert_eq!(names, ["Ada (2)", "Ada (3)"]);
}

#[test]
fn a_lesson_that_is_none_is_refused_at_its_place() {
    let mut class = Class::new(Code::of(1));
    let spoil = |change: fn(&mut Lesson)| {
        let mut lesson = lesson();
        change(&mut lesson);
        lesson
    };
    for (place, lesson) in [
        ("lesson", spoil(|lesson| lesson.lesson = "Who?".into())),
        ("title", spoil(|lesson| lesson.title.zh.clear())),
        ("question", spoil(|lesson| lesson.question.en = "x".repeat(601))),
        ("bets", spoil(|lesson| lesson.bets = vec![lesson.bets[0].clone(); 13])),
        ("bet", spoil(|lesson| lesson.bets[1].bet = "a".into())),
        ("answers", spoil(|lesson| lesson.bets[0].answers.truncate(1))),
        ("answer", spoil(|lesson| lesson.bets[0].answers[1].answer = "yes".into())),
        ("says", spoil(|lesson| lesson.bets[0].answers[1].says.en.clear())),
        ("lane", spoil(|lesson| lesson.bets[0].lane = Some(String::new()))),
    ] {
        let wrong = class.open(lesson).expect_err(place);
        assert_eq!(wrong.place, format!("body, member {place}"));
        assert!(!wrong.wanted.is_empty() && !wrong.found.is_empty() && !wrong.fix.is_empty());
    }
    assert_eq!(class.lesson_told(), Value::Null);
}
