//! Playing: the drivers (native clients, browsers), the clocks, and the records they leave.
