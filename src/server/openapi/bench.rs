//! The operations of the bench itself.

use serde_json::json;

use super::Paths;
use super::parts::{Operation, job, schema};
use crate::server::metrics::CONTENT_TYPE;

/// Adds them.
pub(super) fn paths(paths: &mut Paths) {
    plain(paths);
    jobs(paths);
    clients(paths);
    typed(paths);
    let record = Operation::new("record", "The server's own observations from now on")
        .answer(
            200,
            "observations as Server-Sent Events",
            &[("text/event-stream", json!({ "type": "string" }))],
        )
        .endless();
    paths.insert("/api/record".to_owned(), json!({ "get": record.value() }));
    let origin = json!({ "type": "integer", "minimum": 1, "maximum": 32 });
    let listen = Operation::new("listen", "Close or open the listener of a lane's origin")
        .in_path("id", "the number of the origin", &origin)
        .body(&schema("Listen"), true)
        .json(200, "done", &schema("Origin"))
        .no(404, "no such origin")
        .no(409, "its address cannot be listened at")
        .changes_state();
    paths.insert("/api/origins/{id}".to_owned(), json!({ "put": listen.value() }));
}

/// What is only asked for.
fn plain(paths: &mut Paths) {
    for (path, id, summary, told) in [
        ("/api/bench", "bench", "Version, origins, sources, caveats", "Bench"),
        ("/api/transports", "transports", "The list of transports", "Transports"),
        ("/api/lanes", "lanes", "Bytes at the socket, per lane and per origin", "Lanes"),
    ] {
        let operation = Operation::new(id, summary).json(200, summary, &schema(told));
        paths.insert(path.to_owned(), json!({ "get": operation.value() }));
    }
    let openapi = Operation::new("openapi", "This document").json(
        200,
        "this document",
        &json!({ "type": "object", "required": ["openapi", "paths"] }),
    );
    paths.insert("/api/openapi.json".to_owned(), json!({ "get": openapi.value() }));
    let metrics = Operation::new("metrics", "What the server has counted").answer(
        200,
        "OpenMetrics text",
        &[(CONTENT_TYPE, json!({ "type": "string" }))],
    );
    paths.insert("/metrics".to_owned(), json!({ "get": metrics.value() }));
}

fn jobs(paths: &mut Paths) {
    let list = Operation::new("jobs", "All jobs, oldest first").json(200, "all jobs", &schema("Jobs"));
    let make = Operation::new("makeJob", "Make a job")
        .body(&schema("JobRequest"), true)
        .json(201, "made", &schema("Job"))
        .no(409, "there is one of that name")
        .no(429, "there are as many as may be, and none has ended")
        .changes_state();
    paths.insert("/api/jobs".to_owned(), json!({ "get": list.value(), "post": make.value() }));
    let forget = job(Operation::new("forgetJob", "Forget a job; its readers are ended"))
        .empty(204, "forgotten")
        .changes_state();
    paths.insert("/api/jobs/{job}".to_owned(), json!({ "delete": forget.value() }));
}

fn clients(paths: &mut Paths) {
    let list = Operation::new("clients", "The pool of clients").json(200, "who is there", &schema("Clients"));
    let set = Operation::new("setMaximum", "Set how many clients there may be, from now on")
        .body(&schema("Maximum"), true)
        .json(200, "set", &schema("Maximum"))
        .changes_state();
    paths.insert("/api/clients".to_owned(), json!({ "get": list.value(), "put": set.value() }));
    let name = json!({ "type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$" });
    let remove = job(Operation::new("removeClient", "Remove a client, and stop its name for a minute"))
        .in_path("client", "the name of a client", &name)
        .empty(204, "removed")
        .no(404, "no such client")
        .changes_state();
    paths.insert("/api/clients/{job}/{client}".to_owned(), json!({ "delete": remove.value() }));
}

/// Of 4096 bytes at most: a quantum of four characters has three of them, and the last may have one or two (RFC 4648 §4).
const BASE64URL: &str =
    "^(([A-Za-z0-9_-]{4}){0,1364}([A-Za-z0-9_-]{2,4})?|([A-Za-z0-9_-]{4}){1365}[A-Za-z0-9_-]{2})$";

fn typed(paths: &mut Paths) {
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let bytes = json!({
        "name": "bytes", "in": "query", "description": "at most 4096 bytes as base64url without padding",
        "schema": text(BASE64URL),
    });
    let nonce = json!({
        "name": "nonce", "in": "query", "description": "answered with the bytes once, by 204 from then on",
        "schema": text("^[A-Za-z0-9_-]{1,64}$"),
    });
    let stream = Operation::new("typedEventStream", "These bytes as an event stream that ends behind them")
        .parameter(bytes.clone())
        .parameter(nonce)
        // No schema: a reader of descriptions holds each event against it.
        .answer(200, "the bytes as they are", &[("text/event-stream", json!({}))])
        .empty(204, "the nonce was answered before: an EventSource stops")
        .no(400, "not what is wanted")
        .no(403, "a Host or Origin that is not trusted");
    paths.insert("/api/typed/event-stream".to_owned(), json!({ "get": stream.value() }));
    let socket = Operation::new("typedWebSocket", "These bytes as what a server sends behind the handshake")
        .parameter(bytes)
        .empty(101, "the bytes as they are, once a frame has come; the connection ends behind them")
        .no(400, "not what is wanted")
        .no(403, "a Host or Origin that is not trusted")
        .no(426, "no WebSocket handshake")
        .endless();
    paths.insert("/api/typed/websocket".to_owned(), json!({ "get": socket.value() }));
}
