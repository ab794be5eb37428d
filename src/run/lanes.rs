//! What a conductor needs of those who read: to begin, to tell what they see, to obey, to close.

use crate::record::Observation;
use crate::run::LanePlan;

/// The readers of a run, of some driver.
pub trait Lanes {
    /// Lets all of them connect.
    ///
    /// # Errors
    /// Why they cannot.
    fn begin(&mut self, lanes: &[LanePlan]) -> impl Future<Output = Result<(), String>>;

    /// What one of them sees next. It may be dropped and asked for again without losing anything.
    fn next(&mut self) -> impl Future<Output = Heard>;

    /// Has a lane do something. The conductor has noted it in the record.
    fn order(&mut self, lane: &LanePlan, order: &LaneOrder);

    /// Has all close; what they still saw is told, then [`Heard::Over`].
    fn close(&mut self);
}

/// What is heard of the lanes.
#[derive(Debug)]
pub enum Heard {
    /// One of them saw this.
    Seen(Box<Observation>),
    /// All are closed and have told everything.
    Over,
    /// They are gone, and why.
    Gone(String),
}

/// What a lane can be told to do.
#[derive(Clone, Debug, PartialEq)]
pub enum LaneOrder {
    /// Send a command.
    Say {
        /// Its name.
        command: String,
        /// With `speed`.
        factor: Option<f64>,
        /// How often, one behind the other.
        times: u32,
    },
    /// Disconnect by hand.
    Disconnect,
    /// Connect by hand.
    Connect,
}
