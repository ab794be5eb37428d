//! `POST /jobs/{job}/events`: what any program reports to a job whose source is `push` (docs/reference/sources.md).

use std::future::poll_fn;
use std::pin::Pin;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::BytesMut;
use futures_core::Stream as _;

use super::context::Context;
use super::params::Params;
use super::refusal::Refusal;
use super::witness::Witness;
use crate::feed::{Form, Key, Malformed, NotPushed, Pushed, read_batch};

/// The largest body.
const BODY_LIMIT: usize = 4 << 20;
/// How much of a larger one is read before it is cut off.
const DISCARDED: usize = 64 << 20;

/// The body types taken.
const TYPES: [(&str, Form); 2] = [("application/json", Form::Json), ("application/x-ndjson", Form::Lines)];

/// Appends what is posted.
pub(super) async fn post(
    request: HttpRequest,
    path: web::Path<String>,
    context: web::Data<Context>,
    payload: web::Payload,
) -> HttpResponse {
    let body = whole(payload).await;
    answer(&request, &path, &context, body).unwrap_or_else(|refusal| refusal.response())
}

fn answer(
    request: &HttpRequest,
    name: &str,
    context: &Context,
    body: Result<BytesMut, Refusal>,
) -> Result<HttpResponse, Refusal> {
    let (lane, _) = Params::lane(request)?;
    let witness = Witness::new(request, context, lane, None);
    witness.request(request, None);
    let answered = push(request, name, context, body, &witness);
    let (status, json) = match &answered {
        Ok(pushed) => (StatusCode::OK, serde_json::to_string(pushed).unwrap_or_default()),
        Err(refusal) => (refusal.status, String::new()),
    };
    // A refusal's body is made where it is sent.
    witness.response(status.as_u16(), answered.is_ok().then_some(json.len() as u64));
    answered.map(|_| HttpResponse::build(status).content_type("application/json").body(json))
}

fn push(
    request: &HttpRequest,
    name: &str,
    context: &Context,
    body: Result<BytesMut, Refusal>,
    witness: &Witness,
) -> Result<Pushed, Refusal> {
    let (content_type, form) = form(request)?;
    let body = body?;
    let job = context.jobs.get(name).ok_or_else(Refusal::unknown_job)?;
    let key = key(request, content_type, &body)?;
    let events = read_batch(form, &body).map_err(malformed)?;
    let count = events.len();
    let pushed = job.push(key, events).map_err(not_pushed)?;
    witness.pushed(job.name(), &pushed, count, body.len());
    Ok(pushed)
}

/// Neither type can be posted by a page of another site without a preflight.
fn form(request: &HttpRequest) -> Result<(&'static str, Form), Refusal> {
    let found = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = found.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    TYPES.into_iter().find(|(name, _)| essence.eq_ignore_ascii_case(name)).ok_or_else(|| {
        Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "header Content-Type",
            "application/json, or application/x-ndjson for one event a line",
            found.filter(|found| !found.is_empty()).unwrap_or("none"),
            "send the header Content-Type: application/json",
        )
    })
}

fn key(request: &HttpRequest, content_type: &str, body: &[u8]) -> Result<Option<Key>, Refusal> {
    let refused = |wanted: &str, found: String| {
        let fix = "change the key, or leave it out";
        Refusal::new(StatusCode::BAD_REQUEST, "header Idempotency-Key", wanted, found, fix)
    };
    let mut values = request.headers().get_all("idempotency-key");
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(refused("one key", "more than one".to_owned()));
    }
    let found = || format!("{:?}", String::from_utf8_lossy(value.as_bytes()));
    Key::read(value.as_bytes(), content_type, body).map(Some).map_err(|wanted| refused(wanted, found()))
}

/// Reads the body to its end. One that is too large is read on and forgotten, within bounds: to answer and close while a
/// client is still writing would be a reset, which may overtake the answer (RFC 9112 §9.6).
async fn whole(mut payload: web::Payload) -> Result<BytesMut, Refusal> {
    let refused = |status, found: String, fix: &str| {
        Err(Refusal::new(status, "body", "events, at most 4 MiB of them", found, fix))
    };
    let (mut body, mut total) = (BytesMut::new(), 0);
    while let Some(chunk) = poll_fn(|cx| Pin::new(&mut payload).poll_next(cx)).await {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => return refused(StatusCode::BAD_REQUEST, error.to_string(), "send a whole body"),
        };
        total += chunk.len();
        if total <= BODY_LIMIT {
            body.extend_from_slice(&chunk);
        } else if total > DISCARDED {
            break;
        }
    }
    if total > BODY_LIMIT {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "more".to_owned(), "send it in several batches");
    }
    Ok(body)
}

fn malformed(found: Malformed) -> Refusal {
    let Malformed { place, wanted, found, too_many } = found;
    let status = if too_many { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
    let fix = "nothing was appended: mend it and send all of it again (docs/reference/sources.md)";
    Refusal::new(status, place, wanted, found, fix)
}

fn not_pushed(why: NotPushed) -> Refusal {
    let (status, place, wanted, found, fix) = match why {
        NotPushed::Source => {
            let fix = "make a job with {\"source\":\"push\"}";
            (StatusCode::CONFLICT, "path", "a job whose source is push", "another source".to_owned(), fix)
        }
        NotPushed::State(state) => {
            let fix = if state.is_end() { "make another job" } else { "start or resume it first" };
            (
                StatusCode::CONFLICT,
                "job",
                "a job that is running",
                format!("a job that is {}", state.name()),
                fix,
            )
        }
        NotPushed::OtherBody => {
            let (wanted, found) = ("the body it was used with before", "another body".to_owned());
            let fix = "use a new key for what is new";
            (StatusCode::UNPROCESSABLE_ENTITY, "header Idempotency-Key", wanted, found, fix)
        }
    };
    Refusal::new(status, place, wanted, found, fix)
}
