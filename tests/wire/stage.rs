//! The feed over pipes in memory: actix's HTTP/1 service with the routes of the feed, each connection on a wire.

#![allow(dead_code, reason = "the tests and the bench use different parts")]

use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, KeepAlive};
use actix_service::{Service as _, ServiceFactory as _, map_config};
use actix_web::dev::AppConfig;
use actix_web::{App, web};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, DuplexStream, duplex};
use wirebench::feed::source::Places;
use wirebench::feed::{Bounds, Job, Jobs, JobsConfig};
use wirebench::record::Recorder;
use wirebench::transport::{self, Context, Pool};
use wirebench::wire::{Connections, Line, Vigil, Wire};

type Serve<S> = Rc<dyn Fn(S) -> Pin<Box<dyn Future<Output = ()>>>>;

/// One job and who serves it.
pub struct Stage {
    /// The job, to which is pushed.
    pub job: Arc<Job>,
    connections: Connections,
    wired: Serve<Wire<DuplexStream>>,
    bare: Serve<DuplexStream>,
}

impl Stage {
    /// With a job called `job`.
    pub async fn new() -> Self {
        let jobs = Jobs::new(JobsConfig {
            handle: tokio::runtime::Handle::current(),
            bounds: Bounds { events: 100_000, bytes: 64 << 20 },
            limit: 1,
            places: Places::default(),
            observe: Arc::new(|_, _, _| ()),
        });
        let request = serde_json::from_value(json!({"source": "push", "job": "job"})).expect("a request");
        let job = jobs.create(request).expect("made");
        let heartbeat = Duration::from_secs(3600);
        let context = Context::new(
            Arc::new(jobs),
            Recorder::default(),
            Arc::new(Vigil::default()),
            Arc::new(Pool::new(10_000)),
            Arc::default(),
            heartbeat,
        );
        let wired = service(context.clone(), |wire: &Wire<DuplexStream>, extensions| {
            extensions.insert(wire.connection().expect("entered").clone());
        });
        let bare = service(context, |_: &DuplexStream, _| ());
        Self { job, connections: Connections::default(), wired: wired.await, bare: bare.await }
    }

    /// Appends an event with this payload.
    pub fn push(&self, text: &str) {
        let body = json!({ "type": "progress", "data": { "text": text } }).to_string();
        let events =
            wirebench::feed::read_batch(wirebench::feed::Form::Json, body.as_bytes()).expect("an event");
        self.job.push(None, events).expect("pushed");
    }

    /// A connection on a wire, on which `request` has been written; the peer's end of it, and its handle.
    pub async fn open(&self, request: &str) -> (DuplexStream, Arc<Line>) {
        let (near, far) = pipe(request).await;
        let wire = Wire::new(near);
        let line = wire.line().clone();
        let connection = self.connections.open(1, SocketAddr::from(([127, 0, 0, 1], 1)), line.clone());
        tokio::task::spawn_local((self.wired)(wire.entered(connection)));
        (far, line)
    }

    /// The same without a wire.
    pub async fn open_bare(&self, request: &str) -> DuplexStream {
        let (near, far) = pipe(request).await;
        tokio::task::spawn_local((self.bare)(near));
        far
    }
}

/// A request for the feed by `transport`, from its start.
pub fn request(transport: &str, query: &str) -> String {
    let path = format!("/jobs/job/{transport}");
    let host = "Host: localhost\r\n";
    match transport {
        "fetch-stream" => format!("POST {path}?{query} HTTP/1.1\r\n{host}Content-Length: 0\r\n\r\n"),
        "websocket" => format!(
            "GET {path}?{query} HTTP/1.1\r\n{host}Connection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        ),
        _ => format!("GET {path}?{query} HTTP/1.1\r\n{host}\r\n"),
    }
}

async fn pipe(request: &str) -> (DuplexStream, DuplexStream) {
    let (near, mut far) = duplex(256 << 10);
    far.write_all(request.as_bytes()).await.expect("written");
    (near, far)
}

async fn service<S>(context: Context, on_connect: fn(&S, &mut actix_http::Extensions)) -> Serve<S>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let app = move || App::new().app_data(web::Data::new(context.clone())).configure(transport::routes);
    let factory = HttpService::build()
        // Time is paused: it jumps beyond the usual 5 s.
        .keep_alive(KeepAlive::Timeout(Duration::from_secs(3600)))
        .client_disconnect_timeout(Duration::ZERO)
        .h1_allow_half_closed(false)
        .on_connect_ext(on_connect)
        .h1(map_config(app(), |()| AppConfig::default()));
    let service = factory.new_service(()).await.expect("a service");
    Rc::new(move |io| {
        let served = service.call((io, None));
        Box::pin(async move {
            // Its errors are the connection's.
            let _ = served.await;
        })
    })
}
