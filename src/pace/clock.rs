//! The process's one clock: wall time read once at the start, carried on by the monotonic clock.
//!
//! A stepped system clock (NTP, a laptop waking up) can so never make an event older than its predecessor.

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A moment in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Micros(pub u64);

static START: LazyLock<(Instant, u64)> = LazyLock::new(|| {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (Instant::now(), micros(wall))
});

/// The present moment.
pub fn now() -> Micros {
    let (start, wall) = &*START;
    Micros(wall + micros(start.elapsed()))
}

impl Micros {
    /// The same moment in milliseconds, as every JSON of the house gives times.
    #[expect(clippy::cast_precision_loss, reason = "2^53 µs lie in the year 2255")]
    pub fn millis(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The moment `later` from now.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        Self(self.0.saturating_add(micros(later)))
    }

    /// How long after `earlier` this is; zero if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_never_runs_backwards() {
        let first = now();
        assert!(now() >= first);
    }

    #[test]
    fn millis_keep_the_microseconds() {
        assert!((Micros(1_764_000_000_000_125).millis() - 1_764_000_000_000.125).abs() < f64::EPSILON);
    }
}
