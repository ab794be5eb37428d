//! One suite for all transports: every promise of docs/reference/feed.md, kept by each entry of the server's list.
//!
//! A story takes a server and a transport. Its job is made anew for each, so no story sees another's traces. One story that
//! needs the machine for itself stands beside this suite, in `tests/slow_reader.rs`.

mod closes;
mod commands;
mod cursor;
mod delivery;
mod end;
mod gone;
mod own;
mod payload;
mod refusal;

#[path = "../support/mod.rs"]
mod support;

use support::reader::Transport;
use support::server::Server;

/// Tells the story on every transport that the server lists.
async fn on_every_transport(story: impl AsyncFn(&Server, Transport)) {
    let server = Server::start();
    for transport in server.transports().await {
        // Shown only when the story fails: on which transport.
        println!("on {}", transport.name());
        story(&server, transport).await;
    }
}
