//! The pool of clients as the bench tells it: who is there, how many there may be, and one sent away.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::api::{Answer, Body, answer, malformed};
use super::state::State;
use crate::pace::format_span;
use crate::transport::{MAX_CLIENTS, Refusal, json_only, whole};

/// `{"max":50}`, asked for and told.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Maximum {
    max: usize,
}

/// `GET /api/clients`.
pub(super) async fn list(state: web::Data<State>) -> HttpResponse {
    let context = &state.context;
    let heartbeat = format_span(context.heartbeat);
    let pool = &context.pool;
    HttpResponse::Ok().json(json!({ "max": pool.max(), "heartbeat": heartbeat, "clients": pool.clients() }))
}

/// `PUT /api/clients`.
pub(super) async fn set(request: HttpRequest, state: web::Data<State>, body: Body) -> HttpResponse {
    let set = || -> Answer {
        json_only(&request)?;
        let wanted = format!(r#"{{"max":N}} with N from 1 to {MAX_CLIENTS}"#);
        let set: Maximum =
            serde_json::from_slice(&whole(body)?).map_err(|e| malformed("body", &wanted, e.to_string()))?;
        if !(1..=MAX_CLIENTS).contains(&set.max) {
            return Err(malformed("body, member max", &wanted, set.max.to_string()));
        }
        state.context.pool.set_max(set.max);
        Ok(HttpResponse::Ok().json(set))
    };
    answer(set())
}

/// `DELETE /api/clients/{job}/{client}`.
pub(super) async fn remove(path: web::Path<(String, String)>, state: web::Data<State>) -> HttpResponse {
    let (job, client) = path.into_inner();
    if state.context.pool.remove(&job, &client) {
        return HttpResponse::NoContent().finish();
    }
    let fix = "see GET /api/clients";
    let found = "no client of that name on a job of that name";
    Refusal::new(StatusCode::NOT_FOUND, "path", "a client that is there", found, fix).response()
}
