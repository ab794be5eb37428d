//! The routes: the feed on every origin, and on the bench the API of `docs/reference/api.md`.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::from_fn;
use actix_web::{App, Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::state::State;
use super::{assets, chunks, class, clients, faults, metrics, openapi, runs, tail, typed, watch};
use crate::feed::{JobError, JobRequest, source};
use crate::transport::{self, Context, Refusal, json_only, whole};

/// The largest body taken: commands and job requests are far smaller.
const BODY_LIMIT: usize = 64 << 10;

pub(super) type Answer = Result<HttpResponse, Refusal>;
pub(super) type Body = Result<web::Bytes, Error>;

/// The actix application of one origin.
pub(super) fn app(
    state: &State,
    is_bench: bool,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    let page = assets::page(state, is_bench);
    App::new()
        .app_data(web::Data::new(state.clone()))
        .app_data(web::Data::new(state.context.clone()))
        .app_data(web::PayloadConfig::new(BODY_LIMIT))
        .configure(transport::routes)
        .service(resource("/clock", web::get().to(clock), "GET"))
        .service(resource("/healthz", web::get().to(healthz), "GET"))
        .configure(move |config| {
            if is_bench {
                routes(config);
            }
        })
        .configure(page)
        .default_service(web::to(nothing_here))
        .wrap(from_fn(watch::watch))
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .service(resource("/api/bench", web::get().to(bench), "GET"))
        .service(resource("/api/transports", web::get().to(transports), "GET"))
        .service(resource("/api/openapi.json", web::get().to(openapi::openapi), "GET"))
        .service(resource("/metrics", web::get().to(metrics::metrics), "GET"))
        .service(resource("/api/lanes", web::get().to(lanes), "GET"))
        .service(resource("/api/record", web::get().to(tail::record), "GET"))
        .service(resource("/api/jobs", web::get().to(jobs), "GET, POST").route(web::post().to(create_job)))
        .service(resource("/api/jobs/{job}", web::delete().to(remove_job), "DELETE"))
        .service(
            resource("/api/clients", web::get().to(clients::list), "GET, PUT")
                .route(web::put().to(clients::set)),
        )
        .service(resource("/api/clients/{job}/{client}", web::delete().to(clients::remove), "DELETE"))
        .service(
            resource("/api/faults", web::get().to(faults::list), "GET, POST, DELETE")
                .app_data(web::PayloadConfig::new(faults::BODY_LIMIT))
                .route(web::post().to(faults::throw))
                .route(web::delete().to(faults::clear_all)),
        )
        .service(resource("/api/faults/{id}", web::delete().to(faults::clear), "DELETE"))
        .configure(class::routes)
        .configure(runs::routes)
        .configure(typed::routes)
        .service(resource("/api/connections", web::get().to(faults::connections), "GET"))
        .service(resource("/api/connections/{number}/chunks", web::get().to(chunks::chunks), "GET"))
        .service(resource("/api/chunks", web::get().to(chunks::all), "GET"))
        .service(resource("/api/origins/{id}", web::put().to(listen), "PUT"));
}

pub(super) fn resource(path: &str, route: actix_web::Route, methods: &'static str) -> actix_web::Resource {
    let refuse = move || std::future::ready(Refusal::method(methods).response());
    web::resource(path).route(route).default_service(web::to(refuse))
}

async fn nothing_here(request: HttpRequest) -> HttpResponse {
    Refusal::nothing_here(request.path()).response()
}

async fn clock() -> HttpResponse {
    let now = crate::pace::now().millis();
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .content_type("application/json")
        .body(format!(r#"{{"now":{now:.3}}}"#))
}

async fn healthz(state: web::Data<State>) -> HttpResponse {
    healthy(&state.context)
}

fn healthy(context: &Context) -> HttpResponse {
    let (status, said) = if context.is_stopping() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping")
    } else {
        (StatusCode::OK, "ok")
    };
    HttpResponse::build(status).insert_header(("Cache-Control", "no-store")).json(json!({ "status": said }))
}

async fn bench(state: web::Data<State>) -> HttpResponse {
    let (place, places) = (&state.place, state.context.jobs.places());
    let origins: Vec<_> = place.lanes.iter().map(origin).collect();
    HttpResponse::Ok().json(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "bench": place.bench.url,
        "origins": origins,
        "sources": source::NAMES,
        "hash": places.hash.is_some(),
        "replay": places.replay.is_some(),
        "stdin": place.stdin,
        "caveats": place.caveats,
    }))
}

fn origin(seat: &super::origin::Seat) -> serde_json::Value {
    json!({ "id": seat.id, "url": seat.url, "listening": seat.listening.get() })
}

async fn transports(state: web::Data<State>) -> HttpResponse {
    let heartbeat = state.context.heartbeat;
    let all: Vec<_> = transport::ALL.iter().map(|one| one.told(heartbeat)).collect();
    HttpResponse::Ok().json(json!({ "transports": all }))
}

async fn lanes(state: web::Data<State>) -> HttpResponse {
    let (lanes, origins) = (state.connections.lanes(), state.connections.origins());
    HttpResponse::Ok().json(json!({ "lanes": lanes, "origins": origins }))
}

async fn jobs(state: web::Data<State>) -> HttpResponse {
    let jobs: Vec<_> = state.context.jobs.all().iter().map(|job| job.info()).collect();
    HttpResponse::Ok().json(json!({ "jobs": jobs }))
}

async fn create_job(request: HttpRequest, state: web::Data<State>, body: Body) -> HttpResponse {
    let wanted = || -> Result<JobRequest, Refusal> {
        json_only(&request)?;
        let body = whole(body)?;
        serde_json::from_slice(&body).map_err(|e| {
            let wanted = r#"a job such as {"source":"synthetic","count":100,"interval":"100ms"}"#;
            malformed("body", wanted, e.to_string())
        })
    };
    let wanted = match wanted() {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal.response(),
    };
    let jobs = state.context.jobs.clone();
    // A feed file of many MiB is read and checked here, while this thread serves others.
    let made = web::block(move || jobs.create(wanted)).await;
    answer(match made {
        Ok(made) => made.map_err(|error| not_made(&error)).map(|job| {
            let location = ("Location", format!("/jobs/{}", job.name()));
            HttpResponse::Created().insert_header(location).json(job.info())
        }),
        Err(error) => Err(Refusal::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "server",
            "a thread to make the job on",
            error.to_string(),
            "try again",
        )),
    })
}

async fn remove_job(path: web::Path<String>, state: web::Data<State>) -> HttpResponse {
    if state.context.jobs.remove(&path) {
        HttpResponse::NoContent().finish()
    } else {
        Refusal::unknown_job().response()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listen {
    listening: bool,
}

async fn listen(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
    body: Body,
) -> HttpResponse {
    let wanted = || -> Result<_, Refusal> {
        json_only(&request)?;
        let body = whole(body)?;
        let Listen { listening } = serde_json::from_slice(&body)
            .map_err(|e| malformed("body", r#"{"listening":true} or false"#, e.to_string()))?;
        let seats = &state.place.lanes;
        let seat = path.parse::<usize>().ok().and_then(|id| seats.iter().find(|seat| seat.id == id));
        let seat = seat.ok_or_else(|| {
            let wanted = format!("an origin from 1 to {}", seats.len());
            Refusal::new(StatusCode::NOT_FOUND, "path", wanted, path.as_str(), "see GET /api/bench")
        })?;
        Ok((seat, listening))
    };
    let (seat, listening) = match wanted() {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal.response(),
    };
    match seat.listen(listening).await {
        Ok(()) => HttpResponse::Ok().json(origin(seat)),
        Err(reason) => {
            let fix = "free the address and try again";
            Refusal::new(StatusCode::CONFLICT, "address", "to listen there", reason, fix).response()
        }
    }
}

pub(super) fn answer(answer: Answer) -> HttpResponse {
    answer.unwrap_or_else(|refusal| refusal.response())
}

pub(super) fn malformed(place: &str, wanted: &str, found: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, place, wanted, found, "see docs/reference/api.md")
}

pub(super) fn not_made(error: &JobError) -> Refusal {
    let (status, wanted) = match error {
        JobError::Malformed(_) => (StatusCode::BAD_REQUEST, "settings of a job"),
        JobError::Taken(_) => (StatusCode::CONFLICT, "a new name"),
        JobError::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "room for a job"),
    };
    Refusal::new(status, "body", wanted, error.to_string(), "see docs/reference/api.md")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::feed::{Bounds, Jobs, JobsConfig};
    use crate::record::Recorder;
    use crate::transport::Pool;
    use crate::wire::Vigil;

    #[tokio::test]
    async fn a_server_that_is_stopping_says_that_it_is_not_healthy() {
        let jobs = Jobs::new(JobsConfig {
            handle: tokio::runtime::Handle::current(),
            bounds: Bounds::default(),
            limit: 1,
            places: source::Places::default(),
            observe: Arc::new(|_, _, _| ()),
        });
        let (vigil, pool) = (Arc::new(Vigil::default()), Arc::new(Pool::new(1)));
        let (throws, heartbeat) = (Arc::default(), Duration::from_secs(15));
        let context = Context::new(Arc::new(jobs), Recorder::default(), vigil, pool, throws, heartbeat);
        assert_eq!(healthy(&context).status(), StatusCode::OK);
        context.stop();
        assert_eq!(healthy(&context).status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
