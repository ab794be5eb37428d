//! What is drawn by chance: values of parameters, and throws of any fault.

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Map, Value};
use wirebench::fault::{self, Fault, ScopeKind, Values};
use wirebench::param::{Kind, Param};

use super::scene::TRANSPORTS;

/// Says how a case that has failed is played again.
pub struct Again(pub &'static str, pub u64);

impl Drop for Again {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self(test, seed) = self;
            println!(
                "play it again: WIREBENCH_SEED={seed} WIREBENCH_CASES=1 cargo test --test simulated {test} -- --nocapture"
            );
        }
    }
}

/// The number in an environment variable, if it is set.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {text:?}")))
}

/// A duration or number of any size up to a bound, small ones as often as large ones.
pub fn any_size(rng: &mut Rng, min: u64, max: u64) -> u64 {
    let bits = rng.u32(0..=64 - (max - min).leading_zeros());
    min + rng.u64(0..=(max - min).min((1_u64 << bits) - 1))
}

/// A value for a parameter; none leaves it as usual.
pub fn value(rng: &mut Rng, param: &Param) -> Option<String> {
    if rng.u8(0..4) == 0 {
        return None;
    }
    let ms = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    Some(match &param.kind {
        Kind::Choice(values) => values[rng.usize(0..values.len())].to_owned(),
        Kind::Switch => ["on", "off"][rng.usize(0..2)].to_owned(),
        Kind::Duration { min, max, .. } => format!("{}ms", any_size(rng, ms(*min), ms(*max).min(3000))),
        Kind::Number { min, max, .. } => any_size(rng, *min as u64, (*max as u64).min(100_000)).to_string(),
        // Seconds to stay away, which is obeyed however many they are.
        Kind::Count { min, max } => any_size(rng, *min as u64, (*max as u64).min(60)).to_string(),
        Kind::Free { .. } | Kind::Line { .. } | Kind::Text { .. } | Kind::Cursor(_) => return None,
    })
}

fn params(rng: &mut Rng, fault: &Fault, survived: bool) -> Map<String, Value> {
    let given =
        fault.params.iter().filter_map(|param| Some((param.name.to_owned(), value(rng, param)?.into())));
    let mut given: Map<String, Value> = given.collect();
    if survived && fault.name == "answer" {
        // By chance alone hardly any status would be one of those that are survived.
        given.insert("status".to_owned(), [200, 500, 502, 503, 504][rng.usize(0..5)].into());
    }
    given
}

/// A throw of any fault; one that every transport in its scope survives, where only those are wanted.
pub fn throw(rng: &mut Rng, survived: bool) -> Value {
    loop {
        let fault = &fault::ALL[rng.usize(0..fault::ALL.len())];
        let given = params(rng, fault, survived);
        let values = match Values::read(fault, &given) {
            Ok(values) => values,
            // Such as a redirection to nowhere.
            Err(_) if !survived => continue,
            Err(error) => panic!("{given:?}: {error}"),
        };
        let transport = TRANSPORTS[rng.usize(0..TRANSPORTS.len())];
        let (scope, struck) = match fault.scopes[rng.usize(0..fault.scopes.len())] {
            ScopeKind::All => ("all".to_owned(), &TRANSPORTS[..]),
            // A lane is called after its transport.
            ScopeKind::Lane => (format!("lane:{transport}"), &[transport][..]),
            ScopeKind::Transport => (format!("transport:{transport}"), &[transport][..]),
            // Its number is not known before.
            ScopeKind::Connection => continue,
        };
        if survived && !struck.iter().all(|transport| fault.is_survived(&values, transport)) {
            continue;
        }
        let lasts = fault.lasts;
        let mut may = vec![lasts.usual.to_owned()];
        may.extend(lasts.time.then(|| format!("{}ms", any_size(rng, 1, 5000))));
        may.extend(lasts.once.then(|| "once".to_owned()));
        may.extend(lasts.until_cleared.then(|| "until-cleared".to_owned()));
        let mut wanted = given;
        wanted.insert("fault".to_owned(), fault.name.into());
        wanted.insert("scope".to_owned(), scope.into());
        wanted.insert("lasts".to_owned(), may.swap_remove(rng.usize(0..may.len())).into());
        return wanted.into();
    }
}
