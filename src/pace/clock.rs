//! The process's one clock: wall time read once at the start, carried on by the monotonic clock.
//!
//! A stepped system clock (NTP, a laptop waking up) can so never make an event older than its predecessor.
//!
//! A thread that lives in simulated time has a preset date instead, carried on by tokio's clock.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A moment in microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Micros(pub u64);

static START: LazyLock<(Instant, u64)> = LazyLock::new(|| {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (Instant::now(), micros(wall))
});

thread_local! {
    // When it was preset, and to what.
    static PRESET: Cell<Option<(tokio::time::Instant, Micros)>> = const { Cell::new(None) };
}

/// The clock of a thread is preset until this is dropped.
#[derive(Debug)]
#[must_use = "it is preset as long as this lives"]
pub struct Preset(PhantomData<*const ()>);

/// The present moment.
pub fn now() -> Micros {
    if let Some((start, date)) = PRESET.get() {
        return date.plus(start.elapsed());
    }
    let (start, wall) = &*START;
    Micros(wall + micros(start.elapsed()))
}

/// Has this thread's clock say `date` now, and go on by tokio's clock. Call it inside a runtime whose time is paused, which must
/// be the only one of the thread until the clock is let go.
pub fn preset(date: Micros) -> Preset {
    PRESET.set(Some((tokio::time::Instant::now(), date)));
    Preset(PhantomData)
}

/// Whether this thread's clock is preset: it lives in simulated time.
pub fn is_preset() -> bool {
    PRESET.get().is_some()
}

impl Drop for Preset {
    fn drop(&mut self) {
        PRESET.set(None);
    }
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

    #[tokio::test(start_paused = true)]
    async fn a_preset_clock_goes_by_simulated_time_until_it_is_let_go() {
        let clock = preset(Micros(5));
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert_eq!((now(), is_preset()), (Micros(3_600_000_005), true));
        drop(clock);
        assert!(now() > Micros(1_700_000_000_000_000) && !is_preset());
    }

    #[test]
    fn millis_keep_the_microseconds() {
        assert!((Micros(1_764_000_000_000_125).millis() - 1_764_000_000_000.125).abs() < f64::EPSILON);
    }
}
