//! The transports: the ways a feed crosses the wire. Each is one file or folder and one line in [`ALL`].
//!
//! Routes, parity tests, the feature matrix and the page walk that list; nobody else enumerates. The transports never
//! meet each other. What they share stands here: [`Params`], [`Refusal`], the `feeding` of an endless response,
//! the encodings, and the [`Witness`] that writes down what happens.

mod commands;
mod conditional;
mod context;
mod encoding;
mod events;
mod feeding;
mod params;
mod polling;
mod reading;
mod refusal;
mod sse;
mod websocket;
mod witness;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

pub use commands::{json_only, whole};
pub use conditional::if_none_match;
pub use context::Context;
pub use params::Params;
pub use refusal::Refusal;
pub use witness::Witness;

use crate::feed::Job;

/// One way to read a feed.
#[derive(Serialize)]
pub struct Transport {
    /// Its name in URLs, flags and files.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it can and cannot do.
    #[serde(flatten)]
    pub capabilities: Capabilities,
    /// The query parameters it takes.
    pub params: &'static [&'static str],
    /// Answers a request.
    #[serde(skip)]
    answer: fn(Asked) -> Answer,
}

/// What a transport can and cannot do, for the feature matrix and the page.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::struct_excessive_bools, reason = "a row of the feature matrix")]
pub struct Capabilities {
    /// Whether the server can speak without being asked each time.
    pub server_speaks_first: bool,
    /// Whether commands go up the same connection.
    pub commands_in_band: bool,
    /// Whether a browser's own client reconnects by itself.
    pub reconnects_by_itself: bool,
    /// Whether a browser's own client resumes where it stood by itself.
    pub resumes_by_itself: bool,
    /// Whether bytes cross without being made text.
    pub binary: bool,
    /// Whether events have a name the client's API dispatches on.
    pub named_events: bool,
    /// What a page learns when the connection ends.
    pub page_sees: &'static str,
}

/// A request for a feed, the job being known.
struct Asked {
    request: HttpRequest,
    payload: web::Payload,
    context: Context,
    job: Option<Arc<Job>>,
    params: Result<Params, Refusal>,
    witness: Witness,
}

type Answer = Pin<Box<dyn Future<Output = HttpResponse>>>;

/// Every transport there is.
pub static ALL: &[Transport] = &[polling::TRANSPORT, sse::TRANSPORT, websocket::TRANSPORT];

/// The routes of the feed, the same on every origin.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/jobs/{job}")
                .route(web::get().to(job_info))
                .default_service(web::to(|| refuse(&Refusal::method("GET")))),
        )
        .service(
            web::resource("/jobs/{job}/commands")
                .route(web::post().to(commands::post))
                .default_service(web::to(|| refuse(&Refusal::method("POST")))),
        )
        .service(
            web::resource("/jobs/{job}/events")
                .route(web::post().to(events::post))
                .default_service(web::to(|| refuse(&Refusal::method("POST")))),
        )
        .service(
            web::resource("/jobs/{job}/{transport}")
                .route(web::get().to(feed))
                .default_service(web::to(|| refuse(&Refusal::method("GET")))),
        );
}

async fn feed(
    request: HttpRequest,
    payload: web::Payload,
    path: web::Path<(String, String)>,
    context: web::Data<Context>,
) -> HttpResponse {
    let (job, transport) = path.into_inner();
    let Some(transport) = ALL.iter().find(|one| one.name == transport) else {
        return Refusal::unknown_transport(&transport).response();
    };
    let context = context.get_ref().clone();
    let params = Params::read(&request, transport.params);
    let lane = params.as_ref().map_or_else(|refusal| refusal.lane.clone(), |params| params.lane.clone());
    let witness = Witness::new(&request, &context, lane, Some(transport.name));
    witness.request(&request, params.as_ref().ok().and_then(Params::cursor));
    let polls = !transport.capabilities.server_speaks_first;
    let (job, params) = match params.map(|params| (reading::reading(&context, &witness, polls, &job), params))
    {
        Ok((Ok(job), params)) => (job, Ok(params)),
        Ok((Err(refusal), _)) | Err(refusal) => (context.jobs.get(&job), Err(refusal)),
    };
    (transport.answer)(Asked { request, payload, context, job, params, witness }).await
}

async fn job_info(path: web::Path<String>, context: web::Data<Context>) -> HttpResponse {
    match context.jobs.get(&path) {
        Some(job) => HttpResponse::Ok().json(job.info()),
        None => Refusal::unknown_job().response(),
    }
}

fn refuse(refusal: &Refusal) -> std::future::Ready<HttpResponse> {
    std::future::ready(refusal.response())
}
