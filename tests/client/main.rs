//! The native clients: in simulated time against servers that play a script, and over TCP against the real server.

mod scene;
mod stage;
#[path = "../support/mod.rs"]
mod support;
mod transcript;

mod against_the_server;
mod event_source_connection;
mod event_source_parsing;
mod event_source_redirects;
mod event_source_retry;
mod lanes_asking;
mod lanes_streaming;
mod per_origin;
mod web_socket_close;
mod web_socket_frames;
mod web_socket_handshake;
