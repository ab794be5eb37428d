//! Listens to a class.

use serde_json::Value;

use super::bounded;
use super::http::Target;
use super::stream::Stream;

/// What a class has told on one stream.
pub struct Events {
    /// All of it so far.
    pub stream: Stream,
    read: usize,
}

impl Events {
    /// Listens with this key or secret.
    pub async fn listen(bench: &Target, shown: &str) -> Self {
        let bearer = format!("Bearer {shown}");
        let stream = Stream::listen(bench, "/api/class/events", &[("Authorization", &bearer)]).await;
        Self { stream, read: 0 }
    }

    /// Waits for an event of that name that is so.
    pub async fn until(&mut self, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
        bounded(&format!("the event {name}"), async {
            loop {
                while let Some(end) = self.stream.text[self.read..].find("\n\n") {
                    let block = &self.stream.text[self.read..self.read + end];
                    let of = |field: &str| {
                        block.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default().trim()
                    };
                    let told =
                        (of("event:") == name).then(|| serde_json::from_str(of("data:")).expect("JSON"));
                    self.read += end + 2;
                    if let Some(told) = told.filter(|told| holds(told)) {
                        return told;
                    }
                }
                assert!(self.stream.more().await, "the stream has ended: {}", self.stream.text);
            }
        })
        .await
    }

    /// Waits for the end of the stream.
    pub async fn end(&mut self) {
        self.stream.end().await;
    }
}
