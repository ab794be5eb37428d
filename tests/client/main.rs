//! The native clients: in simulated time against servers that play a script, and over TCP against the real server.

mod stage;
mod transcript;

mod event_source_connection;
mod event_source_parsing;
mod event_source_redirects;
mod event_source_retry;
mod lanes_in_time;
mod web_socket_close;
mod web_socket_frames;
mod web_socket_handshake;
