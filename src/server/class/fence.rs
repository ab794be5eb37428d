//! Where there is a class, who has not its key reaches the page's files, the class and the feed of its job, and nothing else.

use std::sync::Arc;

use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpMessage as _, HttpResponse};

use crate::server::state::State;
use crate::transport::{self, ReadOnly, Refusal};
use crate::wire::Connection;

/// Lets the request pass, or answers it.
///
/// # Errors
/// The answer: 403, or where to join.
pub(in crate::server) fn fence(request: &ServiceRequest, state: &State) -> Result<(), HttpResponse> {
    let Some(room) = &state.class else { return Ok(()) };
    if room.is_teacher(request.headers()) {
        return Ok(());
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    match reaches(request.path(), reads, |job| room.is_read(job)) {
        Reaches::Class | Reaches::Nothing if request.path() == "/" && reads && on_bench(request) => {
            let to = HttpResponse::SeeOther().insert_header((header::LOCATION, "/join.html")).finish();
            Err(to)
        }
        Reaches::Class => Ok(()),
        Reaches::Feed => {
            // On a WebSocket commands come up as well.
            request.extensions_mut().insert(ReadOnly);
            Ok(())
        }
        Reaches::Nothing => Err(refusal(request.path()).response()),
    }
}

fn on_bench(request: &ServiceRequest) -> bool {
    request.conn_data::<Arc<Connection>>().is_some_and(|connection| connection.origin() == 0)
}

#[derive(Debug, PartialEq, Eq)]
enum Reaches {
    /// What everybody may ask for.
    Class,
    /// A feed that the class reads.
    Feed,
    Nothing,
}

/// What a path reaches without the key. The router undoes percent-encoding, so a path that has any is none of ours.
fn reaches(path: &str, reads: bool, is_read: impl Fn(&str) -> bool) -> Reaches {
    let plain = path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_'));
    if !plain {
        return Reaches::Nothing;
    }
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["api", "class", ..] => Reaches::Class,
        ["jobs", job, last]
            if reads && transport::ALL.iter().any(|one| one.name == *last) && is_read(job) =>
        {
            Reaches::Feed
        }
        ["api" | "jobs" | "metrics", ..] => Reaches::Nothing,
        _ if reads => Reaches::Class,
        _ => Reaches::Nothing,
    }
}

fn refusal(path: &str) -> Refusal {
    let found = format!("a request without it for {}", path.chars().take(80).collect::<String>());
    let wanted = "the teacher's key in Authorization: Bearer …";
    let fix = "join the class at /join.html; the key is in the address that the terminal shows";
    Refusal::new(StatusCode::FORBIDDEN, "header Authorization", wanted, found, fix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_the_key_the_page_the_class_and_its_feed_are_reached_and_nothing_else() {
        let of = |path: &str, reads| reaches(path, reads, |job| job == "class-1");
        for path in ["/join.html", "/transports/sse.js", "/clock", "/healthz", "/api/class/join"] {
            assert_eq!(of(path, true), Reaches::Class, "{path}");
        }
        for path in ["/jobs/class-1/sse", "/jobs/class-1/websocket", "/jobs/class-1/polling"] {
            assert_eq!(of(path, true), Reaches::Feed, "{path}");
            assert_eq!(of(path, false), Reaches::Nothing, "{path}");
        }
        for path in [
            "/jobs/class-2/sse",
            "/jobs/class-1",
            "/jobs/class-1/commands",
            "/jobs/class-1/events",
            "/api/jobs",
            "/api/faults",
            "/api/record",
            "/api/clients",
            "/api/connections",
            "/api/chunks",
            "/metrics",
            "/%61pi/jobs",
            "/jobs/class-2%2fsse",
            "//api/jobs",
            "/api//jobs",
            "/jobs/class-1/sse/",
            "/api",
            "/join.html;x",
        ] {
            assert_eq!(of(path, true), Reaches::Nothing, "{path}");
        }
        assert_eq!(of("/api/class/join", false), Reaches::Class);
        assert_eq!(of("/join.html", false), Reaches::Nothing);
    }
}
