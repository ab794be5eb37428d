//! A count that knows some of the lines it was counted from.

use super::{Observed, Value};

/// How many lines of what was counted are kept: the first ones and the last.
pub const KEPT: usize = 8;

/// A count with its lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub count: u64,
    pub lines: Vec<usize>,
}

impl Tally {
    /// One more.
    pub(super) fn one(&mut self, line: usize) {
        self.more(1, line);
    }

    /// So many more, of one line.
    pub(super) fn more(&mut self, count: u64, line: usize) {
        self.count += count;
        if self.lines.len() == KEPT {
            self.lines.pop();
        }
        self.lines.push(line);
    }

    pub(super) fn observed(&self) -> Observed {
        Observed { value: Some(Value::Number(self.count)), lines: self.lines.clone() }
    }
}

/// The least and the greatest of some times, in milliseconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    least: Option<(f64, usize)>,
    greatest: Option<(f64, usize)>,
    pub first: Option<(f64, usize)>,
}

impl Times {
    pub(super) fn enter(&mut self, ms: f64, line: usize) {
        let ms = ms.max(0.0);
        self.first.get_or_insert((ms, line));
        if self.least.is_none_or(|(least, _)| ms < least) {
            self.least = Some((ms, line));
        }
        if self.greatest.is_none_or(|(greatest, _)| ms > greatest) {
            self.greatest = Some((ms, line));
        }
    }

    pub(super) fn observed(&self) -> Observed {
        let (Some(least), Some(greatest)) = (self.least, self.greatest) else { return Observed::default() };
        let mut lines = vec![least.1, greatest.1];
        lines.dedup();
        Observed { value: Some(Value::Times(duration(least.0), duration(greatest.0))), lines }
    }

    pub(super) fn first(&self) -> Observed {
        let Some((ms, line)) = self.first else { return Observed::default() };
        Observed { value: Some(Value::Times(duration(ms), duration(ms))), lines: vec![line] }
    }
}

/// Milliseconds as a duration, in whole microseconds: what a clock told as a float is no better.
pub(super) fn duration(ms: f64) -> std::time::Duration {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
    let micros = (ms.max(0.0) * 1000.0).round() as u64;
    std::time::Duration::from_micros(micros)
}
