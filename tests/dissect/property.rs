//! Valid traffic of every transport, in any pieces: the spans are those of the whole, and the sums are known.

use fastrand::Rng;
use proptest::prelude::*;
use wirebench::proto::dissect::{Role, Span, Sums, Way};

use crate::traffic::Traffic;
use crate::{covered, dissected, of, told};

/// The pieces in an order that keeps to what each needs before it.
pub fn interleaved<'a>(traffic: &'a Traffic, rng: &mut Rng) -> Vec<(Way, &'a [u8])> {
    let most = [1, 3, 50, 5000][rng.usize(0..4)];
    let (mut up, mut down) = (0, 0);
    let mut pieces = Vec::new();
    while up < traffic.up.len() || down < traffic.down.len() {
        // How far down may go by what has gone up.
        let open =
            traffic.needs.iter().find(|(_, needs)| *needs > up).map_or(traffic.down.len(), |(at, _)| *at);
        let way = if rng.bool() { Way::Up } else { Way::Down };
        let (bytes, at, end) = match way {
            Way::Up => {
                let frames = traffic.frames.filter(|(_, answered)| *answered > down);
                (&traffic.up, &mut up, frames.map_or(traffic.up.len(), |(frames, _)| frames))
            }
            Way::Down => (&traffic.down, &mut down, open),
        };
        let to = (*at + rng.usize(1..=most)).min(end);
        if *at < to {
            pieces.push((way, &bytes[*at..to]));
            *at = to;
        }
    }
    pieces
}

fn whole(traffic: &Traffic) -> Vec<Span> {
    dissected(traffic.whole())
}

/// Holds the spans of a connection against what is known of it.
fn judge(traffic: &Traffic, spans: &[Span]) {
    covered(spans, traffic.up.len(), traffic.down.len());
    for way in Way::ALL {
        let own = of(spans, way);
        let sums: Sums = own.iter().collect();
        for role in Role::ALL {
            let wanted = traffic.sums[way as usize][role as usize];
            assert_eq!(sums.of(role), wanted, "{} {}: {}", role.name(), way.name(), told::lines(&own));
        }
        let last = own.iter().filter_map(|span| span.element).max().unwrap_or(0);
        assert_eq!(last, traffic.elements[way as usize], "elements {}: {}", way.name(), told::lines(&own));
        let payload = own.iter().filter(|span| span.role == Role::Payload && span.element.is_some());
        assert!(
            payload.clone().count() as u64 >= payload.filter_map(|span| span.element).max().map_or(0, |_| 1)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn the_sums_of_any_traffic_are_those_that_its_maker_knows(seed in any::<u64>()) {
        let traffic = Traffic::any(&mut Rng::with_seed(seed));
        judge(&traffic, &whole(&traffic));
    }

    #[test]
    fn the_spans_of_any_traffic_are_the_same_in_any_pieces(seed in any::<u64>()) {
        let mut rng = Rng::with_seed(seed);
        let traffic = Traffic::any(&mut rng);
        let spans = dissected(interleaved(&traffic, &mut rng));
        covered(&spans, traffic.up.len(), traffic.down.len());
        prop_assert_eq!(told::difference(&spans, &whole(&traffic)), None);
    }
}

#[test]
fn traffic_has_all_that_there_is() {
    let mut kinds = std::collections::HashSet::new();
    for seed in 0..300 {
        let traffic = Traffic::any(&mut Rng::with_seed(seed));
        kinds.extend(whole(&traffic).iter().map(|span| span.kind));
    }
    let missing: Vec<&str> = wirebench::proto::dissect::KINDS
        .iter()
        .filter(|facts| !kinds.contains(&facts.kind))
        .map(|facts| facts.name)
        .collect();
    assert_eq!(missing, ["sse-unknown", "frame-compressed", "unparsed"], "made by hand in the golden files");
}
