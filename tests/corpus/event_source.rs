//! The `EventSource` of each profile, in simulated time: the events it fires, when it comes back, and what id it tells then.

use std::time::Duration;

use tokio::time::timeout;
use wirebench::client::{EventSource, EventSourceInit, Happening, Profile};

use crate::case::cases;
use crate::cuts;
use crate::stage::{Act, Play, Stage, head};

/// Longer than any reconnection time but those that are as good as forever.
const WATCHED: Duration = Duration::from_secs(100 * 24 * 60 * 60);

#[derive(Debug, PartialEq)]
struct Seen {
    events: Vec<[String; 3]>,
    /// How long after `error` the next request came, if it did.
    waited: Option<Duration>,
    /// Its `Last-Event-ID`.
    told: Option<String>,
}

async fn listen(pieces: &[&[u8]], profile: &Profile) -> Seen {
    let mut acts = vec![Act::Send(head(200, "Content-Type: text/event-stream\r\n").into_bytes())];
    // The pause makes one read of each piece; empty ones would only be pauses.
    acts.extend(
        pieces
            .iter()
            .filter(|piece| !piece.is_empty())
            .flat_map(|piece| [Act::Send(piece.to_vec()), Act::Pause(1)]),
    );
    let gone = Play::Acts(vec![Act::Send(head(204, "").into_bytes())]);
    let stage = Stage::new(&[Play::Acts(acts), gone]);
    let init = EventSourceInit { profile: profile.clone(), ..EventSourceInit::default() };
    let mut source = EventSource::open(stage.clone(), "http://a/e".parse().expect("a URL"), init);
    let (mut events, mut ended) = (Vec::new(), None);
    while let Ok(Some(happening)) = timeout(WATCHED, source.next()).await {
        match happening {
            Happening::Message { kind, data, last_event_id, .. } => events.push([kind, data, last_event_id]),
            Happening::Error { .. } => ended = ended.or(Some(stage.at())),
            _ => {}
        }
    }
    let asked = stage.asked();
    let again = asked.get(1);
    Seen {
        events,
        waited: again.map(|again| Duration::from_millis(again.at - ended.expect("an error before"))),
        told: again.and_then(|again| again.header("last-event-id")).map(|id| id.trim_matches(' ').to_owned()),
    }
}

fn holds(profile: &Profile) {
    for case in cases() {
        let bytes = case.bytes();
        let outcome = case.outcome(profile.name);
        let wait = Some(outcome.wait(profile)).filter(|wait| *wait < WATCHED);
        // The spaces around a header's value are none of it (RFC 9110 §5.5).
        let told =
            wait.and((!outcome.last_event_id.is_empty()).then(|| outcome.last_event_id.trim_matches(' ')));
        let wanted = Seen { told: told.map(str::to_owned), waited: wait, events: outcome.events };
        for places in cuts::some(&case.name, &bytes) {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
            let pieces = cuts::pieces(&bytes, &places);
            let seen = runtime.expect("a runtime").block_on(listen(&pieces, profile));
            assert_eq!(seen, wanted, "{}, {}, cut at {places:?}", case.name, profile.name);
        }
    }
}

#[test]
fn the_event_source_of_the_standard_does_what_the_standard_says() {
    holds(&Profile::standard());
}

#[test]
fn the_event_source_of_chromium_does_what_chromium_does() {
    holds(&Profile::chromium());
}

#[test]
fn the_event_source_of_firefox_does_what_firefox_does() {
    holds(&Profile::firefox());
}
