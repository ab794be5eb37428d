//! The life of the program: how it starts or says why not, what page it serves, and how it stops.

mod page;
mod settings;
mod start;
mod stop;

#[path = "../support/mod.rs"]
mod support;

use std::net::TcpListener;

/// Whether this system has loopback addresses beyond 127.0.0.1; says which story is skipped where it has none.
fn has_loopback_addresses(story: &str) -> bool {
    let has = TcpListener::bind("127.0.0.2:0").is_ok();
    if !has {
        println!("SKIPPED {story}: there is no 127.0.0.2 here");
    }
    has
}
