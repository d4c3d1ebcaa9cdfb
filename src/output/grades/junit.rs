//! Grades as JUnit's XML: a suite a learner, a case a criterion.

use std::io::{Result, Write};

use crate::{
    grading::{Gradebook, GradebookTask, Row, State},
    output::{
        check_junit::case,
        junit::{self, Case, CaseOutcome, Suite},
    },
};

/// Writes the grades of a class as one document.
pub fn junit(out: &mut dyn Write, book: &Gradebook) -> Result<()> {
    let suites: Vec<Suite> = book.rows.iter().map(|row| suite(row, book)).collect();
    junit::junit(out, "dockerlab grade", &suites)
}

fn suite(row: &Row, book: &Gradebook) -> Suite {
    Suite {
        name: row.entry.id.clone(),
        cases: book.tasks.iter().flat_map(|task| cases(row, task)).collect(),
    }
}

fn cases(row: &Row, task: &GradebookTask) -> Vec<Case> {
    let class = say!("Task {}  {}", task.id, task.title);
    let one = row.task(&task.id);
    if let Some(one) = one.filter(|one| one.state == State::Judged) {
        return one.verdicts.0.iter().map(|verdict| case(&class, verdict)).collect();
    }
    let why = one
        .and_then(|one| one.reason.clone())
        .or_else(|| row.look.first().cloned());
    let why = why.unwrap_or_else(|| say!("nothing was handed in").to_owned());
    let is_known =
        matches!(row.tasks.iter().find(|score| score.task == task.id), Some(score) if score.points.is_some());
    vec![Case {
        class,
        name: say!("the task is handed in").to_owned(),
        outcome: if is_known {
            CaseOutcome::Failed(row.task_word(&task.id).to_owned(), why.clone(), why)
        } else {
            CaseOutcome::Error(why)
        },
    }]
}
