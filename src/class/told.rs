//! What is told of a class: everything to the wall, and to a learner what is its own and what all may know.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::member::LaneTold;
use super::{Class, Phase};
use crate::measure::State;

/// The lanes of one transport, summed over the class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Sum {
    lanes: u64,
    /// There now, or through.
    there: u64,
    /// Lost their connection at least once.
    lost: u64,
    /// Of these, back.
    back: u64,
    delivered: u64,
    missed: u64,
    repeated: u64,
    /// Of those that are back, with something missing.
    holes: u64,
    /// The longest that one was away, ms.
    slowest: u64,
}

impl Sum {
    fn add(&mut self, lane: &LaneTold, here: bool) {
        self.lanes += 1;
        self.there += u64::from(here && matches!(lane.state, State::Open | State::Ended));
        self.lost += u64::from(lane.lost > 0);
        self.back += u64::from(lane.lost > 0 && lane.back_after.is_some());
        self.delivered = self.delivered.saturating_add(lane.delivered);
        self.missed = self.missed.saturating_add(lane.missed);
        self.repeated = self.repeated.saturating_add(lane.repeated);
        self.holes += u64::from(lane.lost > 0 && lane.back_after.is_some() && lane.missed > 0);
        self.slowest = self.slowest.max(lane.back_after.unwrap_or(0));
    }
}

impl Class {
    /// The lesson; null before there is one.
    pub fn lesson_told(&self) -> Value {
        json!(self.lesson)
    }

    /// Everything, for the wall; secrets are in nothing that is told.
    pub fn wall(&self) -> Value {
        let members: Vec<Value> = self
            .members
            .iter()
            .map(|(number, member)| {
                json!({ "member": number, "name": member.name, "bets": member.bets, "lanes": member.lanes, "here": !member.gone })
            })
            .collect();
        let mut told = self.common();
        told["code"] = self.code.text().into();
        told["members"] = members.into();
        told["sums"] = json!(self.sums());
        told["bets"] = json!(self.bets_made());
        told
    }

    /// What every learner is told: no names, and what the class bet and measured at the end alone.
    pub fn for_learners(&self) -> Value {
        let mut told = self.common();
        told["members"] = self.members.len().into();
        if self.phase == Phase::Reveal {
            told["sums"] = json!(self.sums());
            told["bets"] = json!(self.bets_made());
        }
        told
    }

    /// What one learner is told of itself; `None` if it is no member any more.
    pub fn you(&self, number: u32) -> Option<Value> {
        let member = self.members.get(&number)?;
        let mut told = json!({ "member": number, "name": member.name, "bets": member.bets });
        if self.phase == Phase::Reveal {
            told["lanes"] = json!(member.lanes);
        }
        Some(told)
    }

    fn common(&self) -> Value {
        json!({ "phase": self.phase, "run": self.round, "betting": self.all_bet() })
    }

    /// How many have bet on everything.
    fn all_bet(&self) -> usize {
        let bets = self.lesson.as_ref().map_or(0, |lesson| lesson.bets.len());
        self.members.values().filter(|member| bets > 0 && member.bets.len() == bets).count()
    }

    fn sums(&self) -> BTreeMap<&str, Sum> {
        let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
        for member in self.members.values() {
            // At the reveal it is told what was; who has gone since has been there.
            let here = !member.gone || self.phase == Phase::Reveal;
            for lane in &member.lanes {
                sums.entry(&lane.transport).or_default().add(lane, here);
            }
        }
        sums
    }

    /// How many chose each answer of each bet, those that nobody chose left out.
    fn bets_made(&self) -> BTreeMap<&str, BTreeMap<&str, u64>> {
        let mut made: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for (bet, answer) in self.members.values().flat_map(|member| &member.bets) {
            *made.entry(bet).or_default().entry(answer).or_default() += 1;
        }
        made
    }
}
