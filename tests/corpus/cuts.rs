//! The ways to cut a stream into the pieces that a network might make of it.

/// Up to this length a stream is cut in two at every byte; a longer one at random.
const EVERY: usize = 256;
const RANDOM: usize = 100;

/// Whole, byte by byte, and in two at every byte; of a long one 100 times at random, by a seed of its own.
pub fn all(name: &str, bytes: &[u8]) -> Vec<Vec<usize>> {
    let mut ways = vec![Vec::new(), (1..bytes.len()).collect()];
    if bytes.len() <= EVERY {
        ways.extend((1..bytes.len()).map(|at| vec![at]));
    } else {
        ways.extend(at_random(name, bytes.len()).take(RANDOM));
    }
    ways
}

/// Some of them, for what takes longer.
pub fn some(name: &str, bytes: &[u8]) -> Vec<Vec<usize>> {
    let mut ways = vec![Vec::new()];
    if bytes.len() <= EVERY {
        ways.push((1..bytes.len()).collect());
    }
    ways.extend(at_random(name, bytes.len()).take(3));
    ways
}

/// The pieces between these places.
pub fn pieces<'a>(bytes: &'a [u8], places: &[usize]) -> Vec<&'a [u8]> {
    let mut from = 0;
    let ends = places.iter().copied().chain([bytes.len()]);
    ends.map(|to| &bytes[std::mem::replace(&mut from, to)..to]).collect()
}

/// Up to 20 places, in order; a place that comes twice makes an empty piece.
fn at_random(name: &str, length: usize) -> impl Iterator<Item = Vec<usize>> {
    let seed = name.bytes().fold(9, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
    let mut random = fastrand::Rng::with_seed(seed);
    std::iter::repeat_with(move || {
        let mut places: Vec<usize> = (0..random.usize(1..=20)).map(|_| random.usize(0..=length)).collect();
        places.sort_unstable();
        places
    })
}
