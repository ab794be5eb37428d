//! Faults at work on wires: on pipes in memory, where time stands still until somebody waits; on real sockets; and
//! beneath the feed itself.

mod events;
mod like_a_kernel;
mod pipes;
mod sockets;
mod stage;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value};
use wirebench::fault::{self, Hit, Strike, Struck, Values};
use wirebench::wire::Line;

static THROWS: AtomicU64 = AtomicU64::new(0);

/// Throws a fault at one wire, as the API would; gives the throw's number and what was done.
fn throw(line: &Arc<Line>, fault: &str, params: Value) -> (u64, Struck) {
    let fault = fault::named(fault).unwrap_or_else(|| panic!("no fault is called {fault}"));
    let given: Map<String, Value> = serde_json::from_value(params).expect("an object");
    let values = Values::read(fault, &given).unwrap_or_else(|error| panic!("{error}"));
    let throw = THROWS.fetch_add(1, Ordering::Relaxed) + 1;
    match (fault.strike)(&values).unwrap_or_else(|error| panic!("{error}")) {
        Strike::Wires(blow) => (throw, blow(line, Hit { throw, nth: 0 })),
        _ => panic!("{} is not for wires", fault.name),
    }
}
