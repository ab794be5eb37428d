//! The task that reads what a WebSocket client sends: commands, pings, its Close. It ends when the client is gone.

use std::rc::Rc;
use std::sync::Arc;

use actix_http::ws::ProtocolError;
use actix_ws::{AggregatedMessage, MessageStream, Session};

use super::frames::ANSWER;
use super::talk::{Close, Talk};
use crate::feed::{Job, Order};
use crate::transport::Witness;
use crate::transport::commands::{obey, refused};

/// The longest message taken from a client, in bytes; commands are far shorter.
pub(super) const MESSAGE_LIMIT: usize = 64 << 10;

/// Whom commands are for, and whether they are obeyed.
pub(super) struct Ear {
    pub job: Arc<Job>,
    pub only_reads: bool,
}

/// Reads until the client is gone or has closed.
pub(super) async fn listen(
    messages: MessageStream,
    mut session: Session,
    talk: Rc<Talk>,
    job: Option<Ear>,
    witness: Witness,
) {
    let mut messages =
        messages.max_frame_size(MESSAGE_LIMIT).aggregate_continuations().max_continuation_size(MESSAGE_LIMIT);
    while let Some(message) = messages.recv().await {
        let sent = match message {
            Ok(AggregatedMessage::Text(text)) => match &job {
                // Awaiting the session is the back-pressure: who does not read its acks is not read either.
                Some(ear) => session.text(answer(ear, text.as_bytes(), &witness)).await,
                None => Ok(()),
            },
            Ok(AggregatedMessage::Ping(payload)) => session.pong(&payload).await,
            Ok(AggregatedMessage::Pong(_)) => Ok(()),
            Ok(AggregatedMessage::Binary(_)) => {
                talk.close(Close::because(1003, "commands are text"));
                Ok(())
            }
            Ok(AggregatedMessage::Close(reason)) => {
                // RFC 6455 §5.5.1: answer with the code that was received.
                let code = reason.map_or(1005, |reason| reason.code.into());
                return talk.close(Close { code, reason: String::new(), answered: true });
            }
            Err(error) => {
                let (code, reason) = told(&error);
                talk.close(Close::because(code, reason));
                // The stream is of no use any more, but the session's end would cut the peer's time to answer short.
                return tokio::time::sleep(ANSWER).await;
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

fn answer(ear: &Ear, text: &[u8], witness: &Witness) -> String {
    let refuse = |told: String| {
        let mut ack = serde_json::json!({ "type": "ack", "ok": false, "error": told });
        if let Some(id) = Order::id_of(text) {
            ack["id"] = id.into();
        }
        ack.to_string()
    };
    if ear.only_reads {
        return refuse("this reader may read the feed and not command it".to_owned());
    }
    match Order::parse(text) {
        Ok(order) => {
            let ack = obey(&ear.job, &order);
            let json = ack.to_json();
            witness.framed(&order, text.len(), masked_size(text.len()), &ack, json.len());
            json
        }
        Err(error) => {
            let refusal = refused(&error.to_string());
            refuse(format!("wanted {}, found {}", refusal.wanted, refusal.found))
        }
    }
}

/// What a message of so many bytes is in one masked frame (RFC 6455 §5.2); a client that sent it in several paid more.
fn masked_size(bytes: usize) -> usize {
    bytes + if bytes < 126 { 6 } else { 8 }
}

fn told(error: &ProtocolError) -> (u16, &'static str) {
    match error {
        ProtocolError::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            (1007, "text must be UTF-8")
        }
        // What actix-ws makes of fragments that add up to too much.
        ProtocolError::Overflow | ProtocolError::Io(_) => (1009, "a message may have 64 KiB"),
        _ => (1002, "that is not RFC 6455"),
    }
}
