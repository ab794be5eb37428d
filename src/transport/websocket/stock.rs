//! The WebSocket as actix-ws makes it: each message encoded anew for each reader, through its queue, by a task of its own.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use actix_ws::{CloseReason, Session};

use super::talk::{Close, Talk};
use crate::proto::websocket::header_size;
use crate::transport::encoding::{Content, carried, content, told_content};
use crate::transport::feeding::{Feeding, Step};
use crate::transport::params::Encoding;

/// Sends the feed until it ends, the client is gone or somebody asks for a Close. `listening` is the other direction: when
/// it is over, so is this, for a queue does not tell that nobody takes from it.
pub(super) async fn send(
    mut session: Session,
    mut feeding: Option<Feeding>,
    encoding: Encoding,
    talk: Rc<Talk>,
    listening: impl Future<Output = ()>,
) {
    let mut listening = pin!(listening);
    let close = loop {
        let mut next = pin!(poll_fn(|cx| match talk.take(cx) {
            Some(close) => Poll::Ready(Err(close)),
            None => feeding.as_mut().map_or(Poll::Pending, |feeding| feeding.poll_step(cx).map(Ok)),
        }));
        let step = tokio::select! {
            biased;
            step = &mut next => step,
            () = &mut listening => match poll_fn(|cx| Poll::Ready(talk.take(cx))).await {
                Some(close) => Err(close),
                None => return,
            },
        };
        let sent = match (step, &feeding) {
            (Err(close), _) => break close,
            (Ok(Step::End), _) => break Close::ended(),
            (Ok(Step::Away(notice)), _) => break Close::away(notice),
            (Ok(Step::Expired), _) => break Close::expired(),
            (Ok(Step::Stopping), _) => break Close::stopping(),
            (Ok(step), Some(feeding)) => tokio::select! {
                biased;
                sent = pass(&mut session, feeding, step, encoding) => sent,
                // The queue is full and nobody will take from it any more.
                () = &mut listening => return,
            },
            (Ok(_), None) => Ok(()),
        };
        if sent.is_err() {
            return;
        }
    };
    drop(feeding);
    // 1005 stands for a Close without a code, and may not be sent (RFC 6455 §7.4.1).
    let reason = (close.code != 1005).then(|| CloseReason {
        code: close.code.into(),
        description: (!close.reason.is_empty()).then_some(close.reason),
    });
    // An error says that the client is gone.
    let _ = session.close(reason).await;
}

async fn pass(
    session: &mut Session,
    feeding: &Feeding,
    step: Step,
    encoding: Encoding,
) -> Result<(), actix_ws::Closed> {
    let witness = feeding.witness();
    match step {
        Step::Event(event) => {
            let size = message(session, content(&event, encoding)).await?;
            witness.event(feeding.reader().job().name(), &event, size, carried(&event, encoding, false));
        }
        Step::Told(told) => {
            let size = message(session, told_content(&told.json, encoding)).await?;
            if told.name == "heartbeat" {
                witness.heartbeat(size, "event");
            }
        }
        Step::HiddenHeartbeat | Step::End | Step::Away(_) | Step::Expired | Step::Stopping => {
            session.ping(b"").await?;
            witness.heartbeat(header_size(0), "ping");
        }
    }
    Ok(())
}

/// Gives a message to the queue, and the size of the frame that it is to become.
async fn message(session: &mut Session, content: Content) -> Result<usize, actix_ws::Closed> {
    let size = header_size(content.bytes.len()) + content.bytes.len();
    if content.is_text {
        session.text(String::from_utf8_lossy(&content.bytes).into_owned()).await?;
    } else {
        session.binary(content.bytes).await?;
    }
    Ok(size)
}
