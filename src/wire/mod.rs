//! The bytes of one connection, both ways: where they are counted, and where faults will strike.
//!
//! [`Wire`] wraps any byte stream; [`Line`] is its handle, shared with those who read the meter or cut it.
//! [`Vigil`] gives up peers that went silent. [`Connection`] says which lane the bytes are for, and [`Connections`] keeps the books of all of them.

mod books;
mod connection;
mod effect;
mod line;
mod sock;
mod stream;
mod vigil;

pub use books::{Connections, LaneTally, OriginTally};
pub use connection::{Charge, Connection};
pub use effect::{Cut, Effect, Given, Way};
pub use line::Line;
pub use sock::{Sock, TcpState};
pub use stream::Wire;
pub use vigil::{DEAD, Vigil, Watch};
