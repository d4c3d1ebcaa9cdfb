//! Grades for programs: docs/grade.md describes them.

use std::io::{Result, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::cell::rounded;
use crate::{
    clean,
    grading::{Gradebook, Row},
};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'a> {
    schema: &'static str,
    course: &'a str,
    course_digest: &'a str,
    program: &'a str,
    engine: &'a str,
    at: &'a str,
    out_of: f64,
    tasks: Vec<Task<'a>>,
    learners: Vec<Learner<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Task<'a> {
    task: &'a str,
    title: &'a str,
    weight: f64,
    criteria: Vec<Criterion<'a>>,
}

#[derive(Serialize)]
struct Criterion<'a> {
    id: &'a str,
    says: &'a str,
    points: f64,
    required: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Learner<'a> {
    id: &'a str,
    name: &'a str,
    email: &'a str,
    path: &'a str,
    submitted: Option<String>,
    due: Option<String>,
    state: &'static str,
    points: Option<f64>,
    at_least: f64,
    days_late: Option<i64>,
    late_percent: Option<f64>,
    look: &'a [String],
    digest: Option<&'a str>,
    commit: Option<&'a str>,
    put_back: &'a [String],
    tasks: Vec<Graded<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Graded<'a> {
    task: &'a str,
    state: &'static str,
    points: Option<f64>,
    of: f64,
    why: Option<&'a str>,
    dockerfile_digest: Option<String>,
    image_size: Option<u64>,
    engine: Option<&'a str>,
    at: Option<&'a str>,
    seconds: Option<f64>,
    criteria: Vec<Judged<'a>>,
}

#[derive(Serialize)]
struct Judged<'a> {
    id: &'a str,
    points: Option<f64>,
    of: f64,
    #[serde(flatten)]
    outcome: Option<&'a crate::check::Outcome>,
}

/// Writes the grades of a class as one document.
pub fn json(out: &mut dyn Write, book: &Gradebook) -> Result<()> {
    let document = Document {
        schema: "dockerlab/grades/1",
        course: &book.course,
        course_digest: &book.course_digest,
        program: &book.program,
        engine: &book.engine,
        at: &book.at,
        out_of: book.out_of,
        tasks: book
            .tasks
            .iter()
            .map(|task| Task {
                task: &task.id,
                title: &task.title,
                weight: task.weight,
                criteria: task
                    .criteria
                    .iter()
                    .map(|criterion| Criterion {
                        id: &criterion.id,
                        says: &criterion.says,
                        points: criterion.points,
                        required: criterion.required,
                    })
                    .collect(),
            })
            .collect(),
        learners: book.rows.iter().map(learner).collect(),
    };
    write!(out, "{}", clean::json(&serde_json::to_string_pretty(&document)?))?;
    writeln!(out)
}

fn learner(row: &Row) -> Learner<'_> {
    let graded = row.graded.as_ref();
    Learner {
        id: &row.entry.id,
        name: &row.entry.name,
        email: &row.entry.email,
        path: &row.entry.path,
        submitted: row.entry.submitted.map(|at| at.to_string()),
        due: row.entry.due.map(|at| at.to_string()),
        state: row.word(),
        points: row.points.map(rounded),
        at_least: rounded(row.at_least),
        days_late: row.late.map(|late| late.days),
        late_percent: row.late.map(|late| late.percent),
        look: &row.look,
        digest: graded.and_then(|graded| graded.digest.as_deref()),
        commit: graded.and_then(|graded| graded.commit.as_deref()),
        put_back: graded.map_or(&[], |graded| graded.put_back.as_slice()),
        tasks: row
            .tasks
            .iter()
            .map(|score| {
                let one = row.task(&score.task);
                let digest = |text: &String| format!("sha256:{}", hex::encode(Sha256::digest(text)));
                Graded {
                    task: &score.task,
                    state: row.task_word(&score.task),
                    points: score.points.map(rounded),
                    of: rounded(score.of),
                    why: score.why.as_deref(),
                    dockerfile_digest: one.and_then(|one| one.dockerfile.as_ref()).map(digest),
                    image_size: one.and_then(|one| one.image_size),
                    engine: one.and_then(|one| one.engine.as_deref()),
                    at: one.map(|one| one.at.as_str()),
                    seconds: one.map(|one| one.seconds),
                    criteria: score
                        .criteria
                        .iter()
                        .map(|criterion| Judged {
                            id: &criterion.id,
                            points: criterion.points.map(rounded),
                            of: rounded(criterion.of),
                            outcome: row.verdict(&score.task, &criterion.id).map(|verdict| &verdict.outcome),
                        })
                        .collect(),
                }
            })
            .collect(),
    }
}
