//! One suite for all transports: every promise of docs/reference/feed.md, kept by each entry of the server's list.
//!
//! A story takes a server and a transport. Its job is made anew for each, so no story sees another's traces. One story that
//! needs the machine for itself stands beside this suite, in `tests/slow_reader.rs`.

mod access;
mod closes;
mod commands;
mod courtesies;
mod cursor;
mod delivery;
mod end;
mod gone;
mod gzip;
mod held;
mod own;
mod payload;
mod posted;
mod refusal;
mod stock;

#[path = "../support/mod.rs"]
mod support;

use support::reader::Way;
use support::server::Server;
use support::{Run, side_by_side};

/// Tells the story on every transport that the server lists, by each of its fanouts.
async fn on_every_transport(story: impl AsyncFn(&Server, Way)) {
    let server = Server::start();
    let ways = server.ways().await;
    by(&server, &ways, &story).await;
}

/// Tells the story on every transport, by each of its fanouts and in each of its encodings.
async fn in_every_encoding(story: impl AsyncFn(&Server, Way)) {
    let server = Server::start();
    let ways = server.encoded_ways().await;
    by(&server, &ways, &story).await;
}

async fn by(server: &Server, ways: &[Way], story: &impl AsyncFn(&Server, Way)) {
    assert!(ways.len() > 1);
    let run = |way: &Way| {
        let way = *way;
        let run: Run<'_> = Box::pin(story(server, way));
        (way.label(), run)
    };
    side_by_side(ways.iter().map(run).collect()).await;
}
