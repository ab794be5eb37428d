//! What a reader is answered that is not let in, by the transports that a status speaks for.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};

use super::Asked;
use super::pool::Away;
use super::refusal::Refusal;

/// When to come again, in ms: drawn anew for each, so that many do not come back at once.
pub(super) fn come_again() -> u64 {
    fastrand::u64(2000..=5000)
}

/// 503 with `Retry-After`, or 204 to who is not to come back.
pub(super) fn by_status(asked: &Asked, away: Away) -> HttpResponse {
    match away {
        Away::Full { max } => {
            let seconds = fastrand::u64(1..=5);
            asked.witness.full(max, seconds * 1000, (Some(503), None));
            let wanted = "room for one more client";
            let found = format!("{max} clients, which is as many as may be");
            let fix = format!("ask again in {seconds} s");
            let refusal =
                Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "pool of clients", wanted, found, fix);
            let mut response = refusal.response();
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            response
        }
        Away::TakenOver | Away::Removed => {
            asked.witness.stop(Some(204), None);
            HttpResponse::NoContent().finish()
        }
    }
}
