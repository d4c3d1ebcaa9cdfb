//! A check as JUnit's XML: a suite a task, a case a criterion.

use std::io::{Result, Write};

use crate::{
    check::{Outcome, Verdict},
    output::{
        check::CheckReport,
        junit::{Case, CaseOutcome, Suite, junit},
        verdict_text::verdict_text,
    },
};

/// Writes checks as one document; `not_begun` are the tasks that have no Dockerfile yet.
pub fn checked_junit(out: &mut dyn Write, reports: &[CheckReport], not_begun: &[&str]) -> Result<()> {
    let mut suites: Vec<Suite> = reports.iter().map(suite).collect();
    suites.extend(not_begun.iter().map(|task| {
        let name = say!("task {task}"; task);
        let missing = say!("there is no Dockerfile yet").to_owned();
        Suite {
            cases: vec![Case {
                class: name.clone(),
                name: say!("the Dockerfile exists").to_owned(),
                outcome: CaseOutcome::Failed("missing".to_owned(), missing.clone(), missing),
            }],
            name,
        }
    }));
    junit(out, "dockerlab check", &suites)
}

fn suite(report: &CheckReport) -> Suite {
    let name = say!("Task {}  {}", report.task, report.title);
    let cases = report.verdicts.0.iter().map(|verdict| case(&name, verdict)).collect();
    Suite { name, cases }
}

/// A criterion as a case. What holds nobody back fails nothing.
pub(super) fn case(class: &str, verdict: &Verdict) -> Case {
    let name = match verdict.outcome {
        Outcome::Pass => verdict.says.as_str(),
        _ => verdict.name(),
    };
    let outcome = match &verdict.outcome {
        Outcome::Pass if verdict.provisional => CaseOutcome::Skipped(say!("the image was not checked").to_owned()),
        Outcome::Pass => CaseOutcome::Passed,
        Outcome::Fail(failure) if verdict.is_required() => CaseOutcome::Failed(
            verdict.criterion.clone(),
            failure.found.clone(),
            verdict_text(verdict, true),
        ),
        Outcome::Fail(failure) => CaseOutcome::Skipped(failure.found.clone()),
        Outcome::Skipped { because } => CaseOutcome::Skipped(because.clone()),
        Outcome::CannotCheck { because } if verdict.is_required() => CaseOutcome::Error(because.clone()),
        Outcome::CannotCheck { because } => CaseOutcome::Skipped(because.clone()),
    };
    Case {
        class: class.to_owned(),
        name: name.to_owned(),
        outcome,
    }
}
