//! What bytes were for, by role and direction: of a connection, and of each lane on it.

use std::collections::BTreeMap;

use super::capture::Connection;
use crate::proto::dissect::{Dissector, Role, Span, Way, joined};

/// Bytes up and down by role, and how many elements they carried.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Ledger {
    bytes: [[u64; 6]; 2],
    elements: [u64; 2],
    missed: [u64; 2],
}

impl Ledger {
    /// Of one connection.
    pub fn of(connection: &Connection) -> Self {
        let mut whole = Self::default();
        for lane in by_lane(connection).values() {
            whole.add(lane);
        }
        whole
    }

    /// Bytes of a role that went this way.
    pub fn bytes(&self, way: Way, role: Role) -> u64 {
        self.bytes[way as usize][role as usize]
    }

    /// All bytes that went this way and are in the record.
    pub fn total(&self, way: Way) -> u64 {
        self.bytes[way as usize].iter().sum()
    }

    /// Bytes that went this way and are not.
    pub fn missed(&self, way: Way) -> u64 {
        self.missed[way as usize]
    }

    /// Elements that went this way.
    pub fn elements(&self, way: Way) -> u64 {
        self.elements[way as usize]
    }

    fn take(&mut self, span: &Span, begins: bool) {
        self.bytes[span.way as usize][span.role as usize] += span.length;
        self.elements[span.way as usize] += u64::from(begins);
    }

    pub(super) fn add(&mut self, other: &Self) {
        for way in Way::ALL.map(|way| way as usize) {
            for role in Role::ALL.map(|role| role as usize) {
                self.bytes[way][role] += other.bytes[way][role];
            }
            self.elements[way] += other.elements[way];
            self.missed[way] += other.missed[way];
        }
    }
}

/// The ledger of each lane on a connection; of none, where nobody is known.
pub(super) fn by_lane(connection: &Connection) -> BTreeMap<Option<String>, Ledger> {
    let mut lanes = BTreeMap::new();
    let mut ledger = |lane: Option<&str>, act: &dyn Fn(&mut Ledger)| {
        act(lanes.entry(lane.map(str::to_owned)).or_default());
    };
    let mut dissector = Dissector::new();
    let mut spans = Vec::new();
    // Where each piece of either way ends, and whose it is.
    let mut owners: [Vec<(u64, Option<&str>)>; 2] = Default::default();
    for piece in &connection.pieces {
        let way = if piece.up { Way::Up } else { Way::Down };
        let lane = piece.lane.as_deref();
        ledger(lane, &|ledger| ledger.missed[way as usize] += piece.missed);
        let ends = &mut owners[way as usize];
        let before = ends.last().map_or(0, |(end, _)| *end);
        ends.push((before + piece.bytes.len() as u64, lane));
        dissector.dissect(way, &piece.bytes, &mut spans);
    }
    for way in Way::ALL {
        dissector.finish(way, &mut spans);
    }
    let mut seen = [0, 0];
    for span in joined(&spans) {
        let ends = &owners[span.way as usize];
        // Whose its last byte is: a lane's bytes begin with a head, so none has bytes of two.
        let owner = ends.partition_point(|(end, _)| *end < span.end());
        let lane = ends.get(owner).and_then(|(_, lane)| *lane);
        let begins = span.element.is_some_and(|element| element > seen[span.way as usize]);
        if begins {
            seen[span.way as usize] = span.element.unwrap_or_default();
        }
        ledger(lane, &|ledger| ledger.take(&span, begins));
    }
    lanes
}
