//! Whatever sequence of survivable faults is thrown, a reader that reconnects and resumes has every event once, by each transport:
//! a thousand sequences drawn from seeds, in simulated time. A seed that fails says how it is played again.

use std::time::Duration;

use fastrand::Rng;
use tokio::time::{sleep, timeout};
use wirebench::client::{Client, ComingBack, Lane, Polling, Profile, Transport};
use wirebench::server::Config;

use super::draw::{Again, number, throw};
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
        let wanted = throw(&mut rng, true);
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
    let _again = Again("any_faults", seed);
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
