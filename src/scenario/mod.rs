//! Scenario files: a situation written once (docs/reference/scenarios.md), read strictly, with the place of each mistake.

mod model;

pub use model::{
    Bound, Expectation, Held, Lane, LaneMoment, Moment, Player, Program, Proxy, Ready, Scenario, Skip, Span,
    Step, Verb,
};
