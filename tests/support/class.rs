//! Listens to a class.

use serde_json::Value;
use wirebench::proto::http1::{Body, Framing};

use super::bounded;
use super::http::{Connection, Target};

/// What a class has told on one stream.
pub struct Events {
    connection: Connection,
    body: Body,
    /// All of it so far.
    pub text: String,
    read: usize,
}

impl Events {
    /// Listens with this key or secret.
    pub async fn listen(bench: &Target, shown: &str) -> Self {
        let mut connection = Connection::open(bench).await.expect("a connection");
        let bearer = format!("Bearer {shown}");
        connection.send("GET", "/api/class/events", &[("Authorization", &bearer)], b"").await.expect("sent");
        let head = bounded("the class", connection.head()).await.expect("a head");
        assert_eq!(head.status, 200);
        let body = Body::new(Framing::of(&head, false).expect("a framing"));
        Self { connection, body, text: String::new(), read: 0 }
    }

    /// Waits for an event of that name that is so.
    pub async fn until(&mut self, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
        bounded(&format!("the event {name}"), async {
            loop {
                while let Some(end) = self.text[self.read..].find("\n\n") {
                    let block = &self.text[self.read..self.read + end];
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
                assert!(self.more().await, "the stream has ended: {}", self.text);
            }
        })
        .await
    }

    /// Waits for the end of the stream.
    pub async fn end(&mut self) {
        while bounded("the end of the stream", self.more()).await {}
    }

    async fn more(&mut self) -> bool {
        let mut bytes = Vec::new();
        self.connection.more(&mut self.body, &mut bytes).await.expect("read");
        self.text.push_str(std::str::from_utf8(&bytes).expect("whole lines"));
        !bytes.is_empty()
    }
}
