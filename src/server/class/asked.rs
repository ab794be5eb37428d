//! What requests to the class say, and the noes that they may be answered.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Room, Who};
use crate::class::{Comes, LaneTold, Phase, Why, Wrong};
use crate::server::api::{Body, malformed};
use crate::server::state::State;
use crate::transport::{Refusal, json_only, whole};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    pub code: String,
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MakesBet {
    pub bet: String,
    pub answer: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tells {
    pub job: String,
    pub lanes: Vec<LaneTold>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Moves {
    pub to: Phase,
    #[serde(default = "usual_count")]
    pub count: u64,
    #[serde(default = "usual_interval")]
    pub interval: String,
    #[serde(default)]
    pub ws: Comes,
}

fn usual_count() -> u64 {
    240
}

fn usual_interval() -> String {
    "500ms".to_owned()
}

/// The room, where there is one.
pub(super) fn room(state: &State) -> Result<&Room, Refusal> {
    state.class.as_deref().ok_or_else(|| {
        let fix = "start it with --class";
        Refusal::new(StatusCode::CONFLICT, "server", "a class", "a bench without one", fix)
    })
}

/// The room, for its teacher.
pub(super) fn teachers<'a>(request: &HttpRequest, state: &'a State) -> Result<&'a Room, Refusal> {
    let room = room(state)?;
    match room.who(request.headers()) {
        Who::Teacher => Ok(room),
        _ => Err(stranger("the teacher's key", "open the address that the terminal shows")),
    }
}

/// The room, for one of its members.
pub(super) fn members<'a>(request: &HttpRequest, state: &'a State) -> Result<(&'a Room, u32), Refusal> {
    let room = room(state)?;
    match room.who(request.headers()) {
        Who::Member(number) => Ok((room, number)),
        _ => Err(stranger("the secret that joining gave", "join the class: POST /api/class/join")),
    }
}

pub(super) fn stranger(wanted: &str, fix: &str) -> Refusal {
    let wanted = format!("{wanted}, in Authorization: Bearer …");
    Refusal::new(StatusCode::FORBIDDEN, "header Authorization", wanted, "none, or another one", fix)
}

/// Reads a body of JSON.
pub(super) fn read<T: DeserializeOwned>(
    request: &HttpRequest,
    body: Body,
    wanted: &str,
) -> Result<T, Refusal> {
    json_only(request)?;
    serde_json::from_slice(&whole(body)?).map_err(|error| malformed("body", wanted, error.to_string()))
}

/// What the class does not do, as it is answered.
pub(super) fn refused(Wrong { why, place, wanted, found, fix }: Wrong) -> Refusal {
    let status = match why {
        Why::Malformed => StatusCode::BAD_REQUEST,
        Why::Stranger => StatusCode::FORBIDDEN,
        Why::NotNow => StatusCode::CONFLICT,
        Why::Full => StatusCode::SERVICE_UNAVAILABLE,
        Why::TooSoon(_) => StatusCode::TOO_MANY_REQUESTS,
    };
    Refusal::new(status, place, wanted, found, fix)
}
