//! What a lane costs while nothing happens: the bytes in the stretches between two of its events.

use schemars::JsonSchema;
use serde::Serialize;

/// A stretch between two events that is longer than this is quiet, in ms.
const LONG: f64 = 1000.0;
/// What crosses so soon after an event, or so shortly before the next, belongs to those, in ms.
const MARGIN: f64 = 50.0;

/// The quiet stretches of a lane, together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
pub struct Quiet {
    /// How long, in seconds.
    pub seconds: f64,
    /// Bytes that went up in them.
    pub up: u64,
    /// Bytes that went down.
    pub down: u64,
    /// Both, for a minute of them.
    pub per_minute: f64,
}

/// Bytes that crossed at a time: ms since 1970, whether up, how many.
pub(super) type Crossed = (f64, bool, u64);

impl Quiet {
    /// Of events at these times, and of what crossed. Neither need be in order.
    pub(super) fn of(mut events: Vec<f64>, crossed: &[Crossed]) -> Option<Self> {
        events.sort_by(f64::total_cmp);
        let stretches: Vec<(f64, f64)> = events
            .windows(2)
            .filter(|pair| pair[1] - pair[0] > LONG)
            .map(|pair| (pair[0] + MARGIN, pair[1] - MARGIN))
            .collect();
        let mut quiet = Self::default();
        for (at, up, bytes) in crossed {
            let stretch = stretches.partition_point(|(_, to)| to < at);
            if stretches.get(stretch).is_some_and(|(from, _)| from <= at) {
                *if *up { &mut quiet.up } else { &mut quiet.down } += bytes;
            }
        }
        let ms: f64 = stretches.iter().map(|(from, to)| to - from).sum();
        quiet.seconds = ms.round() / 1000.0;
        #[expect(clippy::cast_precision_loss, reason = "a record holds less than 2^52 bytes")]
        let bytes = (quiet.up + quiet.down) as f64;
        quiet.per_minute = (bytes * 60_000.0 / ms).round();
        (!stretches.is_empty()).then_some(quiet)
    }
}

#[cfg(test)]
mod tests {
    use super::Quiet;

    #[test]
    fn what_crosses_between_events_far_apart_is_quiet_and_what_is_theirs_is_not() {
        let events = vec![3000.0, 0.0, 100.0, 6000.0];
        // Of the first stretch, 150 to 2950 ms: a poll and its answer. Of the second: nothing but its events' own.
        let crossed = [
            (20.0, false, 1000),
            (120.0, false, 1000),
            (1000.0, true, 70),
            (1001.0, false, 30),
            (3001.0, false, 500),
            (5990.0, true, 70),
            (7000.0, true, 70),
        ];
        let quiet = Quiet::of(events, &crossed).expect("two stretches");
        assert_eq!((quiet.up, quiet.down), (70, 30));
        assert!((quiet.seconds - 5.7).abs() < 1e-9, "{quiet:?}");
        assert!((quiet.per_minute - 1053.0).abs() < 1e-9, "100 bytes in 5.7 s: {quiet:?}");
    }

    #[test]
    fn without_a_long_stretch_nothing_is_known() {
        assert_eq!(Quiet::of(vec![0.0, 1000.0], &[(500.0, true, 1)]), None);
        assert_eq!(Quiet::of(vec![], &[(500.0, true, 1)]), None);
    }
}
