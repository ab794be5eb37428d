//! The binary envelope of docs/reference/feed.md, at every split.

use serde_json::{Value, json};
use wirebench::proto::envelope::{Decoder, Envelope, EnvelopeError, encode};

use super::golden::{cases, cuts, hex};

fn decode(limit: u32, pieces: &[&[u8]]) -> (Vec<Envelope>, Option<EnvelopeError>, usize) {
    let mut decoder = Decoder::new(limit);
    let mut envelopes = Vec::new();
    for piece in pieces {
        if let Err(error) = decoder.decode(piece, &mut envelopes) {
            return (envelopes, Some(error), 0);
        }
    }
    let pending = decoder.pending();
    (envelopes, None, pending)
}

#[test]
fn every_golden_envelope_says_the_same_at_every_split() {
    for case in cases("envelope") {
        let limit = u32::try_from(case.says["limit"].as_u64().unwrap_or(1 << 20)).expect("u32");
        let bytes = case.hex();
        for cut in cuts(&bytes) {
            let (envelopes, error, _) = decode(limit, &cut);
            let told: Value = envelopes
                .iter()
                .map(|envelope| json!({"seq": envelope.seq, "json": envelope.json, "bytes": hex(&envelope.bytes)}))
                .collect();
            assert_eq!(told, case.says["envelopes"], "{} cut as {cut:?}", case.name);
            assert_eq!(error.is_some(), case.says["error"] == "TooLong", "{} cut as {cut:?}", case.name);
        }
        if case.says["error"].is_null() {
            let (envelopes, ..) = decode(limit, &[&bytes]);
            let again: Vec<u8> = envelopes
                .iter()
                .flat_map(|one| encode(one.seq, one.json, &one.bytes).expect("small"))
                .collect();
            assert_eq!(hex(&again), hex(&bytes), "{} encoded again", case.name);
        }
    }
}

#[test]
fn a_seq_that_uses_bit_63_is_refused() {
    assert_eq!(encode(1 << 63, false, b""), Err(EnvelopeError::Unencodable));
}

#[test]
fn a_cut_envelope_is_known_by_what_is_left() {
    let bytes = encode(7, true, b"{}").expect("small");
    assert_eq!(decode(100, &[&bytes[..13]]).2, 13);
    assert_eq!(decode(100, &[&bytes]).2, 0);
}
