//! What an event costs by each transport and encoding, in bytes at the socket: measured by a relay in between, equal to
//! what the server says of each lane, and written down in docs/reference/cost.md, which this test holds byte for byte.
//!
//! `WIREBENCH_WRITE_DOCS=1 cargo test --locked --test cost` writes it anew.

mod formula;
mod measure;
mod page;
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;

use measure::{Feed, Kind};

/// Bytes of payload an event.
const SIZES: [usize; 3] = [40, 1024, 65536];

/// How a feed is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// As the page calls it.
    pub title: &'static str,
    /// As the path does.
    pub transport: &'static str,
    /// Polls only: how many events an answer has.
    pub batch: Option<u64>,
    /// With `fanout=stock`.
    pub stock: bool,
}

const fn way(title: &'static str, transport: &'static str, batch: Option<u64>, stock: bool) -> Way {
    Way { title, transport, batch, stock }
}

/// The rows of every table.
pub const WAYS: [Way; 8] = [
    way("polling, one event a poll", "polling", Some(1), false),
    way("polling, 20 events a poll", "polling", Some(20), false),
    way("long-polling, one event an answer", "long-polling", Some(1), false),
    way("sse", "sse", None, false),
    way("sse, stock", "sse", None, true),
    way("fetch-stream", "fetch-stream", None, false),
    way("websocket", "websocket", None, false),
    way("websocket, stock", "websocket", None, true),
];

/// The columns of every table.
pub const ENCODINGS: [&str; 4] = ["json", "cbor", "raw", "binary"];

#[tokio::test]
async fn the_table_of_costs_is_what_an_event_costs_now() {
    let mut feeds = Vec::new();
    for kind in [Kind::Text, Kind::Bytes] {
        for size in SIZES {
            feeds.push(Feed::measured(kind, size).await);
        }
    }
    let written = page::page(&feeds);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/cost.md");
    if std::env::var_os("WIREBENCH_WRITE_DOCS").is_some() {
        std::fs::write(&path, &written).expect("written");
        return;
    }
    let kept = std::fs::read_to_string(&path).expect("docs/reference/cost.md");
    let differing = kept.lines().zip(written.lines()).find(|(kept, written)| kept != written);
    assert!(
        kept == written,
        "docs/reference/cost.md says otherwise, first at {differing:?}: \
         look why, and WIREBENCH_WRITE_DOCS=1 cargo test --locked --test cost writes it anew"
    );
}
