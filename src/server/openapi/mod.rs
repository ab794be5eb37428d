//! `GET /api/openapi.json`: what programs may ask here, as `OpenAPI` 3.1, made from what answers them.
//!
//! The feed's part is made from the list of transports, a job's from the list of sources; the rest stands in tables.

mod bench;
mod class;
mod faults;
mod feed;
mod parts;
mod runs;
mod schemas;

use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde_json::{Map, Value, json};

use super::state::State;

/// Operations by path, each an object from method to operation.
type Paths = Map<String, Value>;

/// Answers with the document.
pub(super) async fn openapi(state: web::Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-cache"))
        .json(document(&state.place.bench.url, state.context.heartbeat))
}

fn document(bench: &str, heartbeat: Duration) -> Value {
    let mut paths = Paths::new();
    feed::paths(&mut paths, heartbeat);
    bench::paths(&mut paths);
    faults::paths(&mut paths);
    runs::paths(&mut paths);
    class::paths(&mut paths);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "wirebench",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "One feed by every transport. An operation with `x-endless` answers with a stream that has \
                            no end of its own.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": bench }],
        "paths": paths,
        "components": { "schemas": schemas::all() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport;

    /// The first text between quotes after each `needle` in `source`, its own tests left out.
    fn quoted_after<'a>(source: &'a str, needle: &'a str) -> impl Iterator<Item = &'a str> {
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        code.split(needle).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
    }

    #[test]
    fn every_route_that_is_registered_is_documented() {
        let document = document("http://127.0.0.1:8080", Duration::from_secs(15));
        let sources = [
            include_str!("../api.rs"),
            include_str!("../runs/api.rs"),
            include_str!("../../transport/mod.rs"),
        ];
        let routes: Vec<&str> = sources.iter().flat_map(|source| quoted_after(source, "resource(")).collect();
        assert!(routes.len() > 10, "the routes were not found: {routes:?}");
        for route in routes.into_iter().filter(|route| !route.ends_with("{transport}")) {
            assert!(document["paths"][route].is_object(), "{route} is not in src/server/openapi");
        }
        for transport in transport::ALL {
            let path = format!("/jobs/{{job}}/{}", transport.name);
            assert!(document["paths"][&path].is_object(), "{path}");
        }
    }

    #[test]
    fn every_schema_that_is_referred_to_is_there() {
        let document = document("http://127.0.0.1:8080", Duration::from_secs(15));
        let text = document.to_string();
        let names: Vec<&str> = quoted_after(&text, r#""$ref":"#).collect();
        assert!(names.len() > 20, "{names:?}");
        for name in names {
            let pointer = name.strip_prefix('#').expect("a reference within the document");
            assert!(document.pointer(pointer).is_some(), "{name}");
        }
    }
}
