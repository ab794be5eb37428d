//! What was observed: the scenarios played by the program itself, as anybody would, in simulated time, and their verdicts.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use wirebench::docs::claim::Client;
use wirebench::measure::{Kind, Of, named};

use crate::shelf::root;

/// One verdict of a run.
pub struct Judged {
    /// The lane's name, or `run`.
    pub lane: String,
    pub measure: String,
    pub expected: String,
    pub observed: String,
    pub met: bool,
}

/// The verdicts of each scenario that was played, by each client.
pub struct Played(BTreeMap<(String, Client), Vec<Judged>>);

impl Played {
    /// Plays these files with each client.
    pub fn with(out: &Path, files: &[String], more: &[&str]) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_wirebench"));
        program.current_dir(root()).env("NO_COLOR", "1").arg("play").args(files);
        program.args(["--profile", "all", "--jobs", "2", "--format", "json", "--out"]).arg(out).args(more);
        let output = program.output().expect("it runs");
        // An expectation that is missed is a finding, not a failure of playing.
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{said}");
        let told: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{why}: {said}"));
        let reports = told["reports"].as_array().expect("reports");
        Self(reports.iter().map(|report| (key(report), verdicts(report))).collect())
    }

    /// What was judged of a measure, by each client of those that is asked for, and whether the scenario was played at all.
    pub fn of(
        &self,
        scenario: &str,
        with: Option<Client>,
        lane: &str,
        measure: &str,
    ) -> Vec<(Client, Vec<&Judged>)> {
        let clients = Client::ALL.into_iter().filter(|client| with.is_none_or(|with| with == *client));
        let judged = clients.filter_map(|client| {
            let all = self.0.get(&(scenario.to_owned(), client))?;
            let of: Vec<&Judged> =
                all.iter().filter(|one| one.lane == lane && one.measure == measure).collect();
            (!of.is_empty()).then_some((client, of))
        });
        judged.collect()
    }

    /// Whether anybody played it.
    pub fn has(&self, scenario: &str) -> bool {
        self.0.keys().any(|(name, _)| name == scenario)
    }
}

impl Judged {
    /// What stands behind a measure in a claim: times as the bounds of the expectation, all else as observed.
    pub fn told(&self) -> &str {
        let of = if self.lane == "run" { Of::Run } else { Of::Lane };
        let is_time = named(&self.measure, of).is_some_and(|measure| measure.kind == Kind::Time);
        if is_time && !self.expected.is_empty() { &self.expected } else { &self.observed }
    }
}

fn key(report: &Value) -> (String, Client) {
    let profile = report["player"]["client"].as_str().expect("a client");
    let client = Client::ALL.into_iter().find(|client| client.profile() == profile).expect("a known one");
    (report["scenario"].as_str().expect("a name").to_owned(), client)
}

fn verdicts(report: &Value) -> Vec<Judged> {
    let all = report["verdicts"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |verdict: &Value, name: &str| verdict[name].as_str().unwrap_or_default().to_owned();
    let judged = all.iter().filter(|verdict| verdict["verdict"] != "not judged");
    judged
        .map(|verdict| {
            let whose = text(verdict, "whose");
            // `6 lanes of sse`, `the run`.
            let lane = whose.split_once(" lanes of ").map_or(whose.as_str(), |(_, lane)| lane);
            Judged {
                lane: if lane == "the run" { "run".to_owned() } else { lane.to_owned() },
                measure: text(verdict, "measure"),
                expected: text(verdict, "expected"),
                observed: text(verdict, "observed"),
                met: verdict["verdict"] == "met",
            }
        })
        .collect()
}
