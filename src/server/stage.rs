//! The stage as a whole: where throws are thrown and cleared, each in one step of the thread that polls the wires.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::gate::Gate;
use super::state::State;
use crate::fault::{Begun, Full, Lasts, News, Wanted, Why};
use crate::transport::note_news;

/// The handle of the stage, for other threads.
#[derive(Clone)]
pub(super) struct Director(mpsc::UnboundedSender<Order>);

/// Where the stage hears its director.
pub(super) struct Orders(mpsc::UnboundedReceiver<Order>);

enum Order {
    Throw(Box<Wanted>, oneshot::Sender<Result<(u64, Value), Full>>),
    Clear(u64, oneshot::Sender<Option<Value>>),
    ClearAll(Why, oneshot::Sender<()>),
}

/// The stage, on its own thread.
struct Stage {
    state: State,
    gates: Vec<Rc<Gate>>,
}

/// A director and where it is heard.
pub(super) fn direct() -> (Director, Orders) {
    let (sender, orders) = mpsc::unbounded_channel();
    (Director(sender), Orders(orders))
}

impl Director {
    /// Throws. Gives the throw's number and what is told of it; `None` if the stage is gone.
    pub(super) async fn throw(&self, wanted: Wanted) -> Option<Result<(u64, Value), Full>> {
        self.ask(|answer| Order::Throw(Box::new(wanted), answer)).await
    }

    /// Clears a throw and gives what is told of it; `None` if there is none of that number.
    pub(super) async fn clear(&self, id: u64) -> Option<Value> {
        self.ask(|answer| Order::Clear(id, answer)).await.flatten()
    }

    /// Clears all.
    pub(super) async fn clear_all(&self, why: Why) {
        self.ask(|answer| Order::ClearAll(why, answer)).await;
    }

    async fn ask<A>(&self, order: impl FnOnce(oneshot::Sender<A>) -> Order) -> Option<A> {
        let (answer, answered) = oneshot::channel();
        self.0.send(order(answer)).ok()?;
        answered.await.ok()
    }
}

/// Carries out what the director says, on the thread of the stage, whose listeners these are in their order.
pub(super) async fn obey(state: State, gates: Vec<Rc<Gate>>, mut orders: Orders) {
    let whole = Rc::new(Stage { state, gates });
    while let Some(order) = orders.0.recv().await {
        // The asker may be gone; the order is carried out all the same.
        match order {
            Order::Throw(wanted, answer) => drop(answer.send(whole.throw(*wanted))),
            Order::Clear(id, answer) => {
                whole.clear(id, Why::Asked);
                drop(answer.send(whole.state.context.throws.told(id)));
            }
            Order::ClearAll(why, answer) => {
                whole.state.context.throws.at_work().into_iter().for_each(|id| whole.clear(id, why));
                let _ = answer.send(());
            }
        }
    }
}

impl Stage {
    /// One step without an await: what is appended after the heads are read meets wires that are struck.
    fn throw(self: &Rc<Self>, wanted: Wanted) -> Result<(u64, Value), Full> {
        let context = &self.state.context;
        let lasts = wanted.lasts;
        let open: Vec<_> =
            self.state.connections.all_open().into_iter().filter(|open| open.origin() > 0).collect();
        let heads: BTreeMap<String, u64> =
            context.jobs.all().iter().map(|job| (job.name().to_owned(), job.extent().0)).collect();
        let Begun { id, mut news, closes, restarts } = context.throws.begin(wanted, heads, &open)?;
        self.gates(&closes).for_each(|gate| gate.refuse());
        if restarts == Some(true) {
            news.extend(self.lose_logs(id));
        }
        note_news(&context.recorder, &news);
        if let Lasts::Time(time) = lasts {
            self.clear_after(id, time);
        }
        let told = context.throws.told(id).unwrap_or_default();
        tracing::info!(id = format!("f{id}"), fault = told["fault"].as_str(), "fault thrown");
        Ok((id, told))
    }

    fn clear(&self, id: u64, why: Why) {
        let context = &self.state.context;
        let (news, opens) = context.throws.clear(id, why);
        self.gates(&opens).for_each(Gate::admit);
        note_news(&context.recorder, &news);
    }

    fn clear_after(self: &Rc<Self>, id: u64, time: Duration) {
        let stage = self.clone();
        tokio::task::spawn_local(async move {
            sleep(time).await;
            stage.clear(id, Why::Time);
        });
    }

    /// Starts every job again, as its source allows. What is not as it was asked for is a caveat of throw `id`.
    fn lose_logs(&self, id: u64) -> Vec<News> {
        let context = &self.state.context;
        let kept = context.jobs.restart();
        let caveat = |name: String| {
            let wanted = format!("the log of {name} lost");
            let got = "it is kept: standard input cannot be read twice";
            let values = [("wanted", Value::from(wanted)), ("got", Value::from(got))];
            let values = values.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
            context.throws.caveat(id, "weaker", values)
        };
        kept.into_iter().filter_map(caveat).collect()
    }

    fn gates(&self, origins: &[usize]) -> impl Iterator<Item = &Rc<Gate>> {
        origins.iter().filter_map(|id| self.gates.get(id.checked_sub(1)?))
    }
}
