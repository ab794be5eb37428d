//! A clear no: what was wanted, what was found, where, and what to do. JSON over HTTP, a reason in a Close frame.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

/// Why a request is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// What would have been right.
    pub wanted: String,
    /// What came instead.
    pub found: String,
    /// In which part of the request.
    pub place: String,
    /// What to do.
    pub fix: String,
    /// The lane, if that much could be read.
    pub lane: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    error: Told<'a>,
}

#[derive(Serialize)]
struct Told<'a> {
    wanted: &'a str,
    found: &'a str,
    #[serde(rename = "where")]
    place: &'a str,
    fix: &'a str,
}

impl Refusal {
    /// A refusal with all its parts.
    pub fn new(
        status: StatusCode,
        place: impl Into<String>,
        wanted: impl Into<String>,
        found: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        let (wanted, found, place, fix) = (wanted.into(), found.into(), place.into(), fix.into());
        Self { status, wanted, found, place, fix, lane: None }
    }

    /// 400: a query parameter is wrong.
    pub fn query(name: &str, wanted: impl Into<String>, found: &str) -> Self {
        let fix = format!("change {name}, or leave it out");
        let place = format!("query parameter {name}");
        Self::new(StatusCode::BAD_REQUEST, place, wanted, format!("{found:?}"), fix)
    }

    /// 404: no such job.
    pub fn unknown_job() -> Self {
        let fix = "list them with GET /api/jobs on the bench, or make one with POST /api/jobs";
        Self::new(StatusCode::NOT_FOUND, "path", "the name of a job", "no job of that name", fix)
    }

    /// 404: no such transport.
    pub fn unknown_transport(found: &str) -> Self {
        let names: Vec<&str> = super::ALL.iter().map(|one| one.name).collect();
        Self::new(StatusCode::NOT_FOUND, "path", names.join(" or "), format!("{found:?}"), "change the path")
    }

    /// 404: nothing is there.
    pub fn nothing_here(path: &str) -> Self {
        let fix = "see /, /jobs/{job}/{transport}, and on the bench /api/openapi.json";
        Self::new(
            StatusCode::NOT_FOUND,
            "path",
            "something that is here",
            path.chars().take(200).collect::<String>(),
            fix,
        )
    }

    /// 405.
    pub fn method(wanted: &str) -> Self {
        let fix = format!("use {wanted}");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", wanted, "another method", fix)
    }

    /// As an HTTP response.
    pub fn response(&self) -> HttpResponse {
        let error = Told { wanted: &self.wanted, found: &self.found, place: &self.place, fix: &self.fix };
        let mut response = HttpResponse::build(self.status);
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            response.insert_header(("Allow", self.wanted.as_str()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // RFC 6750 §3: who brings none is told the scheme alone, who brings a wrong one that it is wrong.
            let wrong = if self.found == "none" { "" } else { ", error=\"invalid_token\"" };
            response.insert_header(("WWW-Authenticate", format!("Bearer realm=\"wirebench\"{wrong}")));
        }
        response.json(Body { error })
    }

    /// As a WebSocket close code (4000 and the HTTP status: RFC 6455 §7.4.2 leaves these to us) and reason (§5.5:
    /// at most 123 bytes).
    pub fn close(&self) -> (u16, String) {
        let mut reason = format!("{}: wanted {}, found {}", self.place, self.wanted, self.found);
        while reason.len() > 123 {
            reason.pop();
        }
        (4000 + self.status.as_u16(), reason)
    }
}
