//! Whatever sequence of survivable faults is thrown, a reader that reconnects and resumes has every event once, by each transport:
//! a thousand sequences drawn from seeds, in simulated time. A seed that fails says how it is played again.

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Map, Value};
use tokio::time::{sleep, timeout};
use wirebench::client::{Client, ComingBack, Lane, Polling, Profile, Transport};
use wirebench::fault::{self, Fault, ScopeKind, Values};
use wirebench::param::{Kind, Param};
use wirebench::server::Config;

use super::scene::{Scene, TRANSPORTS, play, transport};
use super::whole::Whole;

/// Sequences that are played, on two threads.
const CASES: u64 = 1000;
/// Events of a feed before its end, and what lies between them.
const EVENTS: (u64, &str) = (24, "350ms");
/// Throws of a sequence, at the most.
const THROWS: usize = 5;
/// Simulated time that everybody has to come to the end, once all faults are cleared.
const PATIENCE: Duration = Duration::from_secs(600);

/// Says how a case that has failed is played again.
struct Again(u64);

impl Drop for Again {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let seed = self.0;
            println!(
                "play it again: WIREBENCH_SEED={seed} WIREBENCH_CASES=1 cargo test --test simulated any_faults -- --nocapture"
            );
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a whole number, not {text:?}")))
}

/// A duration or number of any size up to a bound, small ones as often as large ones.
fn any_size(rng: &mut Rng, min: u64, max: u64) -> u64 {
    let bits = rng.u32(0..=64 - (max - min).leading_zeros());
    min + rng.u64(0..=(max - min).min((1_u64 << bits) - 1))
}

/// A value for a parameter; none leaves it as usual.
fn value(rng: &mut Rng, param: &Param) -> Option<String> {
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

fn params(rng: &mut Rng, fault: &Fault) -> Map<String, Value> {
    let given =
        fault.params.iter().filter_map(|param| Some((param.name.to_owned(), value(rng, param)?.into())));
    let mut given: Map<String, Value> = given.collect();
    if fault.name == "answer" {
        // By chance alone hardly any status would be one of those that are survived.
        given.insert("status".to_owned(), [200, 500, 502, 503, 504][rng.usize(0..5)].into());
    }
    given
}

/// A throw that every transport in its scope survives.
fn throw(rng: &mut Rng) -> Value {
    loop {
        let fault = &fault::ALL[rng.usize(0..fault::ALL.len())];
        let given = params(rng, fault);
        let values = Values::read(fault, &given).unwrap_or_else(|error| panic!("{given:?}: {error}"));
        let transport = TRANSPORTS[rng.usize(0..TRANSPORTS.len())];
        let (scope, struck) = match fault.scopes[rng.usize(0..fault.scopes.len())] {
            ScopeKind::All => ("all".to_owned(), &TRANSPORTS[..]),
            // A lane is called after its transport.
            ScopeKind::Lane => (format!("lane:{transport}"), &[transport][..]),
            ScopeKind::Transport => (format!("transport:{transport}"), &[transport][..]),
            // Its number is not known before.
            ScopeKind::Connection => continue,
        };
        if !struck.iter().all(|transport| fault.is_survived(&values, transport)) {
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

/// A reader that is like one browser or another, and comes back in one way or another.
fn client(rng: &mut Rng, scene: &Scene, n: usize) -> Client {
    let name = TRANSPORTS[n];
    let profile = [Profile::standard(), Profile::chromium(), Profile::firefox()][rng.usize(0..3)].clone();
    let mut lane = Lane { seed: rng.u64(..), profile, ..scene.lane(n, name) };
    if !name.ends_with("polling") {
        lane = lane.with("dead-after", "4s").with("heartbeat", "1s");
    }
    if ["sse", "websocket"].contains(&name) {
        lane = lane.with("fanout", ["shared", "stock"][rng.usize(0..2)]);
    }
    let how = match transport(name) {
        Transport::Polling(polling) => Transport::Polling(Polling { at_most: rng.usize(1..=3), ..polling }),
        Transport::FetchStream(_) if rng.bool() => Transport::FetchStream(ComingBack::RESUMING),
        Transport::WebSocket(_) if rng.bool() => Transport::WebSocket(ComingBack::RESUMING),
        other => other,
    };
    scene.client(lane, how)
}

/// Plays one sequence; says what is wrong with it, if anything is.
async fn sequence(seed: u64, scene: &Scene) -> Result<(), String> {
    let mut rng = Rng::with_seed(seed);
    let (count, interval) = EVENTS;
    scene.synthetic(count, interval);
    let clients: Vec<Client> = (0..TRANSPORTS.len()).map(|n| client(&mut rng, scene, n)).collect();
    let mut thrown = Vec::new();
    for _ in 0..rng.usize(1..=THROWS) {
        sleep(Duration::from_millis(rng.u64(0..2500))).await;
        let wanted = throw(&mut rng);
        thrown.push(wanted.to_string());
        scene.throw(wanted).await;
    }
    sleep(Duration::from_millis(rng.u64(0..6000))).await;
    scene.handle.clear_all().await;
    let thrown = thrown.join("\n");
    for (client, lane) in clients.into_iter().zip(TRANSPORTS) {
        match timeout(PATIENCE, client.finished()).await {
            Err(_) => return Err(format!("{lane} hung after\n{thrown}")),
            Ok(reader) if !reader.ended => return Err(format!("{lane} gave up after\n{thrown}")),
            Ok(_) => {}
        }
        let whole = Whole::of(&scene.seen(lane));
        if whole.last != count + 1 || !whole.missed.is_empty() || !whole.repeated.is_empty() {
            return Err(format!("{lane} has {whole:?} of {} after\n{thrown}", count + 1));
        }
    }
    Ok(())
}

fn case(seed: u64) {
    let _again = Again(seed);
    // Without a record, which would take most of the time.
    let played = play(seed, async || sequence(seed, &Scene::unheard(&Config::default()).await).await);
    let Err(wrong) = played else { return };
    play(seed, async || {
        // The same again, told.
        let mut scene = Scene::new().await;
        let _ = sequence(seed, &scene).await;
        println!("{}", scene.record().join("\n"));
    });
    panic!("seed {seed}: {wrong}");
}

fn cases(part: u64) {
    let (first, count) = (number("WIREBENCH_SEED").unwrap_or(0), number("WIREBENCH_CASES").unwrap_or(CASES));
    (first..first + count).filter(|seed| seed % 2 == part).for_each(case);
}

#[test]
fn any_faults_that_are_survived_are_survived_by_each_transport_even_seeds() {
    cases(0);
}

#[test]
fn any_faults_that_are_survived_are_survived_by_each_transport_odd_seeds() {
    cases(1);
}
