//! An event stream of the bench as it comes: its text so far, and more of it.

use wirebench::proto::http1::{Body, Framing};

use super::bounded;
use super::http::{Connection, Target};

/// One that is listened to.
pub struct Stream {
    connection: Connection,
    body: Body,
    /// What has come and was not taken out.
    pub text: String,
}

impl Stream {
    /// Asks for it, with these fields.
    pub async fn listen(target: &Target, path: &str, fields: &[(&str, &str)]) -> Self {
        let mut connection = Connection::open(target).await.expect("a connection");
        connection.send("GET", path, fields, b"").await.expect("sent");
        let head = bounded(path, connection.head()).await.expect("a head");
        assert_eq!(head.status, 200, "{path}");
        let body = Body::new(Framing::of(&head, false).expect("a framing"));
        Self { connection, body, text: String::new() }
    }

    /// Waits for more of it; false at its end.
    pub async fn more(&mut self) -> bool {
        let mut bytes = Vec::new();
        self.connection.more(&mut self.body, &mut bytes).await.expect("read");
        self.text.push_str(std::str::from_utf8(&bytes).expect("whole lines"));
        !bytes.is_empty()
    }

    /// Waits for its end.
    pub async fn end(&mut self) {
        while bounded("the end of the stream", self.more()).await {}
    }
}
