//! wirebench: one feed, every transport, the same fault at the same instant, proven delivery.

pub mod proto;
