//! A class: what learners handed in, what it came to, and the points for it. Plain data and figures: `disk` reads and keeps
//! it, `commands::grade` has it judged, `output` writes it.

mod gradebook;
mod graded;
mod points;
mod roster;
mod submission;

pub use gradebook::{Gradebook, GradebookTask, Row, TaskScore};
pub use graded::{GRADED_SCHEMA, Graded, GradedTask, State};
pub use points::Score;
pub use roster::{Entry, roster};
pub use submission::{LIMITS, Limits, Submission, SubmittedFile};
