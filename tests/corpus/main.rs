//! The corpus of event streams (tests/golden/README.md): the decoder, and the `EventSource` of each profile, make of each
//! input what its file says, wherever it is cut. What browsers make of it is seen by tests/web/browser/corpus.test.js.

mod case;
mod cuts;
mod page;
#[path = "../client/stage.rs"]
#[expect(dead_code, reason = "the stage of the client tests can do more than is needed here")]
mod stage;

mod decoder;
mod event_source;
mod files;
mod notation;
