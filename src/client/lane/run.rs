//! The task of a lane's client: its life from connection to connection, and the orders it obeys meanwhile.

use std::sync::Arc;

use fastrand::Rng;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::desk::Desk;
use super::{
    Client, Command, Lane, Observer, Order, Reader, Transport, asking, fetch_stream, sse, talk, web_socket,
};
use crate::client::coding::ACCEPTED;
use crate::client::connector::{Connector, Lines};
use crate::client::http::{Http, Request};
use crate::client::switches::TOKEN_BY;
use crate::client::url::Url;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// There is no more, or it has given up.
    Over,
    /// By hand, for good.
    Closed,
    /// By hand, for now.
    Disconnected,
}

impl Left {
    /// For an observation.
    pub(super) fn cause(self) -> &'static str {
        if self == Self::Closed { "closed" } else { "hand" }
    }
}

/// What somebody wants of a client.
#[derive(Debug)]
pub(super) enum Wish {
    Leave(Left),
    Command(Command),
}

/// All that a client works with.
pub(super) struct Work<C: Connector> {
    pub(super) lane: Lane,
    transport: Transport,
    pub(super) desk: Desk,
    pub(super) http: Http<C>,
    pub(super) lines: Lines,
    pub(super) rng: Rng,
    bearer: Option<String>,
    orders: mpsc::UnboundedReceiver<Order>,
    posts: JoinSet<()>,
}

impl<C: Connector> Work<C> {
    pub(super) fn new(
        connector: C,
        mut lane: Lane,
        transport: Transport,
        mut reader: Reader,
        observer: Observer,
        orders: mpsc::UnboundedReceiver<Order>,
        lines: Lines,
    ) -> Self {
        // Whoever opens a client means it, whatever its reader was told before.
        reader.away = None;
        let by_header = lane.settings.remove(TOKEN_BY.name).is_some_and(|by| by == "header");
        let bearer = lane.settings.get("token").filter(|_| by_header && transport.has_headers()).cloned();
        if bearer.is_some() {
            lane.settings.remove("token");
        }
        Self {
            bearer,
            desk: Desk::new(&lane, transport.name(), reader, observer),
            rng: Rng::with_seed(lane.seed),
            http: Http::new(Arc::new(connector), lines.clone()).within(lane.per_origin.clone()),
            posts: JoinSet::new(),
            transport,
            lane,
            lines,
            orders,
        }
    }

    pub(super) async fn run(mut self) -> Reader {
        loop {
            let left = match self.transport {
                Transport::Sse => sse::run(&mut self).await,
                Transport::Polling(polling) => asking::poll(&mut self, polling).await,
                Transport::LongPolling(polling) => asking::long_poll(&mut self, polling).await,
                Transport::FetchStream(coming_back) => fetch_stream::run(&mut self, coming_back).await,
                Transport::WebSocket(coming_back) => web_socket::run(&mut self, coming_back).await,
            };
            self.http.hang_up();
            if left != Left::Disconnected || !self.wanted_again().await {
                break;
            }
            self.desk.reader.away = None;
        }
        // A command that is under way is still answered; it has a time-out of its own.
        while self.posts.join_next().await.is_some() {}
        self.desk.reader
    }

    async fn wanted_again(&mut self) -> bool {
        loop {
            match self.orders.recv().await {
                Some(Order::Connect) => return true,
                Some(Order::Close) | None => return false,
                Some(Order::Disconnect) => {}
                Some(Order::Command(command)) if matches!(self.transport, Transport::WebSocket(_)) => {
                    talk::unheard(&self.desk, &command);
                }
                Some(Order::Command(command)) => self.post(command),
            }
        }
    }

    /// The next wish that concerns the session. Nothing is lost when this is given up.
    pub(super) async fn wish(&mut self) -> Wish {
        loop {
            match self.orders.recv().await {
                Some(Order::Close) | None => return Wish::Leave(Left::Closed),
                Some(Order::Disconnect) => return Wish::Leave(Left::Disconnected),
                Some(Order::Command(command)) => return Wish::Command(command),
                Some(Order::Connect) => {}
            }
        }
    }

    /// The next wish to leave; commands go up by a POST of their own meanwhile.
    pub(super) async fn leaving(&mut self) -> Left {
        loop {
            match self.wish().await {
                Wish::Leave(left) => return left,
                Wish::Command(command) => self.post(command),
            }
        }
    }

    fn post(&mut self, command: Command) {
        // Those that are over are let go of.
        while self.posts.try_join_next().is_some() {}
        let mut url = self.job_url("commands").with("lane", &self.lane.name);
        if let Some(token) = self.lane.settings.get("token") {
            url = url.with("token", token);
        }
        let said = talk::Said::new(&self.desk, command);
        let request = self.known(Request::post(url, said.body()));
        self.posts.spawn(talk::post(self.http.clone(), request, said));
    }

    /// The request with the token of who sends it in a header.
    pub(super) fn known(&self, request: Request) -> Request {
        let headers = self.coding();
        let request = headers.iter().fold(request, |request, (name, value)| request.with(name, value));
        match &self.bearer {
            Some(token) => request.with("Authorization", &format!("Bearer {token}")),
            None => request,
        }
    }

    /// What asks for compression where the lane is switched to it. A browser asks always, and is then given what the lane's
    /// address says: on the wire these are a few bytes a request.
    pub(super) fn coding(&self) -> Vec<(String, String)> {
        let asks = self.lane.settings.get("compression").is_some_and(|value| value == "gzip");
        let (name, value) = ACCEPTED;
        asks.then(|| (name.to_owned(), value.to_owned())).into_iter().collect()
    }

    /// An address of the job.
    pub(super) fn job_url(&self, what: &str) -> Url {
        let path = format!("/jobs/{}/{what}", self.lane.job);
        // The job is a name of the house; what is none leads to an address that is not there.
        self.lane.origin.join(&path).unwrap_or_else(|_| self.lane.origin.clone())
    }

    /// The feed's address for this client with its names, and with what it is switched to.
    pub(super) fn feed_url(&self, more: &[(&str, &str)]) -> Url {
        let mut url = self.named_url();
        let settings =
            self.lane.settings.iter().filter(|(name, _)| !more.iter().any(|(more, _)| more == name));
        for (name, value) in settings {
            url = url.with(name, value);
        }
        more.iter().fold(url, |url, (name, value)| url.with(name, value))
    }

    /// The same with the names alone, for who says the rest in a body.
    pub(super) fn named_url(&self) -> Url {
        let Lane { name, .. } = &self.lane;
        self.job_url(self.transport.name()).with("lane", name).with("client", name)
    }

    /// Waits, unless somebody wants to leave first.
    pub(super) async fn rest(&mut self, wait: std::time::Duration) -> Option<Left> {
        let until = tokio::time::Instant::now() + wait;
        tokio::select! {
            biased;
            left = self.leaving() => Some(left),
            () = tokio::time::sleep_until(until) => None,
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Whoever lets go of a client does not want it any more; a closed task is not disturbed.
        let _ = self.orders.send(Order::Close);
    }
}
