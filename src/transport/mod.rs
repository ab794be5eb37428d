//! The transports: the ways a feed crosses the wire. Each is one file or folder and one line in [`ALL`].
//!
//! Routes, parity tests, the feature matrix and the page walk that list; nobody else enumerates. The transports never
//! meet each other. What they share stands here: [`Params`], [`Refusal`], the `feeding` of an endless response,
//! the encodings, and the [`Witness`] that writes down what happens.

mod access;
mod away;
mod batch;
mod commands;
mod conditional;
mod context;
mod encoding;
mod event_stream;
mod events;
mod feeding;
mod fetch_stream;
mod gzip;
mod instead;
mod long_polling;
mod meters;
mod news;
mod params;
mod polling;
mod pool;
mod reading;
mod refusal;
mod sse;
mod websocket;
mod witness;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

pub use access::ReadOnly;
use commands::collect;
pub use commands::{json_only, whole};
pub use conditional::if_none_match;
pub use context::Context;
pub use instead::AsIs;
pub use meters::{Held, Meters, long};
pub use news::note_news;
use params::Param;
pub use params::Params;
use pool::{Away, Coming, Kind, Place};
pub use pool::{Client, MAX_CLIENTS, Pool};
pub use refusal::Refusal;
pub use witness::Witness;

use crate::feed::{Job, OWN_LOGS, Opening};

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
    /// Whether a request is one that it can answer by the feed at all: only those take a place in the pool.
    is_asked: fn(&HttpRequest) -> bool,
    /// Answers a reader that is not let into the pool, as its kind of client can live with.
    turned_away: fn(Asked, Away) -> HttpResponse,
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
    wanted: Result<Wanted, Refusal>,
    witness: Witness,
}

/// What a good request wants, and the reader that has been opened for it.
struct Wanted {
    params: Params,
    opening: Opening,
}

type Answer = Pin<Box<dyn Future<Output = HttpResponse>>>;

/// Every transport there is.
pub static ALL: &[Transport] = &[
    polling::TRANSPORT,
    long_polling::TRANSPORT,
    sse::TRANSPORT,
    fetch_stream::TRANSPORT,
    websocket::TRANSPORT,
];

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
        .service(web::resource("/jobs/{job}/{transport}").default_service(web::to(feed)));
}

/// Who reads and from where: said by the client itself, never a switch of its lane.
const PLUMBING: [&str; 4] = ["after", "lane", "client", "lastEventId"];

impl Transport {
    /// What a lane that reads by it can be switched to: its parameters, but for those by which a client says who it is and
    /// where it stands.
    pub fn switches(&self) -> impl Iterator<Item = &'static Param> {
        params::COMMON.iter().chain(self.params).filter(|param| !PLUMBING.contains(&param.name))
    }

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
    if let (Ok(params), Some(connection)) = (&params, witness.connection()) {
        connection.line().set_nodelay(params.courtesies.nodelay);
    }
    witness.reads(&context);
    let job = context.jobs.get(&job);
    let by_status = params.as_ref().is_ok_and(|params| params.auth_by_status);
    let params = params.and_then(|params| {
        let admitted =
            job.as_deref().map_or(Ok(()), |job| access::admit(&request, params.token.as_deref(), job));
        admitted.map(|()| params)
    });
    if let Some(refusal) = params.as_ref().err().filter(|_| by_status) {
        witness.response(refusal.status.as_u16(), None);
        return refusal.response();
    }
    if params.is_ok()
        && job.is_some()
        && (transport.is_asked)(&request)
        && let Some(response) = instead::instead(&request, &context, &witness)
    {
        return response;
    }
    let wanted = params.and_then(|params| {
        let reading = reading::reading(&context, &witness, !transport.streams, job.clone())?;
        let opening = params.open(reading)?;
        Ok(Wanted { params, opening })
    });
    let mut asked = Asked { request, payload, context, job, wanted, witness };
    if asked.has_no_log() && (transport.is_asked)(&asked.request) {
        return (transport.turned_away)(asked, Away::Full { max: OWN_LOGS });
    }
    let place = match asked.enter(transport) {
        Ok(place) => place,
        Err(away) => return (transport.turned_away)(asked, away),
    };
    if let Some(place) = &place {
        asked.witness.seated(place);
    }
    let response = (transport.answer)(asked).await;
    match place {
        Some(place) => response.map_body(|_, body| place.hold(body)).map_into_boxed_body(),
        None => response,
    }
}

impl Asked {
    /// Whether it asks for one log more of its own than there may be: the only refusal so far with this status.
    fn has_no_log(&self) -> bool {
        self.wanted.as_ref().is_err_and(|refusal| refusal.status == StatusCode::SERVICE_UNAVAILABLE)
    }

    /// Takes a place in the pool. A request that is to be refused, or that has all there is, needs none.
    fn enter(&self, transport: &Transport) -> Result<Option<Place>, Away> {
        let Ok(Wanted { params, opening }) = &self.wanted else { return Ok(None) };
        if opening.has_the_end || !(transport.is_asked)(&self.request) {
            return Ok(None);
        }
        let kind = if transport.streams { Kind::Stream } else { Kind::Poll };
        let (job, lane) = (opening.reader.job().name(), self.witness.lane().cloned());
        let reading = (transport.name, kind);
        let coming = Coming::new(job, params.client.as_deref(), reading, lane, self.witness.traffic());
        let place = self.context.pool.admit(coming)?;
        place.reads(&opening.reader);
        Ok(Some(place))
    }
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
