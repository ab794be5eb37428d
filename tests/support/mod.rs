//! What the suites share: a server of their own, readers for every transport, a relay that counts.
//!
//! Nothing here asserts a timing, and nothing waits without a bound: what does not come within [`PATIENCE`] fails.

#![allow(dead_code, reason = "every suite uses its own part of it")]

pub mod ask;
pub mod class;
pub mod element;
pub mod faults;
pub mod http;
pub mod lane;
pub mod polling;
pub mod program;
pub mod reader;
pub mod relay;
pub mod server;
pub mod sse;
pub mod stream;
pub mod tshark;
pub mod websocket;

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

/// How long anything may take before it is taken for lost.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What `future` gives, or a failure that names what was waited for.
pub async fn bounded<T>(what: &str, future: impl Future<Output = T>) -> T {
    let given = tokio::time::timeout(PATIENCE, future).await;
    given.unwrap_or_else(|_| panic!("waited {PATIENCE:?} in vain for {what}"))
}

/// Waits until `condition` holds, at most for `bound`, looking every few milliseconds (it lives in another process).
pub async fn eventually(what: &str, bound: Duration, mut condition: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !condition().await {
        assert!(since.elapsed() < bound, "waited {bound:?} in vain for {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Something that runs to its end.
pub type Run<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Runs all of them side by side, to their ends. Where one fails, its name is printed.
pub async fn side_by_side(runs: Vec<(String, Run<'_>)>) {
    struct Named<'n>(&'n str);
    impl Drop for Named<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                println!("on {}", self.0);
            }
        }
    }
    let mut runs = runs;
    std::future::poll_fn(|cx| {
        runs.retain_mut(|(name, run)| {
            let _named = Named(name);
            run.as_mut().poll(cx).is_pending()
        });
        if runs.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}
