//! The event stream as actix-web-lab makes it: its head, its keep-alive, each event encoded anew for each reader.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::{HttpRequest, HttpResponse, Responder as _};
use actix_web_lab::sse;
use bytes::Bytes;
use futures_core::Stream;

use crate::feed::Event;
use crate::record::Carried;
use crate::transport::Witness;
use crate::transport::encoding::{Fields, carried, sse_fields, sse_told_fields};
use crate::transport::feeding::{Feeding, Step};
use crate::transport::params::{HeartbeatAs, Params};

/// As the stock one writes it.
const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

/// The response.
pub(super) fn response(feeding: Feeding, params: &Params, request: &HttpRequest) -> HttpResponse {
    let (witness, job) = (feeding.witness().clone(), feeding.reader().job().name().to_owned());
    let given: Rc<RefCell<Option<Given>>> = Rc::default();
    // The hidden heartbeat is the stock keep-alive.
    let keep_alive = params.heartbeat.filter(|_| params.heartbeat_as == HeartbeatAs::Hidden);
    let feeding = if keep_alive.is_some() { feeding.without_heartbeat() } else { feeding };
    let steps = Steps { feeding, params: params.clone(), given: given.clone() };
    let mut sse = sse::Sse::from_infallible_stream(steps);
    if let Some(keep_alive) = keep_alive {
        sse = sse.with_keep_alive(keep_alive);
    }
    if let Some(retry) = params.retry {
        sse = sse.with_retry_duration(retry);
    }
    let noted = |inner| Noted { inner, given, witness, job };
    sse.respond_to(request).map_body(|_, inner| noted(inner)).map_into_boxed_body()
}

/// What the next chunk is, to be noted with the size that it turns out to have.
enum Given {
    Event(Arc<Event>, Carried),
    Heartbeat,
}

/// The feed as the events that the stock responder takes.
struct Steps {
    feeding: Feeding,
    params: Params,
    given: Rc<RefCell<Option<Given>>>,
}

impl Stream for Steps {
    type Item = sse::Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<sse::Event>> {
        let step = ready!(self.feeding.poll_step(cx));
        let Params { encoding, courtesies, .. } = self.params;
        let (fields, given) = match step {
            Step::Event(event) => {
                let fields =
                    sse_fields(&event, self.feeding.reader().job().epoch(), encoding, courtesies.ids);
                let carried = carried(&event, encoding, true);
                (fields, Some(Given::Event(event, carried)))
            }
            Step::Told(told) => {
                let heartbeat = (told.name == "heartbeat").then_some(Given::Heartbeat);
                (sse_told_fields(&told, encoding, courtesies.ids), heartbeat)
            }
            Step::HiddenHeartbeat => return Poll::Ready(Some(sse::Event::Comment("".into()))),
            Step::End | Step::Away(_) | Step::Expired | Step::Stopping => return Poll::Ready(None),
        };
        self.given.replace(given);
        Poll::Ready(Some(stock(fields)))
    }
}

fn stock(fields: Fields) -> sse::Event {
    let data = sse::Data::new(fields.data).event(fields.event);
    match fields.id {
        Some(id) => data.id(id).into(),
        None => data.into(),
    }
}

/// The stock body, its chunks written down as they pass.
struct Noted {
    inner: BoxBody,
    given: Rc<RefCell<Option<Given>>>,
    witness: Witness,
    job: String,
}

impl MessageBody for Noted {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let chunk = ready!(Pin::new(&mut self.inner).poll_next(cx));
        if let Some(Ok(bytes)) = &chunk {
            match self.given.take() {
                Some(Given::Event(event, carried)) => {
                    self.witness.event(&self.job, &event, bytes.len(), carried);
                }
                Some(Given::Heartbeat) => self.witness.heartbeat(bytes.len(), "event"),
                None if bytes == KEEP_ALIVE => self.witness.heartbeat(bytes.len(), "comment"),
                None => {}
            }
        }
        Poll::Ready(chunk)
    }
}
