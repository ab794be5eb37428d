//! What is counted of each transport, for `/metrics`: atomics that whoever streams holds on to, so that an event costs
//! one addition.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use tokio::time::Instant;

/// The label of a transport.
type Label = [(&'static str, &'static str); 1];

/// All that is counted.
#[derive(Debug)]
pub struct Meters {
    of: Vec<(&'static str, Arc<Meter>)>,
    events: Family<Label, Counter>,
    open: Family<Label, Gauge>,
    streamed: Family<Label, Histogram, fn() -> Histogram>,
    refused: Family<Label, Counter>,
}

/// What is counted of one transport.
#[derive(Debug)]
pub struct Meter {
    events: Counter,
    open: Gauge,
    streamed: Histogram,
    refused: Counter,
}

/// Stands in the extensions of a response whose request was held that long until there was something to say.
#[derive(Clone, Copy, Debug)]
pub struct Held(pub Duration);

/// A stream that is open until this is dropped.
#[derive(Debug)]
pub(super) struct Streaming {
    meter: Arc<Meter>,
    since: Instant,
}

impl Default for Meters {
    fn default() -> Self {
        let (events, open, refused) = (Family::default(), Family::default(), Family::default());
        let streamed = Family::new_with_constructor(long as fn() -> Histogram);
        let meter = |name| {
            let label = [("transport", name)];
            let meter = Meter {
                events: events.get_or_create_owned(&label),
                open: open.get_or_create_owned(&label),
                streamed: streamed.get_or_create_owned(&label),
                refused: refused.get_or_create_owned(&label),
            };
            (name, Arc::new(meter))
        };
        let of = super::ALL.iter().map(|transport| meter(transport.name)).collect();
        Self { of, events, open, streamed, refused }
    }
}

/// For what may take from 1 ms to 4.6 h.
pub fn long() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 4.0, 13))
}

impl Meters {
    /// Has all of them told by `registry`.
    pub fn register(&self, registry: &mut Registry) {
        let open = "How long a stream that has ended was open";
        registry.register("stream_seconds", open, self.streamed.clone());
        registry.register("streams_open", "Streams open now", self.open.clone());
        registry.register("events_sent", "Events handed to the wire", self.events.clone());
        registry.register("clients_refused", "Clients there was no room for", self.refused.clone());
    }

    /// Those of the transport called `name`; `None` if there is no such one.
    pub(super) fn of(&self, name: &str) -> Option<Arc<Meter>> {
        self.of.iter().find(|(other, _)| *other == name).map(|(_, meter)| meter.clone())
    }
}

impl Meter {
    /// An event was handed to the wire.
    pub(super) fn event(&self) {
        self.events.inc();
    }

    /// There was no room for a client.
    pub(super) fn refused(&self) {
        self.refused.inc();
    }

    /// A stream begins.
    pub(super) fn stream(self: &Arc<Self>) -> Streaming {
        self.open.inc();
        Streaming { meter: self.clone(), since: Instant::now() }
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        self.meter.open.dec();
        self.meter.streamed.observe(self.since.elapsed().as_secs_f64());
    }
}
