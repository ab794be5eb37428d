//! `/api/scenarios` and `/api/runs` (docs/reference/api.md).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::Value;

use super::library::{Skipped, skipped, told};
use super::{Entry, Posted};
use crate::record::{Clock, Observation, VERSION};
use crate::report::FORMS;
use crate::run::Plan;
use crate::scenario::{Player, Scenario};
use crate::server::Handle;
use crate::server::api::{Answer, Body, answer, malformed, resource};
use crate::server::state::State;
use crate::transport::{Refusal, json_only, whole};

/// The largest batch of lines taken at once.
const BATCH_LIMIT: usize = 4 << 20;
/// How many `--set`-like settings a run may have.
const SETTINGS: usize = 50;

/// The routes.
pub(in crate::server) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(resource("/api/scenarios", web::get().to(scenarios), "GET"))
        .service(resource("/api/scenarios/{name}", web::get().to(scenario), "GET"))
        .service(resource("/api/runs", web::post().to(begin), "POST"))
        .service(resource("/api/runs/{run}", web::get().to(run), "GET, DELETE").route(web::delete().to(end)))
        .service(
            resource("/api/runs/{run}/lanes", web::post().to(lanes), "POST")
                .app_data(web::PayloadConfig::new(BATCH_LIMIT)),
        )
        .service(resource("/api/runs/{run}/record", web::get().to(record), "GET"))
        .service(resource("/api/runs/{run}/report", web::get().to(report), "GET"));
}

async fn scenarios(state: web::Data<State>) -> HttpResponse {
    answer(state.library.told().map(|told| HttpResponse::Ok().json(told)).map_err(|error| {
        let fix = "give the folder back, or start with another --scenario-dir";
        Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "folder of scenarios",
            "to read it",
            error.to_string(),
            fix,
        )
    }))
}

async fn scenario(path: web::Path<String>, state: web::Data<State>) -> HttpResponse {
    answer(read(&state, &path, &[]).map(|scenario| {
        let mut told = told(&scenario);
        told["source"] = Value::from(scenario.source);
        HttpResponse::Ok().json(told)
    }))
}

fn read(state: &State, name: &str, settings: &[String]) -> Result<Scenario, Refusal> {
    let unknown = || {
        let fix = "GET /api/scenarios lists them";
        Refusal::new(StatusCode::NOT_FOUND, "scenario", "the name of a scenario", name, fix)
    };
    let read = state.library.read(name, settings).ok_or_else(unknown)?;
    read.map_err(|mistakes| {
        let fix = "mend them: docs/reference/scenarios.md";
        Refusal::new(StatusCode::CONFLICT, "scenario", "a scenario without mistakes", mistakes, fix)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    scenario: String,
    #[serde(default)]
    settings: Vec<String>,
}

async fn begin(request: HttpRequest, state: web::Data<State>, body: Body) -> HttpResponse {
    // A page that is reloaded gives its run up, and begins the next at once.
    state.runs.closed().await;
    answer(begun(&request, &state, body))
}

fn begun(request: &HttpRequest, state: &State, body: Body) -> Answer {
    json_only(request)?;
    let wanted = r#"a run such as {"scenario":"abrupt-drop","settings":["feed.interval=20ms"]}"#;
    let Begin { scenario, settings } = serde_json::from_slice(&whole(body)?)
        .map_err(|error| malformed("body", wanted, error.to_string()))?;
    if settings.len() > SETTINGS {
        return Err(malformed("body.settings", "at most 50 settings", format!("{}", settings.len())));
    }
    let scenario = read(state, &scenario, &settings)?;
    if let Some(Skipped { because, .. }) = skipped(&scenario) {
        let fix = "play it with wirebench play";
        return Err(Refusal::new(StatusCode::CONFLICT, "scenario", "one that a page plays", because, fix));
    }
    let stage = Handle::new(state.clone());
    let client = browser(request).to_owned();
    let player = Player { driver: "page".to_owned(), client, clock: "real".to_owned() };
    let program =
        request.headers().get("user-agent").map(|agent| agent.to_str().unwrap_or_default().to_owned());
    let (entry, lanes) = state.runs.enter(|id, on| {
        alone(on)?;
        let plan = Plan::new(scenario, player, 1, Some(id), &stage.origins()).map_err(|why| {
            let fix = "start with more --lanes";
            Refusal::new(StatusCode::CONFLICT, "server", "an origin for each lane", why, fix)
        })?;
        Ok(Plan { settings, program: program.unwrap_or_default(), ..plan })
    })?;
    let conducted = entry.clone();
    tokio::task::spawn_local(async move {
        if let Err(error) = conducted.play(&stage, lanes, |_| Ok(())).await {
            tracing::info!(run = conducted.id(), "run not played to its end: {error}");
        }
    });
    let location = ("Location", format!("/api/runs/{}", entry.id()));
    Ok(HttpResponse::Created().insert_header(location).json(entry.told()))
}

/// What a run does to the bench's origins happens to everybody who reads from them: two at once would measure each other.
fn alone(on: Option<&Entry>) -> Result<(), Refusal> {
    let Some(on) = on else { return Ok(()) };
    let (id, title, phase) = (on.id(), &on.plan.scenario.title, on.phase().name());
    let found = format!("{id}, {title}, is {phase}, perhaps in another tab");
    let fix =
        format!("wait until it is over, end it (DELETE /api/runs/{id}), or start a bench at another port");
    Err(Refusal::new(StatusCode::CONFLICT, "bench", "no run under way", found, fix))
}

/// Whose expectations hold: a page says who it is in `User-Agent`.
fn browser(request: &HttpRequest) -> &'static str {
    let agent = request.headers().get("user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    match agent {
        agent if agent.contains("Firefox/") => "firefox",
        agent if agent.contains("Chrome/") => "chromium",
        // Safari, and whoever says nothing: judged by the standards.
        _ => "standard",
    }
}

fn known(state: &State, id: &str) -> Result<std::sync::Arc<Entry>, Refusal> {
    state.runs.get(id).ok_or_else(|| {
        let fix = "begin one: POST /api/runs (the last 20 are kept)";
        Refusal::new(StatusCode::NOT_FOUND, "path", "the name of a run", id, fix)
    })
}

async fn run(path: web::Path<String>, state: web::Data<State>) -> HttpResponse {
    answer(known(&state, &path).map(|entry| HttpResponse::Ok().json(entry.told())))
}

async fn end(path: web::Path<String>, state: web::Data<State>) -> HttpResponse {
    answer(known(&state, &path).map(|entry| {
        entry.stop();
        HttpResponse::Ok().json(entry.told())
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Last {
    last: Option<String>,
}

async fn lanes(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
    query: Result<web::Query<Last>, actix_web::Error>,
    body: Body,
) -> HttpResponse {
    let taken = || -> Answer {
        let entry = known(&state, &path)?;
        ndjson_only(&request)?;
        let query = query.map_err(|error| malformed("query", "last=1 or nothing", error.to_string()))?;
        let last = match query.last.as_deref() {
            None => false,
            Some("1") => true,
            Some(other) => return Err(malformed("query parameter last", "1", other.to_owned())),
        };
        let body = body.map_err(|error| malformed("body", "at most 4 MiB of lines", error.to_string()))?;
        let seen = observations(&entry, &body)?;
        // Of a run that is over nobody listens any more.
        let _ = entry.posted.send(Posted { seen, last });
        Ok(HttpResponse::NoContent().finish())
    };
    answer(taken())
}

/// A page of another site cannot post this without a preflight.
fn ndjson_only(request: &HttpRequest) -> Result<(), Refusal> {
    let found =
        request.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = found.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-ndjson") {
        return Ok(());
    }
    let found = if found.is_empty() { "none" } else { found };
    Err(Refusal::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "header Content-Type",
        "application/x-ndjson",
        found,
        "send the header Content-Type: application/x-ndjson",
    ))
}

fn observations(entry: &Entry, body: &[u8]) -> Result<Vec<Observation>, Refusal> {
    let lines =
        body.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    lines
        .map(|(index, line)| {
            let wrong = |found: String| {
                let place = format!("body, line {}", index + 1);
                malformed(
                    &place,
                    "an observation of one of the run's lanes (docs/reference/record.md)",
                    found,
                )
            };
            let seen: Observation = serde_json::from_slice(line).map_err(|error| wrong(error.to_string()))?;
            if seen.v != VERSION || seen.clock != Clock::Lane {
                return Err(wrong("a line of another version or clock".to_owned()));
            }
            let lane = seen.lane.as_deref().unwrap_or_default();
            if !entry.plan.lanes.iter().any(|plan| plan.lane == lane) {
                return Err(wrong(format!("the lane {lane:?}")));
            }
            Ok(seen)
        })
        .collect()
}

async fn record(path: web::Path<String>, state: web::Data<State>) -> HttpResponse {
    answer(
        known(&state, &path)
            .map(|entry| HttpResponse::Ok().content_type("application/x-ndjson").body(entry.record())),
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    format: Option<String>,
}

async fn report(
    path: web::Path<String>,
    state: web::Data<State>,
    query: Result<web::Query<Shape>, actix_web::Error>,
) -> HttpResponse {
    let made = || -> Answer {
        let entry = known(&state, &path)?;
        let names: Vec<&str> = FORMS.iter().map(|form| form.name).collect();
        let wanted = names.join(", ");
        let query =
            query.map_err(|error| malformed("query", &format!("format={wanted}"), error.to_string()))?;
        let name = query.format.as_deref().unwrap_or("json");
        let form = FORMS.iter().find(|form| form.name == name);
        let form = form.ok_or_else(|| malformed("query parameter format", &wanted, name.to_owned()))?;
        let report = entry.report_as(form.name).ok_or_else(|| {
            let fix = "wait until it has begun";
            Refusal::new(StatusCode::CONFLICT, "run", "one with a record", "none yet", fix)
        })?;
        Ok(HttpResponse::Ok().content_type(form.media_type).body(report))
    };
    answer(made())
}
