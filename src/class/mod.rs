//! A class: learners who join with a code, bet on what will happen, run their own lanes and see what came of it.
//!
//! Logic alone, given the time and whatever was drawn by chance. The teacher moves it from phase to phase; whoever serves it
//! says who may ask for what ([decision 15](../../docs/decisions/0015-a-class-and-its-key.md)).

mod code;
mod lesson;
mod member;
mod told;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::pace::Micros;

pub use code::{CODE_LENGTH, CODE_LETTERS, Code};
pub use lesson::{Answer, Bet, Lesson, Text};
pub use member::{LaneTold, MAX_LANES, MAX_NAME};
use member::{Member, name_of};

/// The most members of a class.
pub const MAX_MEMBERS: usize = 100;
/// A member's page says once a second how its lanes are. So far apart is taken, for its timer need not be exact.
const APART: Duration = Duration::from_millis(800);

/// Where a class is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// They come in.
    Lobby,
    /// They bet.
    Bet,
    /// Their lanes read the class's job.
    Run,
    /// What they bet stands beside what was measured.
    Reveal,
}

impl Phase {
    /// All, in their order.
    pub const ALL: [Self; 4] = [Self::Lobby, Self::Bet, Self::Run, Self::Reveal];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lobby => "lobby",
            Self::Bet => "bet",
            Self::Run => "run",
            Self::Reveal => "reveal",
        }
    }
}

/// How a WebSocket lane of the class behaves once it is lost (docs/reference/client.md).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Comes {
    /// It stays away, as browsers have it.
    #[default]
    Bare,
    /// It comes back, without a cursor.
    Restart,
    /// It comes back with a cursor.
    Resume,
}

/// What the lanes of the class read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Round {
    /// The job's name.
    pub job: String,
    /// What a WebSocket does that is lost.
    pub ws: Comes,
    /// How many events the job will have: nobody has more, or misses more.
    #[serde(skip)]
    pub events: u64,
}

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Of what kind it is.
    pub why: Why,
    /// Where the mistake is.
    pub place: String,
    /// What would have been right.
    pub wanted: String,
    /// What was found.
    pub found: String,
    /// What to do.
    pub fix: String,
}

/// Kinds of mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not what is taken here.
    Malformed,
    /// Another code.
    Stranger,
    /// Not in this phase.
    NotNow,
    /// As many members as may be.
    Full,
    /// Ask again after so long.
    TooSoon(Duration),
}

impl Wrong {
    fn new(
        why: Why,
        place: &str,
        wanted: impl Into<String>,
        found: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { why, place: place.to_owned(), wanted: wanted.into(), found: found.into(), fix: fix.into() }
    }
}

/// A class.
#[derive(Debug)]
pub struct Class {
    code: Code,
    phase: Phase,
    lesson: Option<Lesson>,
    round: Option<Round>,
    members: BTreeMap<u32, Member>,
    joined: u32,
}

impl Class {
    /// A class that nobody has joined.
    pub fn new(code: Code) -> Self {
        Self { code, phase: Phase::Lobby, lesson: None, round: None, members: BTreeMap::new(), joined: 0 }
    }

    /// The code to join with.
    pub fn code(&self) -> &Code {
        &self.code
    }

    /// Where it is.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What its lanes read, if anything yet.
    pub fn round(&self) -> Option<&Round> {
        self.round.as_ref()
    }

    /// Begins a lesson: the members stay, their bets and lanes are forgotten. Gives the job that is of no use any more.
    ///
    /// # Errors
    /// The lesson is not one.
    pub fn open(&mut self, lesson: Lesson) -> Result<Option<String>, Wrong> {
        lesson.check()?;
        self.lesson = Some(lesson);
        self.phase = Phase::Lobby;
        self.members.values_mut().for_each(|member| member.bets.clear());
        Ok(self.forget_round())
    }

    /// Lets somebody in who has the code. `secret` is what it will show from then on. Gives its number.
    ///
    /// # Errors
    /// Another code, no name, or no room.
    pub fn join(&mut self, code: &str, name: &str, secret: String) -> Result<u32, Wrong> {
        if !self.code.is(code) {
            let found: String = code.chars().take(20).collect();
            let wanted = format!("the {CODE_LENGTH} letters on the class's wall");
            return Err(Wrong::new(
                Why::Stranger,
                "body, member code",
                wanted,
                format!("{found:?}"),
                "read them again",
            ));
        }
        let name = self.free(name_of(name)?);
        if self.members.len() >= MAX_MEMBERS {
            let (wanted, found) = (format!("at most {MAX_MEMBERS} members"), format!("{MAX_MEMBERS}"));
            return Err(Wrong::new(Why::Full, "class", wanted, found, "the teacher can remove some"));
        }
        self.joined += 1;
        self.members.insert(self.joined, Member::new(name, secret));
        Ok(self.joined)
    }

    /// The name, or if somebody has it the name with a number: on the wall nobody is to be taken for another.
    fn free(&self, name: String) -> String {
        let is_free = |name: &str| self.members.values().all(|member| member.name != name);
        if is_free(&name) {
            return name;
        }
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        numbered.take(MAX_MEMBERS + 1).find(|name| is_free(name)).unwrap_or(name)
    }

    /// A member's page listens, or one of them.
    pub fn comes(&mut self, number: u32) {
        if let Some(member) = self.members.get_mut(&number) {
            member.pages += 1;
            member.gone = false;
        }
    }

    /// It does so no more.
    pub fn goes(&mut self, number: u32) {
        if let Some(member) = self.members.get_mut(&number) {
            member.pages = member.pages.saturating_sub(1);
            member.gone = member.pages == 0;
        }
    }

    /// Whose secret this is.
    pub fn member(&self, secret: &str) -> Option<u32> {
        self.members.iter().find(|(_, member)| member.has(secret)).map(|(number, _)| *number)
    }

    /// Removes a member; false if there is none of that number.
    pub fn remove(&mut self, number: u32) -> bool {
        self.members.remove(&number).is_some()
    }

    /// Whether it can move there: one step on or back, and nowhere without a lesson.
    ///
    /// # Errors
    /// Where it can move instead.
    pub fn may_move(&self, to: Phase) -> Result<(), Wrong> {
        let at = self.phase as usize;
        let near: Vec<&str> = Phase::ALL
            .into_iter()
            .filter(|other| (*other as usize).abs_diff(at) == 1)
            .map(Phase::name)
            .collect();
        if !near.contains(&to.name()) {
            let fix = format!("move one step at a time: the class is at {}", self.phase.name());
            return Err(Wrong::new(Why::NotNow, "body, member to", near.join(" or "), to.name(), fix));
        }
        if self.lesson.is_none() {
            let fix = "begin one first: POST /api/class/open";
            return Err(Wrong::new(Why::NotNow, "class", "a lesson", "none", fix));
        }
        Ok(())
    }

    /// Whether moving there begins a run, which takes a job.
    pub fn begins_run(&self, to: Phase) -> bool {
        (self.phase, to) == (Phase::Bet, Phase::Run)
    }

    /// Moves it. `round`: what is read, where a run begins. Gives the job that is of no use any more.
    ///
    /// # Errors
    /// It cannot move there.
    pub fn move_to(&mut self, to: Phase, round: Option<Round>) -> Result<Option<String>, Wrong> {
        self.may_move(to)?;
        let old = if self.begins_run(to) || to < Phase::Run { self.forget_round() } else { None };
        if let Some(round) = round {
            self.round = Some(round);
        }
        self.members.values_mut().for_each(|member| member.stands = false);
        self.phase = to;
        Ok(old)
    }

    fn forget_round(&mut self) -> Option<String> {
        self.members.values_mut().for_each(|member| member.lanes.clear());
        self.round.take().map(|round| round.job)
    }

    /// Takes a member's bet; a later one for the same question replaces it. Nothing is done for who is no member.
    ///
    /// # Errors
    /// It is not the time, or there is no such bet or answer.
    pub fn bet(&mut self, number: u32, bet: &str, answer: &str) -> Result<(), Wrong> {
        self.only_in(&[Phase::Bet])?;
        let bets = self.lesson.as_ref().map(|lesson| lesson.bets.as_slice()).unwrap_or_default();
        let Some(asked) = bets.iter().find(|one| one.bet == bet) else {
            let names: Vec<&str> = bets.iter().map(|one| one.bet.as_str()).collect();
            return Err(no_such("body, member bet", &names, bet));
        };
        if !asked.answers.iter().any(|one| one.answer == answer) {
            let names: Vec<&str> = asked.answers.iter().map(|one| one.answer.as_str()).collect();
            return Err(no_such("body, member answer", &names, answer));
        }
        if let Some(member) = self.members.get_mut(&number) {
            member.bets.insert(bet.to_owned(), answer.to_owned());
        }
        Ok(())
    }

    /// Takes what a member's page says of its lanes, all of them each time; at the reveal once more, and that stands. Nothing is
    /// done for who is no member.
    ///
    /// # Errors
    /// It is not the time, of another job, too soon, or too much.
    pub fn tell(&mut self, number: u32, job: &str, lanes: Vec<LaneTold>, now: Micros) -> Result<(), Wrong> {
        self.only_in(&[Phase::Run, Phase::Reveal])?;
        let own = self.round.as_ref().map(|round| round.job.as_str()).unwrap_or_default();
        if own != job {
            let found: String = job.chars().take(64).collect();
            return Err(Wrong::new(
                Why::NotNow,
                "body, member job",
                own,
                found,
                "read the class's present job",
            ));
        }
        member::check(&lanes, self.round.as_ref().map_or(0, |round| round.events))?;
        let last = self.phase == Phase::Reveal;
        let Some(member) = self.members.get_mut(&number) else { return Ok(()) };
        if member.stands {
            let fix = "what was measured stands";
            return Err(Wrong::new(Why::NotNow, "class", "one last word at the reveal", "another one", fix));
        }
        if let Some(before) = member.told.filter(|_| !last) {
            let left = APART.saturating_sub(now.since(before));
            if !left.is_zero() {
                let found = format!("another {} ms before", now.since(before).as_millis());
                let wanted = "at most one a second";
                return Err(Wrong::new(
                    Why::TooSoon(left),
                    "request",
                    wanted,
                    found,
                    "wait, then say the newest",
                ));
            }
        }
        member.told = Some(now);
        // Who speaks is there, whether it listens or not.
        member.gone = false;
        member.stands = last;
        member.lanes = lanes;
        Ok(())
    }

    fn only_in(&self, phases: &[Phase]) -> Result<(), Wrong> {
        if phases.contains(&self.phase) {
            return Ok(());
        }
        let names: Vec<&str> = phases.iter().map(|phase| phase.name()).collect();
        let fix = "wait until the teacher moves the class there";
        Err(Wrong::new(Why::NotNow, "class", names.join(" or "), self.phase.name(), fix))
    }
}

fn no_such(place: &str, names: &[&str], found: &str) -> Wrong {
    let found: String = found.chars().take(60).collect();
    Wrong::new(Why::Malformed, place, names.join(" or "), format!("{found:?}"), "choose one of these")
}

#[cfg(test)]
mod tests;
