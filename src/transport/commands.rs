//! Talking back: a POST beside polling and SSE, and what a WebSocket's own frames share with it.

use std::future::poll_fn;
use std::pin::Pin;

use actix_web::error::PayloadError;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use futures_core::Stream as _;

use super::access;
use super::context::Context;
use super::params::Params;
use super::refusal::Refusal;
use super::witness::Witness;
use crate::feed::{Ack, Job, Order};

/// The most bytes that a body of parameters may have.
const PARAMS_LIMIT: usize = 64 << 10;

/// Carries out an order and makes its answer.
pub(super) fn obey(job: &Job, order: &Order) -> Ack {
    let outcome = job.command(order.command);
    Ack::new(order, job.state(), outcome)
}

/// `POST /jobs/{job}/commands`.
pub(super) async fn post(
    request: HttpRequest,
    path: web::Path<String>,
    context: web::Data<Context>,
    body: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let answer = whole(body).and_then(|body| answer(&request, &path, &context, &body));
    answer.unwrap_or_else(|refusal| refusal.response())
}

fn answer(request: &HttpRequest, job: &str, context: &Context, body: &[u8]) -> Result<HttpResponse, Refusal> {
    let (lane, token) = Params::lane(request)?;
    let witness = Witness::new(request, context, lane, None);
    witness.request(request, None);
    witness.reads(context);
    json_only(request)?;
    let job = context.jobs.get(job).ok_or_else(Refusal::unknown_job)?;
    access::admit(request, token.as_deref(), &job)
        .inspect_err(|refusal| witness.response(refusal.status.as_u16(), None))?;
    let order = Order::parse(body).map_err(|e| refused(&e.to_string()))?;
    let ack = obey(&job, &order);
    let json = ack.to_json();
    witness.posted(&order, body.len(), &ack, json.len());
    let status = if ack.ok { StatusCode::OK } else { StatusCode::CONFLICT };
    witness.response(status.as_u16(), Some(json.len() as u64));
    Ok(HttpResponse::build(status).content_type("application/json").body(json))
}

/// A body that came whole, and was not too large for the server's limit.
///
/// # Errors
/// 413 or 400.
pub fn whole(body: Result<web::Bytes, actix_web::Error>) -> Result<web::Bytes, Refusal> {
    body.map_err(|error| {
        let status = error.as_response_error().status_code();
        let fix = if status == StatusCode::PAYLOAD_TOO_LARGE { "send less" } else { "send a whole body" };
        Refusal::new(status, "body", "a short JSON object", error.to_string(), fix)
    })
}

/// The whole of a body that holds parameters, up to a limit.
pub(super) async fn collect(payload: &mut web::Payload) -> Result<web::Bytes, Refusal> {
    let mut body = web::BytesMut::new();
    while let Some(bytes) = poll_fn(|cx| Pin::new(&mut *payload).poll_next(cx)).await {
        let bytes = bytes.and_then(|bytes| {
            if body.len() + bytes.len() > PARAMS_LIMIT { Err(PayloadError::Overflow) } else { Ok(bytes) }
        });
        body.extend_from_slice(&whole(bytes.map_err(Into::into))?);
    }
    Ok(body.freeze())
}

/// A form or plain text can be posted by any page of the web without a preflight; JSON cannot.
///
/// # Errors
/// 415.
pub fn json_only(request: &HttpRequest) -> Result<(), Refusal> {
    let found = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = found.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "header Content-Type",
        "application/json",
        found.unwrap_or("none"),
        "send the header Content-Type: application/json",
    ))
}

/// What is said of a body that is no command.
pub(super) fn refused(found: &str) -> Refusal {
    let wanted = r#"{"command":"start|pause|resume|cancel"} or {"command":"speed","factor":2}, id optional"#;
    Refusal::new(StatusCode::BAD_REQUEST, "body", wanted, found, "send such a JSON object")
}
