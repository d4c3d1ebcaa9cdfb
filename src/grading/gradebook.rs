//! The class: a row for each learner, with points.

use jiff::Timestamp;

use crate::{
    check::Verdict,
    course::{Course, Grading, Task},
    grading::{
        graded::{Graded, GradedTask, State},
        late::{Late, late},
        points::{Score, is_required, parts, points, score},
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
    /// Its criteria.
    pub criteria: Vec<GradebookCriterion>,
}

/// A criterion as the class is graded on it.
#[derive(Debug, Clone, PartialEq)]
pub struct GradebookCriterion {
    /// Its id.
    pub id: String,
    /// What it says.
    pub says: String,
    /// What a learner who has not met it is told that it is called.
    pub name: String,
    /// What it is worth beside the others of its task.
    pub points: f64,
    /// Whether it holds somebody back.
    pub required: bool,
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
    /// What its criteria bring.
    pub criteria: Vec<CriterionScore>,
}

/// A criterion of a learner.
#[derive(Debug, Clone, PartialEq)]
pub struct CriterionScore {
    /// The criterion's id.
    pub id: String,
    /// What it brings in points; none where it could not be checked.
    pub points: Option<f64>,
    /// The most that it brings; 0 for what is optional.
    pub of: f64,
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
    /// How late it was, and what that cost of the points above.
    pub late: Option<Late>,
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
    /// The rules by which points are given.
    pub rules: Grading,
    /// When submissions were due, where the roster says nothing else.
    pub due: Option<Timestamp>,
    /// The tasks, in the course's order.
    pub tasks: Vec<GradebookTask>,
    /// The learners, in the order of the roster.
    pub rows: Vec<Row>,
}

impl Gradebook {
    /// The tasks of a course that are graded.
    pub fn of(course: &Course, tasks: &[&str], out_of: f64, due: Option<Timestamp>) -> Self {
        let tasks = course.tasks.iter().filter(|task| tasks.contains(&task.id.as_str()));
        Self {
            course: course.title.clone(),
            course_digest: String::new(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            at: String::new(),
            engine: String::new(),
            out_of,
            rules: course.grading.clone(),
            due,
            tasks: tasks.map(of_task).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a learner.
    pub fn add(&mut self, course: &Course, entry: Entry, graded: Option<Graded>) {
        let all: f64 = self.tasks.iter().map(|task| task.weight).sum();
        let known: Vec<(&GradebookTask, &Task)> = self
            .tasks
            .iter()
            .filter_map(|known| Some((known, course.task(&known.id)?)))
            .collect();
        let of = |weight: f64| if all > 0.0 { self.out_of * weight / all } else { 0.0 };
        let tasks: Vec<TaskScore> = known
            .iter()
            .map(|(known, task)| task_score(task, graded.as_ref(), of(known.weight), self.rules.partial_credit))
            .collect();
        let look = match &graded {
            Some(Graded { refused: Some(why), .. }) => vec![why.clone()],
            Some(_) => reasons(&tasks),
            None => Vec::new(),
        };
        let late = late(entry.submitted, entry.due.or(self.due), &self.rules);
        let kept = late.map_or(1.0, |late| 1.0 - late.percent / 100.0);
        // The sum of nothing is -0.
        let at_least = kept * tasks.iter().filter_map(|task| task.points).sum::<f64>() + 0.0;
        self.rows.push(Row {
            points: tasks.iter().all(|task| task.points.is_some()).then_some(at_least),
            entry,
            tasks,
            graded,
            at_least,
            late,
            look,
        });
    }

    /// The median of the sizes of a task's images.
    pub fn median_size(&self, task: &str) -> Option<u64> {
        let rows = self.rows.iter();
        let mut sizes: Vec<u64> = rows.filter_map(|row| row.task(task)?.image_size).collect();
        sizes.sort_unstable();
        sizes.get(sizes.len() / 2).copied()
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

    /// How a task came out.
    pub fn task(&self, task: &str) -> Option<&GradedTask> {
        self.graded.as_ref()?.tasks.get(task)
    }

    /// What was found of a criterion.
    pub fn verdict(&self, task: &str, criterion: &str) -> Option<&Verdict> {
        let verdicts = &self.task(task)?.verdicts.0;
        verdicts.iter().find(|verdict| verdict.criterion == criterion)
    }

    /// How a task came out in a word, for programs.
    pub fn task_word(&self, task: &str) -> &'static str {
        let Some(one) = self.task(task) else {
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

    /// What a learner is called: the name, or the id.
    pub fn called(&self) -> &str {
        if self.entry.name.is_empty() {
            &self.entry.id
        } else {
            &self.entry.name
        }
    }
}

fn task_score(task: &Task, graded: Option<&Graded>, of: f64, partial: bool) -> TaskScore {
    let one = graded.and_then(|graded| graded.tasks.get(&task.id));
    let score = match (graded, one) {
        (Some(graded), _) if graded.absent => Score::Known(0.0),
        (_, Some(one)) => score(task, one, partial),
        _ => Score::Unknown(say!("not checked yet").to_owned()),
    };
    let (points, why) = match score {
        Score::Known(part) => (Some(part * of), None),
        Score::Unknown(why) => (None, Some(why)),
    };
    let is_nothing = points == Some(0.0);
    let criteria = parts(task, one).into_iter().map(|part| CriterionScore {
        points: if is_nothing {
            Some(0.0)
        } else {
            part.met.map(|met| met * of)
        },
        of: part.of * of,
        id: part.criterion,
    });
    TaskScore {
        task: task.id.clone(),
        points,
        of,
        why,
        criteria: criteria.collect(),
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
    let criterion = |criterion: &crate::check::Criterion| GradebookCriterion {
        id: criterion.id.clone(),
        says: criterion.says.clone(),
        name: criterion.name().to_owned(),
        points: points(criterion),
        required: is_required(criterion),
    };
    GradebookTask {
        id: task.id.clone(),
        title: task.title.clone(),
        weight: task.weight,
        criteria: task.criteria.iter().map(criterion).collect(),
    }
}
