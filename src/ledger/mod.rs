//! The ledger of a record that holds the bytes (docs/reference/ledger.md): what they were for, by connection, lane and run; what an
//! event and a quiet minute cost; and, apart from what was counted, an estimate of what TCP, IP and TLS add.
//!
//! A pure function of a record.

mod account;
mod book;
mod bytes;
mod capture;
mod quiet;

pub use account::{Account, Around, Estimate, OneWay, PerEvent, Sums};
pub use book::{Book, OfConnection, OfLane};
pub use bytes::Ledger;
pub use capture::{Capture, Connection, End, Piece};
pub use quiet::Quiet;
