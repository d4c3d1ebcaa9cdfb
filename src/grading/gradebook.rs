//! The class: a row for each learner, with points.

use crate::{
    course::{Course, Task},
    grading::{
        graded::{Graded, State},
        points::{Score, points, score},
        roster::Entry,
    },
};

/// A task as the class is graded on it.
#[derive(Debug, Clone, PartialEq)]
pub struct GradebookTask {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is worth beside the others.
    pub weight: f64,
    /// Its criteria: id, what it says, points, whether it is required.
    pub criteria: Vec<(String, String, f64, bool)>,
}

/// A task of a learner.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskScore {
    /// The task's id.
    pub task: String,
    /// What it is worth in points; none where somebody has to look.
    pub points: Option<f64>,
    /// The most that it is worth in points.
    pub of: f64,
    /// Why somebody has to look.
    pub why: Option<String>,
}

/// A learner.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Who it is.
    pub entry: Entry,
    /// What the submission came to; none where it was not judged yet.
    pub graded: Option<Graded>,
    /// The tasks, in the course's order.
    pub tasks: Vec<TaskScore>,
    /// The grade; none where somebody has to look.
    pub points: Option<f64>,
    /// The points that are certain.
    pub at_least: f64,
    /// Why somebody has to look.
    pub look: Vec<String>,
}

/// The class.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradebook {
    /// The course's title.
    pub course: String,
    /// The digest of the course.
    pub course_digest: String,
    /// The version of the program.
    pub program: String,
    /// When the grades were written, RFC 3339 in UTC.
    pub at: String,
    /// The engine.
    pub engine: String,
    /// The best grade.
    pub out_of: f64,
    /// The tasks, in the course's order.
    pub tasks: Vec<GradebookTask>,
    /// The learners, in the order of the roster.
    pub rows: Vec<Row>,
}

impl Gradebook {
    /// The tasks of a course that are graded.
    pub fn of(course: &Course, tasks: &[&str], out_of: f64) -> Self {
        let tasks = course.tasks.iter().filter(|task| tasks.contains(&task.id.as_str()));
        Self {
            course: course.title.clone(),
            course_digest: String::new(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            at: String::new(),
            engine: String::new(),
            out_of,
            tasks: tasks.map(of_task).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a learner.
    pub fn add(&mut self, course: &Course, entry: Entry, graded: Option<Graded>) {
        let all: f64 = self.tasks.iter().map(|task| task.weight).sum();
        let mut row = Row {
            entry,
            tasks: Vec::new(),
            points: None,
            at_least: 0.0,
            look: Vec::new(),
            graded,
        };
        if let Some(why) = row.graded.as_ref().and_then(|graded| graded.refused.clone()) {
            row.look.push(why);
        }
        for known in &self.tasks {
            let of = if all > 0.0 {
                self.out_of * known.weight / all
            } else {
                0.0
            };
            let kept = row.graded.as_ref();
            let score = match (kept, course.task(&known.id)) {
                (Some(graded), _) if graded.absent => Score::Known(0.0),
                (Some(graded), Some(task)) => match graded.tasks.get(&known.id) {
                    Some(one) => score(task, one, true),
                    None => Score::Unknown(say!("not checked yet").to_owned()),
                },
                _ => Score::Unknown(say!("not checked yet").to_owned()),
            };
            let (points, why) = match score {
                Score::Known(part) => (Some(part * of), None),
                Score::Unknown(why) => (None, Some(why)),
            };
            row.at_least += points.unwrap_or_default();
            row.tasks.push(TaskScore {
                task: known.id.clone(),
                points,
                of,
                why,
            });
        }
        if row.graded.as_ref().is_some_and(|graded| graded.refused.is_none()) {
            row.look.extend(reasons(&row.tasks));
        }
        if row.tasks.iter().all(|task| task.points.is_some()) {
            row.points = Some(row.at_least);
        }
        self.rows.push(row);
    }

    /// The rows that somebody has to look at.
    pub fn to_look_at(&self) -> usize {
        self.rows.iter().filter(|row| row.points.is_none()).count()
    }
}

impl Row {
    /// The row's word, for programs: `graded`, `absent`, `look` (somebody has to), `waiting` (not judged yet).
    pub fn word(&self) -> &'static str {
        match &self.graded {
            None => "waiting",
            Some(graded) if graded.absent => "absent",
            Some(_) if self.points.is_none() => "look",
            Some(_) => "graded",
        }
    }

    /// How a task came out in a word, for programs.
    pub fn task_word(&self, task: &str) -> &'static str {
        let Some(one) = self.graded.as_ref().and_then(|graded| graded.tasks.get(task)) else {
            return "not-judged";
        };
        match one.state {
            State::Judged if one.verdicts.passed() => "passed",
            State::Judged if one.verdicts.failed() => "failed",
            State::Judged | State::CannotCheck => "cannot-check",
            State::Missing => "missing",
            State::Unreadable => "unreadable",
        }
    }
}

/// Why somebody has to look at tasks, each reason once.
fn reasons(tasks: &[TaskScore]) -> Vec<String> {
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for task in tasks {
        let Some(why) = task.why.as_deref() else { continue };
        match told.iter_mut().find(|(other, _)| *other == why) {
            Some((_, of)) => of.push(&task.task),
            None => told.push((why, vec![&task.task])),
        }
    }
    told.into_iter()
        .map(|(why, of)| match of.as_slice() {
            [one] => say!("task {one}: {why}"; one, why),
            several => say!("tasks {}: {why}", several.join(", "); why),
        })
        .collect()
}

fn of_task(task: &Task) -> GradebookTask {
    let criterion = |criterion: &crate::check::Criterion| {
        let is_required = !criterion.optional && !criterion.remark;
        (
            criterion.id.clone(),
            criterion.says.clone(),
            points(criterion),
            is_required,
        )
    };
    GradebookTask {
        id: task.id.clone(),
        title: task.title.clone(),
        weight: 1.0,
        criteria: task.criteria.iter().map(criterion).collect(),
    }
}
