//! What happened to a throw, for whoever keeps a record.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::pace::Micros;

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct News {
    /// The throw.
    pub id: String,
    /// The fault.
    pub fault: &'static str,
    /// What.
    pub what: Happened,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Happened {
    /// It was thrown.
    Thrown {
        /// When.
        at: Micros,
        /// Its parameters.
        params: BTreeMap<String, String>,
        /// Whose wires.
        scope: String,
        /// How long.
        lasts: String,
        /// The newest event of each job at the strike.
        heads: BTreeMap<String, u64>,
        /// How often it struck at once.
        struck: u64,
    },
    /// It struck a connection.
    Struck {
        /// As the record says it.
        what: &'static str,
        /// Whose.
        whose: Whose,
    },
    /// It closed the listener of this origin.
    Closed(usize),
    /// It is over.
    Cleared(Why),
    /// Something of it is not as it was asked for.
    Caveat {
        /// Its name.
        name: &'static str,
        /// More of it.
        values: Map<String, Value>,
    },
}

/// Whose a connection was when it was struck.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// Its number.
    pub connection: u64,
    /// Its lane.
    pub lane: Option<Arc<str>>,
    /// Its transport.
    pub transport: Option<&'static str>,
}

/// Why a throw is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Somebody asked for it.
    Asked,
    /// Its time was over.
    Time,
    /// It struck once.
    Once,
    /// The bench stops.
    Stopped,
}

impl Why {
    /// As the record says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Time => "time",
            Self::Once => "once",
            Self::Stopped => "stopped",
        }
    }
}
