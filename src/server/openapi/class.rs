//! The operations of the class.

use serde_json::{Value, json};

use super::Paths;
use super::parts::{Operation, schema};
use super::schemas::{count, list, object, or_null, text};
use crate::class::{CODE_LENGTH, CODE_LETTERS, MAX_LANES, MAX_MEMBERS, MAX_NAME, Phase};

/// Adds them.
pub(super) fn paths(paths: &mut Paths) {
    let class =
        keyed(Operation::new("class", "The class, for its teacher")).json(200, "the class", &schema("Class"));
    paths.insert("/api/class".to_owned(), json!({ "get": class.value() }));
    let events =
        keyed(Operation::new("classEvents", "What changes in the class, four times a second at most"))
            .answer(
                200,
                "events you, lesson, class and removed",
                &[("text/event-stream", json!({ "type": "string" }))],
            )
            .endless();
    paths.insert("/api/class/events".to_owned(), json!({ "get": events.value() }));
    let posted = |id: &str, summary: &str, body: &str| {
        keyed(Operation::new(id, summary)).body(&schema(body), true).changes_state()
    };
    let open = posted("openClass", "Begin a lesson", "Lesson").json(200, "begun", &schema("Class"));
    let moved = posted("moveClass", "Move the class a step on or back; a run has a job made", "ClassMove")
        .json(200, "moved", &schema("Class"))
        .no(429, "there are as many jobs as may be, and none has ended");
    let join = posted("joinClass", "Join it", "ClassJoin")
        .json(201, "joined", &schema("ClassJoined"))
        .no(503, "it has as many members as may be");
    let bet = posted("bet", "Bet, or bet anew", "ClassBet").empty(204, "taken");
    let tell = posted("tellLanes", "Say how one's lanes are, once a second at most", "ClassLanes")
        .empty(204, "taken")
        .no(429, "too soon");
    let posts = [("open", open), ("move", moved), ("join", join), ("bet", bet), ("tell", tell)];
    for (name, operation) in posts {
        paths.insert(format!("/api/class/{name}"), json!({ "post": operation.value() }));
    }
    let remove = keyed(Operation::new("removeMember", "Remove a member"))
        .in_path("member", "its number", &json!({ "type": "integer", "minimum": 1 }))
        .empty(204, "removed")
        .no(404, "no such member")
        .changes_state();
    paths.insert("/api/class/members/{member}".to_owned(), json!({ "delete": remove.value() }));
    let drawn = Operation::new("classCode", "Where to join, as a QR code")
        .in_path("code", "the class's code", &code())
        .answer(200, "a drawing", &[("image/svg+xml", json!({ "type": "string" }))])
        .no(404, "another code")
        .no(409, "there is no class here");
    paths.insert("/api/class/{code}/qr.svg".to_owned(), json!({ "get": drawn.value() }));
}

/// With what is said where there is no class, or to who may not.
fn keyed(operation: Operation) -> Operation {
    operation
        .no(403, "not the teacher's key, or no secret of a member, in Authorization: Bearer")
        .no(409, "there is no class here, or it is in another phase")
}

fn code() -> Value {
    let letters = String::from_utf8_lossy(CODE_LETTERS);
    json!({ "type": "string", "pattern": format!("^[{letters}]{{{CODE_LENGTH}}}$") })
}

/// Their schemas.
pub(super) fn schemas() -> Vec<(&'static str, Value)> {
    let word = || json!({ "type": "string", "pattern": "^[a-z0-9-]{1,64}$" });
    let phases = Phase::ALL.map(Phase::name);
    let phase = || json!({ "type": "string", "enum": phases });
    let ws = || json!({ "type": "string", "enum": ["bare", "restart", "resume"] });
    let said = object(&[("en", text()), ("zh", text())]);
    let answer = object(&[("answer", word()), ("says", said.clone())]);
    let mut bet = object(&[("bet", word()), ("asks", said.clone()), ("answers", list(answer))]);
    bet["properties"]["lane"] = json!({ "type": ["string", "null"], "pattern": "^[a-z0-9-]{1,64}$" });
    let lesson =
        object(&[("lesson", word()), ("title", said.clone()), ("question", said), ("bets", list(bet))]);
    let states = ["idle", "connecting", "open", "waiting", "closed", "given-up", "ended"];
    let lane = object(&[
        ("transport", json!({ "type": "string", "pattern": "^[a-z-]{1,20}$" })),
        ("state", json!({ "type": "string", "enum": states })),
        ("delivered", count()),
        ("missed", count()),
        ("repeated", count()),
        ("attempts", count()),
        ("last", count()),
        ("lost", count()),
        ("back-after", or_null("integer")),
    ]);
    let lanes = json!({ "type": "array", "maxItems": MAX_LANES, "items": lane });
    let mut moves = object(&[("to", phase())]);
    moves["properties"]["count"] = json!({ "type": "integer", "minimum": 1 });
    moves["properties"]["interval"] = text();
    moves["properties"]["ws"] = ws();
    let name = json!({ "type": "string", "minLength": 1, "maxLength": MAX_NAME });
    let bets = json!({ "type": "object", "additionalProperties": text() });
    let member =
        object(&[("member", count()), ("name", name.clone()), ("bets", bets), ("lanes", lanes.clone())]);
    let mut run = object(&[("job", word()), ("ws", ws())]);
    run["type"] = json!(["object", "null"]);
    let class = object(&[
        ("phase", phase()),
        ("run", run),
        ("betting", count()),
        ("code", code()),
        ("join", text()),
        ("members", json!({ "type": "array", "maxItems": MAX_MEMBERS, "items": member })),
        ("sums", json!({ "type": "object" })),
        ("bets", json!({ "type": "object" })),
    ]);
    vec![
        ("Lesson", lesson),
        ("Class", class),
        ("ClassMove", moves),
        ("ClassJoin", object(&[("code", text()), ("name", name)])),
        ("ClassJoined", object(&[("member", count()), ("secret", text())])),
        ("ClassBet", object(&[("bet", word()), ("answer", word())])),
        ("ClassLanes", object(&[("job", word()), ("lanes", lanes)])),
    ]
}
