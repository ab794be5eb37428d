//! Wall time for observations, carried on by tokio's clock, so that a paused runtime has a paused wall clock too.

use tokio::time::Instant;

use crate::pace::Micros;

/// Tells wall time: that of its beginning, plus what tokio's clock has counted since.
#[derive(Clone, Copy, Debug)]
pub struct Wall {
    began: Instant,
    wall: Micros,
}

impl Wall {
    /// A clock that says `wall` now. Make it inside a runtime.
    pub fn starting_at(wall: Micros) -> Self {
        Self { began: Instant::now(), wall }
    }

    /// What it says now, in milliseconds since 1970.
    pub fn now(&self) -> f64 {
        self.wall.plus(self.began.elapsed()).millis()
    }
}

impl Default for Wall {
    /// The real wall time.
    fn default() -> Self {
        Self::starting_at(crate::pace::now())
    }
}
