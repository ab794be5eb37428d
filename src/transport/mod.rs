//! The transports: the ways a feed crosses the wire. Each is one file or folder and one line in [`ALL`].
//!
//! Routes, parity tests, the feature matrix and the page walk that list; nobody else enumerates. The transports never
//! meet each other. What they share stands here: [`Params`], [`Refusal`], the `feeding` of an endless response,
//! the encodings, and the [`Witness`] that writes down what happens.

mod commands;
mod conditional;
mod context;
mod encoding;
mod feeding;
mod params;
mod polling;
mod refusal;
mod sse;
mod websocket;
mod witness;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use commands::collect;
pub use commands::{json_only, whole};
pub use conditional::if_none_match;
pub use context::Context;
use params::Param;
pub use params::Params;
pub use refusal::Refusal;
pub use witness::Witness;

use crate::feed::Job;

/// One way to read a feed.
pub struct Transport {
    /// Its name in URLs, flags and files.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it can and cannot do.
    pub capabilities: Capabilities,
    /// The method it is asked by.
    pub method: &'static str,
    /// Whether a response has no end of its own.
    pub streams: bool,
    /// The parameters it takes beside those that all take.
    params: &'static [Param],
    /// Answers a request.
    answer: fn(Asked) -> Answer,
}

/// A transport as it is told.
#[derive(Serialize)]
pub struct TransportTold {
    name: &'static str,
    title: &'static str,
    #[serde(flatten)]
    capabilities: Capabilities,
    method: &'static str,
    streams: bool,
    params: Vec<params::Told>,
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
        .service(web::resource("/jobs/{job}/{transport}").default_service(web::to(feed)));
}

impl Transport {
    /// What is told of it by a server of this heartbeat: common parameters first, courtesies last.
    pub fn told(&self, heartbeat: Duration) -> TransportTold {
        let mut params: Vec<&Param> = params::COMMON.iter().chain(self.params).collect();
        params.sort_by_key(|param| param.courtesy);
        TransportTold {
            name: self.name,
            title: self.title,
            capabilities: self.capabilities,
            method: self.method,
            streams: self.streams,
            params: params.into_iter().map(|param| param.told(heartbeat)).collect(),
        }
    }
}

async fn feed(
    request: HttpRequest,
    mut payload: web::Payload,
    path: web::Path<(String, String)>,
    context: web::Data<Context>,
) -> HttpResponse {
    let (job, transport) = path.into_inner();
    let Some(transport) = ALL.iter().find(|one| one.name == transport) else {
        return Refusal::unknown_transport(&transport).response();
    };
    if request.method().as_str() != transport.method {
        return Refusal::method(transport.method).response();
    }
    let context = context.get_ref().clone();
    let body = if transport.method == "POST" { Some(posted(&request, &mut payload).await) } else { None };
    let params = body
        .transpose()
        .and_then(|body| Params::read(&request, body.as_deref(), transport.params, context.heartbeat));
    let lane = params.as_ref().map_or_else(|refusal| refusal.lane.clone(), |params| params.lane.clone());
    let witness = Witness::new(&request, &context, lane, Some(transport.name));
    witness.request(&request, params.as_ref().ok().and_then(Params::cursor));
    let job = context.jobs.get(&job);
    (transport.answer)(Asked { request, payload, context, job, params, witness }).await
}

/// The body that a request has its parameters in: JSON, or nothing at all.
async fn posted(request: &HttpRequest, payload: &mut web::Payload) -> Result<web::Bytes, Refusal> {
    let body = collect(payload).await?;
    if !body.is_empty() {
        json_only(request)?;
    }
    Ok(body)
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
