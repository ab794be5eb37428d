//! What stands before every handler: who may, how long a body may take, whose the bytes are, and CORS for our own.
//!
//! The order matters: a stranger is refused before a body is read, and what no handler charged to a lane is nobody's.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use tokio::time::timeout;

use super::class::fence;
use super::state::State;
use crate::transport::Refusal;
use crate::wire::Connection;

/// How long a request that changes state may take, its body included. All are short.
const PATIENCE: Duration = Duration::from_secs(15);

const CORS: [(&str, &str); 3] = [
    ("access-control-allow-methods", "GET, POST, PUT, DELETE"),
    (
        "access-control-allow-headers",
        "Authorization, Content-Type, Last-Event-ID, If-None-Match, Idempotency-Key",
    ),
    (
        "access-control-expose-headers",
        "ETag, Location, Retry-After, Wirebench-Cursor, Wirebench-Head, Wirebench-Ended, Wirebench-More, \
         Wirebench-Skipped, Wirebench-Type",
    ),
];

type Guarded<B> = Result<ServiceResponse<EitherBody<B>>, Error>;

/// Wraps every handler of every origin.
pub(super) async fn guard<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Guarded<B> {
    let connection = request.conn_data::<Arc<Connection>>().cloned();
    let before = connection.as_ref().map(|connection| connection.requests());
    let foreign = cross_origin(&request);
    let mut response = answer(request, next).await?;
    if let Some(connection) = connection.filter(|connection| Some(connection.requests()) == before) {
        connection.charge(None, None);
    }
    if let Some(origin) = foreign {
        allow(response.headers_mut(), origin);
    }
    Ok(response)
}

async fn answer<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Guarded<B> {
    let state = request.app_data::<web::Data<State>>().cloned();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrades = request.headers().contains_key(header::UPGRADE);
    if reads && !upgrades {
        let asks = request.method() == Method::OPTIONS && cross_origin(&request).is_some();
        if asks {
            return Ok(request.into_response(HttpResponse::NoContent().finish()).map_into_right_body());
        }
        if let Some(Err(refused)) = state.map(|state| fence(&request, &state)) {
            return Ok(request.into_response(refused).map_into_right_body());
        }
        return next.call(request).await.map(ServiceResponse::map_into_left_body);
    }
    let checked = state.as_ref().map_or(Ok(()), |state| {
        state.trusted.check(request.request(), |origin| origin == "null" && was_sent_on(&request, state))
    });
    if let Err(refusal) = checked {
        return Ok(request.into_response(refusal.response()).map_into_right_body());
    }
    if let Some(Err(refused)) = state.map(|state| fence(&request, &state)) {
        return Ok(request.into_response(refused).map_into_right_body());
    }
    if let Ok(response) = timeout(PATIENCE, next.call(request)).await {
        return response.map(ServiceResponse::map_into_left_body);
    }
    let found = "less of it than Content-Length or the last chunk promised";
    let refusal =
        Refusal::new(StatusCode::REQUEST_TIMEOUT, "body", "all of it within 15s", found, "send all of it");
    // The request is with the handler that was given up, so this answers without it.
    Err(InternalError::from_response("a body that stalls", refusal.response()).into())
}

/// The origin of a page of ours that asks another of our origins. A page's own requests get no header of this kind, so
/// that they cost no byte more.
fn cross_origin(request: &ServiceRequest) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    let state = request.app_data::<web::Data<State>>()?;
    let own = origin.as_bytes().strip_prefix(b"http://") == Some(host.as_bytes());
    let ours = || state.trusted.is_ours(origin) || (origin == "null" && was_sent_on(request, state));
    (!own && ours()).then(|| origin.clone())
}

/// Whether a throw has sent a request on to this place.
fn was_sent_on(request: &ServiceRequest, state: &State) -> bool {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let connection = request.conn_data::<Arc<Connection>>();
    connection.is_some_and(|connection| state.context.throws.sent_on().was(connection.origin(), path))
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    for (name, value) in CORS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Beside what a handler may have named already.
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
}
