//! A running bench or simulated stage as a conductor has it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::handle::Handle;
use crate::fault::Wanted;
use crate::feed::{Form, Job, Malformed, read_batch};
use crate::record::{Listener, Observation};
use crate::run::Stage;

impl Stage for Handle {
    fn origins(&self) -> Vec<String> {
        Self::origins(self)
    }

    fn make_job(&self, request: Map<String, Value>) -> Result<Arc<Job>, String> {
        let request = serde_json::from_value(request.into()).map_err(|error| error.to_string())?;
        Self::make_job(self, request).map_err(|error| error.to_string())
    }

    fn job(&self, name: &str) -> Option<Arc<Job>> {
        Self::job(self, name)
    }

    fn push(&self, job: &str, events: &[Value]) -> Result<(), String> {
        let job = Self::job(self, job).ok_or("the job is gone")?;
        let events = read_batch(Form::Json, Value::from(events).to_string().as_bytes());
        let told =
            |Malformed { place, wanted, found, .. }| format!("{place}: wanted {wanted}, found {found}");
        let events = events.map_err(told)?;
        job.push(None, events).map(drop).map_err(|_| "the job takes no events now".to_owned())
    }

    fn forget_job(&self, job: &str) {
        self.remove_job(job);
    }

    async fn throw(&self, wanted: Wanted) -> Result<u64, String> {
        Self::throw(self, wanted).await.map(|(id, _)| id).map_err(|error| error.to_string())
    }

    async fn clear(&self, throw: u64) {
        Self::clear(self, throw).await;
    }

    fn tell(&self, line: &Observation) {
        self.recorder().note(|| line.clone());
    }

    fn listen(&self) -> Listener {
        Self::listen(self)
    }
}
