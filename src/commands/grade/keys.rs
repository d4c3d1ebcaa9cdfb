//! What a result depends on, as digests: a second run judges only what has another one.

use crate::{
    check::{Criterion, evidence::EVIDENCE_VERSION},
    course::{Course, Task, digest_of},
};

/// What the result of a task depends on: the submission's files, the course's, the criteria, and the program.
pub(super) fn task(task: &Task, course: &Course, files: &str, course_files: &str) -> String {
    let judged = |task: &Task| {
        // Points follow from what was found, and ask for no other look.
        let criteria = task.criteria.iter().cloned();
        let criteria = criteria.map(|criterion| Criterion {
            points: None,
            ..criterion
        });
        format!(
            "{:?}",
            (&task.id, &task.dockerfile, task.port, criteria.collect::<Vec<_>>())
        )
    };
    // Other tasks whose images this one's is compared with; their references stand in where a learner's do not build.
    let sizes = task.probes().sizes;
    let others: Vec<&Task> = course.tasks.iter().filter(|other| sizes.contains(&other.id)).collect();
    let others: Vec<_> = others
        .iter()
        .map(|other| (&other.id, &other.dockerfile, other.solution()))
        .collect();
    let version = EVIDENCE_VERSION.to_string();
    let parts = [
        &judged(task),
        &format!("{others:?}"),
        files,
        course_files,
        &version,
        env!("DOCKERLAB_CODE"),
    ];
    digest_of(parts.map(str::as_bytes))
}
