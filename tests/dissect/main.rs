//! The dissector: every byte of a connection has one label, wherever the network cut it. Held against golden files
//! (tests/golden/wire), traffic whose sums are known, garbage, decoders of others, and what an event costs.

mod agreement;
mod cases;
mod cost;
mod decoders;
mod golden;
mod page;
mod property;
mod robust;
mod told;
mod traffic;

#[path = "../corpus/notation.rs"]
mod notation;

use wirebench::proto::dissect::{Dissector, Span, Way, joined};

/// The spans of these pieces, in the order given, both ways finished; parts put together.
fn dissected<'a>(pieces: impl IntoIterator<Item = (Way, &'a [u8])>) -> Vec<Span> {
    let mut dissector = Dissector::new();
    let mut spans = Vec::new();
    for (way, bytes) in pieces {
        dissector.dissect(way, bytes, &mut spans);
        assert!(dissector.buffered() <= Dissector::MOST_BUFFERED, "{} bytes held", dissector.buffered());
    }
    for way in Way::ALL {
        dissector.finish(way, &mut spans);
    }
    joined(&spans)
}

/// Those of one way.
fn of(spans: &[Span], way: Way) -> Vec<Span> {
    spans.iter().filter(|span| span.way == way).copied().collect()
}

/// Fails unless the spans of each way are in order, without gaps, and as long as what was fed.
fn covered(spans: &[Span], up: usize, down: usize) {
    for (way, length) in [(Way::Up, up), (Way::Down, down)] {
        let end = of(spans, way).iter().fold(0, |at, span| {
            assert_eq!(span.at, at, "a gap or an overlap before {span:?}");
            assert!(span.length > 0, "{span:?}");
            assert!(span.kind.facts().roles.contains(&span.role), "no role of its kind: {span:?}");
            span.end()
        });
        assert_eq!(end, length as u64, "all that went {}", way.name());
    }
}
