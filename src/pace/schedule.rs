//! When the n-th event is due: an evenly spaced schedule with seeded jitter, that can be paused and sped up.
//!
//! Job time runs from zero while the job runs, at `speed` times real time. Changing speed or pausing moves the
//! anchor only, so what was already due stays due and no event is skipped or doubled.

use std::time::Duration;

use super::Micros;

/// Interval and jitter of a schedule, in job time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stride {
    /// From one event to the next.
    pub interval: Duration,
    /// Each event is late by 0 to this much, drawn from `seed` and its number.
    pub jitter: Duration,
    /// The same seed gives the same delays.
    pub seed: u64,
}

impl Stride {
    /// Job time at which event `n` (counted from 1) is due.
    pub fn due(&self, n: u64) -> Duration {
        let even = self.interval.saturating_mul(u32::try_from(n).unwrap_or(u32::MAX));
        let span = u64::try_from(self.jitter.as_micros()).unwrap_or(u64::MAX);
        if span == 0 {
            return even;
        }
        // One generator per event: the delay of event n does not depend on how many were drawn before it.
        let mut rng = fastrand::Rng::with_seed(self.seed ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        even + Duration::from_micros(rng.u64(0..=span))
    }
}

/// Job time against real time.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    anchor_real: Micros,
    anchor_job: Duration,
    speed: f64,
    paused: bool,
}

impl Schedule {
    /// A schedule that starts running at `now` with job time zero.
    pub fn starting(now: Micros) -> Self {
        Self { anchor_real: now, anchor_job: Duration::ZERO, speed: 1.0, paused: false }
    }

    /// Job time at `now`.
    pub fn job_time(&self, now: Micros) -> Duration {
        if self.paused {
            return self.anchor_job;
        }
        self.anchor_job + now.since(self.anchor_real).mul_f64(self.speed)
    }

    /// The real moment at which job time reaches `due`; `None` while paused.
    pub fn real_time(&self, due: Duration) -> Option<Micros> {
        if self.paused {
            return None;
        }
        let ahead = due.saturating_sub(self.anchor_job);
        Some(self.anchor_real.plus(ahead.div_f64(self.speed)))
    }

    /// Sets pause and speed as from `now`. `speed` must be above zero.
    pub fn set(&mut self, now: Micros, paused: bool, speed: f64) {
        self.anchor_job = self.job_time(now);
        self.anchor_real = now;
        self.paused = paused;
        self.speed = speed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1000;

    #[test]
    fn pausing_stops_job_time_and_resuming_continues_it() {
        let mut schedule = Schedule::starting(Micros(0));
        schedule.set(Micros(100 * MS), true, 1.0);
        assert_eq!(schedule.job_time(Micros(900 * MS)), Duration::from_millis(100));
        assert_eq!(schedule.real_time(Duration::from_millis(200)), None);
        schedule.set(Micros(900 * MS), false, 1.0);
        assert_eq!(schedule.real_time(Duration::from_millis(200)), Some(Micros(1000 * MS)));
    }

    #[test]
    fn twice_the_speed_halves_what_is_left_to_wait() {
        let mut schedule = Schedule::starting(Micros(0));
        schedule.set(Micros(100 * MS), false, 2.0);
        assert_eq!(schedule.real_time(Duration::from_millis(300)), Some(Micros(200 * MS)));
    }

    #[test]
    fn jitter_is_bounded_and_repeats_with_its_seed() {
        let stride =
            Stride { interval: Duration::from_millis(10), jitter: Duration::from_millis(4), seed: 7 };
        for n in 1..200 {
            let due = stride.due(n);
            let even = Duration::from_millis(10 * n);
            assert!(due >= even && due <= even + Duration::from_millis(4));
            assert_eq!(due, stride.due(n));
        }
        assert!((1..50).any(|n| stride.due(n) != Stride { seed: 8, ..stride }.due(n)));
    }
}
