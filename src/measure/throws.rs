//! The faults that were thrown in a run: from the throw to its end, in which scope, and what it struck.

use super::lane::Lane;
use crate::record::{Observation, What};

/// A throw.
#[derive(Clone, Debug)]
pub struct Throw {
    /// Its name.
    pub id: String,
    /// Which fault.
    pub fault: String,
    /// With which parameters.
    pub params: Vec<(String, String)>,
    /// `all`, `lane:…`, `transport:…`, `origin:…`, `connection:…`.
    pub scope: String,
    /// When, by the server's clock.
    pub at: f64,
    /// The line that says so.
    pub line: usize,
    /// When it was over; none where it lasted.
    pub cleared: Option<f64>,
    /// How often it struck: at once, and later.
    pub struck: u64,
    /// The lanes that it struck.
    pub lanes: Vec<String>,
}

impl Throw {
    /// Whether this lane is in its scope.
    pub fn covers(&self, lane: &Lane) -> bool {
        let (kind, name) = self.scope.split_once(':').unwrap_or((&self.scope, ""));
        match kind {
            "lane" => name == lane.header.lane,
            "transport" => name == lane.header.transport,
            "origin" => lane.header.origin == 0 || name == lane.header.origin.to_string(),
            // Whose a connection is, is known once it was struck.
            "connection" => self.lanes.contains(&lane.header.lane),
            _ => true,
        }
    }

    /// At whom it was thrown, in words: `every lane`, `lane:sse`.
    pub fn aim(&self) -> &str {
        if self.scope == "all" { "every lane" } else { &self.scope }
    }

    /// Its name with its parameters, as a title.
    pub fn title(&self) -> String {
        let params = self.params.iter().map(|(name, value)| format!(" {name}={value}"));
        params.fold(self.fault.clone(), |title, param| title + &param)
    }
}

/// Folds one of the server's observations.
pub(super) fn fold(throws: &mut Vec<Throw>, line: usize, seen: &Observation) {
    match &seen.what {
        What::Thrown { id, fault, params, scope, struck, .. } => throws.push(Throw {
            id: id.clone(),
            fault: fault.clone(),
            params: params.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
            scope: scope.clone(),
            at: seen.at,
            line,
            cleared: None,
            struck: *struck,
            lanes: Vec::new(),
        }),
        What::Struck { id, .. } => {
            if let Some(throw) = throws.iter_mut().rev().find(|one| one.id == *id) {
                throw.struck = throw.struck.max(1);
                if let Some(lane) = seen.lane.as_ref().filter(|lane| !throw.lanes.contains(lane)) {
                    throw.lanes.push(lane.clone());
                }
            }
        }
        What::Cleared { id, .. } => {
            if let Some(throw) = throws.iter_mut().rev().find(|one| one.id == *id) {
                throw.cleared = Some(seen.at);
            }
        }
        _ => {}
    }
}
