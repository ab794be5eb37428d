//! The pool of clients (docs/reference/clients.md): who reads, who may come in, who is told to go.
//!
//! [`Members`] is the logic alone, given the time; here stand its lock, its clock, and what it is asked for. A reader
//! holds a [`Place`] as long as its response lives, and looks at its [`Seat`] for what it is to be told.

mod member;
mod members;
mod place;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio::time::Instant;

pub(super) use member::{Coming, Traffic};
pub(super) use members::Away;
pub(super) use place::{Kind, Notice, Place, Seat};

use members::{Key, Members};

/// The most clients a maximum may allow.
pub const MAX_CLIENTS: usize = 1_000_000;

/// All clients of all jobs.
#[derive(Debug)]
pub struct Pool {
    members: Mutex<Members>,
}

/// One client as it is told.
#[derive(Debug, Serialize)]
pub struct Client {
    #[serde(rename = "client")]
    name: String,
    job: String,
    transport: &'static str,
    lane: Option<String>,
    since: f64,
    reading: bool,
    cursor: String,
    lag: u64,
    #[serde(rename = "in")]
    bytes_in: u64,
    #[serde(rename = "out")]
    bytes_out: u64,
}

impl Pool {
    /// An empty pool of at most `max` clients.
    pub fn new(max: usize) -> Self {
        Self { members: Mutex::new(Members::new(max)) }
    }

    /// Another maximum, from now on; those inside stay.
    pub fn set_max(&self, max: usize) {
        self.lock().set_max(max);
    }

    /// The maximum.
    pub fn max(&self) -> usize {
        self.lock().max()
    }

    /// How many clients there are.
    pub fn count(&self) -> usize {
        self.lock().count(Instant::now())
    }

    /// All clients, by job and name.
    pub fn clients(&self) -> Vec<Client> {
        let mut clients = self.lock().clients(Instant::now());
        clients.sort_by(|a, b| (&a.job, &a.name).cmp(&(&b.job, &b.name)));
        clients
    }

    /// Tells a client to go, and its name to stay away. False if it is not there.
    pub fn remove(&self, job: &str, client: &str) -> bool {
        let told = self.lock().remove(&Key::new(job, client), Instant::now());
        if told.is_some() {
            tracing::info!(job, client, "client removed");
        }
        told.map(|seats| seats.iter().for_each(|seat| seat.tell(Notice::Removed))).is_some()
    }

    /// A connection has closed: who came on it without a name is gone.
    pub fn closed(&self, connection: u64) {
        self.lock().closed(connection);
    }

    /// Lets a reader in, telling those whose place it takes, or says why it must stay outside.
    pub(super) fn admit(self: &Arc<Self>, coming: Coming) -> Result<Place, Away> {
        let (key, by) = (coming.key.clone(), coming.transport);
        let admitted = self.lock().admit(coming, Instant::now());
        let (job, client) = (&*key.job, &*key.client);
        match admitted {
            Ok((seat, replaced)) => {
                if !replaced.is_empty() {
                    tracing::info!(job, client, by, "client replaced");
                }
                for seat in replaced {
                    seat.tell(Notice::Replaced { by });
                }
                Ok(Place::new(self.clone(), key, seat))
            }
            Err(away) => {
                tracing::info!(job, client, transport = by, reason = away.reason(), "client refused");
                Err(away)
            }
        }
    }

    fn leave(&self, key: &Key, seat: &Arc<Seat>) {
        self.lock().leave(key, seat, Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
