//! A class: what learners handed in, what it came to, and the points for it. Plain data and figures: `disk` reads and keeps
//! it, `commands::grade` has it judged, `output` writes it.

mod gradebook;
mod graded;
mod late;
mod points;
mod roster;
mod similar;
mod submission;

pub use gradebook::{CriterionScore, Gradebook, GradebookCriterion, GradebookTask, Row, TaskScore};
pub use graded::{GRADED_SCHEMA, Graded, GradedTask, State};
pub use late::Late;
pub use roster::{Entry, roster, timestamp};
pub use similar::{Alike, alike};
pub use submission::{LIMITS, Limits, Submission, SubmittedFile};
