//! The bytes of one connection, both ways: where they are counted, and where faults strike.
//!
//! [`Wire`] wraps any byte stream; [`Line`] is its handle, shared with those who read the meter or cut it. [`Pipe`] is a TCP connection in
//! memory, and [`Network`] where such are listened for and dialed: the ground of the simulated stage.
//! Faults are stages ([`Effect`]) that a strike puts in. A [`Tape`] keeps the chunks for who listens, [`Tapes`] those of all connections. [`Vigil`] gives up peers that went silent. [`Connection`] says which lane the bytes are for, and [`Connections`] keeps the books of all of them.

mod books;
mod byte_stream;
mod chain;
mod chains;
mod connection;
mod count;
mod effect;
mod line;
mod network;
mod pipe;
mod sock;
mod socket;
mod stream;
mod tape;
mod tapes;
mod tidy;
mod vigil;

pub use books::{Connections, LaneTally, OriginTally};
pub use byte_stream::ByteStream;
pub use connection::{Charge, Connection};
pub use effect::{Cut, Effect, Ending, Given, Handed, Passage, Queue, Speech, Start, Way};
pub use line::{Line, OpenResponse, PILED_UP};
pub use network::{Listener, Network};
pub use pipe::{Pipe, PipeKernel};
pub use sock::{Kernel, Segments, Sock, TcpState};
pub use stream::Wire;
pub use tape::{Chunk, Ear, Heard, Tape};
pub use tapes::{Crossed, Tapes};
pub use tidy::HttpDate;
pub use vigil::{DEAD, Vigil, Watch};
