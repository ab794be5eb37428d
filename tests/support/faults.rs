//! Throws faults, and listens to what the server records of them.

use serde_json::Value;

use super::bounded;
use super::http;
use super::server::Server;
use super::stream::Stream;

/// Throws, and gives what is told of it.
pub async fn throw(server: &Server, wanted: &Value) -> Value {
    let answer = http::post(&server.bench, "/api/faults", wanted).await;
    let told = answer.json();
    assert_eq!(answer.status(), 201, "{wanted}: {told}");
    let id = told["id"].as_str().unwrap_or_default();
    assert_eq!(answer.header("location"), format!("/api/faults/{id}"));
    told
}

/// What is told of a throw now.
pub async fn thrown(server: &Server, id: &str) -> Value {
    let told = http::get(&server.bench, "/api/faults").await.json();
    let all = told["thrown"].as_array().expect("thrown");
    all.iter().find(|throw| throw["id"] == id).unwrap_or_else(|| panic!("{id} in {told}")).clone()
}

/// Clears a throw, and gives what is told of it.
pub async fn clear(server: &Server, id: &str) -> Value {
    let answer = http::request(&server.bench, "DELETE", &format!("/api/faults/{id}"), &[], b"").await;
    assert_eq!(answer.status(), 200, "{id}: {}", answer.json());
    answer.json()
}

/// The server's record from when this was made.
pub struct Record(Stream);

impl Record {
    pub async fn listen(server: &Server) -> Self {
        Self::listen_to(server, "/api/record").await
    }

    /// Another such stream.
    pub async fn listen_to(server: &Server, path: &str) -> Self {
        let mut stream = Stream::listen(&server.bench, path, &[]).await;
        // It listens before it says this.
        while !stream.text.contains("\n\n") {
            assert!(bounded("the first line", stream.more()).await, "the stream has ended");
        }
        Self(stream)
    }

    /// All lines up to the one that is `last`, that included.
    pub async fn until(&mut self, last: impl FnMut(&Value) -> bool) -> Vec<Value> {
        bounded("a line of the stream", self.read_until(last)).await
    }

    async fn read_until(&mut self, mut last: impl FnMut(&Value) -> bool) -> Vec<Value> {
        let mut lines = Vec::new();
        loop {
            while let Some(end) = self.0.text.find('\n') {
                let line: String = self.0.text.drain(..=end).collect();
                if let Some(data) = line.strip_prefix("data:") {
                    lines.push(serde_json::from_str(data).expect("JSON"));
                    if last(&lines[lines.len() - 1]) {
                        return lines;
                    }
                }
            }
            assert!(self.0.more().await, "the stream has ended, after {lines:?}");
        }
    }

    /// Waits for the end of the stream.
    pub async fn end(&mut self) {
        self.0.end().await;
    }
}
