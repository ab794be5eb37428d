//! In which log a request reads: the job's, but for a `per-connection` job, whose readers have one each.

use std::sync::Arc;

use actix_web::http::StatusCode;

use super::context::Context;
use super::refusal::Refusal;
use super::witness::Witness;
use crate::feed::{Job, NoRoom, OWN_LOGS};

/// `job` as this request reads it. One that asks again and again (`polls`) keeps its log as long as its connection.
///
/// # Errors
/// 503, if there is no room for one more log.
pub(super) fn reading(
    context: &Context,
    witness: &Witness,
    polls: bool,
    job: Option<Arc<Job>>,
) -> Result<Option<Arc<Job>>, Refusal> {
    let Some(job) = job else { return Ok(None) };
    let connection = witness.connection().map(|connection| connection.number());
    context.jobs.reading(job, connection.filter(|_| polls)).map(Some).map_err(|NoRoom| {
        let wanted = format!("room for one more reader with a log of its own, of {OWN_LOGS}");
        let fix = "end one, or read a job of another source";
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "job", wanted, "none", fix)
    })
}
