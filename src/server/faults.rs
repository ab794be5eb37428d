//! Faults as the bench tells and throws them (docs/reference/faults.md).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::api::{Body, answer, malformed};
use super::state::State;
use crate::fault::{self, Fault, Full, Instead, Location, MAX_THROWS, Malformed, Scope, Strike, Wanted, Why};
use crate::transport::{self, Refusal, json_only, whole};

/// The largest body taken: 64 KiB of text may be six times as long where JSON escapes it.
pub(super) const BODY_LIMIT: usize = 512 << 10;

/// `GET /api/faults`.
pub(super) async fn list(state: web::Data<State>) -> HttpResponse {
    let faults: Vec<Value> = fault::ALL.iter().map(|fault| kind(fault, &state)).collect();
    HttpResponse::Ok().json(json!({ "faults": faults, "thrown": state.context.throws.all_told() }))
}

/// `POST /api/faults`.
pub(super) async fn throw(request: HttpRequest, state: web::Data<State>, body: Body) -> HttpResponse {
    let wanted = match wanted(&request, body, &state) {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal.response(),
    };
    answer(match state.director.throw(wanted).await {
        Some(Ok((id, told))) => {
            Ok(HttpResponse::Created().insert_header(("Location", format!("/api/faults/f{id}"))).json(told))
        }
        Some(Err(Full)) => Err(Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "server",
            "room for a throw",
            format!("{MAX_THROWS} throws at work, which is as many as may be"),
            "clear one first: DELETE /api/faults/{id}",
        )),
        None => Err(Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "server",
            "a stage to throw on",
            "none: the server is stopping",
            "start it again",
        )),
    })
}

/// `DELETE /api/faults`.
pub(super) async fn clear_all(state: web::Data<State>) -> HttpResponse {
    state.director.clear_all(Why::Asked).await;
    HttpResponse::NoContent().finish()
}

/// `DELETE /api/faults/{id}`.
pub(super) async fn clear(path: web::Path<String>, state: web::Data<State>) -> HttpResponse {
    let number = path.strip_prefix('f').and_then(|number| number.parse().ok());
    // `f07` and `f+7` are no names of it.
    let number = number.filter(|number: &u64| format!("f{number}") == *path);
    let told = match number {
        Some(number) => state.director.clear(number).await,
        None => None,
    };
    let told = told.ok_or_else(|| {
        let wanted = format!("one of the last {MAX_THROWS} throws, such as f3");
        Refusal::new(StatusCode::NOT_FOUND, "path", wanted, path.as_str(), "see GET /api/faults")
    });
    answer(told.map(|told| HttpResponse::Ok().json(told)))
}

/// `GET /api/connections`.
pub(super) async fn connections(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "connections": state.context.throws.readers() }))
}

/// A fault as it is told.
pub(super) fn kind(fault: &Fault, state: &State) -> Value {
    let heartbeat = state.context.heartbeat;
    let params: Vec<_> = fault.params.iter().map(|param| param.told(heartbeat)).collect();
    let scopes: Vec<&str> = fault.scopes.iter().map(|scope| scope.name()).collect();
    let nothing: Map<String, Value> =
        fault.nothing.iter().map(|(name, why)| ((*name).to_owned(), Value::from(*why))).collect();
    let loses: Vec<Value> = fault
        .loses
        .iter()
        .map(|loss| json!({ "transports": loss.transports, "when": loss.when, "why": loss.why }))
        .collect();
    json!({
        "name": fault.name,
        "title": fault.title,
        "params": params,
        "lasts": {
            "once": fault.lasts.once,
            "time": fault.lasts.time,
            "until-cleared": fault.lasts.until_cleared,
            "default": fault.lasts.usual,
        },
        "scopes": scopes,
        "nothing": nothing,
        "loses": loses,
    })
}

fn wanted(request: &HttpRequest, body: Body, state: &State) -> Result<Wanted, Refusal> {
    json_only(request)?;
    let given: Map<String, Value> = serde_json::from_slice(&whole(body)?).map_err(|error| {
        let wanted = r#"a throw such as {"fault":"cut","how":"rst","scope":"all"}"#;
        malformed("body", wanted, error.to_string())
    })?;
    let wanted = Wanted::read(given).map_err(refused)?;
    fits(&wanted, state).map_err(refused)?;
    Ok(wanted)
}

/// Whether there is what a throw speaks of: its transport, its origin.
pub(super) fn fits(wanted: &Wanted, state: &State) -> Result<(), Malformed> {
    let wrong = |member: &str, wanted: String, found: String| {
        Err(Malformed { member: member.to_owned(), wanted, found, fix: None })
    };
    if let Scope::Transport(name) = &wanted.scope
        && !transport::ALL.iter().any(|one| one.name == name)
    {
        let names: Vec<String> = transport::ALL.iter().map(|one| format!("transport:{}", one.name)).collect();
        return wrong("scope", names.join(" or "), format!("\"transport:{name}\""));
    }
    if let Strike::Requests(Instead::Answer(answer)) = &wanted.strike
        && let Some(Location::Origin(number)) = answer.location
        && state.context.throws.origin(number).is_none()
    {
        let last = state.place.lanes.len();
        return wrong(
            "location",
            format!("origin:1 to origin:{last}, or a URL"),
            format!("\"origin:{number}\""),
        );
    }
    Ok(())
}

fn refused(Malformed { member, wanted, found, fix }: Malformed) -> Refusal {
    let fix = fix.unwrap_or_else(|| "see GET /api/faults, or docs/reference/faults.md".to_owned());
    // What was found may be 64 KiB of text.
    let found: String = found.chars().take(200).collect();
    Refusal::new(StatusCode::BAD_REQUEST, format!("body, member {member}"), wanted, found, fix)
}
