//! The decoder of each profile, at every cut of every case.

use wirebench::client::Profile;
use wirebench::proto::event_stream::{Decoder, Item};

use crate::case::{Outcome, cases};
use crate::cuts;

/// What the decoder makes of these pieces, told as a case tells it.
fn decoded(pieces: &[&[u8]], profile: &Profile) -> Outcome {
    let mut decoder = Decoder::new(1 << 20).with_quirks(profile.event_source.quirks());
    let mut items = Vec::new();
    for piece in pieces {
        decoder.decode(piece, &mut items).expect("within the limit");
    }
    // A header cannot say an id with NUL.
    let id = Some(decoder.last_event_id()).filter(|id| !id.contains('\0')).unwrap_or_default();
    let mut outcome = Outcome {
        events: Vec::new(),
        reconnection_time: None,
        last_event_id: id.to_owned(),
        comments: Vec::new(),
    };
    for item in items {
        match item {
            Item::Event { kind, data, id, .. } => outcome.events.push([kind, data, id]),
            Item::Retry(ms) => outcome.reconnection_time = Some(ms),
            Item::Comment(text) => outcome.comments.push(text),
        }
    }
    outcome
}

/// What of a case is held at all its cuts.
#[track_caller]
fn holds(profile: &Profile) {
    for case in cases() {
        let bytes = case.bytes();
        let mut wanted = case.outcome(profile.name);
        let wait = wanted.wait(profile);
        for places in cuts::all(&case.name, &bytes) {
            let mut found = decoded(&cuts::pieces(&bytes, &places), profile);
            let (name, who) = (&case.name, profile.name);
            let waits = profile.event_source.reconnection_time(found.reconnection_time);
            assert_eq!(waits, wait, "{name}, {who}, cut at {places:?}: the reconnection time");
            // Compared as the wait that it makes.
            (found.reconnection_time, wanted.reconnection_time) = (None, None);
            // No browser shows what it takes for a comment.
            if who != "standard" {
                found.comments.clone_from(&wanted.comments);
            }
            assert_eq!(found, wanted, "{name}, {who}, cut at {places:?}");
        }
    }
}

#[test]
fn the_decoder_makes_of_each_stream_what_the_standard_says_wherever_it_is_cut() {
    holds(&Profile::standard());
}

#[test]
fn the_decoder_of_chromium_makes_of_each_stream_what_chromium_does() {
    holds(&Profile::chromium());
}

#[test]
fn the_decoder_of_firefox_makes_of_each_stream_what_firefox_does() {
    holds(&Profile::firefox());
}
