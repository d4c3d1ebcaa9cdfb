//! A learner's grade as Classroom 50's `result.json`, `classroom50/result/v1`
//! (<https://github.com/foundation50/classroom50/wiki/Advanced-Autograding>).

use std::io::{Result, Write};

use serde_json::json;

use crate::{
    check::Outcome,
    clean,
    grading::{Gradebook, Row},
};

/// What the runner's environment says of a submission.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// `CLASSROOM`.
    pub classroom: String,
    /// `ASSIGNMENT`.
    pub assignment: String,
    /// `SUBMISSION_TAG`.
    pub submission: String,
    /// `COMMIT_URL`.
    pub commit: String,
    /// `RELEASE_URL`.
    pub release: String,
    /// `REVIEW_URL`.
    pub review: String,
}

/// Writes a learner's result, points in hundredths because they are whole numbers there; nothing, and false, where somebody
/// has to look: an autograder that could not check ends with an error instead.
pub fn classroom50(out: &mut dyn Write, book: &Gradebook, row: &Row, identity: &Identity) -> Result<bool> {
    if row.points.is_none() {
        return Ok(false);
    }
    let mut tests = Vec::new();
    let (mut score, mut most) = (0, 0);
    for (task, graded) in book.tasks.iter().zip(&row.tasks) {
        for (criterion, one) in task.criteria.iter().zip(&graded.criteria) {
            let verdict = row.verdict(&task.id, &criterion.id);
            let is_met = verdict.is_some_and(|verdict| verdict.outcome == Outcome::Pass && !verdict.provisional);
            if !criterion.required {
                continue;
            }
            let (points, of) = (hundredths(one.points.unwrap_or_default()), hundredths(one.of));
            score += points;
            most += of;
            tests.push(json!({
                "test-name": format!("{}/{}", task.id, criterion.id),
                "passed": is_met,
                "score": points,
                "max-score": of,
            }));
        }
    }
    let document = json!({
        "schema": "classroom50/result/v1",
        "classroom": identity.classroom,
        "assignment": identity.assignment,
        "submission": identity.submission,
        "commit": identity.commit,
        "release": identity.release,
        "review": if identity.review.is_empty() { &identity.commit } else { &identity.review },
        "datetime": row.entry.submitted.map_or_else(|| book.at.clone(), |at| at.to_string()),
        "graded_at": book.at,
        "score": score,
        "max-score": most,
        "tests": tests,
    });
    writeln!(out, "{}", clean::json(&serde_json::to_string_pretty(&document)?))?;
    Ok(true)
}

#[expect(clippy::cast_possible_truncation, reason = "points are at most some thousands")]
fn hundredths(points: f64) -> i64 {
    (points * 100.0).round() as i64
}
