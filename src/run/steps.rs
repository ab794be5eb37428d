//! Steps: waiting for a moment, and doing what is to be done then.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::pump::{Came, Pump, RunError};
use super::{LaneOrder, Lanes, Stage};
use crate::fault::Wanted;
use crate::feed::Order;
use crate::record::What;
use crate::scenario::{Moment, Step, Verb};

impl<S: Stage, L: Lanes> Pump<'_, S, L> {
    /// Waits for a moment.
    pub(super) async fn await_moment(
        &mut self,
        moment: &Moment,
        began: Instant,
        last: Instant,
        patience: Instant,
    ) -> Result<Came, RunError> {
        let plan = self.plan;
        match moment {
            Moment::Before => Ok(Came::True),
            Moment::At(span) => self.at(began + *span, patience).await,
            Moment::Later(span) => self.at(last + *span, patience).await,
            Moment::Appended(seq) => self.until(patience, |watch| watch.head() >= *seq).await,
            Moment::Lane { lane, what } => {
                self.until(patience, |watch| watch.reached(plan.readers(lane), what)).await
            }
        }
    }

    async fn at(&mut self, when: Instant, patience: Instant) -> Result<Came, RunError> {
        self.until(when.min(patience), |_| false).await?;
        Ok(if when <= patience { Came::True } else { Came::Late })
    }

    /// Does what a step says.
    pub(super) async fn take_step(&mut self, index: usize, step: &Step) -> Result<(), RunError> {
        let refused = |why: String| RunError::Refused(format!("step {}: {why}", index + 1));
        match &step.verb {
            Verb::Throw { body, name } => {
                self.note_step(index, "throw", None, None)?;
                self.throw(body, name.clone()).await.map_err(refused)
            }
            Verb::Clear(name) => {
                self.note_step(index, "clear", None, None)?;
                let meant = |thrown: &Option<String>| name.is_none() || thrown == name;
                let ids: Vec<u64> =
                    self.throws.iter().filter(|(_, thrown)| meant(thrown)).map(|(id, _)| *id).collect();
                for id in ids {
                    self.stage.clear(id).await;
                }
                Ok(())
            }
            Verb::Command { command, factor } => {
                self.note_step(
                    index,
                    "command",
                    None,
                    Some(json!({ "command": command, "factor": factor })),
                )?;
                self.command(command, *factor).map_err(refused)
            }
            Verb::Push(events) => {
                self.note_step(index, "push", None, Some(json!({ "events": events.len() })))?;
                self.stage.push(&self.plan.job, events).map_err(refused)
            }
            Verb::Say { lane, command, factor, times } => {
                let order = LaneOrder::Say { command: command.clone(), factor: *factor, times: *times };
                let told = json!({ "command": command, "factor": factor, "times": times });
                self.order(index, "say", lane, &order, Some(told))
            }
            Verb::Disconnect(lane) => self.order(index, "disconnect", lane, &LaneOrder::Disconnect, None),
            Verb::Connect(lane) => self.order(index, "connect", lane, &LaneOrder::Connect, None),
        }
    }

    /// A moment that did not come: the steps behind it are not taken.
    pub(super) fn never_came(&mut self, index: usize) -> Result<(), RunError> {
        self.caveat("moment-never-came", [("step", Value::from(index + 1))])
    }

    /// Notes a reason to distrust the run.
    pub(super) fn caveat<const N: usize>(
        &mut self,
        name: &str,
        values: [(&str, Value); N],
    ) -> Result<(), RunError> {
        let values: BTreeMap<String, Value> =
            values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let values = (!values.is_empty()).then_some(values);
        self.note(What::Caveat { caveat: name.to_owned(), values })
    }

    /// A command to the job, by nobody.
    pub(super) fn command(&self, command: &str, factor: Option<f64>) -> Result<(), String> {
        let order = factor.map_or_else(
            || json!({ "command": command }),
            |factor| json!({ "command": command, "factor": factor }),
        );
        let order = Order::parse(order.to_string().as_bytes()).map_err(|error| error.to_string())?;
        let job = self.stage.job(&self.plan.job).ok_or("the job is gone")?;
        job.command(order.command)
    }

    async fn throw(&mut self, body: &Map<String, Value>, name: Option<String>) -> Result<(), String> {
        let mut body = body.clone();
        if let Some(Value::String(scope)) = body.get_mut("scope") {
            *scope = self.plan.scope(scope);
        }
        let wanted = Wanted::read(body)
            .map_err(|wrong| format!("{} is {}, and may be {}", wrong.member, wrong.found, wrong.wanted))?;
        let id = self.stage.throw(wanted).await?;
        self.throws.insert(id, name);
        Ok(())
    }

    fn order(
        &mut self,
        index: usize,
        does: &str,
        lane: &str,
        order: &LaneOrder,
        told: Option<Value>,
    ) -> Result<(), RunError> {
        self.note_step(index, does, Some(lane), told)?;
        let plan = self.plan;
        plan.readers(lane).for_each(|reader| self.lanes.order(reader, order));
        Ok(())
    }

    fn note_step(
        &mut self,
        index: usize,
        does: &str,
        of: Option<&str>,
        order: Option<Value>,
    ) -> Result<(), RunError> {
        self.note(What::Step { step: index + 1, does: does.to_owned(), of: of.map(str::to_owned), order })
    }
}
