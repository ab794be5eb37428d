//! One origin: a listener that can be closed and opened while its connections live on, and the accept loop that puts
//! each connection on a wire beneath actix.

use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, KeepAlive};
use actix_service::{Service as _, ServiceFactory as _, map_config};
use actix_web::dev::AppConfig;
use tokio::sync::{mpsc, oneshot};

use super::api;
use super::gate::Gate;
use super::ground::Bound;
use super::kept::Kept;
use super::state::State;
use crate::pace::{is_preset, now};
use crate::record::{Observation, Segments, What};
use crate::signal;
use crate::transport::note_news;
use crate::wire::{ByteStream, Connection, Wire};

/// Between two polls a connection may rest this long; then the browser makes a new one. Above actix-web's own 5 s, so
/// that the usual polling intervals do not each cost a connection.
pub(super) const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// The handle of a running origin.
#[derive(Clone)]
pub(super) struct Seat {
    /// 0 is the bench, lanes count from 1.
    pub id: usize,
    /// The address the page is told.
    pub url: String,
    /// Whether it listens now.
    pub listening: signal::Receiver<bool>,
    orders: mpsc::Sender<(bool, oneshot::Sender<Result<(), String>>)>,
}

/// An origin before it runs.
pub(super) struct Origin {
    id: usize,
    gate: Gate,
    orders: mpsc::Receiver<(bool, oneshot::Sender<Result<(), String>>)>,
}

/// Serves one connection to its end.
pub(super) type Serve = Rc<dyn Fn(Wire<ByteStream>, SocketAddr) -> Pin<Box<dyn Future<Output = ()>>>>;

impl Seat {
    /// Closes or opens the listener; open connections live on. One that a throw keeps closed opens when that is over.
    ///
    /// # Errors
    /// Why it could not be opened again.
    pub(super) async fn listen(&self, listening: bool) -> Result<(), String> {
        let gone = || "the server is stopping".to_owned();
        let (answer, answered) = oneshot::channel();
        self.orders.send((listening, answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

impl Origin {
    /// An origin on a bound listener, and its handle. `url` is the address the page is told.
    pub(super) fn new(id: usize, address: SocketAddr, bound: Bound, url: Option<String>) -> (Self, Seat) {
        let (gate, listening) = Gate::new(address, bound);
        let (sender, orders) = mpsc::channel(8);
        let url = url.unwrap_or_else(|| format!("http://{address}"));
        let seat = Seat { id, url, listening, orders: sender };
        (Self { id, gate, orders }, seat)
    }

    /// Accepts until the server stops. Its gate is for those on the same thread.
    pub(super) fn run(self, state: State, serve: Serve) -> (Rc<Gate>, impl Future<Output = ()>) {
        let Self { id, gate, mut orders } = self;
        let gate = Rc::new(gate);
        gate.begin();
        let running = gate.clone();
        let run = async move {
            let gate = running;
            let mut stop = state.stop.clone();
            loop {
                tokio::select! {
                    biased;
                    _ = stop.wait_for(|stop| *stop) => return gate.end(),
                    order = orders.recv() => {
                        let Some((wanted, answer)) = order else { return gate.end() };
                        // The asker may be gone; the order is carried out all the same.
                        let _ = answer.send(gate.wish(wanted));
                    }
                    accepted = gate.accept() => match accepted {
                        Ok((stream, peer)) => welcome(id, stream, peer, &state, &serve),
                        // Out of descriptors, mostly: what is open goes on, and accepting is tried again.
                        Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                    }
                }
            }
        };
        (gate, run)
    }
}

fn welcome(id: usize, stream: ByteStream, peer: SocketAddr, state: &State, serve: &Serve) {
    let mut wire = Wire::new(stream);
    if is_preset() {
        wire = wire.tidied(|| now().http_date());
    }
    let connection = state.connections.open(id, peer, wire.line().clone());
    note_opened(state, &connection);
    let kept = Kept::begin(state, &connection);
    let service = serve(wire.entered(connection.clone()), peer);
    let state = state.clone();
    tokio::task::spawn_local(async move {
        service.await;
        state.connections.close(&connection);
        note_news(&state.context.recorder, &state.context.throws.closed(connection.number()));
        state.context.jobs.disconnected(connection.number());
        state.context.pool.closed(connection.number());
        kept.end();
        note_closed(&state, &connection);
    });
}

/// Builds the service of a thread's origins; the bench's has the API as well.
pub(super) async fn service(state: State, is_bench: bool) -> Result<Serve, ()> {
    let stop = state.stop.clone();
    let app = move || api::app(&state, is_bench);
    let factory = HttpService::build()
        .keep_alive(KeepAlive::Timeout(KEEP_ALIVE))
        // Browsers open connections ahead of need; actix's 5 s would answer those with 408.
        .client_request_timeout(Duration::from_secs(60))
        // Anything else makes Chromium's onclose wait for it.
        .client_disconnect_timeout(Duration::ZERO)
        // Else a client that has gone is noticed only at the second write after.
        .h1_allow_half_closed(false)
        .graceful_shutdown_signal(move || {
            let mut stop = stop.clone();
            async move {
                let _ = stop.wait_for(|stop| *stop).await;
            }
        })
        .on_connect_ext(|wire: &Wire<ByteStream>, extensions| {
            if let Some(connection) = wire.connection() {
                extensions.insert(connection.clone());
            }
        })
        .h1(map_config(app(), |()| AppConfig::default()));
    let service = factory.new_service(()).await?;
    Ok(Rc::new(move |wire, peer| {
        let served = service.call((wire, Some(peer)));
        Box::pin(async move {
            // Its errors are the connection's: a client gone in the middle, bytes that are no HTTP.
            let _ = served.await;
        })
    }))
}

fn note_opened(state: &State, connection: &Arc<Connection>) {
    state.context.recorder.note(|| Observation {
        conn: Some(connection.number().to_string()),
        ..Observation::by_server(What::Opened {
            ready: None,
            origin: Some(connection.origin()),
            peer: Some(connection.peer().to_string()),
        })
    });
}

fn note_closed(state: &State, connection: &Arc<Connection>) {
    state.context.recorder.note(|| {
        let (bytes_in, bytes_out) = connection.line().totals();
        let last = connection.charges().pop();
        Observation {
            conn: Some(connection.number().to_string()),
            lane: last.as_ref().map(|charge| charge.lane.to_string()),
            transport: last.and_then(|charge| charge.transport).map(str::to_owned),
            ..Observation::by_server(What::Closed {
                cause: connection.line().cause().unwrap_or("closed").to_owned(),
                ready: None,
                code: None,
                reason: None,
                clean: None,
                bytes_in: Some(bytes_in),
                bytes_out: Some(bytes_out),
                requests: Some(connection.requests()),
                segments: connection.line().segments().map(|counted| Segments {
                    sent: counted.sent,
                    received: counted.received,
                    retransmitted: counted.retransmitted,
                }),
            })
        }
    });
}
