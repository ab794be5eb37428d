//! `GET /metrics`: what the server has counted, in the text format of Prometheus (`OpenMetrics` 1.0).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix_http::StatusCode;
use actix_web::HttpResponse;
use actix_web::web;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::state::State;
use crate::feed::State as JobState;
use crate::transport::{Context, long};
use crate::wire::Connections;

/// The one content type of `OpenMetrics` 1.0.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is counted of requests, and the way to tell all.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    held: Histogram,
}

/// How long it took from a request's head to its response's head.
#[derive(Clone, Copy, Debug)]
pub(super) enum Took {
    /// So long.
    Time(Duration),
    /// It was held so long, as it was to be.
    Held(Duration),
    /// Its time is that of a stream.
    Stream,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Metrics {
    pub(super) fn new(context: &Context, connections: &Arc<Connections>) -> Self {
        let mut registry = Registry::with_prefix("wirebench");
        let requests = Family::default();
        let seconds = Family::new_with_constructor(short as fn() -> Histogram);
        registry.register("requests", "All requests", requests.clone());
        let told = "From a request's head to its response's head, streams and held requests left out";
        registry.register("request_seconds", told, seconds.clone());
        let held = long();
        registry.register("held_seconds", "How long a long poll was held", held.clone());
        context.meters.register(&mut registry);
        let (context, connections) = (context.clone(), connections.clone());
        registry.register_collector(Box::new(Standing { context, connections }));
        Self { registry, requests, seconds, held }
    }

    /// A request was answered after so long.
    pub(super) fn answered(&self, route: String, status: StatusCode, took: Took) {
        let status = status.as_u16();
        self.requests.get_or_create(&Answered { route: route.clone(), status }).inc();
        match took {
            Took::Time(time) => self.seconds.get_or_create(&Route { route }).observe(time.as_secs_f64()),
            Took::Held(time) => self.held.observe(time.as_secs_f64()),
            Took::Stream => {}
        }
    }
}

/// From 50 µs to 3.3 s.
fn short() -> Histogram {
    Histogram::new(exponential_buckets(0.000_05, 4.0, 9))
}

pub(super) async fn metrics(state: web::Data<State>) -> HttpResponse {
    let mut told = String::new();
    // Writing to a String cannot fail.
    let _ = text::encode(&mut told, &state.metrics.registry);
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .insert_header(("Content-Type", CONTENT_TYPE))
        .body(told)
}

/// How things stand when they are asked for.
struct Standing {
    context: Context,
    connections: Arc<Connections>,
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standing").finish_non_exhaustive()
    }
}

impl Collector for Standing {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        self.jobs(&mut encoder)?;
        self.clients(&mut encoder)?;
        self.faults(&mut encoder)?;
        self.sockets(&mut encoder)
    }
}

impl Standing {
    fn jobs(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let mut jobs: BTreeMap<&str, u64> = JobState::ALL.iter().map(|state| (state.name(), 0)).collect();
        for job in self.context.jobs.all() {
            *jobs.entry(job.state().name()).or_default() += 1;
        }
        let mut family = encoder.encode_descriptor("jobs", "Jobs", None, MetricType::Gauge)?;
        for (state, count) in jobs {
            ConstGauge::new(count).encode(family.encode_family(&[("state", state)])?)?;
        }
        Ok(())
    }

    fn clients(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let pool = &self.context.pool;
        for (name, told, count) in [
            ("clients", "Clients in the pool", pool.count()),
            ("clients_max", "How many there may be", pool.max()),
        ] {
            let gauge = ConstGauge::new(count as u64);
            gauge.encode(encoder.encode_descriptor(name, told, None, MetricType::Gauge)?)?;
        }
        Ok(())
    }

    fn faults(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let throws = &self.context.throws;
        let gauge = ConstGauge::new(throws.at_work().len() as u64);
        let told = "Throws at work now";
        gauge.encode(encoder.encode_descriptor("faults_active", told, None, MetricType::Gauge)?)?;
        let told = "Faults thrown";
        let mut family = encoder.encode_descriptor("faults_thrown", told, None, MetricType::Counter)?;
        for (fault, count) in throws.counts() {
            ConstCounter::new(count).encode(family.encode_family(&[("fault", fault)])?)?;
        }
        Ok(())
    }

    fn sockets(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let origins = self.connections.origins();
        let mut family = encoder.encode_descriptor(
            "socket_bytes",
            "Bytes at the socket, TCP's own left out",
            None,
            MetricType::Counter,
        )?;
        for origin in &origins {
            let id = origin.id.to_string();
            for (direction, bytes) in [("in", origin.bytes_in), ("out", origin.bytes_out)] {
                let labels = [("origin", id.as_str()), ("direction", direction)];
                ConstCounter::new(bytes).encode(family.encode_family(&labels)?)?;
            }
        }
        let mut family = encoder.encode_descriptor(
            "connections_open",
            "TCP connections open now",
            None,
            MetricType::Gauge,
        )?;
        for origin in &origins {
            let id = origin.id.to_string();
            ConstGauge::new(origin.open).encode(family.encode_family(&[("origin", id.as_str())])?)?;
        }
        Ok(())
    }
}
