//! Who may read a job that asks for a token: what a request brings along, and until when that is good.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use tokio::time::{Instant, Sleep, sleep};

use super::refusal::Refusal;
use crate::feed::{Denied, Job, Lock};

/// The cookie a token may stand in.
const COOKIE: &str = "wirebench-token";
/// What stands before it in the header (RFC 6750 §2.1); a scheme has no case (RFC 9110 §11.1).
const SCHEME: &str = "bearer ";

/// In a request's extensions: it may read the feed and command nothing, whatever comes up on it.
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly;

/// Lets the request to `job` in. `given` is the token of its query or body; a header beats it, and it a cookie.
///
/// # Errors
/// 401.
pub(super) fn admit(request: &HttpRequest, given: Option<&str>, job: &Job) -> Result<(), Refusal> {
    let Some(lock) = job.lock() else { return Ok(()) };
    let headers = request.headers();
    let token = bearer(headers).or(given).or_else(|| cookie(headers));
    lock.admit(token).map_err(|denied| {
        let found = match denied {
            Denied::None => "none",
            Denied::Wrong => "another one",
            Denied::Expired => "one that has expired",
        };
        let fix = "send it as Authorization: Bearer …, as the query parameter token, or as the cookie wirebench-token";
        let wanted = "the token that this job was made with";
        Refusal::new(StatusCode::UNAUTHORIZED, "token", wanted, found, fix)
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// How long a stream may go on that a token has opened.
pub(super) struct Lease {
    lock: Arc<Lock>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Lease {
    /// That of a stream of `job`, if it asks for a token.
    pub(super) fn of(job: &Job) -> Option<Self> {
        job.lock().map(|lock| Self { lock: lock.clone(), timer: None })
    }

    /// Ready when the token has expired. Readers are woken at the job's start, with which that becomes known.
    pub(super) fn poll_over(&mut self, cx: &mut TaskContext<'_>) -> Poll<()> {
        loop {
            match self.lock.left() {
                None => return Poll::Pending,
                Some(left) if left.is_zero() => return Poll::Ready(()),
                Some(left) => {
                    let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(left)));
                    if timer.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    // The two clocks need not agree to the last.
                    timer.as_mut().reset(Instant::now() + left);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_token_is_found_in_the_header_in_any_case_and_among_cookies() {
        let of = |name: &'static str, value: &'static str| {
            TestRequest::default().insert_header((name, value)).to_http_request()
        };
        assert_eq!(bearer(of("Authorization", "bEARER  x.y").headers()), Some("x.y"));
        assert_eq!(bearer(of("Authorization", "Basic eDp5").headers()), None);
        assert_eq!(bearer(of("Authorization", "B").headers()), None);
        assert_eq!(cookie(of("Cookie", "a=b; wirebench-token=x~y;c=d").headers()), Some("x~y"));
        assert_eq!(cookie(of("Cookie", "wirebench-tokens=x").headers()), None);
    }
}
