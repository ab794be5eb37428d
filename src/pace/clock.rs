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

/// A day of the calendar, and a second of it.
struct Date {
    /// Since 1970-01-01.
    days: u64,
    year: u64,
    month: u64,
    day: u64,
    second: u64,
}

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

    /// The moment so many milliseconds after 1970-01-01T00:00:00Z.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast saturates, and 2^53 µs lie in the year 2255"
    )]
    pub fn from_millis(ms: f64) -> Self {
        Self((ms * 1000.0).round() as u64)
    }

    /// The same moment to the second as HTTP tells it (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn http_date(self) -> String {
        const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let Date { days, year, month, day, second } = self.date();
        let named = |names: &[&'static str], n: u64| {
            let n = usize::try_from(n).unwrap_or_default();
            names.iter().cycle().nth(n % names.len()).copied().unwrap_or_default()
        };
        let (weekday, month) = (named(&DAYS, days % 7), named(&MONTHS, month - 1));
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// The same moment as ISO 8601 tells it: `1994-11-06T08:49:37.000000Z`.
    pub fn iso_date(self) -> String {
        let Date { year, month, day, second, .. } = self.date();
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let rest = self.0 % 1_000_000;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{rest:06}Z")
    }

    fn date(self) -> Date {
        let seconds = self.0 / 1_000_000;
        let (days, second) = (seconds / 86_400, seconds % 86_400);
        // Years begin in March here, so that a leap day is the last of its year; 719,468 days lie between 0000-03-01 and 1970.
        let since = days + 719_468;
        let (era, of_era) = (since / 146_097, since % 146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let year = era * 400 + year_of_era + u64::from(month >= 10);
        Date { days, year, month: (month + 2) % 12 + 1, day, second }
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
    fn a_date_is_told_as_http_does() {
        let told = |seconds: u64| Micros(seconds * 1_000_000 + 999_999).http_date();
        assert_eq!(told(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(told(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(told(951_868_799), "Tue, 29 Feb 2000 23:59:59 GMT");
        assert_eq!(told(1_767_225_600), "Thu, 01 Jan 2026 00:00:00 GMT");
        assert_eq!(told(4_107_542_400), "Mon, 01 Mar 2100 00:00:00 GMT");
        let iso = Micros::from_millis(951_868_799_001.5).iso_date();
        assert_eq!(iso, "2000-02-29T23:59:59.001500Z");
    }

    #[test]
    fn millis_keep_the_microseconds() {
        assert!((Micros(1_764_000_000_000_125).millis() - 1_764_000_000_000.125).abs() < f64::EPSILON);
    }
}
