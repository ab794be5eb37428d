//! Looks at each request from its head to its response's head: counts it, says it, and gives every error the one shape.

use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use tokio::time::Instant;

use super::guard::guard;
use super::metrics::Took;
use super::state::State;
use crate::transport::{self, AsIs, Held, Refusal};

type Watched<B> = Result<ServiceResponse<EitherBody<EitherBody<B>>>, Error>;

/// What is known of a request before it is answered.
struct Asked {
    since: Instant,
    route: String,
    method: &'static str,
    path: Option<String>,
}

/// Wraps all that is answered.
pub(super) async fn watch<B: MessageBody + 'static>(request: ServiceRequest, next: Next<B>) -> Watched<B> {
    let state = request.app_data::<web::Data<State>>().cloned();
    let asked = Asked::new(&request);
    let answered = guard(request, next).await;
    let (status, took) = match &answered {
        Ok(response) => (response.status(), asked.took(response)),
        Err(error) => (error.as_response_error().status_code(), Took::Time(asked.since.elapsed())),
    };
    if let Some(path) = &asked.path {
        let ms = asked.since.elapsed().as_secs_f64() * 1000.0;
        tracing::debug!(method = asked.method, path, status = status.as_u16(), ms, "request");
    }
    if let Some(state) = state {
        state.metrics.answered(asked.route, status, took);
    }
    Ok(in_shape(answered?))
}

impl Asked {
    fn new(request: &ServiceRequest) -> Self {
        let path = tracing::enabled!(tracing::Level::DEBUG).then(|| request.path().to_owned());
        Self { since: Instant::now(), route: route(request), method: method(request), path }
    }

    fn took<B: MessageBody + 'static>(&self, response: &ServiceResponse<B>) -> Took {
        let inner = response.response();
        let streams =
            inner.body().size() == BodySize::Stream || inner.status() == StatusCode::SWITCHING_PROTOCOLS;
        match inner.extensions().get::<Held>() {
            Some(Held(time)) => Took::Held(*time),
            None if streams => Took::Stream,
            None => Took::Time(self.since.elapsed()),
        }
    }
}

/// The pattern of its path, a transport by its name; what is nowhere, and the files of the page, are one route each.
fn route(request: &ServiceRequest) -> String {
    let Some(pattern) = request.match_pattern() else { return "none".to_owned() };
    if pattern.starts_with("/{path") || pattern.is_empty() || pattern == "/" {
        return "page".to_owned();
    }
    let last = request.path().rsplit('/').next().unwrap_or_default();
    match pattern.strip_suffix("{transport}") {
        Some(front) if transport::ALL.iter().any(|one| one.name == last) => format!("{front}{last}"),
        _ => pattern,
    }
}

/// Its method, if it is one that anything here takes.
fn method(request: &ServiceRequest) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    known.into_iter().find(|known| *known == request.method().as_str()).unwrap_or("another")
}

/// An error that a layer below has made is said as all others are.
fn in_shape<B: MessageBody + 'static>(response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B>> {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || says_json(response.headers()) || response.response().extensions().contains::<AsIs>() {
        return response.map_into_left_body();
    }
    let allow =
        response.headers().get(header::ALLOW).and_then(|allow| allow.to_str().ok()).map(str::to_owned);
    let refusal = match status {
        StatusCode::NOT_FOUND => Refusal::nothing_here(response.request().path()),
        StatusCode::METHOD_NOT_ALLOWED => Refusal::method(allow.as_deref().unwrap_or("GET, HEAD")),
        _ => {
            let found = status.canonical_reason().unwrap_or("something else");
            Refusal::new(
                status,
                "request",
                "a request that can be answered",
                found,
                "see GET /api/openapi.json",
            )
        }
    };
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, refusal.response().map_into_right_body())
}

fn says_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}
