//! What the handlers of the bench and the stage share.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::class::Room;
use super::kept::Budget;
use super::metrics::Metrics;
use super::origin::Seat;
use super::runs::{Library, Runs};
use super::stage::Director;
use super::trust::Trusted;
use crate::signal;
use crate::transport::Context;
use crate::wire::Connections;

/// Shared by all handlers of all origins. Cheap to clone.
#[derive(Clone)]
pub(super) struct State {
    pub context: Context,
    pub connections: Arc<Connections>,
    pub trusted: Arc<Trusted>,
    pub metrics: Arc<Metrics>,
    pub stop: signal::Receiver<bool>,
    /// Where the record is to hold bytes: how many it may.
    pub bytes: Option<Arc<Budget>>,
    pub place: Arc<Place>,
    pub director: Director,
    /// What pages play.
    pub runs: Arc<Runs>,
    /// What they can play.
    pub library: Arc<Library>,
    /// The class, where the bench is one's.
    pub class: Option<Arc<Room>>,
}

/// Where everything is.
pub(super) struct Place {
    /// The bench's own origin.
    pub bench: Seat,
    /// The lanes' origins; the first has the id 1.
    pub lanes: Vec<Seat>,
    /// Where their listeners are, which pages may be told otherwise.
    pub addresses: Vec<SocketAddr>,
    /// Reasons to distrust what is measured here.
    pub caveats: Vec<String>,
    /// The job that reads standard input, if one does.
    pub stdin: Option<String>,
    /// Where the page is read from, if not from the binary.
    pub web_dir: Option<PathBuf>,
}
