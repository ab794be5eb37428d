//! What a kernel does to a connection, as native clients see it in simulated time.
