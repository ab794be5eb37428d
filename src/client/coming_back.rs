//! When and where a client goes on that has no reconnect of its own, and how a browser holds back who comes too often.

use std::time::Duration;

use fastrand::Rng;

use super::profile::Throttle;

/// Whether and when a connection that was lost is opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconnect {
    /// Never, as browsers have it.
    Never,
    /// After this long, each time.
    Fixed(Duration),
    /// After a time drawn from zero to `first`, which doubles with each failure up to `longest`: truncated binary exponential
    /// back-off (RFC 6455 §7.2.3).
    BackOff {
        /// The most that is waited at first; the RFC has 5 s.
        first: Duration,
        /// The most that is ever waited.
        longest: Duration,
    },
}

impl Reconnect {
    /// The back-off that RFC 6455 §7.2.3 describes, up to a minute.
    pub const RFC: Self = Self::BackOff { first: Duration::from_secs(5), longest: Duration::from_secs(60) };

    /// How long to wait after so many failures in a row; `None` where it is not tried again.
    pub fn wait(self, failures: u32, rng: &mut Rng) -> Option<Duration> {
        match self {
            Self::Never => None,
            Self::Fixed(wait) => Some(wait),
            Self::BackOff { first, longest } => {
                let most = first.saturating_mul(2_u32.saturating_pow(failures)).min(longest);
                Some(most.mul_f64(rng.f64()))
            }
        }
    }
}

/// What a client adds of its own: when it comes back, and whether it goes on where it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComingBack {
    /// When.
    pub reconnect: Reconnect,
    /// Whether it then asks from its cursor. One that does not gets what comes from then on.
    pub resume: bool,
}

impl ComingBack {
    /// It stays away, as browsers do.
    pub const NEVER: Self = Self { reconnect: Reconnect::Never, resume: false };
    /// It comes back by the RFC's back-off and goes on where it was.
    pub const RESUMING: Self = Self { reconnect: Reconnect::RFC, resume: true };
}

/// The account by which a browser holds back sockets to one host.
#[derive(Clone, Copy, Debug)]
pub struct Reopening {
    throttle: Throttle,
    failed: u32,
    opened: u32,
}

impl Reopening {
    /// An empty account.
    pub fn new(throttle: Throttle) -> Self {
        Self { throttle, failed: 0, opened: 0 }
    }

    /// A socket is over: whether it had been open, and whether it closed cleanly.
    pub fn over(&mut self, opened: bool, clean: bool) {
        match self.throttle {
            Throttle::Free => {}
            // A socket that was open counts as a success, however it ended.
            Throttle::Doubling { .. } if opened => self.opened += 1,
            Throttle::Growing { .. } if clean => self.failed = 0,
            _ => self.failed += 1,
        }
    }

    /// How long the next one is held back that is opened so long after the last was over: Firefox counts from there,
    /// Chromium from the opening.
    pub fn wait(&self, since: Duration, rng: &mut Rng) -> Duration {
        let mut draw =
            |(least, most): (Duration, Duration)| least + most.saturating_sub(least).mul_f64(rng.f64());
        match self.throttle {
            Throttle::Doubling { draw: range } if self.failed > 0 => {
                let doublings = (self.failed / (self.opened + 1)).min(16);
                draw(range).mul_f64(f64::from(1_u32 << doublings) / 65_536.0)
            }
            Throttle::Growing { first, factor, longest } if self.failed > 0 => {
                let growth = factor.powi(i32::try_from(self.failed - 1).unwrap_or(i32::MAX).min(64));
                draw(first).mul_f64(growth).min(longest).saturating_sub(since)
            }
            _ => Duration::ZERO,
        }
    }
}

/// Milliseconds of a `Retry-After` in seconds (RFC 9110 §10.2.3); a date is not understood.
pub(super) fn retry_after(text: Option<&str>) -> Option<Duration> {
    let text = text?.trim();
    let digits = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Profile;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn back_off_doubles_stays_within_its_bounds_and_is_the_seed_s() {
        let draw = |seed| {
            let mut rng = Rng::with_seed(seed);
            (0..12).filter_map(|failures| Reconnect::RFC.wait(failures, &mut rng)).collect::<Vec<_>>()
        };
        for seed in 0..100 {
            for (failures, wait) in draw(seed).into_iter().enumerate() {
                let most = ms(5000 * (1 << failures)).min(ms(60_000));
                assert!(wait <= most, "{wait:?} after {failures}");
            }
        }
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!((0..100).any(|seed| draw(seed)[11] > ms(30_000)), "it does grow");
        assert_eq!(Reconnect::Never.wait(0, &mut Rng::with_seed(1)), None);
        assert_eq!(Reconnect::Fixed(ms(70)).wait(9, &mut Rng::with_seed(1)), Some(ms(70)));
    }

    /// BROWSERS "reopen at once after failure": free for about eight, then doubling to 1 to 5 s at random.
    #[test]
    fn chromium_lets_eight_failures_pass_and_then_holds_back_for_seconds() {
        let mut rng = Rng::with_seed(3);
        let mut account = Reopening::new(Profile::chromium().web_socket.throttle);
        for failures in 0..20 {
            let wait = account.wait(Duration::ZERO, &mut rng);
            assert!(failures > 8 || wait < ms(20), "{wait:?} after {failures}");
            assert!(failures < 16 || (wait >= ms(1000) && wait <= ms(5000)), "{wait:?} after {failures}");
            account.over(false, false);
        }
    }

    /// BROWSERS, same row: 0.3, 0.5, 0.7, 1.2, … by 1.5, 33 s at the thirteenth; no delay after a clean close.
    #[test]
    fn firefox_holds_back_longer_each_time_until_a_socket_closes_cleanly() {
        let mut rng = Rng::with_seed(3);
        let mut account = Reopening::new(Profile::firefox().web_socket.throttle);
        assert_eq!(account.wait(Duration::ZERO, &mut rng), Duration::ZERO);
        for failures in 0..20 {
            account.over(failures % 2 == 0, false);
            let growth = 1.5_f64.powi(failures);
            let (least, most) = (ms(200).mul_f64(growth).min(ms(60_000)), ms(400).mul_f64(growth));
            let wait = account.wait(Duration::ZERO, &mut rng);
            assert!(wait >= least && wait <= most && wait <= ms(60_000), "{wait:?} after {failures}");
        }
        assert_eq!(account.wait(ms(60_000), &mut rng), Duration::ZERO, "it has waited by itself");
        account.over(true, true);
        assert_eq!(account.wait(Duration::ZERO, &mut rng), Duration::ZERO);
        account.over(true, false);
        assert!(account.wait(Duration::ZERO, &mut rng) <= ms(400));
    }

    #[test]
    fn only_seconds_of_a_retry_after_are_obeyed() {
        assert_eq!(retry_after(Some(" 3 ")), Some(ms(3000)));
        for bad in ["", "-1", "Wed, 21 Oct 2015 07:28:00 GMT", "1.5", "9999999"] {
            assert_eq!(retry_after(Some(bad)), None, "{bad}");
        }
    }
}
