//! For continuous integration: `JUnit` XML, a suite a run, a case a verdict; what was not judged is skipped with its reason,
//! and what makes the numbers doubtful stands in `system-out`.

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use crate::report::miss;
use crate::report::read::{Outcome, Report};
use crate::scenario::{Met, Verdict};

pub(super) fn write(reports: &[Report]) -> String {
    let mut junit = Junit::new("wirebench");
    for report in reports {
        junit.add_test_suite(suite(report));
    }
    // It writes into memory, where nothing fails.
    without_sum(&junit.to_string().unwrap_or_default())
}

/// Without the sum of what was skipped, which the schema of Jenkins (junit-10.xsd) knows of a suite and not of them all.
fn without_sum(xml: &str) -> String {
    let cut = || {
        let root = xml.find("<testsuites ")?;
        let end = root + xml[root..].find('>')?;
        let from = root + xml[root..end].find(" skipped=\"")?;
        let to = from + xml[from..].match_indices('"').nth(1)?.0 + 1;
        Some(format!("{}{}", &xml[..from], &xml[to..]))
    };
    cut().unwrap_or_else(|| xml.to_owned())
}

fn suite(report: &Report) -> TestSuite {
    let name = format!("{} ({})", report.scenario(), report.player());
    let mut suite = TestSuite::new(name);
    for verdict in &report.verdicts {
        suite.add_test_case(case(report, verdict));
    }
    if let Some(why) = report.not_judged.as_ref().filter(|_| report.verdicts.is_empty()) {
        // A torn record is nobody's success: it stands as an error, and all else that was not judged as skipped.
        let torn = report.outcome() == Outcome::Torn;
        let mut status =
            if torn { TestCaseStatus::non_success(NonSuccessKind::Error) } else { TestCaseStatus::skipped() };
        status.set_message(why.clone());
        suite.add_test_case(named(report, "the record", status));
    }
    if let crate::measure::End::Ended(why, problem) = &report.facts.end
        && why == "failed"
    {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(problem.clone().unwrap_or_else(|| "the run failed".to_owned()));
        suite.add_test_case(named(report, "the run", status));
    }
    let caveats: Vec<String> = report
        .caveats
        .iter()
        .map(|one| format!("caveat: {} {}", one.text, one.remedy).trim_end().to_owned())
        .collect();
    if !caveats.is_empty() {
        suite.set_system_out(caveats.join("\n"));
    }
    suite
}

fn case(report: &Report, verdict: &Verdict) -> TestCase {
    let status = match &verdict.met {
        Met::Met => TestCaseStatus::success(),
        Met::Missed => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("expected {}, observed {}", verdict.expected, verdict.observed));
            status.set_type("missed");
            status.set_description(miss::paragraph(report, verdict, false));
            status
        }
        Met::NotJudged(why) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(why.clone());
            status
        }
    };
    let (line, _) = miss::place(report, verdict);
    // Two tables of a scenario may say something of the same measure: the line tells them apart.
    named(report, &format!("{} is {} (line {line})", miss::subject(verdict), verdict.expected), status)
}

fn named(report: &Report, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(report.scenario());
    case
}
