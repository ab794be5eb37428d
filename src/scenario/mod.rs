//! Scenario files: a situation written once (docs/reference/scenarios.md), read strictly, with the place of each mistake;
//! and the judge, who holds what was observed against what the file expects.

mod judge;
mod keys;
mod mistakes;
mod model;
mod read;
mod schema;

pub use judge::{Met, Verdict, judge};
pub use keys::STATES;
pub use mistakes::{Mistakes, Told};
pub use model::{
    Bound, Expectation, Held, Lane, LaneMoment, Moment, Player, Program, Proxy, Ready, Scenario, Skip, Span,
    Step, Verb,
};
pub use schema::schema;
