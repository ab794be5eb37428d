//! A class of thirty over loopback: they join, bet, read three lanes each, one fault strikes them all, all come back, and the
//! wall says so. Who has not the teacher's key reaches the class and its feed, and nothing else.

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::ask::{Ask, Next};
use support::bounded;
use support::http::{self, Response, Target};
use support::lane::Lane;
use support::program;
use support::reader::{Line, Reader, Transport};
use support::server::Server;

const LEARNERS: usize = 30;
const LANES: [Transport; 3] = [Transport::Sse, Transport::WebSocket, Transport::Polling];

/// A server with a class.
struct Room {
    server: Server,
    key: String,
    code: String,
}

impl Room {
    fn start() -> Self {
        let (server, says) = Server::telling(&["--lanes", "3", "--class"]);
        let after = |url: &Value, mark: &str| {
            url.as_str()
                .and_then(|url| url.split_once(mark))
                .unwrap_or_else(|| panic!("{mark} in {says}"))
                .1
                .to_owned()
        };
        let (key, code) =
            (after(&says["class"]["teacher"], "#key="), after(&says["class"]["join"], "?code="));
        Self { server, key, code }
    }

    /// A request with this key or secret; '' for none.
    async fn ask(&self, method: &str, path: &str, shown: &str, body: &Value) -> Response {
        ask(&self.server.bench, method, path, shown, body).await
    }

    async fn teach(&self, path: &str, body: &Value) -> Value {
        let answer = self.ask("POST", path, &self.key, body).await;
        assert!(answer.status() < 300, "{path} {body}: {}", answer.json());
        answer.json()
    }

    async fn wall(&self) -> Value {
        self.ask("GET", "/api/class", &self.key, &Value::Null).await.json()
    }

    /// Joins and gives the secret.
    async fn join(&self, name: &str) -> String {
        let answer = self.ask("POST", "/api/class/join", "", &json!({"code": self.code, "name": name})).await;
        assert_eq!(answer.status(), 201, "{}", answer.json());
        answer.json()["secret"].as_str().expect("a secret").to_owned()
    }
}

async fn ask(target: &Target, method: &str, path: &str, shown: &str, body: &Value) -> Response {
    let bearer = format!("Bearer {shown}");
    let mut headers = vec![("Content-Type", "application/json")];
    if !shown.is_empty() {
        headers.push(("Authorization", bearer.as_str()));
    }
    let body = if body.is_null() { String::new() } else { body.to_string() };
    http::request(target, method, path, &headers, body.as_bytes()).await
}

fn lesson() -> Value {
    let text = |said: &str| json!({"en": said, "zh": said});
    let answers = json!([{"answer": "all", "says": text("comes back")}, {"answer": "gone", "says": text("stays away")}]);
    let bet = |lane: &str| json!({"bet": lane, "lane": lane, "asks": text("back?"), "answers": answers});
    let bets: Vec<Value> = LANES.iter().map(|lane| bet(lane.name())).collect();
    json!({"lesson": "who-comes-back", "title": text("Who comes back"), "question": text("Who?"), "bets": bets})
}

/// One learner: its secret and its lanes.
struct Learner {
    secret: String,
    lanes: Vec<(Transport, Lane)>,
}

impl Learner {
    /// What its page would tell.
    fn tells(&self, job: &str) -> Value {
        let lane = |(transport, lane): &(Transport, Lane)| {
            let story = lane.story();
            let seqs = story.seqs();
            let mut once = seqs.clone();
            once.sort_unstable();
            once.dedup();
            // Of the events up to its newest, those that it has not.
            let missed = story.newest() - once.len() as u64;
            json!({
                "transport": transport.name(), "state": if story.over { "ended" } else { "open" },
                "delivered": once.len(), "missed": missed, "repeated": seqs.len() - once.len(),
                "attempts": story.lost.len() + 1, "last": story.newest(), "lost": story.lost.len(),
                "back-after": if story.lost.is_empty() { Value::Null } else { 10.into() },
            })
        };
        json!({"job": job, "lanes": self.lanes.iter().map(lane).collect::<Vec<_>>()})
    }
}

#[tokio::test]
async fn thirty_learners_join_bet_and_read_one_fault_strikes_all_and_nobody_starves() {
    let room = Room::start();
    room.teach("/api/class/open", &lesson()).await;
    let mut learners = Vec::new();
    for n in 0..LEARNERS {
        learners.push(Learner { secret: room.join(&format!("Learner {n}")).await, lanes: Vec::new() });
    }
    room.teach("/api/class/move", &json!({"to": "bet"})).await;
    for (n, learner) in learners.iter().enumerate() {
        for lane in LANES {
            let bet = json!({"bet": lane.name(), "answer": if n % 3 == 0 { "gone" } else { "all" }});
            let answer = room.ask("POST", "/api/class/bet", &learner.secret, &bet).await;
            assert_eq!(answer.status(), 204, "{}", answer.json());
        }
    }
    let run = json!({"to": "run", "count": 100, "interval": "40ms", "ws": "resume"});
    let wall = room.teach("/api/class/move", &run).await;
    assert_eq!((&wall["betting"], &wall["bets"]["sse"]), (&json!(LEARNERS), &json!({"all": 20, "gone": 10})));
    let job = wall["run"]["job"].as_str().expect("a job").to_owned();
    for (n, learner) in learners.iter_mut().enumerate() {
        learner.lanes = LANES
            .iter()
            .zip(&room.server.origins)
            .map(|(way, origin)| {
                (*way, Lane::start(origin, *way, &Ask::of(&job), &format!("l{n}-{}", way.name())))
            })
            .collect();
    }
    let all = || learners.iter().flat_map(|learner| &learner.lanes);
    for (_, lane) in all() {
        lane.reached(5).await;
    }
    let thrown = room.teach("/api/faults", &json!({"fault": "cut", "how": "rst", "scope": "all"})).await;
    assert!(thrown["struck"].as_u64().is_some_and(|struck| struck >= 2 * LEARNERS as u64), "{thrown}");
    for (way, lane) in all() {
        if way.holds_a_connection() {
            lane.until("its loss", |story| !story.lost.is_empty()).await;
        }
    }
    for (_, lane) in all() {
        lane.over().await;
        let mut seqs = lane.story().seqs();
        seqs.dedup();
        assert_eq!(seqs, (1..=101).collect::<Vec<u64>>(), "{}: every event, in order", lane.name);
    }
    for learner in &learners {
        let answer = room.ask("POST", "/api/class/tell", &learner.secret, &learner.tells(&job)).await;
        assert_eq!(answer.status(), 204, "{}", answer.json());
    }
    let wall = room.teach("/api/class/move", &json!({"to": "reveal"})).await;
    assert_eq!(wall["members"].as_array().map(Vec::len), Some(LEARNERS));
    for way in LANES {
        let sum = &wall["sums"][way.name()];
        assert_eq!([&sum["lanes"], &sum["there"]], [LEARNERS, LEARNERS], "{sum}");
        assert_eq!((&sum["missed"], &sum["delivered"]), (&json!(0), &json!(101 * LEARNERS)), "{sum}");
        assert_eq!(sum["lost"], sum["back"], "{sum}");
        assert!(!way.holds_a_connection() || sum["back"] == LEARNERS, "all that were cut are back: {sum}");
    }
}

#[tokio::test]
async fn who_has_not_the_key_throws_nothing_makes_nothing_and_reads_the_classs_feed_alone() {
    let room = Room::start();
    let other = room.teach("/api/jobs", &json!({"source": "synthetic", "job": "other", "count": 5})).await;
    assert_eq!(other["job"], "other");
    room.teach("/api/class/open", &lesson()).await;
    let secret = room.join("Mallory").await;
    room.join("Ada").await;
    room.teach("/api/class/move", &json!({"to": "bet"})).await;
    let wall = room.teach("/api/class/move", &json!({"to": "run", "count": 1000, "interval": "50ms"})).await;
    let job = wall["run"]["job"].as_str().expect("a job").to_owned();
    let posts = [
        ("POST", "/api/faults".to_owned(), json!({"fault": "cut", "scope": "all"})),
        ("POST", "/api/jobs".to_owned(), json!({"source": "synthetic"})),
        ("POST", "/%61pi/jobs".to_owned(), json!({"source": "synthetic"})),
        ("POST", format!("/jobs/{job}/commands"), json!({"command": "cancel"})),
        ("DELETE", format!("/api/jobs/{job}"), Value::Null),
        ("PUT", "/api/origins/1".to_owned(), json!({"listening": false})),
        ("POST", "/api/class/open".to_owned(), lesson()),
        ("POST", "/api/class/move".to_owned(), json!({"to": "reveal"})),
        ("DELETE", "/api/class/members/2".to_owned(), Value::Null),
    ];
    let gets = [
        "/api/class",
        "/api/record",
        "/api/lanes",
        "/api/clients",
        "/api/jobs",
        "/metrics",
        "/jobs/other/polling",
        "/api/bench",
    ];
    let gets = gets.map(|path| ("GET", path.to_owned(), Value::Null));
    for (method, path, body) in posts.into_iter().chain(gets) {
        for shown in ["", "wrong", &secret] {
            let answer = room.ask(method, &path, shown, &body).await;
            assert_eq!(answer.status(), 403, "{method} {path} with {shown:?}: {}", answer.json());
            assert!(answer.json()["error"]["fix"].is_string(), "{method} {path}");
        }
    }
    for path in [format!("/jobs/{job}/commands"), "/jobs/other/commands".to_owned()] {
        let answer =
            ask(&room.server.origins[0], "POST", &path, &secret, &json!({"command": "cancel"})).await;
        assert_eq!(answer.status(), 403, "on a lane's origin too: {path}");
    }
    let lanes = &room.server.origins[1];
    let mut socket = bounded("the socket", Reader::connect(lanes, Transport::WebSocket, &Ask::of(&job)))
        .await
        .expect("let in");
    let Line::WebSocket(line) = &mut socket.line else { panic!("a WebSocket") };
    bounded("a command", line.command(&json!({"id": "x", "command": "cancel"}))).await.expect("sent");
    let ack = socket.until("ack").await;
    assert_eq!((&ack.value["ok"], &ack.value["id"]), (&json!(false), &json!("x")), "{ack:?}");
    let state =
        room.ask("GET", &format!("/jobs/{job}"), &room.key, &Value::Null).await.json()["state"].clone();
    assert_eq!(state, "running", "it was not cancelled");
    assert!(matches!(socket.next().await, Next::Element(_)), "and reads on");
    assert_eq!(room.wall().await["members"].as_array().map(Vec::len), Some(2));
    let page = http::get(&room.server.bench, "/").await;
    assert_eq!((page.status(), page.header("location")), (303, "/join.html"));
    assert_eq!(http::get(&room.server.bench, "/join.html").await.status(), 200);
}

#[tokio::test]
async fn a_learner_hears_of_changes_and_of_itself_and_of_nobody_else() {
    let room = Room::start();
    let secret = room.join("Ada").await;
    room.join("Grace Hopper").await;
    let mut heard = support::class::Events::listen(&room.server.bench, &secret).await;
    let you = heard.until("you", |_| true).await;
    assert_eq!((&you["name"], &you["member"]), (&json!("Ada"), &json!(1)));
    room.teach("/api/class/open", &lesson()).await;
    assert_eq!(
        heard.until("lesson", |lesson| !lesson.is_null()).await["bets"].as_array().map(Vec::len),
        Some(3)
    );
    room.teach("/api/class/move", &json!({"to": "bet"})).await;
    heard.until("class", |class| class["phase"] == "bet").await;
    let bet = json!({"bet": "sse", "answer": "gone"});
    assert_eq!(room.ask("POST", "/api/class/bet", &secret, &bet).await.status(), 204);
    assert_eq!(heard.until("you", |you| you["bets"]["sse"] == "gone").await["name"], "Ada");
    let mut wall = support::class::Events::listen(&room.server.bench, &room.key).await;
    let told = wall.until("class", |class| class["members"][0]["bets"]["sse"] == "gone").await;
    assert_eq!((&told["members"][1]["name"], &told["code"]), (&json!("Grace Hopper"), &json!(room.code)));
    let gone = room.ask("DELETE", "/api/class/members/1", &room.key, &Value::Null).await;
    assert_eq!(gone.status(), 204);
    heard.until("removed", |_| true).await;
    heard.end().await;
    assert!(!heard.stream.text.contains("Grace"), "{}", heard.stream.text);
    assert_eq!(room.ask("GET", "/api/class/events", &secret, &Value::Null).await.status(), 403);
}

#[tokio::test]
async fn the_code_is_drawn_for_who_knows_it_and_mistakes_are_told_clearly() {
    let room = Room::start();
    let drawn = http::get(&room.server.bench, &format!("/api/class/{}/qr.svg", room.code)).await;
    assert_eq!((drawn.status(), drawn.header("content-type")), (200, "image/svg+xml"));
    assert!(drawn.body.starts_with(b"<svg "));
    let secret = room.join("Ada").await;
    let long = "x".repeat(5000);
    for (path, shown, body, status) in [
        ("/api/class/join", "", json!({"code": "WRONG", "name": "Eve"}), 403),
        ("/api/class/join", "", json!({"code": room.code, "name": ""}), 400),
        ("/api/class/join", "", json!({"code": room.code, "name": long}), 413),
        ("/api/class/join", "", json!({"name": "Eve"}), 400),
        ("/api/class/bet", secret.as_str(), json!({"bet": "sse", "answer": "all"}), 409),
        ("/api/class/tell", secret.as_str(), json!({"job": "class-1", "lanes": []}), 409),
        ("/api/class/move", room.key.as_str(), json!({"to": "reveal"}), 409),
        ("/api/class/move", room.key.as_str(), json!({"to": "recess"}), 400),
        ("/api/class/open", room.key.as_str(), json!({"lesson": "x"}), 400),
    ] {
        let answer = room.ask("POST", path, shown, &body).await;
        assert_eq!(answer.status(), status, "{path} {}", answer.json());
        for part in ["wanted", "found", "where", "fix"] {
            assert!(
                answer.json()["error"][part].as_str().is_some_and(|said| !said.is_empty()),
                "{path}: {}",
                answer.json()
            );
        }
    }
    room.teach("/api/class/open", &lesson()).await;
    room.teach("/api/class/move", &json!({"to": "bet"})).await;
    let bad = room.ask("POST", "/api/class/move", &room.key, &json!({"to": "run", "interval": "soon"})).await;
    assert_eq!((bad.status(), &room.wall().await["phase"]), (400, &json!("bet")), "{}", bad.json());
    let wall = room.teach("/api/class/move", &json!({"to": "run"})).await;
    let tell = json!({"job": wall["run"]["job"], "lanes": []});
    assert_eq!(room.ask("POST", "/api/class/tell", &secret, &tell).await.status(), 204);
    let soon = room.ask("POST", "/api/class/tell", &secret, &tell).await;
    assert_eq!((soon.status(), soon.header("retry-after")), (429, "1"), "{}", soon.json());
}

#[tokio::test]
async fn a_class_at_every_address_is_told_to_choose_one_and_a_bench_without_a_class_says_so() {
    let ended = program::run(&["--class", "--listen", "0.0.0.0:0"]);
    assert_eq!(ended.code, Some(2), "{}", ended.errors);
    assert!(ended.errors.contains("--listen 192.168.1.5:8080"), "{}", ended.errors);
    let server = Server::start();
    for path in ["/api/class", "/api/class/events"] {
        let answer = http::get(&server.bench, path).await;
        assert_eq!(answer.status(), 409);
        assert_eq!(answer.json()["error"]["fix"], "start it with --class");
    }
}
