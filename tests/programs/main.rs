//! The feed read by clients that others wrote, each to its end event through a cut in the middle: here curl and
//! tokio-tungstenite. Those in Python stand beside (`test_*.py`), those in JavaScript in `tests/web/programs`.

mod curl;
#[path = "../support/mod.rs"]
mod support;
mod tungstenite;

use serde_json::json;
use support::ask::Element;
use support::http::Target;
use support::relay::Relay;
use support::server::{Job, Server};

/// Events of the job before its end event.
const COUNT: u64 = 60;
/// Where the line is cut: in the middle of an event in the middle.
const CUT: &str = r#""seq":30,"#;

/// A job of 60 events, and a relay before its origin that will cut one connection.
async fn cut_once(server: &Server) -> (Job<'_>, Relay, Target) {
    let job = server.synthetic(json!({"count": COUNT, "interval": "20ms"})).await;
    let origin = server.origins[0].clone();
    let relay = Relay::before(origin.address).await.expect("a relay");
    relay.cut_at(CUT);
    (job, relay, origin)
}

/// Every event came once, in order, up to the end event, although the line was cut.
fn whole(what: &str, elements: &[Element], relay: &Relay) {
    let told: Vec<&str> =
        elements.iter().filter(|one| one.seq.is_none()).map(|one| one.kind.as_str()).collect();
    assert!(told.iter().all(|kind| *kind == "hello"), "{what} was told {told:?}");
    let seqs: Vec<u64> = elements.iter().filter_map(|one| one.seq).collect();
    assert_eq!(seqs, (1..=COUNT + 1).collect::<Vec<u64>>(), "{what}");
    assert_eq!(elements.last().map(|one| one.kind.as_str()), Some("done"), "{what}");
    assert_eq!(relay.cuts(), 1, "{what} was cut");
}
