//! What a request is answered with where a throw answers it, or cuts it off, before its transport can.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{StatusCode, Uri};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use tokio::time::sleep;

use super::context::Context;
use super::news::note_news;
use super::witness::Witness;
use crate::fault::{Answer, Instead, Location, Met, Then};
use crate::wire::{Cut, Line};

/// How often the socket is looked at until all of an answer is out.
const LOOK: Duration = Duration::from_millis(10);

/// Stands in the extensions of a response that is to go out as it is, whatever it says.
#[derive(Clone, Copy, Debug)]
pub struct AsIs;

/// The response to a request that a throw has been waiting for.
pub(super) fn instead(request: &HttpRequest, context: &Context, witness: &Witness) -> Option<HttpResponse> {
    let connection = witness.connection()?;
    let Met { instead, hold, news } = context.throws.instead(connection)?;
    note_news(&context.recorder, &news);
    let answer = match instead {
        Instead::Answer(answer) => answer,
        Instead::Cut(how) => {
            // The wire refuses what would be written from here on.
            connection.line().cut(how, "fault: cut");
            return Some(HttpResponse::NoContent().finish());
        }
    };
    let rest: Option<Rest> = match answer.then {
        Then::End => None,
        Then::Hold => hold.map(|hold| -> Rest { Box::pin(hold.over()) }),
        Then::Cut(how) => {
            let sent = connection.line().totals().1 + answer.body.len() as u64;
            actix_web::rt::spawn(cut_when_out(connection.line().clone(), sent, how));
            Some(Box::pin(std::future::pending()))
        }
    };
    let response = response(request.uri(), context, &answer, rest);
    let bytes = (answer.then == Then::End).then_some(answer.body.len() as u64);
    witness.response(answer.status, bytes);
    Some(response)
}

fn response(uri: &Uri, context: &Context, answer: &Answer, rest: Option<Rest>) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let mut head = HttpResponse::build(status);
    head.insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(seconds) = answer.retry_after {
        head.insert_header((header::RETRY_AFTER, seconds));
    }
    if let Some(kind) = &answer.content_type {
        text(&mut head, header::CONTENT_TYPE, kind);
    }
    match &answer.location {
        Some(Location::Url(url)) => text(&mut head, header::LOCATION, url),
        Some(Location::Origin(number)) => {
            let path = uri.path_and_query().map_or("/", |path| path.as_str());
            context.throws.sent_on().to(*number, path);
            let origin = context.throws.origin(*number).unwrap_or_default();
            text(&mut head, header::LOCATION, &format!("{origin}{path}"));
        }
        None => {}
    }
    let body = Bytes::copy_from_slice(answer.body.as_bytes());
    let mut response = match rest {
        // RFC 9110 §15.3.5, §15.3.6 and §15.4.5: these have none.
        _ if [204, 205, 304].contains(&answer.status) => head.finish(),
        None => head.body(body),
        Some(rest) => head.body(Unended { body, rest: Some(rest) }),
    };
    response.extensions_mut().insert(AsIs);
    response
}

fn text(head: &mut HttpResponseBuilder, name: header::HeaderName, value: &str) {
    // What cannot stand in a header was refused when this was thrown.
    if let Ok(value) = HeaderValue::from_str(value) {
        head.insert_header((name, value));
    }
}

/// Cuts the line once `sent` bytes, and the head before them, have left it: when it has moved so many and then no more
/// from one look to the next.
async fn cut_when_out(line: Arc<Line>, sent: u64, how: Cut) {
    let mut last = 0;
    loop {
        sleep(LOOK).await;
        let out = line.totals().1;
        if line.tcp_state().is_none() {
            return;
        }
        if out > sent && out == last {
            return line.cut(how, "fault: answer");
        }
        last = out;
    }
}

type Rest = Pin<Box<dyn Future<Output = ()>>>;

/// A body that does not end before `rest` does.
struct Unended {
    body: Bytes,
    rest: Option<Rest>,
}

impl MessageBody for Unended {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        // An empty chunk would be the last one.
        if !self.body.is_empty() {
            return Poll::Ready(Some(Ok(std::mem::take(&mut self.body))));
        }
        match &mut self.rest {
            Some(rest) => rest.as_mut().poll(cx).map(|()| None),
            None => Poll::Ready(None),
        }
    }
}
