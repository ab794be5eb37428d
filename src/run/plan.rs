//! A run before it is played: who reads where, as whom, under which names.

use std::collections::BTreeMap;

use crate::record::{Header, LaneHeader};
use crate::scenario::{Player, Scenario};

/// What is to be played.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The situation.
    pub scenario: Scenario,
    /// Who plays it.
    pub player: Player,
    /// Where chance comes from.
    pub seed: u64,
    /// What was changed for this run, as it was given.
    pub settings: Vec<String>,
    /// Its name, on a bench that plays several; lines of the conductor carry it, and its lanes begin with it.
    pub run: Option<String>,
    /// The job's name.
    pub job: String,
    /// Name and version of what reads.
    pub program: String,
    /// Who reads.
    pub lanes: Vec<LanePlan>,
}

/// A reader.
#[derive(Clone, Debug)]
pub struct LanePlan {
    /// Its name in the record and in scopes of throws.
    pub lane: String,
    /// The job it reads.
    pub job: String,
    /// The lane of the scenario that it is, or is one of.
    pub name: String,
    /// Its transport.
    pub transport: String,
    /// Which of the stage's origins it reads, from 1.
    pub origin: usize,
    /// That origin's address.
    pub url: String,
    /// The origin of the page it stands in, where that is another.
    pub page: Option<String>,
    /// Its switches, the server's and its client's.
    pub settings: BTreeMap<String, String>,
}

/// Which origin, from 1, each lane of a scenario reads: those that name none come behind those that are named.
pub fn origins_of(scenario: &Scenario) -> Vec<usize> {
    let mut free = scenario.lanes.iter().filter_map(|lane| lane.origin).max().unwrap_or(0);
    let mut next = || {
        free += 1;
        free
    };
    scenario.lanes.iter().map(|lane| lane.origin.unwrap_or_else(&mut next)).collect()
}

/// How many origins a scenario needs; one more where a page is to be of another origin than its feed.
pub fn origins_needed(scenario: &Scenario) -> usize {
    let other = usize::from(scenario.lanes.iter().any(|lane| lane.other_page));
    origins_of(scenario).into_iter().max().unwrap_or(1) + other
}

impl Plan {
    /// Gives every reader its name and its place among these origins.
    ///
    /// # Errors
    /// If there are too few.
    pub fn new(
        scenario: Scenario,
        player: Player,
        seed: u64,
        run: Option<String>,
        origins: &[String],
    ) -> Result<Self, String> {
        let needed = origins_needed(&scenario);
        if needed > origins.len() {
            return Err(format!("{} needs {needed} origins, and there are {}", scenario.name, origins.len()));
        }
        let job = run.clone().unwrap_or_else(|| "run".to_owned());
        let mut lanes = Vec::new();
        for (lane, origin) in scenario.lanes.iter().zip(origins_of(&scenario)) {
            let other = || origins.get(if origin == origins.len() { 0 } else { origin }).cloned();
            for n in 1..=lane.count {
                let name = if lane.count == 1 { lane.name.clone() } else { format!("{}-{n}", lane.name) };
                lanes.push(LanePlan {
                    lane: run.as_ref().map_or_else(|| name.clone(), |run| format!("{run}-{name}")),
                    job: job.clone(),
                    name: lane.name.clone(),
                    transport: lane.transport.clone(),
                    origin,
                    url: origins.get(origin - 1).cloned().unwrap_or_default(),
                    page: lane.other_page.then(other).flatten(),
                    settings: lane.settings.clone(),
                });
            }
        }
        let program = format!("wirebench {}", env!("CARGO_PKG_VERSION"));
        Ok(Self { scenario, player, seed, settings: Vec::new(), run, job, program, lanes })
    }

    /// The readers that are this lane of the scenario.
    pub fn readers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a LanePlan> {
        self.lanes.iter().filter(move |lane| lane.name == name)
    }

    /// The scope of a throw in the names of the record.
    pub fn scope(&self, scope: &str) -> String {
        match (scope.strip_prefix("lane:"), &self.run) {
            (Some(lane), Some(run)) => format!("lane:{run}-{lane}"),
            _ => scope.to_owned(),
        }
    }

    /// The first line of the record.
    pub fn header(&self) -> Header {
        let lane = |lane: &LanePlan| LaneHeader {
            lane: lane.lane.clone(),
            name: lane.name.clone(),
            transport: lane.transport.clone(),
            origin: lane.origin,
        };
        Header {
            scenario: self.scenario.name.clone(),
            source: self.scenario.source.clone(),
            settings: self.settings.clone(),
            client: self.player.client.clone(),
            driver: self.player.driver.clone(),
            time: self.player.clock.clone(),
            seed: self.seed,
            lanes: self.lanes.iter().map(lane).collect(),
            job: self.job.clone(),
            program: self.program.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}
