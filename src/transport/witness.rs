//! Writes down what happens to one request, with the lane, transport and connection it belongs to.
//!
//! While nobody listens to the recorder this costs one atomic load an observation.

use std::sync::Arc;
use std::task::Context as TaskContext;

use actix_web::HttpRequest;

use super::context::Context;
use super::meters::{Meter, Streaming};
use super::news::note_news;
use super::pool::{Notice, Place, Seat, Traffic};
use crate::feed::{Ack, Event, Order, Pushed, element};
use crate::record::{Carried, Direction, Observation, Recorder, Seen, What};
use crate::wire::{Connection, OpenResponse, Speech};

/// The witness of one request.
#[derive(Clone, Debug)]
pub struct Witness {
    recorder: Recorder,
    lane: Option<Arc<str>>,
    transport: Option<&'static str>,
    connection: Option<Arc<Connection>>,
    request_bytes: Option<u64>,
    meter: Option<Arc<Meter>>,
    seat: Option<Taken>,
}

/// A seat in the pool, and whose it is.
#[derive(Clone, Debug)]
struct Taken {
    seat: Arc<Seat>,
    client: Arc<str>,
}

impl Witness {
    /// Charges the request's connection to its lane, and will write down what happens.
    pub fn new(
        request: &HttpRequest,
        context: &Context,
        lane: Option<String>,
        transport: Option<&'static str>,
    ) -> Self {
        let connection = request.conn_data::<Arc<Connection>>().cloned();
        let charge = |connection: &Arc<Connection>| connection.charge(lane.as_deref(), transport);
        let request_bytes = connection.as_ref().map(charge);
        let recorder = context.recorder.clone();
        let meter = transport.and_then(|name| context.meters.of(name));
        Self { recorder, lane: lane.map(Into::into), transport, connection, request_bytes, meter, seat: None }
    }

    /// The request is a reader's: what is thrown and has not struck its connection yet does so now, and what its lane has
    /// left behind is taken back.
    pub(super) fn reads(&self, context: &Context) {
        let Some(connection) = &self.connection else { return };
        note_news(&self.recorder, &context.throws.meet(connection, self.lane.as_deref(), self.transport));
    }

    /// The connection, where there is a socket.
    pub fn connection(&self) -> Option<&Arc<Connection>> {
        self.connection.as_ref()
    }

    /// The connection, and what it had moved before this request.
    pub(super) fn traffic(&self) -> Option<Traffic> {
        let connection = self.connection.clone()?;
        let (bytes_in, bytes_out) = connection.line().totals();
        let before = (bytes_in.saturating_sub(self.request_bytes.unwrap_or_default()), bytes_out);
        Some(Traffic { connection, before })
    }

    /// The lane.
    pub(super) fn lane(&self) -> Option<&Arc<str>> {
        self.lane.as_ref()
    }

    /// The reader has this place in the pool.
    pub(super) fn seated(&mut self, place: &Place) {
        self.seat = Some(Taken { seat: place.seat().clone(), client: place.client().clone() });
    }

    /// What the pool has for this reader, if anything: it is to be said as the last thing of all.
    pub(super) fn notice(&self) -> Option<Notice> {
        self.seat.as_ref()?.seat.notice()
    }

    /// The element that says `notice`, which is now told.
    pub(super) fn told(&self, notice: Notice) -> String {
        let client = self.seat.as_ref().map_or("", |taken| &*taken.client);
        let dir = Direction::Down;
        match notice {
            Notice::Replaced { by } => {
                self.note(|| What::Replaced { dir, client: client.to_owned(), by: Some(by.to_owned()) });
                element::replaced(client, by)
            }
            Notice::Removed => {
                self.note(|| What::Removed { dir, client: client.to_owned(), by: None });
                element::removed(client)
            }
        }
    }

    /// There was no room for the reader, which is told so by a status or a close code.
    pub(super) fn full(&self, max: usize, retry: u64, (status, code): (Option<u16>, Option<u16>)) {
        if let Some(meter) = &self.meter {
            meter.refused();
        }
        self.note(|| What::Full {
            dir: Direction::Down,
            max: Some(max as u64),
            retry: Some(retry),
            status,
            code,
        });
    }

    /// The request itself.
    pub fn request(&self, request: &HttpRequest, cursor: Option<String>) {
        self.note(|| What::Request {
            dir: Direction::Up,
            method: request.method().to_string(),
            path: request.path().to_owned(),
            cursor,
            bytes: self.request_bytes,
        });
    }

    /// Its response's head.
    pub fn response(&self, status: u16, bytes: Option<u64>) {
        self.note(|| What::Response { dir: Direction::Down, status, bytes, took: None, skipped: None });
    }

    /// A stream begins; it ends when this is dropped.
    pub(super) fn stream(&self) -> Option<Streaming> {
        self.meter.as_ref().map(Meter::stream)
    }

    /// An event was handed to the wire in `bytes` bytes, as the last thing so far.
    pub fn event(&self, job: &str, event: &Event, bytes: usize, encoding: Carried) {
        self.event_before(0, job, event, bytes, encoding);
    }

    /// An event was handed to the wire in `bytes` bytes, and with it `after` bytes of the same response that follow it.
    pub(super) fn event_before(
        &self,
        after: usize,
        job: &str,
        event: &Event,
        bytes: usize,
        encoding: Carried,
    ) {
        if let Some(connection) = &self.connection {
            connection.line().handed(bytes, after);
        }
        if let Some(meter) = &self.meter {
            meter.event();
        }
        self.stands_at(event.seq);
        self.note(|| {
            What::Event(Seen {
                dir: Direction::Down,
                job: Some(job.to_owned()),
                seq: event.seq,
                kind: event.kind.name().to_owned(),
                time: Some(event.time.millis()),
                due: None,
                payload: event.json.len() as u64,
                bytes: bytes as u64,
                encoding,
                percent: None,
                text: None,
            })
        });
    }

    /// Whether the last event has been handed to the wire, which will be cut at it.
    pub(super) fn is_closing(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.line().is_closing())
    }

    /// The same; if it has, `cx` is woken when it will not be cut after all.
    pub(super) fn waits_closing(&self, cx: &TaskContext<'_>) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.line().waits_closing(cx))
    }

    /// A response is open without an end of its own, or is held until this is dropped; `speech` goes down meanwhile.
    pub(super) fn open_response(&self, speech: Speech) -> Option<OpenResponse> {
        self.connection.as_ref().map(|connection| connection.line().open_response(speech))
    }

    /// A heartbeat was handed to the wire.
    pub fn heartbeat(&self, bytes: usize, form: &str) {
        self.note(|| What::Heartbeat { dir: Direction::Down, bytes: bytes as u64, form: form.to_owned() });
    }

    /// A gap was told.
    pub fn gap(&self, from: u64, to: u64) {
        self.stands_at(to);
        self.note(|| What::Gap { dir: Direction::Down, from, to });
    }

    /// A foreign epoch was told.
    pub fn unknown_epoch(&self, asked: &str, epoch: &str) {
        self.note(|| What::UnknownEpoch { asked: asked.to_owned(), epoch: epoch.to_owned() });
    }

    /// A command came up in a body of `bytes` bytes and was answered in `answer` bytes.
    pub fn posted(&self, order: &Order, bytes: usize, ack: &Ack, answer: usize) {
        self.command(order, bytes, ("post", self.request_bytes), ack, answer);
    }

    /// A command came up in a message of `bytes` bytes, a frame of `wire`, and was answered in `answer` bytes.
    pub fn framed(&self, order: &Order, bytes: usize, wire: usize, ack: &Ack, answer: usize) {
        self.command(order, bytes, ("frame", Some(wire as u64)), ack, answer);
    }

    fn command(&self, order: &Order, bytes: usize, way: (&str, Option<u64>), ack: &Ack, answer: usize) {
        self.note(|| What::Command {
            dir: Direction::Up,
            command: order.command.name().to_owned(),
            id: order.id.clone(),
            bytes: bytes as u64,
            via: way.0.to_owned(),
            wire: way.1,
        });
        self.note(|| What::Ack {
            dir: Direction::Down,
            command: ack.command.to_owned(),
            ok: ack.ok,
            bytes: answer as u64,
            id: ack.id.clone(),
            took: None,
            error: ack.error.clone(),
        });
    }

    /// A batch of `events` came up in a body of `bytes` bytes.
    pub fn pushed(&self, job: &str, pushed: &Pushed, events: usize, bytes: usize) {
        self.note(|| What::Pushed {
            dir: Direction::Up,
            job: job.to_owned(),
            first: pushed.first,
            last: pushed.last,
            events: events as u64,
            bytes: bytes as u64,
            repeated: pushed.repeated,
        });
    }

    /// The reader was told that there is no more.
    pub fn stop(&self, status: Option<u16>, code: Option<u16>) {
        self.note(|| What::Stop { status, code, cause: None });
    }

    fn stands_at(&self, seq: u64) {
        if let Some(taken) = &self.seat {
            taken.seat.stands_at(seq);
        }
    }

    fn note(&self, what: impl FnOnce() -> What) {
        self.recorder.note(|| Observation {
            lane: self.lane.as_deref().map(str::to_owned),
            transport: self.transport.map(str::to_owned),
            conn: self.connection.as_ref().map(|connection| connection.number().to_string()),
            ..Observation::by_server(what())
        });
    }
}
